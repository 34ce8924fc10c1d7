/*
 * Finds a secret in a text whatever it was wrapped in: verbatim, percent-encoded (once or again), escaped as in JSON, in hexadecimal,
 * and in base64 of both alphabets at any offset, as in the credentials of `Basic`.
 */

/** A stretch of a text that gives a secret away. */
export interface Hit {
  readonly from: number;
  readonly to: number;
}

/** Finds every stretch of a text that holds the secret in some form. */
export type SecretFinder = (text: string) => Hit[];

/** Shorter secrets would be found in ordinary words; they are caught by the place where they stand alone. */
export const SHORTEST_FINDABLE = 6;

/** A finder for one secret of at least `SHORTEST_FINDABLE` characters. */
export function secretFinder(secret: string): SecretFinder {
  const bytes = Buffer.from(secret, 'utf8');
  // Node reads header bytes as Latin-1, so a secret sent there as UTF-8 looks like this.
  const forms = new Set([bytes.toString('utf8'), bytes.toString('latin1')]);
  const plain = [...forms].map((form) => new RegExp(anyEscape(form), 'gu'));
  plain.push(new RegExp(anyEscape(bytes.toString('hex')), 'giu'));
  const wrapped = base64Cores(bytes).map((core) => new RegExp(anyEscape(core), 'gu'));
  // No form is shorter than the secret itself.
  return (text) =>
    text.length < secret.length
      ? []
      : [
          ...plain.flatMap((pattern) => hits(text, pattern)),
          ...wrapped.flatMap((pattern) => hits(text, pattern).map((hit) => widened(text, hit))),
        ];
}

function hits(text: string, pattern: RegExp): Hit[] {
  return [...text.matchAll(pattern)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** A pattern in which each character may stand for itself or be escaped: %63, %2563, \u0063, \/, + for a space. */
function anyEscape(form: string): string {
  return Array.from(form, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const percent = Array.from(Buffer.from(character, 'utf8'), (byte) => `%(?:25)*${hexOf(byte, 2)}`).join(
      '',
    );
    const units = Array.from(
      { length: character.length },
      (_, unit) => `\\\\+u${hexOf(character.charCodeAt(unit), 4)}`,
    );
    const choices = [literal(character), percent, units.join('')];
    if (character === ' ') choices.push('\\+');
    if ('"\\/'.includes(character)) choices.push(`\\\\+${literal(character)}`);
    const control = { 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r' }[code];
    if (control !== undefined) choices.push(`\\\\+${control}`);
    return `(?:${choices.join('|')})`;
  }).join('');
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function hexOf(value: number, digits: number): string {
  return Array.from(value.toString(16).padStart(digits, '0'), (digit) =>
    /[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit,
  ).join('');
}

/** What base64 makes of the bytes wherever they stand in a longer run: at each of three offsets, without the characters that neighbours touch. */
function base64Cores(bytes: Buffer): string[] {
  const cores = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = [0, 2, 3][offset] ?? 0;
    return text.slice(start, (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1);
  });
  return [...new Set(cores.flatMap((core) => [core, core.replace(/\+/g, '-').replace(/\//g, '_')]))];
}

/** The whole base64 run around a hit: its remainder would give the secret's ends away. */
function widened(text: string, hit: Hit): Hit {
  let { from, to } = hit;
  while (from > 0 && /[A-Za-z0-9+/_%-]/.test(text[from - 1] ?? '')) from--;
  while (to < text.length && /[A-Za-z0-9+/_=%-]/.test(text[to] ?? '')) to++;
  return { from, to };
}

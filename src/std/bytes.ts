import { createHash } from 'node:crypto';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Deepest nesting that any walker of ours follows; V8 parses far deeper than a recursive walker survives (standards.md 3.4). */
export const MAX_DEPTH = 128;

/** The lowercase hex SHA-256 of bytes, or of the UTF-8 form of a text. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Standard base64 with padding. */
export function toBase64(data: Uint8Array | string): string {
  return (typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data)).toString('base64');
}

/** The bytes of strict standard base64 with padding, or undefined where the text is anything else. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The text of UTF-8 bytes, or undefined where they are no UTF-8. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text without a byte order mark at its beginning; undefined stays undefined. */
export function withoutMark(text: string | undefined): string | undefined {
  return text?.replace(/^\uFEFF/, '');
}

/** The text with every lone surrogate replaced by U+FFFD, so that it can be written as UTF-8 and as canonical JSON. */
export function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

/** How deep brackets nest in a JSON text; counted without recursion and without parsing. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === 0x5c) index++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return deepest;
}

/** The value of a JSON text, or undefined where it is no JSON or nests deeper than `maxDepth`. Never throws. */
export function parseJson(text: string, maxDepth = 64): unknown {
  if (jsonDepth(text) > maxDepth) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Canonical JSON by RFC 8785: members sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.
 * Members that are undefined are left out. Throws a TypeError on what has no canonical form: a number that is not finite,
 * a lone surrogate, a function, nesting beyond `MAX_DEPTH`.
 */
export function canonicalJson(value: unknown): string {
  return canonical(value, 0);
}

function canonical(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('no canonical JSON for a number that is not finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return canonicalText(value);
  if (depth >= MAX_DEPTH) throw new TypeError('nested too deeply for canonical JSON');
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`no canonical JSON for a ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${canonicalText(name)}:${canonical(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function canonicalText(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError('no canonical JSON for a lone surrogate');
  return JSON.stringify(text);
}

/** A copy of a JSON value that has a canonical form: texts well-formed, what is too deep or no JSON replaced by null. */
export function wellFormedJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean' || value === null) return value;
  if (depth >= MAX_DEPTH || typeof value !== 'object') return null;
  if (Array.isArray(value)) return value.map((item) => wellFormedJson(item, depth + 1));
  // fromEntries defines members, so a member named __proto__ stays an ordinary one.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [wellFormed(name), wellFormedJson(member, depth + 1)]),
  );
}

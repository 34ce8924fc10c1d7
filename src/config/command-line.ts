/** A text taken apart as a shell would take words apart, or why that can't be done. */
export type Words =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'unterminated'; readonly quote: string }
  | { readonly kind: 'shell syntax'; readonly found: string };

/**
 * Splits `cmd args` into an argument list: white space separates, quotes and backslashes keep together as in a POSIX shell. Nothing is ever
 * expanded: `$HOME`, `~` and `*` stay as they are. What only a shell can do (`|`, `>`, `&&`, `;`) is refused, since the command is handed to none.
 */
export function splitCommand(text: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let index = 0;
  while (index < text.length) {
    const char = text[index] ?? '';
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      index += 1;
    } else if (char === "'" || char === '"') {
      const quoted = readQuoted(text, index + 1, char);
      if (quoted === undefined) return { kind: 'unterminated', quote: char };
      word = (word ?? '') + quoted.text;
      index = quoted.next;
    } else if (char === '\\' && index + 1 < text.length) {
      word = (word ?? '') + (text[index + 1] ?? '');
      index += 2;
    } else if (word === undefined && OPERATOR.test(text.slice(index))) {
      return { kind: 'shell syntax', found: OPERATOR.exec(text.slice(index))?.[0] ?? char };
    } else {
      word = (word ?? '') + char;
      index += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { kind: 'words', words };
}

/** What stands as a word of its own and only a shell understands. */
const OPERATOR = /^(?:\|\|?|&&?|;|[0-9]?>>?|<)/;

function readQuoted(
  text: string,
  start: number,
  quote: string,
): { readonly text: string; readonly next: number } | undefined {
  let read = '';
  for (let index = start; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (char === quote) return { text: read, next: index + 1 };
    const next = text[index + 1] ?? '';
    if (quote === '"' && char === '\\' && ['"', '\\', '$', '`'].includes(next)) {
      read += next;
      index += 1;
    } else read += char;
  }
  return undefined;
}

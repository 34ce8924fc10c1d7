import { wellFormed } from './characters.ts';

const QUIET = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

const reference = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/**
 * JSON that is safe on a terminal and in a CI log too: hidden characters, and the `##` that begins a runner's command, are written as
 * references and read back as what they were. Lone surrogates become U+FFFD, since strict readers refuse them.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(
    value,
    (_, one: unknown) => (typeof one === 'string' ? wellFormed(one) : one),
    indent,
  );
  return text
    .replace(QUIET, (character) => (character === '\n' ? character : reference(character)))
    .replace(/##/g, '#\\u0023');
}

import { visible, withoutEscapes } from './characters.ts';

/*
 * The only way of foreign text to a terminal or a CI log (standards.md 3.5, 2.5).
 */

/** Azure and older GitHub runners find these commands anywhere in a line, so a prefix does not help: the marker is broken up. */
function withoutMarkers(text: string): string {
  return text.replace(/##(?=[a-z]*\[)/gi, '# #');
}

/** Foreign text of any number of lines; line feeds and tabs stay. */
export function terminalText(text: string): string {
  return withoutMarkers(visible(withoutEscapes(text.replace(/\r\n/g, '\n')), '\n\t'));
}

/** Foreign text on one line: line feeds and tabs are shown as `\u{…}` too. */
export function oneLine(text: string): string {
  return withoutMarkers(visible(withoutEscapes(text), ''));
}

/** Foreign text as lines that begin with `| `: a line that a CI runner would take for a command can't begin one (standards.md 2.5). */
export function foreignLines(text: string): readonly string[] {
  return terminalText(text)
    .split('\n')
    .map((line) => `| ${line}`);
}

/** A finished line of ours: one that begins like a command of a CI runner (they trim spaces first) gets the prefix of foreign lines. */
export function harmlessLine(line: string): string {
  return line.replace(/^(\s*)(?=::|##)/, '$1| ');
}

import { visible } from './characters.ts';

/*
 * Foreign text in GitHub's Markdown (standards.md 2.5).
 */

const shown = (text: string, kept: string): string => visible(text.replace(/\r\n/g, '\n'), kept);

const longestRun = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/`+/g), (match) => match[0].length));

/** Foreign text within a paragraph or a cell: neither markup nor HTML, and no link, mention or formula comes of it. */
export function markdownText(text: string): string {
  return shown(text, '')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/[&<>@$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/(www)\./gi, '$1&#46;')
    .replace(/^(\s*)([#+=-])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2');
}

/** A foreign value as a code span, fit for a cell of a table too; its fence is longer than any run of back-ticks in it. */
export function markdownCode(text: string): string {
  const one = shown(text, '').replace(/\|/g, '\\|');
  if (one === '') return '` `';
  const fence = '`'.repeat(longestRun(one) + 1);
  const padding = one.startsWith('`') || one.endsWith('`') || one.trim() !== one ? ' ' : '';
  return `${fence}${padding}${one}${padding}${fence}`;
}

/** Foreign lines as a fenced block, whose fence is longer than any run of back-ticks in them. */
export function markdownBlock(text: string, language = 'text'): string {
  const lines = shown(text, '\n\t');
  const fence = '`'.repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

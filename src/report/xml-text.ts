import { wellFormed, withoutEscapes } from './characters.ts';

/*
 * Foreign text in XML 1.0 (standards.md 2.1, escaping 1 to 7). A character that XML forbids can't be written as a reference either:
 * one would make Jenkins drop the whole file.
 */

/** Longest text written for one case, in characters. */
export const CASE_LIMIT = 64 * 1024;

// eslint-disable-next-line no-control-regex -- the characters that XML 1.0 forbids or discourages
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text content. GitLab and Jenkins act on `[[ATTACHMENT|` and `[[PROPERTY|` in echoed text: they are broken up. */
export function xmlText(text: string): string {
  const lawful = withoutEscapes(wellFormed(text)).replace(/\r\n?/g, '\n').replace(FORBIDDEN, '');
  return lawful
    .replace(/\[\[(?=ATTACHMENT|PROPERTY)/gi, '[ [')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** An attribute's value: white space is written as references, since parsers turn it into spaces. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replace(/[\t\n]/g, (character) => (character === '\n' ? '&#10;' : '&#9;'));
}

/** Text content of at most `CASE_LIMIT` characters before escaping; says how much was left out. */
export function cappedXmlText(text: string, limit: number = CASE_LIMIT): string {
  if (text.length <= limit) return xmlText(text);
  return `${xmlText(text.slice(0, limit))}\n[${text.length - limit} more characters: see the json report]`;
}

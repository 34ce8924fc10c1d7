import { visible } from './characters.ts';

/** A piece of HTML in which every foreign text has been escaped. Made by `html` alone. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, pieces and lists of pieces are taken as they are, nothing is nothing. */
export type HtmlValue = string | number | Html | readonly Html[] | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Foreign text as HTML text or as a quoted attribute's value; hidden characters are shown as `\u{…}`, line feeds and tabs stay. */
export function htmlText(text: string): string {
  return visible(text.replace(/\r\n/g, '\n'), '\n\t').replace(
    /[&<>"'`]/g,
    (character) => ENTITIES[character] ?? character,
  );
}

/** The only way to make HTML here (standards.md 3.5): every value is escaped unless it is a piece made by this tag. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, value] of values.entries()) markup += written(value) + (strings[index + 1] ?? '');
  return { markup };
}

function written(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return htmlText(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map((piece) => piece.markup).join('');
}

/* A small strict reader of XML 1.0: enough to say whether a text is well-formed, and what stands in it. It throws where it is not. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

type Open = { name: string; attributes: Record<string, string>; children: Element[]; text: string };

const LEGAL = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&([^;\s]*;?)/g, (whole, name: string) => {
    const number = /^#(x?)([0-9a-f]+);$/i.exec(name);
    if (number) return String.fromCodePoint(parseInt(number[2] ?? '', number[1] === '' ? 10 : 16));
    const known = REFERENCES[name.slice(0, -1)];
    if (!name.endsWith(';') || known === undefined) throw new Error(`unknown reference ${whole}`);
    return known;
  });
}

/** Reads one document; `raw` names elements whose content is not looked into (style). */
export function readXml(document: string, raw: readonly string[] = []): Element {
  if (!LEGAL.test(document)) throw new Error('a character that XML forbids');
  const body = document.replace(/^<\?xml [^?]*\?>|^<!doctype html>/, '').trim();
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [root];
  const token = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const match = token.exec(body);
    const top = stack.at(-1);
    if (match === null || top === undefined) throw new Error(`not well-formed at ${body.slice(at, at + 60)}`);
    const [, closing, name, attributes, empty, text] = match;
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(']]> in text');
      top.text += decoded(text);
    } else if (closing === '/') {
      if (top.name !== name) throw new Error(`</${name ?? ''}> closes <${top.name}>`);
      stack.pop();
    } else if (name !== undefined) {
      const element: Open = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of (attributes ?? '').matchAll(/([\w:-]+)="([^"]*)"/g)) {
        if (Object.hasOwn(element.attributes, key)) throw new Error(`twice ${key}`);
        element.attributes[key] = decoded(value);
      }
      top.children.push(element);
      if (raw.includes(name)) token.lastIndex = body.indexOf(`</${name}>`, token.lastIndex);
      if (empty !== '/') stack.push(element);
    }
  }
  const only = root.children[0];
  if (stack.length !== 1 || root.children.length !== 1 || only === undefined || root.text.trim() !== '')
    throw new Error('not one element');
  return only;
}

/** Every element under `element`, itself included. */
export function everyElement(element: Element): Element[] {
  return [element, ...element.children.flatMap(everyElement)];
}

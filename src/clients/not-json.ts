import type { JsonObject } from '../model/json.ts';

/**
 * What a line that is no JSON object most likely is: the member `what` of the data of `client-not-json`. Each is a mistake of its own, with a
 * remedy of its own; 'text' is all else, as a rule a log line.
 */
export type NotJson =
  | 'text'
  | 'empty'
  | 'byte-order-mark'
  | 'utf-16'
  | 'not-utf-8'
  | 'pretty'
  | 'several'
  | 'header'
  | 'quotes'
  | 'batch'
  | 'value'
  | 'deep';

/** The data of `client-not-json`: the line as far as it may be shown, and what it looks like. `utf8`: whether its bytes were UTF-8. */
export function notJson(line: string, utf8 = true): JsonObject {
  return { line: line.slice(0, 200), what: looksLike(line, utf8) };
}

function looksLike(line: string, utf8: boolean): NotJson {
  if (line.trim() === '') return 'empty';
  if (line.startsWith('\uFEFF{')) return 'byte-order-mark';
  if (line.includes('\0')) return 'utf-16';
  if (!utf8) return 'not-utf-8';
  const text = line.trim();
  if (/^[{[]$/.test(text)) return 'pretty';
  if (/^content-(?:length|type):/i.test(text)) return 'header';
  if (/^\{\s*'/.test(text)) return 'quotes';
  try {
    return Array.isArray(JSON.parse(text)) ? batchOrDeep(text) : text.startsWith('{') ? 'deep' : 'value';
  } catch {
    return startsWithObject(text) ? 'several' : 'text';
  }
}

const batchOrDeep = (text: string): NotJson => (/^\[\s*\{/.test(text) ? 'batch' : 'value');

/** Whether an object ends before the line does, with another value behind it. */
function startsWithObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  // A handful of places is enough: who runs answers together does so at the first one.
  for (const { index } of [...text.matchAll(/\}\s*[{[]/g)].slice(0, 20))
    try {
      JSON.parse(text.slice(0, index + 1));
      return true;
    } catch {
      continue;
    }
  return false;
}

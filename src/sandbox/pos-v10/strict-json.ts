import type { JsonValue } from '../../model/json.ts';

const MOST_BYTES = 1_048_576;
const MOST_DEPTH = 64;
const BEYOND_ASCII = /[\u0080-\u00ff]/;
const decoder = new TextDecoder('utf-8', { fatal: true });

export type Read =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: string };

/** A body as JSON: valid UTF-8, at most 1 MiB, at most 64 levels, no member twice and none called `__proto__`. Never throws. */
export function readJson(body: Uint8Array): Read {
  if (body.length === 0) return { ok: false, reason: 'the body is empty' };
  if (body.length > MOST_BYTES) return { ok: false, reason: 'the body is longer than 1 MiB' };
  const text = decodedText(body);
  if (text === undefined) return { ok: false, reason: 'the body is not UTF-8' };
  // Nobody nests deeper than there are brackets, and where there are as many colons as members, none of them is in a string: most bodies
  // need no closer look.
  const flat = countOf(text, '{') + countOf(text, '[') <= MOST_DEPTH;
  if (!flat && shapeOf(text).depth > MOST_DEPTH)
    return { ok: false, reason: `the body is nested deeper than ${String(MOST_DEPTH)} levels` };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { ok: false, reason: 'the body is not JSON' };
  }
  const seen = { proto: false };
  const members = membersIn(value, seen);
  if (seen.proto) return { ok: false, reason: 'a member is called __proto__' };
  // Every member has one colon after its name; a name that occurs twice leaves one member and two colons.
  const whole = members === countOf(text, ':') || members === shapeOf(text).colons;
  return whole ? { ok: true, value } : { ok: false, reason: 'a member occurs twice' };
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

/** UTF-8 as text, or undefined where it is none. ASCII, which most bodies are, is read as Latin-1 much faster than by a decoder. */
function decodedText(body: Uint8Array): string | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  if (!BEYOND_ASCII.test(text)) return text;
  try {
    return decoder.decode(body);
  } catch {
    return undefined;
  }
}

/** How deep brackets nest, and how many colons stand outside of strings. */
function shapeOf(text: string): { readonly depth: number; readonly colons: number } {
  let depth = 0;
  let deepest = 0;
  let colons = 0;
  for (let at = 0; at < text.length; at += 1)
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x3a:
        colons += 1;
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
      default:
    }
  return { depth: deepest, colons };
}

/** How many members there are in all objects of a value; its depth is bounded already. */
function membersIn(value: JsonValue, seen: { proto: boolean }): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((count, item) => count + membersIn(item, seen), 0);
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) {
    if (name === '__proto__') seen.proto = true;
    const inner = value[name];
    if (typeof inner === 'object') count += membersIn(inner, seen);
  }
  return count;
}

/** The index of the quote that ends the string begun at `start`, or of the last character. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x5c) at += 1;
    else if (character === 0x22) return at;
  }
  return text.length - 1;
}

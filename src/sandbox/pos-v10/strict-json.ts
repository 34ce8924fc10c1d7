import type { JsonValue } from '../../model/json.ts';

const MOST_BYTES = 1_048_576;
const MOST_DEPTH = 64;
const decoder = new TextDecoder('utf-8', { fatal: true });

export type Read =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: string };

/** A body as JSON: valid UTF-8, at most 1 MiB, at most 64 levels, no member twice and none called `__proto__`. Never throws. */
export function readJson(body: Uint8Array): Read {
  if (body.length === 0) return { ok: false, reason: 'the body is empty' };
  if (body.length > MOST_BYTES) return { ok: false, reason: 'the body is longer than 1 MiB' };
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return { ok: false, reason: 'the body is not UTF-8' };
  }
  const flaw = flawIn(text);
  if (flaw !== undefined) return { ok: false, reason: flaw };
  try {
    return { ok: true, value: JSON.parse(text) as JsonValue };
  } catch {
    return { ok: false, reason: 'the body is not JSON' };
  }
}

/** What `JSON.parse` would let through: depth, repeated members and `__proto__`. Text that is no JSON may pass. */
function flawIn(text: string): string | undefined {
  // One entry a level: the names seen in an object, or undefined for a list.
  const levels: (Set<string> | undefined)[] = [];
  let nameNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x22) {
      const end = endOfString(text, at);
      const names = levels.at(-1);
      if (nameNext && names !== undefined) {
        const name = nameIn(text.slice(at, end + 1));
        if (name === '__proto__') return 'a member is called __proto__';
        if (names.has(name)) return 'a member occurs twice';
        names.add(name);
        nameNext = false;
      }
      at = end;
    } else if (character === 0x7b || character === 0x5b) {
      levels.push(character === 0x7b ? new Set() : undefined);
      if (levels.length > MOST_DEPTH) return `the body is nested deeper than ${String(MOST_DEPTH)} levels`;
      nameNext = character === 0x7b;
    } else if (character === 0x7d || character === 0x5d) levels.pop();
    else if (character === 0x2c) nameNext = levels.at(-1) !== undefined;
  }
  return undefined;
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

function nameIn(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

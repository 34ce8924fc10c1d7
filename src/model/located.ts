import type { JsonObject, JsonValue } from './json.ts';
import type { Parsed, Place, Problem } from './problem.ts';

/** A value with the place in its text that it came from. Offsets count UTF-16 units from the start of the text. */
export interface Located {
  readonly value: JsonValue;
  readonly start: number;
  readonly end: number;
  /** Of a scalar: how it was written, where that differs from its value. */
  readonly source?: string;
  /** Of a map. */
  readonly members?: ReadonlyMap<string, LocatedMember>;
  /** Of a list. */
  readonly items?: readonly Located[];
}

export interface LocatedMember {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly node: Located;
}

/** A text that was read as a whole. */
export interface LocatedText {
  readonly file: string;
  readonly text: string;
  readonly root: Located;
}

/** What reads a text into values with places: script and config each have one over the YAML library. */
export type ReadText = (text: string, file: string) => Parsed<LocatedText>;

export type Path = readonly PropertyKey[];

/** The longest piece of a line that a problem carries with it. */
const LINE_LIMIT = 400;

/** The place of the characters from `start` to `end`, with the line that `start` stands in. */
export function placeAt(file: string, text: string, start: number, end: number): Place {
  const from = Math.min(Math.max(start, 0), text.length);
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const newline = text.indexOf('\n', from);
  const lineEnd = newline < 0 ? text.length : newline;
  const line = text.slice(lineStart, Math.min(lineEnd, lineStart + LINE_LIMIT)).replace(/\r$/, '');
  return {
    file,
    line: countLines(text, lineStart),
    column: from - lineStart + 1,
    text: line,
    length: Math.max(1, Math.min(end, lineEnd) - from),
  };
}

function countLines(text: string, until: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** What stands at `path`, or undefined where there is nothing. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node = root;
  for (const part of path) {
    const next = typeof part === 'number' ? node.items?.[part] : node.members?.get(String(part))?.node;
    if (next === undefined) return undefined;
    node = next;
  }
  return node;
}

/** The place of the value at `path`; of its nearest parent where it is missing. */
export function placeOf(located: LocatedText, path: Path): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(located.root, path.slice(0, length));
    if (node === undefined) continue;
    if (length === path.length) return placeAt(located.file, located.text, node.start, node.end);
    return length === 0
      ? placeAt(located.file, located.text, node.start, node.start + 1)
      : placeOfKey(located, path.slice(0, length));
  }
  return placeAt(located.file, located.text, 0, 1);
}

/** The place of the name of the member at `path`; of its value where it stands in a list. */
function placeOfKey(located: LocatedText, path: Path): Place {
  const key = path.at(-1);
  const parent = nodeAt(located.root, path.slice(0, -1));
  const member = typeof key === 'string' ? parent?.members?.get(key) : undefined;
  if (member !== undefined) return placeAt(located.file, located.text, member.keyStart, member.keyEnd);
  const node = nodeAt(located.root, path);
  if (node === undefined) return placeOf(located, path);
  const [first] = node.members?.values() ?? [];
  return first === undefined
    ? placeAt(located.file, located.text, node.start, node.end)
    : placeAt(located.file, located.text, first.keyStart, first.keyEnd);
}

/** 1-based line of the value at `path`. */
export function lineOf(located: LocatedText, path: Path): number {
  return placeOf(located, path).line ?? 1;
}

/** A problem with the value at `path`. */
export function problemAt(located: LocatedText, path: Path, code: string, data: JsonObject = {}): Problem {
  return { code, place: placeOf(located, path), data };
}

/** A problem with the name of the member at `path`. */
export function problemAtKey(located: LocatedText, path: Path, code: string, data: JsonObject = {}): Problem {
  return { code, place: placeOfKey(located, path), data };
}

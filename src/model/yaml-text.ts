import type { JsonObject, JsonValue } from './json.ts';
import { placeAt, type Located, type LocatedMember, type LocatedText } from './located.ts';
import type { Parsed, Problem } from './problem.ts';
import { tooDeep } from './yaml-depth.ts';

/** How large a text may be, in bytes of UTF-8 (case-language.md). */
const MAX_BYTES = 1_048_576;
/** How deep maps and lists may lie in one another (standards.md 3.4). */
const MAX_DEPTH = 64;

/** What is needed of the YAML library: it comes in as an argument, since only script and config may know it. */
export interface YamlLibrary {
  readonly Lexer: new () => { lex(source: string): Iterable<string> };
  readonly parseDocument: (
    source: string,
    options: { prettyErrors: false; version: '1.2'; uniqueKeys: true; stringKeys: false },
  ) => YamlDocument;
  readonly isMap: (node: unknown) => boolean;
  readonly isSeq: (node: unknown) => boolean;
  readonly isScalar: (node: unknown) => boolean;
  readonly isAlias: (node: unknown) => boolean;
}

interface YamlDocument {
  readonly contents: unknown;
  readonly errors: readonly YamlError[];
  readonly warnings: readonly YamlError[];
}

interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

interface YamlNode {
  readonly range?: readonly number[] | null;
  readonly items?: readonly unknown[];
  readonly value?: unknown;
  readonly source?: string;
  readonly type?: string;
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
/** A number that is not what stands there: 00001, 1e3, 0x10, .inf (standards.md 3.4). */
const CHANGES = /^[-+]?(?:0\d|0x|0o|\.inf|\.nan|[\d.]+e)/i;

/**
 * Reads a YAML text into values with their places, and reports everything that is wrong with it as YAML. Size and depth are looked at before
 * the parser sees the text: deep nesting aborts the process otherwise. Aliases, tags of one's own, and numbers that YAML reads as others
 * than stand there are refused.
 */
export function readYaml(text: string, file: string, yaml: YamlLibrary): Parsed<LocatedText> {
  const refuse = (code: string, start: number, end: number, data: JsonObject): Parsed<LocatedText> => ({
    ok: false,
    problems: [{ code, place: placeAt(file, text, start, end), data }],
  });
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES)
    return { ok: false, problems: [{ code: 'yaml-too-large', place: { file }, data: { limit: MAX_BYTES } }] };
  const deep = tooDeep(new yaml.Lexer().lex(text), MAX_DEPTH);
  if (deep !== undefined) return refuse('yaml-too-deep', deep, deep + 1, { limit: MAX_DEPTH });
  try {
    const document = yaml.parseDocument(text, {
      prettyErrors: false,
      version: '1.2',
      uniqueKeys: true,
      stringKeys: false,
    });
    const problems = [...document.errors, ...document.warnings].map((error) =>
      yamlProblem(error, file, text),
    );
    if (problems.length > 0) return { ok: false, problems };
    const reader = new Reader(text, file, yaml);
    const root = reader.read(document.contents, 0);
    return reader.problems.length > 0
      ? { ok: false, problems: reader.problems }
      : { ok: true, value: { file, text, root }, warnings: [] };
  } catch (thrown) {
    return refuse('yaml-syntax', 0, 1, {
      message: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

function yamlProblem(error: YamlError, file: string, text: string): Problem {
  const [start, end] = error.pos;
  const place = placeAt(file, text, start, Math.max(end, start + 1));
  if (error.code === 'DUPLICATE_KEY') {
    const member = /^[^\s:,[\]{}]+/.exec(text.slice(start, start + 200))?.[0] ?? '';
    return {
      code: 'yaml-duplicate-member',
      place: { ...place, length: Math.max(1, member.length) },
      data: { member },
    };
  }
  if (error.code === 'TAG_RESOLVE_FAILED')
    return { code: 'yaml-tag', place, data: { tag: text.slice(start, end) } };
  return { code: 'yaml-syntax', place, data: { message: error.message } };
}

/** Walks the parser's tree; a class because it gathers problems on its way. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #file: string;
  readonly #yaml: YamlLibrary;

  constructor(text: string, file: string, yaml: YamlLibrary) {
    this.#text = text;
    this.#file = file;
    this.#yaml = yaml;
  }

  read(given: unknown, depth: number): Located {
    const node = given as YamlNode | null;
    const start = node?.range?.[0] ?? 0;
    const end = node?.range?.[1] ?? start;
    if (depth > MAX_DEPTH) return this.#refused('yaml-too-deep', start, end, { limit: MAX_DEPTH });
    if (node === null) return { value: null, start, end };
    if (this.#yaml.isMap(node)) return this.#map(node, start, end, depth);
    if (this.#yaml.isSeq(node)) {
      const items = (node.items ?? []).map((item) => this.read(item, depth + 1));
      return { value: items.map((item) => item.value), start, end, items };
    }
    if (this.#yaml.isAlias(node)) return this.#refused('yaml-alias', start, end, {});
    return this.#scalar(node, start, end);
  }

  #map(node: YamlNode, start: number, end: number, depth: number): Located {
    const members = new Map<string, LocatedMember>();
    const value: JsonObject = {};
    for (const item of node.items ?? []) {
      const pair = item as { readonly key: unknown; readonly value: unknown };
      const key = this.#key(pair.key);
      if (key === undefined) continue;
      const found = this.read(pair.value, depth + 1);
      const here = pair.value === null ? { ...found, start: key.keyEnd, end: key.keyEnd } : found;
      members.set(key.name, { keyStart: key.keyStart, keyEnd: key.keyEnd, node: here });
      value[key.name] = here.value;
    }
    return { value, start, end, members };
  }

  #key(
    given: unknown,
  ): { readonly name: string; readonly keyStart: number; readonly keyEnd: number } | undefined {
    const node = given as YamlNode | null;
    const keyStart = node?.range?.[0] ?? 0;
    const keyEnd = node?.range?.[1] ?? keyStart;
    if (node === null || !this.#yaml.isScalar(node) || typeof node.value !== 'string') {
      this.#refused('yaml-name-not-text', keyStart, keyEnd, { source: this.#text.slice(keyStart, keyEnd) });
      return undefined;
    }
    if (FORBIDDEN_KEYS.has(node.value)) {
      this.#refused('yaml-name-forbidden', keyStart, keyEnd, { member: node.value });
      return undefined;
    }
    return { name: node.value, keyStart, keyEnd };
  }

  #scalar(node: YamlNode, start: number, end: number): Located {
    const { value, source } = node;
    if (typeof value === 'number') {
      const written = source ?? String(value);
      if (!Number.isFinite(value) || CHANGES.test(written))
        return this.#refused('yaml-number-changes', start, end, { source: written, value: String(value) });
      return { value, start, end, ...(written === String(value) ? {} : { source: written }) };
    }
    if (typeof value === 'string') return { value, start, end };
    if (typeof value === 'boolean' || value === null)
      return { value, start, end, ...(source === undefined ? {} : { source }) };
    return this.#refused('yaml-tag', start, end, { tag: this.#text.slice(start, end) });
  }

  #refused(code: string, start: number, end: number, data: JsonObject): Located {
    this.problems.push({ code, place: placeAt(this.#file, this.#text, start, end), data });
    const value: JsonValue = null;
    return { value, start, end };
  }
}

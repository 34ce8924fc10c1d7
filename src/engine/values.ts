import type { JsonObject, JsonValue } from '../model/json.ts';

/** Names bound so far, and what is needed to make unique texts for those that nobody binds. */
export interface Names {
  readonly bound: JsonObject;
  /** Names that some step of the case saves: unset, they are not made up. */
  readonly saved: ReadonlySet<string>;
  readonly uniquePrefix: string;
}

/** `$name` → name; undefined for any other text. `$$x` is the text `$x`. */
export function nameIn(text: string): string | undefined {
  return text.startsWith('$') && !text.startsWith('$$') ? text.slice(1) : undefined;
}

/** The value of `name`: as bound, or a unique text made for the case (case-language.md), or undefined where a step left it unset. */
export function valueOf(names: Names, name: string): JsonValue | undefined {
  if (Object.hasOwn(names.bound, name)) return names.bound[name];
  return names.saved.has(name) ? undefined : `${name}-${names.uniquePrefix}`.slice(0, 36);
}

/** `value` with every name in it replaced; undefined where a name is unset. */
export function resolve(value: JsonValue, names: Names): JsonValue | undefined {
  if (typeof value === 'string') {
    const name = nameIn(value);
    if (name !== undefined) return valueOf(names, name);
    return value.startsWith('$$') ? value.slice(1) : value;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => resolve(item, names));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (value !== null && typeof value === 'object') return resolveObject(value, names);
  return value;
}

/** As `resolve`, for an object. */
export function resolveObject(value: JsonObject, names: Names): JsonObject | undefined {
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolve(item, names);
    if (resolved === undefined) return undefined;
    result[key] = resolved;
  }
  return result;
}

/** Every name that stands in `value` where it is read (a `{ save: name }` does not read). */
export function namesRead(value: JsonValue): string[] {
  if (typeof value === 'string') {
    const name = nameIn(value);
    return name === undefined ? [] : [name];
  }
  if (Array.isArray(value)) return value.flatMap(namesRead);
  if (value !== null && typeof value === 'object')
    return savedName(value) === undefined ? Object.values(value).flatMap(namesRead) : [];
  return [];
}

/** The name of a `{ save: name }`, or undefined. */
export function savedName(value: JsonValue): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const name = value['save'];
  return keys.length === 1 && typeof name === 'string' ? name : undefined;
}

/** Every name that `value` saves. */
export function namesSaved(value: JsonValue): string[] {
  const name = savedName(value);
  if (name !== undefined) return [name];
  if (Array.isArray(value)) return value.flatMap(namesSaved);
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(namesSaved);
  return [];
}

import { isJsonObject, type JsonValue } from '../../model/json.ts';

/** Every text in `value`, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** `value` as a text that is equal for equal bodies: members sorted, GUIDs lower-cased. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${members.join(',')}}`;
  }
  if (value === undefined) return '';
  return JSON.stringify(typeof value === 'string' && GUID.test(value) ? value.toLowerCase() : value);
}

/** 8-4-4-4-12 hexadecimal digits. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

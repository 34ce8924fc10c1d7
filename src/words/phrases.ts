import { isJsonObject, member } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/*
 * How data is told inside a sentence. Data comes from recordings, also of other versions: whatever is missing or of another kind
 * is told as far as it goes, and nothing here throws.
 */

/** JSON text of `value` on one line, cut after `limit` characters. */
export function brief(value: JsonValue | undefined, limit = 120): string {
  if (value === undefined) return '(absent)';
  const text = JSON.stringify(value);
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** Member `name` as a word of a sentence: texts bare, other values as JSON, `otherwise` where it is absent or empty. */
export function word(data: JsonObject, name: string, otherwise: string): string {
  const value = member(data, name);
  if (value === undefined || value === null || value === '') return otherwise;
  return typeof value === 'string' ? value : brief(value);
}

/** Member `name` as a list of words, joined as a sentence would: `a, b or c`. */
export function choice(data: JsonObject, name: string, otherwise: string): string {
  return joined(member(data, name), 'or', otherwise);
}

/** As `choice`, with `and`. */
export function series(data: JsonObject, name: string, otherwise: string): string {
  return joined(member(data, name), 'and', otherwise);
}

function joined(value: JsonValue | undefined, conjunction: string, otherwise: string): string {
  if (value === undefined || value === null || value === '') return otherwise;
  const words = (Array.isArray(value) ? value : [value]).map((one) =>
    typeof one === 'string' ? one : ending(one),
  );
  if (words.length === 0) return otherwise;
  const last = words.at(-1) ?? otherwise;
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** An ending as a case states it: members of a result as `state Captured`. */
function ending(value: JsonValue): string {
  if (!isJsonObject(value)) return brief(value);
  const members = Object.entries(value).map(
    ([name, one]) => `${name} ${typeof one === 'string' ? one : brief(one)}`,
  );
  return members.length === 0 ? 'an empty result' : members.join(', ');
}

/** Member `name` in milliseconds as a duration for people. */
export function span(data: JsonObject, name: string, otherwise: string): string {
  const value = member(data, name);
  return typeof value === 'number' && Number.isFinite(value) ? duration(value) : otherwise;
}

/** Milliseconds for people: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  const positive = Number.isFinite(ms) ? Math.max(0, ms) : 0;
  if (positive < 999.5) return `${Math.round(positive)} ms`;
  if (positive < 59_950) return `${(positive / 1000).toFixed(1)} s`;
  const seconds = Math.round(positive / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 poll`, `2 polls`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

import { isJsonObject, type JsonValue } from '../model/json.ts';

/** How many items of a list are made text at once: few enough that requests do not have to wait for it. */
const AT_ONCE = 200;
/** How deep large lists may lie: what is deeper is part of a record. */
const DEPTH = 3;

/** A value as the pieces of its JSON text, so that a large one can be written while other work goes on. */
export function* jsonPieces(value: JsonValue, depth = DEPTH): Generator<string> {
  if (depth > 0 && Array.isArray(value) && value.length > AT_ONCE) {
    for (let at = 0; at < value.length; at += AT_ONCE)
      yield `${at === 0 ? '[' : ','}${JSON.stringify(value.slice(at, at + AT_ONCE)).slice(1, -1)}`;
    yield ']';
  } else if (depth > 0 && isJsonObject(value)) {
    let before = '{';
    // A member that is undefined is left out, as JSON.stringify does.
    for (const [name, inner] of Object.entries(value) as [string, JsonValue | undefined][]) {
      if (inner === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* jsonPieces(inner, depth - 1);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

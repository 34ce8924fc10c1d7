import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import { resolve, savedName, type Names } from './values.ts';

/** One member that is not as it should be. `got` is absent where it was missing. */
export interface Difference {
  readonly member: string;
  readonly expected: JsonValue;
  readonly got?: JsonValue;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly saves: JsonObject;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids are compared without regard to case (client-protocol.md); everything else exactly. */
export function sameText(left: string, right: string): boolean {
  return left === right || (GUID.test(left) && left.toLowerCase() === right.toLowerCase());
}

/** Whether two JSON values are equal, members in any order. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (typeof left === 'string' && typeof right === 'string') return sameText(left, right);
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
    );
  }
  return left === right;
}

/**
 * Compares the members that `expected` names with `actual`; what `expected` does not name is not looked at. `{ save: name }` takes the value
 * there is. A name that is unset is compared with nothing: it differs.
 */
export function compareMembers(
  expected: JsonObject,
  actual: JsonValue | undefined,
  names: Names,
): Comparison {
  const differences: Difference[] = [];
  const saves: JsonObject = {};
  compareObject(expected, actual, names, '', differences, saves);
  return { differences, saves };
}

function compareObject(
  expected: JsonObject,
  actual: JsonValue | undefined,
  names: Names,
  prefix: string,
  differences: Difference[],
  saves: JsonObject,
): void {
  for (const [key, wanted] of Object.entries(expected)) {
    const member = prefix === '' ? key : `${prefix}.${key}`;
    const got = isJsonObject(actual) && Object.hasOwn(actual, key) ? actual[key] : undefined;
    const save = savedName(wanted);
    if (save !== undefined) {
      if (got === undefined || got === null)
        differences.push({ member, expected: 'any value', ...(got === undefined ? {} : { got }) });
      else saves[save] = got;
    } else if (isJsonObject(wanted) && Object.keys(wanted).length > 0) {
      if (isJsonObject(got)) compareObject(wanted, got, names, member, differences, saves);
      else differences.push({ member, expected: wanted, ...(got === undefined ? {} : { got }) });
    } else {
      const value = resolve(wanted, names);
      if (value === null && got === undefined) continue;
      if (value === undefined || !sameJson(value, got))
        differences.push({ member, expected: value ?? wanted, ...(got === undefined ? {} : { got }) });
    }
  }
}

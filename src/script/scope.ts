import type { JsonObject, JsonValue } from '../model/json.ts';
import type { LocatedText, Path } from '../model/located.ts';
import { problemAt } from '../model/located.ts';
import type { Operation } from '../model/operation.ts';
import type { Vocabulary } from '../model/pack.ts';
import type { Parsed, Problem } from '../model/problem.ts';

/** What the reading of one case file works with; problems gather in it so that all are told at once. */
export interface Scope {
  readonly located: LocatedText;
  readonly vocabulary: Vocabulary;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly problems: Problem[];
}

/** The value of a parse, or undefined with its problems noted. */
export function take<T>(scope: Scope, parsed: Parsed<T>): T | undefined {
  if (parsed.ok) return parsed.value;
  scope.problems.push(...parsed.problems);
  return undefined;
}

/** Notes a problem with the value at `path`. */
export function complain(scope: Scope, path: Path, code: string, data: JsonObject = {}): void {
  scope.problems.push(problemAt(scope.located, path, code, data));
}

/** Own entries of a table by name, without its prototype. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A JSON value that was read from YAML; schemas hand such members on as unknown. */
export function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}

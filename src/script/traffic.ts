import type { Expectation, Kill, TrafficItem } from '../model/case.ts';
import { expectationHeadSchema, killSchema, TIMES } from '../model/case-file.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { lineOf, nodeAt, placeOf, type Path } from '../model/located.ts';
import type { Operation } from '../model/operation.ts';
import { check, unknownName } from '../model/schema-problems.ts';
import { actsAt, groupOf, GROUPS, unknownItem } from './acts.ts';
import { planAt } from './plan.ts';
import { complain, take, type Scope } from './scope.ts';
import { checkNames, membersAt } from './values.ts';

/** What stands in `traffic` at `path`: expectations, acts and power cuts. */
export function trafficAt(scope: Scope, path: Path): TrafficItem[] {
  const items = nodeAt(scope.located.root, path)?.items ?? [];
  return items.flatMap((item, index): TrafficItem[] => {
    const here = [...path, index];
    const names = isJsonObject(item.value) ? Object.keys(item.value) : [];
    if (names.includes('expect')) return expectationAt(scope, here);
    if (names.includes('client')) return killAt(scope, here);
    const group = groupOf(names);
    if (group !== undefined) return actsAt(scope, here, group);
    unknownItem(scope, here, names, ['expect', 'client', ...GROUPS]);
    return [];
  });
}

function killAt(scope: Scope, path: Path): Kill[] {
  const value = nodeAt(scope.located.root, [...path, 'client'])?.value;
  if (value !== 'kill') {
    complain(scope, [...path, 'client'], 'command-in-traffic', { got: value ?? null });
    return [];
  }
  take(scope, check(scope.located, path, killSchema));
  return [{ kind: 'kill', line: lineOf(scope.located, path) }];
}

function expectationAt(scope: Scope, path: Path): Expectation[] {
  const given = take(scope, check(scope.located, path, expectationHeadSchema));
  const operations = operationsAt(scope, [...path, 'expect']);
  const plan = planAt(scope, [...path, 'answer'], operations);
  for (const part of ['path', 'body', 'answered']) checkNames(scope, [...path, part], true);
  for (const part of ['query', 'headers']) checkNames(scope, [...path, part], false);
  const params = membersAt(scope, [...path, 'path']);
  if (params !== undefined) checkPath(scope, [...path, 'path'], params, operations);
  if (given === undefined || plan === undefined) return [];
  const members = (name: string): JsonObject | undefined => membersAt(scope, [...path, name]);
  const optional = Object.fromEntries(
    ['path', 'query', 'headers', 'body', 'answered'].flatMap((name) => {
      const found = members(name);
      return found === undefined ? [] : [[name, found]];
    }),
  );
  const { answeredWith } = given;
  return [
    {
      kind: 'expect',
      operations: operations.map((one) => one.name),
      ...optional,
      ...(given.retryOf === undefined ? {} : { retryOf: given.retryOf }),
      times: timesOf(scope, [...path, 'times'], given.times),
      plan,
      ...(answeredWith === undefined ? {} : { answeredWith: [answeredWith].flat() }),
      ...(given.name === undefined ? {} : { name: given.name }),
      line: lineOf(scope.located, path),
    },
  ];
}

function operationsAt(scope: Scope, path: Path): Operation[] {
  const node = nodeAt(scope.located.root, path);
  const places: readonly Path[] =
    node?.items === undefined ? [path] : node.items.map((_, index) => [...path, index]);
  return places.flatMap((place) => {
    const name = nodeAt(scope.located.root, place)?.value;
    if (typeof name !== 'string') return [];
    const operation = operationNamed(scope, place, name);
    return operation === undefined ? [] : [operation];
  });
}

/** The pack's operation of that name; a problem where it has none. */
export function operationNamed(scope: Scope, path: Path, name: string): Operation | undefined {
  const operation = scope.operations.get(name);
  if (operation === undefined) {
    const found = unknownName(scope.located, path, 'unknown-operation', name, [...scope.operations.keys()]);
    scope.problems.push({ ...found, place: placeOf(scope.located, path) });
  }
  return operation;
}

function checkPath(scope: Scope, path: Path, params: JsonObject, operations: readonly Operation[]): void {
  const known = operations.flatMap((one) =>
    [...one.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
  );
  if (operations.length === 0) return;
  for (const name of Object.keys(params))
    if (!known.includes(name))
      scope.problems.push(unknownName(scope.located, [...path, name], 'unknown-path-member', name, known));
}

/** `n`, `a..b`, `a..`; 1 where nothing is said. */
function timesOf(scope: Scope, path: Path, given: JsonValue | undefined): Expectation['times'] {
  if (given === undefined) return { min: 1, max: 1 };
  if (typeof given === 'number') return { min: given, max: given };
  const match = typeof given === 'string' ? TIMES.exec(given) : null;
  const min = Number(match?.[1] ?? 1);
  const max = match?.[2] === undefined ? Number.MAX_SAFE_INTEGER : Number(match[2]);
  if (max < min || max === 0) complain(scope, path, 'times-empty', { times: JSON.stringify(given) });
  return { min, max };
}

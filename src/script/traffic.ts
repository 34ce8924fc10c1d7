import type { Act, Expectation, Kill, TrafficItem } from '../model/case.ts';
import { actSchemas, expectationHeadSchema, killSchema, NAME, TIMES } from '../model/case-file.ts';
import { durationMs } from '../model/config.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { lineOf, nodeAt, placeOf, problemAt, type Path } from '../model/located.ts';
import type { Operation } from '../model/operation.ts';
import { check, unknownName } from '../model/schema-problems.ts';
import { planAt } from './plan.ts';
import { complain, entryOf, take, type Scope } from './scope.ts';
import { checkNames, isPlaceholder, membersAt } from './values.ts';

const GROUPS = ['customer', 'mobilepay', 'clock', 'world', 'callback'] as const;
type Group = (typeof GROUPS)[number];

/** What stands in `traffic` at `path`: expectations, acts and power cuts. */
export function trafficAt(scope: Scope, path: Path): TrafficItem[] {
  const items = nodeAt(scope.located.root, path)?.items ?? [];
  return items.flatMap((item, index): TrafficItem[] => {
    const here = [...path, index];
    const names = isJsonObject(item.value) ? Object.keys(item.value) : [];
    if (names.includes('expect')) return expectationAt(scope, here);
    if (names.includes('client')) return killAt(scope, here);
    const group = GROUPS.find((candidate) => names.includes(candidate));
    if (group !== undefined) return actsAt(scope, here, group);
    unknownItem(scope, here, names, ['expect', 'client', ...GROUPS]);
    return [];
  });
}

/** Says that what stands at `path` is none of the `known` kinds. */
export function unknownItem(
  scope: Scope,
  path: Path,
  names: readonly string[],
  known: readonly string[],
): void {
  const [first] = names;
  scope.problems.push(
    first === undefined
      ? problemAt(scope.located, path, 'wrong-value', {
          member: 'step',
          expected: `one of ${known.join(', ')}`,
        })
      : unknownName(scope.located, [...path, first], 'unknown-step', first, known),
  );
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

/** The group of acts that a step names, or undefined. */
export function groupOf(names: readonly string[]): Group | undefined {
  return GROUPS.find((candidate) => names.includes(candidate));
}

/** The acts of one entry: one, or as many as `world` has members. */
export function actsAt(scope: Scope, path: Path, group: Group): Act[] {
  const before = scope.problems.length;
  const given = take(scope, check<unknown>(scope.located, path, actSchemas[group]));
  if (given === undefined || !isJsonObject(given)) return [];
  const line = lineOf(scope.located, path);
  switch (group) {
    case 'clock': {
      const ms = durationMs(String(given['clock']).slice(1)) ?? 0;
      return [{ kind: 'act', group, name: 'advance', args: { ms }, line }];
    }
    case 'world':
      return Object.keys(membersAt(scope, [...path, 'world']) ?? {}).flatMap((name): Act[] => {
        const here = [...path, 'world', name];
        const node = nodeAt(scope.located.root, here);
        const args: JsonObject = isJsonObject(node?.value) ? node.value : { value: node?.value ?? null };
        checkArguments(scope, here, group, name, args);
        return [{ kind: 'act', group, name, args, line: lineOf(scope.located, here) }];
      });
    case 'customer':
    case 'mobilepay':
    case 'callback': {
      const name = String(given[group]);
      const args = membersAt(scope, [...path, 'with']) ?? {};
      checkArguments(scope, [...path, group], group, name, args, [...path, 'with']);
      return scope.problems.length > before ? [] : [{ kind: 'act', group, name, args, line }];
    }
  }
}

/** Checks an act's name at `path` and its arguments: at `argumentsPath`, else at `path` itself, where a plain value is `value`. */
function checkArguments(
  scope: Scope,
  path: Path,
  group: Group,
  name: string,
  args: JsonObject,
  argumentsPath: Path = path,
): void {
  const shape = entryOf(scope.vocabulary.acts, `${group}.${name}`);
  if (shape === undefined) {
    const known = Object.keys(scope.vocabulary.acts).flatMap((one) =>
      one.startsWith(`${group}.`) ? [one.slice(group.length + 1)] : [],
    );
    const found = unknownName(scope.located, path, 'unknown-act', name, known);
    scope.problems.push(group === 'world' ? found : { ...found, place: placeOf(scope.located, path) });
    return;
  }
  checkArgumentNames(scope, argumentsPath, args, shape.shape['save'] !== undefined);
  const node = nodeAt(scope.located.root, argumentsPath);
  const plain = node !== undefined && !isJsonObject(node.value);
  const value = shape.shape['value'];
  if (plain && value !== undefined) take(scope, check(scope.located, argumentsPath, value, isPlaceholder));
  else if (node !== undefined) take(scope, check(scope.located, argumentsPath, shape, isPlaceholder));
  else if (!shape.safeParse(args).success)
    complain(scope, path, 'act-needs-arguments', { act: `${group}: ${name}` });
}

/** An act that makes something takes the name for it as a member of its own: `activePaymentFromBefore: { save: old }`. */
function checkArgumentNames(scope: Scope, path: Path, args: JsonObject, saves: boolean): void {
  const name = args['save'];
  if (!saves || name === undefined) {
    checkNames(scope, path, false);
    return;
  }
  if (typeof name !== 'string' || !NAME.test(name)) complain(scope, [...path, 'save'], 'save-malformed');
  for (const member of Object.keys(args)) if (member !== 'save') checkNames(scope, [...path, member], false);
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
  if (max < min || max === 0) complain(scope, path, 'times-empty', { times: String(given) });
  return { min, max };
}

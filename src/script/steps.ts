import type { Check, CheckStep, ClientStep, Ending, Step } from '../model/case.ts';
import { checkStepSchema, clientStepHeadSchema, endingSchema } from '../model/case-file.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { lineOf, nodeAt, placeOf, type Path } from '../model/located.ts';
import type { CommandShape } from '../model/pack.ts';
import { check, membersOf, statesOf, unknownName, type Schema } from '../model/schema-problems.ts';
import { complain, entryOf, take, type Scope } from './scope.ts';
import { actsAt, groupOf, GROUPS, unknownItem } from './acts.ts';
import { operationNamed, trafficAt } from './traffic.ts';
import { checkNames, isPlaceholder, membersAt } from './values.ts';

/** The steps of a case, in order. What is wrong with one is noted, and the others are read all the same. */
export function stepsAt(scope: Scope, path: Path): Step[] {
  const items = nodeAt(scope.located.root, path)?.items ?? [];
  return items.flatMap((item, index): Step[] => {
    const here = [...path, index];
    const names = isJsonObject(item.value) ? Object.keys(item.value) : [];
    if (names.includes('client')) return clientStepAt(scope, here);
    if (names.includes('check')) return checkStepAt(scope, here);
    const group = groupOf(names);
    if (group !== undefined) return actsAt(scope, here, group);
    unknownItem(scope, here, names, ['client', 'check', ...GROUPS]);
    return [];
  });
}

function clientStepAt(scope: Scope, path: Path): ClientStep[] {
  const given = take(scope, check(scope.located, path, clientStepHeadSchema));
  const command = nodeAt(scope.located.root, [...path, 'client'])?.value;
  const shape = typeof command === 'string' ? commandAt(scope, [...path, 'client'], command) : undefined;
  if (shape !== undefined && command !== 'restart') checkParameters(scope, path, shape);
  else if (command === 'restart' && membersAt(scope, [...path, 'with']) !== undefined)
    complain(scope, [...path, 'with'], 'restart-takes-nothing', {});
  const traffic = trafficAt(scope, [...path, 'traffic']);
  const ends = endsAt(scope, [...path, 'ends'], shape);
  const allow = given?.allow ?? [];
  for (const [index, name] of allow.entries()) operationNamed(scope, [...path, 'allow', index], name);
  if (given === undefined) return [];
  return [
    {
      kind: 'client',
      command: given.client,
      with: membersAt(scope, [...path, 'with']) ?? {},
      traffic,
      allow,
      ...(ends === undefined ? {} : { ends }),
      line: lineOf(scope.located, path),
    },
  ];
}

/** The shape of a command; of `recover` for a restart. A problem where there is none. */
function commandAt(scope: Scope, path: Path, command: string): CommandShape | undefined {
  if (command === 'kill') {
    complain(scope, path, 'kill-outside-traffic', {});
    return undefined;
  }
  const shape = entryOf(scope.vocabulary.commands, command === 'restart' ? 'recover' : command);
  if (shape === undefined || command === 'shutdown') {
    const known = [
      ...Object.keys(scope.vocabulary.commands).filter((name) => name !== 'shutdown'),
      'restart',
    ];
    const found = unknownName(scope.located, path, 'unknown-command', command, known);
    scope.problems.push({ ...found, place: placeOf(scope.located, path) });
    return undefined;
  }
  return shape;
}

function checkParameters(scope: Scope, path: Path, shape: CommandShape): void {
  const here = [...path, 'with'];
  if (nodeAt(scope.located.root, here) === undefined) {
    if (!shape.params.safeParse({}).success)
      complain(scope, [...path, 'client'], 'parameters-missing', { known: Object.keys(shape.params.shape) });
    return;
  }
  checkNames(scope, here, false);
  take(scope, check(scope.located, here, shape.params, isPlaceholder));
}

/** The lawful endings: one, or a list of them. */
function endsAt(scope: Scope, path: Path, shape: CommandShape | undefined): Ending[] | undefined {
  const node = nodeAt(scope.located.root, path);
  if (node === undefined) return undefined;
  const places: readonly Path[] =
    node.items === undefined ? [path] : node.items.map((_, index) => [...path, index]);
  if (places.length === 0)
    complain(scope, path, 'wrong-value', { member: 'ends', expected: 'at least one ending' });
  return places.flatMap((place): Ending[] => {
    const value = nodeAt(scope.located.root, place)?.value;
    if (typeof value === 'string') {
      if (value === 'refused' || value === 'gaveUp') return [value];
      const found = unknownName(scope.located, place, 'unknown-ending', value, ['refused', 'gaveUp']);
      scope.problems.push({ ...found, place: placeOf(scope.located, place) });
      return [];
    }
    take(scope, check(scope.located, place, endingSchema));
    if (!isJsonObject(value)) return [];
    checkNames(scope, place, true);
    if (shape !== undefined) checkEnding(scope, place, value, shape);
    return [value];
  });
}

/** Members of an ending must be members of the command's result, with values that it can have. */
function checkEnding(scope: Scope, path: Path, ending: JsonObject, shape: CommandShape): void {
  const members = membersOf(shape.result);
  for (const [name, value] of Object.entries(ending)) {
    const here = [...path, name];
    const schema = entryOf(members, name);
    if (schema === undefined) {
      const known = Object.keys(members);
      scope.problems.push(unknownName(scope.located, here, 'unknown-result-member', name, known));
    } else if (!isPlaceholder(value)) checkResult(scope, here, value, schema);
  }
}

/** A state is any text in a result; a case can only ask for one that there is. */
function checkResult(scope: Scope, path: Path, value: JsonValue, schema: Schema): void {
  const states = statesOf(schema);
  if (typeof value === 'string' && states !== undefined && !states.includes(value)) {
    const found = unknownName(scope.located, path, 'unknown-state', value, states);
    scope.problems.push({ ...found, place: placeOf(scope.located, path) });
  } else if (!isJsonObject(value) && !Array.isArray(value)) take(scope, check(scope.located, path, schema));
}

function checkStepAt(scope: Scope, path: Path): CheckStep[] {
  const here = [...path, 'check'];
  const given = take(scope, check(scope.located, path, checkStepSchema));
  if (given === undefined) return [];
  const checks = given.check.flatMap((entry, index): Check[] =>
    Object.keys(entry).flatMap((truth) => checkAt(scope, [...here, index, truth], truth)),
  );
  return [{ kind: 'check', checks, line: lineOf(scope.located, path) }];
}

/** One question to the truth: its name, what identifies the thing, and members that it has. */
function checkAt(scope: Scope, path: Path, truth: string): Check[] {
  const shape = entryOf(scope.vocabulary.truths, truth);
  const members = membersAt(scope, path) ?? {};
  checkNames(scope, path, false);
  if (shape === undefined) {
    scope.problems.push(
      unknownName(scope.located, path, 'unknown-truth', truth, Object.keys(scope.vocabulary.truths)),
    );
    return [];
  }
  const known = [...new Set([...shape.by, ...shape.members, ...(shape.list ? ['count'] : [])])];
  for (const name of Object.keys(members))
    if (!known.includes(name))
      scope.problems.push(unknownName(scope.located, [...path, name], 'unknown-truth-member', name, known));
  for (const name of shape.by)
    if (!Object.hasOwn(members, name)) complain(scope, path, 'truth-of-what', { truth, by: [...shape.by] });
  return [{ truth, members, line: lineOf(scope.located, path) }];
}

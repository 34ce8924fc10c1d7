import type { Act } from '../model/case.ts';
import { actSchemas, NAME } from '../model/case-file.ts';
import { durationMs } from '../model/config.ts';
import { isJsonObject, textMember, type JsonObject } from '../model/json.ts';
import { lineOf, nodeAt, placeOf, problemAt, type Path } from '../model/located.ts';
import { check, membersOf, unknownName } from '../model/schema-problems.ts';
import { complain, entryOf, take, type Scope } from './scope.ts';
import { checkNames, isPlaceholder, membersAt } from './values.ts';

/** Who acts: each is a step of its own, with the act as its value. */
export const GROUPS = ['customer', 'mobilepay', 'clock', 'world', 'callback'] as const;
export type Group = (typeof GROUPS)[number];

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
      const ms = durationMs(textMember(given, 'clock')?.slice(1) ?? '') ?? 0;
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
      const name = textMember(given, group) ?? '';
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
  checkArgumentNames(scope, argumentsPath, args, entryOf(membersOf(shape), 'save') !== undefined);
  const node = nodeAt(scope.located.root, argumentsPath);
  const plain = node !== undefined && !isJsonObject(node.value);
  const value = entryOf(membersOf(shape), 'value');
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
  if (typeof name === 'string' && !NAME.test(name)) complain(scope, [...path, 'save'], 'save-malformed');
  for (const member of Object.keys(args)) if (member !== 'save') checkNames(scope, [...path, member], false);
}

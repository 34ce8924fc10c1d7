import type { Problem } from '../../model/problem.ts';
import {
  clientSteps,
  every,
  expectationsOf,
  fails,
  finding,
  isRefused,
  isWrite,
  sameOperation,
  type Linted,
} from './rule.ts';

/** Not to repeat what was refused is only recommended: one repeat has to be let through (O15). */
export function repeatsOfRefusals(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const expected = expectationsOf(step);
    return expected.flatMap((one, index) => {
      if (!isWrite(linted, one) || !isRefused(one) || one.times.max > 1) return [];
      const next = expected[index + 1];
      if (next !== undefined && sameOperation(one, next) && next.times.min === 0) return [];
      if (one.operations.some((name) => step.allow.includes(name))) return [];
      return [finding(linted, one.line, 'repeat-forbidden', { operation: one.operations.join(' or ') })];
    });
  });
}

/** A client that knows better may refuse: where the backend refuses, the command may end so. */
export function refusalsMayEndSo(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const last = expectationsOf(step).findLast((one) => isWrite(linted, one));
    if (last === undefined || !isRefused(last)) return [];
    const ends = step.ends ?? [];
    if (ends.includes('refused') || ends.some((ending) => typeof ending !== 'string')) return [];
    return [finding(linted, step.line, 'refusal-not-lawful', { command: step.command })];
  });
}

/** Looking up after a failure or a restart is only recommended (O16, O42); polling is not meant. */
export function lookUpsAreFree(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const expected = expectationsOf(step);
    return expected.flatMap((one, index) => {
      if (one.times.min === 0 || !every(linted, one, isLookUp)) return [];
      const disturbed = expected
        .slice(0, index)
        .some((before) => isWrite(linted, before) && (fails(before) || isRefused(before)));
      if (!disturbed && step.command !== 'restart') return [];
      return [finding(linted, one.line, 'look-up-demanded', { operation: one.operations.join(' or ') })];
    });
  });
}

function isLookUp(operation: {
  readonly reads?: boolean;
  readonly polled?: boolean;
  readonly creates?: boolean;
}): boolean {
  return operation.reads === true && operation.polled !== true;
}

/** Nothing stands between commands that some clients do in one go, unless the case isn't meant for those. */
export function oneGoIsLeftAlone(linted: Linted): Problem[] {
  const { steps, unless } = linted.case;
  return (linted.pack.vocabulary.inOneGo ?? []).flatMap(({ first, then, behaviour }) =>
    steps.flatMap((step, index): Problem[] => {
      if (step.kind !== 'client' || step.command !== first || unless?.behaviour === behaviour) return [];
      const rest = steps.slice(index + 1);
      const end = rest.findIndex((other) => other.kind === 'client' && other.command === then);
      const again = rest.findIndex(
        (other) => other.kind === 'client' && (other.command === first || other.command === 'restart'),
      );
      if (end < 0 || (again >= 0 && again < end)) return [];
      return rest
        .slice(0, end)
        .filter((other) => other.kind !== 'client')
        .map((other) => finding(linted, other.line, 'between-one-go', { first, then, behaviour }));
    }),
  );
}

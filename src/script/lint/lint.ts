import type { Case } from '../../model/case.ts';
import type { Problem } from '../../model/problem.ts';
import { checksStandLast, listsAreCounted } from './checks.ts';
import { answersArePossible, expectationsAreReached, holdsAreCut, killsAreFollowed } from './faults.ts';
import { lookUpsAreFree, oneGoIsLeftAlone, refusalsMayEndSo, repeatsOfRefusals } from './lawful.ts';
import { namesAreSet } from './names.ts';
import {
  processedTimeoutsDemandNothing,
  retriesAreFew,
  retriesAreNotAllTimeouts,
  retriesRepeat,
} from './retries.ts';
import type { LintPack, LintRule } from './rule.ts';

/** The writing rules (case-language.md), in reading order. */
const RULES: readonly LintRule[] = [
  namesAreSet,
  retriesRepeat,
  retriesAreNotAllTimeouts,
  retriesAreFew,
  processedTimeoutsDemandNothing,
  killsAreFollowed,
  holdsAreCut,
  answersArePossible,
  expectationsAreReached,
  repeatsOfRefusals,
  refusalsMayEndSo,
  lookUpsAreFree,
  oneGoIsLeftAlone,
  checksStandLast,
  listsAreCounted,
];

/** The text that a case was read from. */
export interface CaseSource {
  readonly file: string;
  readonly text: string;
}

/**
 * What is wrong with a case that could be read: steps and faults that can't come about, and demands that would fail a lawful client. By
 * line; with `source` the places have the line itself and its column, without it the file within the pack and the line.
 */
export function lint(one: Case, pack: LintPack, source?: CaseSource): Problem[] {
  const linted = {
    case: one,
    pack,
    operations: new Map(pack.operations.map((operation) => [operation.name, operation])),
    steps: [
      ...Object.entries(one.needs).flatMap(([name, args]) => pack.vocabulary.needs[name]?.steps(args) ?? []),
      ...one.steps,
    ],
  };
  const problems = RULES.flatMap((rule) => rule(linted));
  const placed = source === undefined ? problems : problems.map((problem) => withText(problem, source));
  return placed.sort((left, right) => (left.place?.line ?? 0) - (right.place?.line ?? 0));
}

function withText(problem: Problem, { file, text }: CaseSource): Problem {
  const line = problem.place?.line ?? 0;
  const found = text.split('\n')[line - 1]?.replace(/\r$/, '');
  if (found === undefined) return { ...problem, place: { file } };
  const column = found.search(/[^\s-]|$/) + 1;
  const length = Math.max(1, found.trimEnd().length - column + 1);
  return { ...problem, place: { file, line, column, text: found, length } };
}

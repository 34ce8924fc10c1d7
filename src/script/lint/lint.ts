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

/**
 * What is wrong with a case that could be read: steps and faults that can't come about, and demands that would fail a lawful client. By
 * line. A case without such problems may run.
 */
export function lint(one: Case, pack: LintPack): Problem[] {
  const linted = {
    case: one,
    pack,
    operations: new Map(pack.operations.map((operation) => [operation.name, operation])),
    steps: [
      ...Object.entries(one.needs).flatMap(([name, args]) => pack.vocabulary.needs[name]?.steps(args) ?? []),
      ...one.steps,
    ],
  };
  return RULES.flatMap((rule) => rule(linted)).sort(
    (left, right) => (left.place?.line ?? 0) - (right.place?.line ?? 0),
  );
}

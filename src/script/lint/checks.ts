import type { Problem } from '../../model/problem.ts';
import { finding, type Linted } from './rule.ts';

/** What is so in the end is asked in the end: a check before would disturb what a client does by itself. */
export function checksStandLast(linted: Linted): Problem[] {
  const { steps } = linted.case;
  const last = steps.findLastIndex((step) => step.kind !== 'check');
  return steps.flatMap((step, index) =>
    step.kind === 'check' && index < last ? [finding(linted, step.line, 'check-not-last', {})] : [],
  );
}

/** Members are compared with every entry of a list: of an empty one nothing would be compared at all, so that it is counted too. */
export function listsAreCounted(linted: Linted): Problem[] {
  return linted.case.steps.flatMap((step) =>
    step.kind !== 'check'
      ? []
      : step.checks.flatMap(({ truth, members, line }): Problem[] => {
          const list = linted.pack.vocabulary.truths[truth]?.list === true;
          return list && !Object.hasOwn(members, 'count')
            ? [finding(linted, line, 'list-not-counted', { truth })]
            : [];
        }),
  );
}

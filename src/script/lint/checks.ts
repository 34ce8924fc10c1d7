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

/** Of several things there is no one member to compare: only their number. */
export function listsAreCounted(linted: Linted): Problem[] {
  return linted.case.steps.flatMap((step) =>
    step.kind !== 'check'
      ? []
      : step.checks.flatMap(({ truth, members, line }): Problem[] => {
          const shape = linted.pack.vocabulary.truths[truth];
          const others = Object.keys(members).filter(
            (name) => name !== 'count' && shape?.by.includes(name) !== true,
          );
          if (shape === undefined || !shape.list || others.length === 0 || members['count'] === 1) return [];
          return [finding(linted, line, 'list-not-counted', { truth, members: others })];
        }),
  );
}

import type { Expectation } from '../../model/case.ts';
import type { Problem } from '../../model/problem.ts';
import { clientSteps, expectationsOf, finding, sameOperation, type Linted } from './rule.ts';

/** A power cut ends its command: nothing of it comes after, and the restart is next. */
export function killsAreFollowed(linted: Linted): Problem[] {
  const { steps } = linted.case;
  return steps.flatMap((step, index): Problem[] => {
    if (step.kind !== 'client') return [];
    const kill = step.traffic.findIndex((item) => item.kind === 'kill');
    if (kill < 0) return [];
    const line = step.traffic[kill]?.line ?? step.line;
    const next = steps[index + 1];
    const problems = step.traffic
      .slice(kill + 1)
      .map((item) => finding(linted, item.line, 'unreachable-after-kill', { command: step.command }));
    if (next?.kind !== 'client' || next.command !== 'restart')
      problems.push(finding(linted, line, 'kill-without-restart', { command: step.command }));
    if (step.traffic[kill - 1]?.kind !== 'expect')
      problems.push(finding(linted, line, 'kill-after-nothing', { command: step.command }));
    return problems;
  });
}

/** What is held ends only with the power cut; without one the fault never does what it is for. */
export function holdsAreCut(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) =>
    step.traffic.flatMap((item, index) => {
      if (item.kind !== 'expect' || item.plan.kind !== 'fault' || item.plan.fault !== 'hold') return [];
      const next = step.traffic.slice(index + 1).find((other) => other.kind !== 'act');
      return next?.kind === 'kill' ? [] : [finding(linted, item.line, 'hold-without-kill', {})];
    }),
  );
}

/** Only a slow answer has a delay; where the request isn't carried out and nothing is answered, there are no members and no status. */
export function answersArePossible(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) =>
    expectationsOf(step).flatMap((one) => {
      const { plan } = one;
      if (plan.kind !== 'fault') return [];
      const problems: Problem[] = [];
      if (plan.delayMs !== undefined && plan.fault !== 'slow')
        problems.push(finding(linted, one.line, 'delay-without-slow', { fault: plan.fault }));
      const withheld = ['timeout', 'hold', 'reset'].includes(plan.fault) && !plan.processed;
      if (withheld && (one.answered !== undefined || one.answeredWith !== undefined))
        problems.push(finding(linted, one.line, 'answered-never-delivered', { fault: plan.fault }));
      return problems;
    }),
  );
}

/** What stands behind an expectation without an end that takes the same requests is never reached. */
export function expectationsAreReached(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const expected = expectationsOf(step);
    return expected.flatMap((one, index) =>
      expected.slice(0, index).some((before) => isEndless(before) && takes(before, one))
        ? [finding(linted, one.line, 'unreachable-expectation', { operation: one.operations.join(' or ') })]
        : [],
    );
  });
}

function isEndless({ times }: Expectation): boolean {
  return times.max === Number.MAX_SAFE_INTEGER;
}

function takes(before: Expectation, one: Expectation): boolean {
  if (!sameOperation(before, one) || !one.operations.every((name) => before.operations.includes(name)))
    return false;
  return before.path === undefined || JSON.stringify(before.path) === JSON.stringify(one.path);
}

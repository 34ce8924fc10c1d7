import type { Expectation } from '../../model/case.ts';
import type { Problem } from '../../model/problem.ts';
import {
  clientSteps,
  every,
  expectationsOf,
  fails,
  finding,
  isWrite,
  sameOperation,
  type Linted,
} from './rule.ts';

/** What a client may lawfully spend on one call: two repeats are recommended (pos-v10.md O14), so no case asks for more. */
const REPEATS = 2;

/** A retry needs something that it repeats, and repeats the same operation. */
export function retriesRepeat(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const expected = expectationsOf(step);
    return expected.flatMap((one, index) => {
      if (one.retryOf === undefined) return [];
      const before = expected
        .slice(0, index)
        .findLast((other) => isWrite(linted, other) || sameOperation(other, one));
      if (before === undefined)
        return [finding(linted, one.line, 'retry-of-nothing', { step: step.command })];
      if (sameOperation(before, one)) return [];
      const data = { operation: one.operations.join(' or '), before: before.operations.join(' or ') };
      return [finding(linted, one.line, 'retry-of-another', data)];
    });
  });
}

/** Calls with their repeats, as a case expects them. */
function chainsOf(expected: readonly Expectation[]): Expectation[][] {
  const chains: Expectation[][] = [];
  for (const one of expected) {
    const last = chains.at(-1);
    if (one.retryOf !== undefined && last !== undefined) last.push(one);
    else chains.push([one]);
  }
  return chains;
}

/** A client's retries are never spent on time-outs alone: the first may be one, the rest are 500 or reset. */
export function retriesAreNotAllTimeouts(linted: Linted): Problem[] {
  return chains(linted).flatMap((chain) => {
    let seen = 0;
    for (const one of chain) {
      if (one.plan.kind !== 'fault' || (one.plan.fault !== 'timeout' && one.plan.fault !== 'hold')) continue;
      seen += Math.min(one.times.max, 2);
      if (seen > 1)
        return [finding(linted, one.line, 'timeouts-only', { operation: one.operations.join(' or ') })];
    }
    return [];
  });
}

/** Success has to come within the repeats that are recommended. */
export function retriesAreFew(linted: Linted): Problem[] {
  return chains(linted).flatMap((chain) => {
    const last = chain.at(-1);
    if (last === undefined || fails(last) || last.times.min === 0) return [];
    const failed = chain.filter(fails).reduce((sum, one) => sum + one.times.min, 0);
    if (failed <= REPEATS) return [];
    return [finding(linted, last.line, 'too-many-retries', { failed, most: REPEATS })];
  });
}

function chains(linted: Linted): Expectation[][] {
  return clientSteps(linted).flatMap((step) =>
    chainsOf(expectationsOf(step).filter((one) => isWrite(linted, one))),
  );
}

/**
 * On naturally idempotent calls a processed time-out is for hardening cases, judged by the truth alone: a client that asks and sees the work
 * done rightly sends nothing more. Deleting is the one exception, documented so, and there too the repeats are optional.
 */
export function processedTimeoutsDemandNothing(linted: Linted): Problem[] {
  return clientSteps(linted).flatMap((step) => {
    const expected = expectationsOf(step);
    return expected.flatMap((one, index) => {
      const { plan } = one;
      if (plan.kind !== 'fault' || plan.fault !== 'timeout' || !plan.processed) return [];
      if (!every(linted, one, (operation) => operation.creates !== true && operation.reads !== true))
        return [];
      const data = { operation: one.operations.join(' or ') };
      const documented = every(linted, one, (operation) => operation.method === 'DELETE');
      const early =
        linted.case.tier === 'certification' && !documented
          ? [finding(linted, one.line, 'processed-timeout', data)]
          : [];
      const demanded = expected
        .slice(index + 1)
        .filter((other) => sameOperation(other, one) && other.times.min > 0);
      return [...early, ...demanded.map((other) => finding(linted, other.line, 'repeat-demanded', data))];
    });
  });
}

import type { CaseContext, CaseState, Seen } from './state.ts';
import { differenceOfRetry } from './assertions.ts';

/** Our own lateness, ms, from which on a client with a short time-out may rightly act as if nothing had been answered. */
const SLOW_MS = 50;

/** Processes waiting for each processor from which on a client may be starved although our own loop is not. */
const BUSY = 2;

/**
 * How late we were, ms, where that may be why the command in force went wrong; else undefined. It takes both: our event loop was late while we
 * answered, or the machine was overloaded, and the client behaved as after a time-out towards an exchange that nothing was done to (it left it, or sent the same once more).
 * Such a case is inconclusive and runs again alone; it is never failed for our slowness.
 */
export function slownessIn(context: CaseContext, state: CaseState): number | undefined {
  const seen = state.seen.filter((one) => one.request.command === state.command);
  const lag = Math.max(0, ...seen.map((one) => Math.max(one.request.lagMs, one.lagMs)));
  const busy = seen.some((one) => (one.request.load ?? 0) >= BUSY);
  if (lag < SLOW_MS && !busy) return undefined;
  return seen.some((one, index) => leftAlone(context, one, seen.slice(index + 1))) ? lag : undefined;
}

function leftAlone(context: CaseContext, one: Seen, later: readonly Seen[]): boolean {
  if (one.plan.kind !== 'forward' && one.plan.kind !== 'patch') return false;
  if (one.abandoned) return true;
  if (context.operations.get(one.request.operation ?? '')?.polled === true) return false;
  return later.some((other) => differenceOfRetry(context, one.request, other.request) === undefined);
}

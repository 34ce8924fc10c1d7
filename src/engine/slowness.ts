import type { CaseContext, CaseState, Seen } from './state.ts';
import type { Finding } from '../model/obligation.ts';
import { differenceOfRetry } from './assertions.ts';

/** Our own lateness, ms, and processes waiting for each processor: from the first pair on a client may have been misled, from the second surely. */
const SLOW_MS = 100;
const BUSY = 2;
const STALLED_MS = 200;
const OVERLOADED = 4;

/**
 * How late we were, ms, where that may be why the command in force went wrong; else undefined. A little late, or on a busy machine, we are to
 * blame only where the client behaved as after a time-out towards an exchange that nothing was done to (it left it, or sent the same once
 * more); stalled or overloaded, always. Such a case is inconclusive and runs again alone; it is never failed for our slowness.
 */
export function slownessIn(
  context: CaseContext,
  state: CaseState,
  finding: Finding,
  gaveUpAt = 0,
): number | undefined {
  if (isOfItsOwnMaking(context, state, finding)) return undefined;
  const seen = state.seen.filter((one) => one.request.command === state.command);
  const lag = Math.max(0, ...seen.map((one) => Math.max(one.request.lagMs, one.lagMs)));
  const load = Math.max(0, ...seen.map((one) => one.request.load ?? 0));
  if (lag >= STALLED_MS || Math.max(load, gaveUpAt) >= OVERLOADED) return lag;
  // Who gives up on a busy machine with nothing done to the last request that got through may have timed out before the next one did.
  if (gaveUpAt >= BUSY && seen.slice(-1).every(undisturbed)) return lag;
  if (lag < SLOW_MS && load < BUSY) return undefined;
  return seen.some((one, index) => leftAlone(context, one, seen.slice(index + 1))) ? lag : undefined;
}

/**
 * Whether the client wrote what is wrong before anything of ours could mislead it: nothing of its kind that we left undisturbed came before
 * it in the command, and it repeats nothing belatedly. A wrong amount is wrong on any machine, and what is refused is refused on any. Of the
 * requests that nobody waits for only some can't be the cleaning up after a time-out: those that create something, or that no till has to send.
 */
function isOfItsOwnMaking(context: CaseContext, state: CaseState, finding: Finding): boolean {
  const wrong = state.seen.find((one) => finding.exchanges.includes(one.request.exchange));
  if (wrong === undefined || !isOwn(context, wrong, finding)) return false;
  const before = state.seen.slice(0, state.seen.indexOf(wrong));
  return !before
    .filter(undisturbed)
    .some(
      ({ request }) =>
        (request.command === state.command && request.operation === wrong.request.operation) ||
        differenceOfRetry(context, request, wrong.request) === undefined,
    );
}

function isOwn(context: CaseContext, { request }: Seen, { code, data }: Finding): boolean {
  const { where, got } = data;
  if (code === 'members-differ' && where === 'status')
    return typeof got === 'number' && got >= 400 && got < 500;
  if (code === 'members-differ') return where !== 'answer';
  if (code !== 'unexpected-request') return false;
  const operation = context.operations.get(request.operation ?? '');
  return operation === undefined || operation.creates === true || operation.features.length === 0;
}

/** Sooner than this nobody's time-out is over: who repeats a request at once does so for other reasons. Ms. */
const SHORTEST_TIME_OUT_MS = 100;

function undisturbed(one: Seen): boolean {
  return one.plan.kind === 'forward' || one.plan.kind === 'patch';
}

function leftAlone(context: CaseContext, one: Seen, later: readonly Seen[]): boolean {
  if (!undisturbed(one)) return false;
  if (one.abandoned) return true;
  if (context.operations.get(one.request.operation ?? '')?.polled === true) return false;
  return later.some(
    (other) =>
      differenceOfRetry(context, one.request, other.request) === undefined &&
      (other.request.arrivedAt ?? 0) - (one.request.arrivedAt ?? 0) >= SHORTEST_TIME_OUT_MS,
  );
}

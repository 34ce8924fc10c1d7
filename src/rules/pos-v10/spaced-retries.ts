import { callsOf } from './calls.ts';
import type { Exchange } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** Less than this between a failure and the retry is none of the documented ways to wait, ms. Inferred: no figure was published. */
const LEAST_MS = 50;

/** O13: a retry waits, constantly or longer each time. Where the answer was withheld, waiting for it was the wait. */
export const spacedRetries = ruleOf('spaced-retries', 'should', (session, notes) => {
  for (const call of callsOf(session).filter((one) => WRITES.has(one.operation))) {
    for (const [index, { exchange, why }] of call.attempts.entries()) {
      const failed = call.attempts[index - 1]?.exchange;
      if (failed === undefined || why === 'token') continue;
      const ended = endOf(failed, exchange.request.seq);
      if (ended === undefined) continue;
      notes.examine(exchange);
      const measured = exchange.request.at - ended.at;
      if (measured + ended.lagMs < LEAST_MS)
        notes.findIfKnown([failed], 'retried-at-once', [exchange, failed], {
          operation: call.operation,
          leastMs: LEAST_MS,
        });
    }
  }
});

/** When a request failed at once, as the client saw it before `seq`. */
function endOf(failed: Exchange, seq: number): { readonly at: number; readonly lagMs: number } | undefined {
  const fate = fateOf(failed, seq);
  const { plan } = failed.request;
  const withheld = plan.kind === 'fault' && (plan.fault === 'timeout' || plan.fault === 'hold');
  if (fate === 'open' || withheld || failed.delivered?.outcome === 'abandoned') return undefined;
  return failed.delivered;
}

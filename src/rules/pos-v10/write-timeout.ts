import { WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';
import { waitedFor } from './waits.ts';

/** api_principles#handling-timeouts: two seconds for POST and DELETE, ms; and what a way through the network may add. */
const LIMIT_MS = 2000;
const TOLERANCE_MS = 250;

/** O20: a write is given up after two seconds without an answer. */
export const writeTimeout = ruleOf('write-timeout', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (!WRITES.has(exchange.request.operation ?? '')) continue;
    const waited = waitedFor(session, exchange);
    if (waited === undefined) continue;
    notes.examine(exchange);
    if (waited.ms > LIMIT_MS + TOLERANCE_MS + waited.lagMs)
      notes.findIfKnown([exchange], 'waited-too-long', [exchange], {
        measuredMs: Math.round(waited.ms),
        limitMs: LIMIT_MS,
      });
  }
});

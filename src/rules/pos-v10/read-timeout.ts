import { ruleOf } from './rule.ts';
import { waitedFor } from './waits.ts';

/** api_principles#handling-timeouts: half a second for GET, ms; and what a way through the network may add. */
const LIMIT_MS = 500;
const TOLERANCE_MS = 250;

/** O20: a read is given up after half a second without an answer. */
export const readTimeout = ruleOf('read-timeout', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.method !== 'GET') continue;
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

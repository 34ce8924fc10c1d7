import { POLLED } from './operations.ts';
import { polledBefore, pollDelayBefore } from './polls.ts';
import { ruleOf } from './rule.ts';

/** cases.md: slower than three times the delay or 3 s, whichever is more. */
const TIMES = 3;
const LEAST_MS = 3000;

/** O23: a till polls about as often as it may, or its customer waits. Time during which we held an answer doesn't count. */
export const pollAsFastAsAllowed = ruleOf('poll-as-fast-as-allowed', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (!POLLED.has(exchange.request.operation ?? '')) continue;
    const before = polledBefore(session, exchange);
    const delay = pollDelayBefore(session, exchange);
    if (before?.kind !== 'poll' || delay === undefined || before.previous.command !== exchange.command)
      continue;
    const { previous } = before;
    notes.examine(exchange);
    const since = Math.min(previous.delivered?.at ?? exchange.request.at, exchange.request.at);
    const measured = exchange.request.at - since;
    const bound = Math.max(TIMES * delay, LEAST_MS);
    if (measured > bound + exchange.request.lagMs)
      notes.findIfKnown([exchange, previous], 'polled-slowly', [exchange, previous], {
        delayMs: delay,
        measuredMs: Math.round(measured),
        boundMs: bound,
      });
  }
});

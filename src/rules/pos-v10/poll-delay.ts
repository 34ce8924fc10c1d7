import { keepsPace, lateBy, polledBefore, pollDelayBefore, pollDelayUnheard } from './polls.ts';
import { POLLED } from './operations.ts';
import { ruleOf } from './rule.ts';

/** What the way of a request may take longer than that of the one before it, ms (cases.md). */
const TOLERANCE_MS = 20;
/** A poll that is early by less than this share of its delay, and these ms, is slightly early. */
const SLIGHT_SHARE = 0.2;
const SLIGHT_MS = 60;
/**
 * Polls that are slightly early, or early by no more than the poll before was late, come so by chance where they are at most this share of a
 * session's: a busy machine was slow with the poll before, out of our sight, and the client keeps time by its own clock.
 */
const CHANCE_SHARE = 0.25;
/** Lag of our own up to this widens the tolerance; beyond it we can't say, ms. */
const LARGE_LAG_MS = 20;

/**
 * O22, O21: the same path is not polled again before the delay in the last answer is over, also after a poll that got no answer and over a
 * restart. The first read of a later command, and one after a 5xx (which may be retried), are held against a client lightly; a read
 * after a write to the same payment or refund is a look-up.
 */
export const pollDelay = ruleOf('poll-delay', 'must', (session, notes) => {
  let polls = 0;
  const slight: ((level: 'must' | 'should') => void)[] = [];
  for (const exchange of session.exchanges) {
    if (!POLLED.has(exchange.request.operation ?? '')) continue;
    const before = polledBefore(session, exchange);
    const delay = pollDelayBefore(session, exchange);
    if (before === undefined || delay === undefined) continue;
    const measured = exchange.request.at - before.previous.request.at;
    const { previous } = before;
    const early = delay - TOLERANCE_MS - measured;
    const { lagMs } = previous.request;
    const data = {
      path: exchange.path,
      delayMs: delay,
      measuredMs: Math.round(measured),
      lagMs: Math.round(lagMs),
    };
    const exchanges = [exchange, previous];
    notes.examine(exchange);
    if (before.kind === 'poll') polls += 1;
    if (early <= Math.min(lagMs, LARGE_LAG_MS)) continue;
    const worst = Math.max(lagMs, previous.delivered?.lagMs ?? lagMs, exchange.request.lagMs);
    const unheard = pollDelayUnheard(session, exchange);
    const explained =
      (worst > LARGE_LAG_MS && (early <= worst || keepsPace(session, exchange, delay - TOLERANCE_MS))) ||
      (unheard !== undefined && measured >= unheard - TOLERANCE_MS - Math.min(lagMs, LARGE_LAG_MS));
    if (before.kind === 'poll' && explained) notes.doubt('polled-too-early', exchanges, data);
    else if (
      before.kind === 'poll' &&
      (early + TOLERANCE_MS <= Math.min(delay * SLIGHT_SHARE, SLIGHT_MS) ||
        early <= (lateBy(session, previous) ?? -Infinity))
    )
      slight.push((level) => notes.find('polled-too-early', exchanges, data, level));
    else if (before.kind === 'poll') notes.find('polled-too-early', exchanges, data);
    else if (!explained) notes.find('polled-too-early', exchanges, data, 'should');
  }
  for (const find of slight) find(slight.length <= polls * CHANCE_SHARE ? 'should' : 'must');
});

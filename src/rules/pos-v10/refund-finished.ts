import { FINAL_STATES } from './operations.ts';
import { ruleOf } from './rule.ts';
import { exchangesAbout, leftoversOf } from './truths.ts';

/** O57: every refund is followed up to its capture or cancellation: what is left Reserved is paid out by itself after 24 hours. */
export const refundFinished = ruleOf('refund-finished', 'must', (session, notes) => {
  for (const { thing, id, state, ended, counts } of leftoversOf(session, 'refunds', 'refund')) {
    if (!counts) continue;
    const last = exchangesAbout(session, id).findLast((one) => one.request.seq < ended.seq);
    if (last !== undefined) notes.examine(last);
    if (FINAL_STATES.has(state)) continue;
    const data = { refundId: id, state, amount: thing['amount'] ?? null };
    if (last === undefined) notes.findInCase('refund-left-open', session, ended.case, data);
    else notes.find('refund-left-open', [last], data);
  }
});

import { ruleOf } from './rule.ts';
import { exchangesAbout, leftoversOf } from './truths.ts';

/** O26: there is no automatic capture, so nothing that was approved is left Reserved at the end of its case. */
export const capturedOrCancelled = ruleOf('captured-or-cancelled', 'must', (session, notes) => {
  for (const { thing, id, state, ended, counts } of leftoversOf(session, 'payments', 'payment')) {
    if (!counts || thing['everReserved'] !== true || thing['createdBy'] === 'stage') continue;
    const about = exchangesAbout(session, id).filter((one) => one.request.seq < ended.seq);
    const last = about.at(-1);
    if (last !== undefined) notes.examine(last);
    if (state !== 'Reserved') continue;
    const data = { paymentId: id, orderId: thing['orderId'] ?? null, amount: thing['amount'] ?? null };
    if (last === undefined) notes.findInCase('left-reserved', session, ended.case, data);
    else notes.find('left-reserved', [last], data);
  }
});

import { member } from '../../model/json.ts';
import { sent, type Exchange, type Session } from './exchange-log.ts';
import { answerOf } from './fates.ts';
import { amountOf, reservedAmount } from './amounts.ts';
import { ruleOf } from './rule.ts';

/** O35: where `partialCapturePossible` was false the whole amount is captured, or the payment is cancelled. */
export const partialCaptureFlag = ruleOf('partial-capture-flag', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const { operation, seq } = exchange.request;
    const { id } = exchange;
    if (id === undefined || (operation !== 'capturePayment' && operation !== 'cancelPayment')) continue;
    const flag = flagBefore(session, id, seq);
    if (flag === undefined) continue;
    notes.examine(exchange);
    const got = amountOf(sent(exchange, 'amount'));
    const reserved = reservedAmount(session, id, seq);
    if (operation !== 'capturePayment' || member(answerOf(flag), 'partialCapturePossible') !== false)
      continue;
    if (got !== undefined && reserved !== undefined && got < reserved)
      notes.findIfKnown([flag], 'partial-capture-not-possible', [exchange, flag], {
        paymentId: id,
        got,
        reserved,
      });
  }
});

/** The last answer before `seq` that told whether less may be captured. */
function flagBefore(session: Session, id: string, seq: number): Exchange | undefined {
  return session.exchanges.findLast(
    (one) =>
      one.id === id &&
      one.request.operation === 'queryPayment' &&
      typeof member(answerOf(one, seq), 'partialCapturePossible') === 'boolean',
  );
}

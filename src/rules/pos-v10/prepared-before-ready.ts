import { statesOf } from './calls.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { glimpseOf } from './fates.ts';
import { textMember } from '../../model/json.ts';
import { ruleOf } from './rule.ts';

/** O39: only a payment that was begun by prepare is made ready. */
export const preparedBeforeReady = ruleOf('prepared-before-ready', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const { id } = exchange;
    const { operation, seq } = exchange.request;
    if (operation !== 'readyPayment' || id === undefined) continue;
    const origin = originOf(session, id, seq);
    const seen = statesOf(session, id, seq).some((state) => state === 'Prepared' || state === 'Paired');
    if (origin === undefined && !seen) continue;
    notes.examine(exchange);
    if (origin?.request.operation === 'initiatePayment' && !seen)
      notes.find('ready-without-prepare', [exchange, origin], { paymentId: id });
  }
});

/** The POST whose answer named the payment. */
function originOf(session: Session, id: string, seq: number): Exchange | undefined {
  return session.exchanges.find(
    (one) =>
      (one.request.operation === 'initiatePayment' || one.request.operation === 'preparePayment') &&
      textMember(glimpseOf(one, seq), 'paymentId')?.toLowerCase() === id,
  );
}

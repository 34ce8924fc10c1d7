import { textMember } from '../../model/json.ts';
import { lastStateOf } from './calls.ts';
import { sent, type Exchange, type Session } from './exchange-log.ts';
import { answerOf } from './fates.ts';
import { FINAL_STATES } from './operations.ts';
import { ruleOf } from './rule.ts';

const FINISHES = new Set(['capturePayment', 'cancelPayment']);

/** O51: a point of sale is deleted when the payments on it are captured or cancelled. */
export const deletesPosLast = ruleOf('deletes-pos-last', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'deletePointOfSale') continue;
    notes.examine(exchange);
    const open = openOn(session, exchange);
    if (open.length > 0)
      notes.find('deleted-before-its-payments', [exchange], { posId: exchange.id ?? '', payments: open });
  }
});

/** The payments on a point of sale that the client knew of and had done nothing to finish. */
function openOn(session: Session, deletion: Exchange): string[] {
  const { seq } = deletion.request;
  const before = session.exchanges.filter((one) => one.request.seq < seq);
  const created = before.flatMap((one) => {
    const posId = sent(one, 'posId');
    const paymentId = textMember(answerOf(one, seq), 'paymentId')?.toLowerCase();
    const here = typeof posId === 'string' && posId.toLowerCase() === deletion.id;
    return here && paymentId !== undefined ? [paymentId] : [];
  });
  return [...new Set(created)].filter((id) => {
    const finished = before.some((one) => one.id === id && FINISHES.has(one.request.operation ?? ''));
    return !finished && !FINAL_STATES.has(lastStateOf(session, id, seq) ?? '');
  });
}

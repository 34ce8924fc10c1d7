import { toMajor } from '../../model/amount.ts';
import type { HttpAnswer } from '../../model/http.ts';
import type { JsonObject } from '../../model/json.ts';
import { topOf } from '../../std/piles.ts';
import { recordOf } from '../../std/register.ts';
import { lookAtPayment } from './aging.ts';
import { jsonAnswer, notFound } from './answers.ts';
import { isAnswer, queryOf, type Call } from './call.ts';
import { isActive, putVisit, sameOwner, shelf } from './records.ts';
import type { Payment, SandboxState, Visit } from './state.ts';
import { idsOn, type Turn } from './turn.ts';
import { guidOf } from './valid-text.ts';

/** GET /payments/{paymentid}. */
export function queryPayment(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const payment = lookAtPayment(turn, call.id);
  if (payment === undefined) return notFound();
  if (payment.integrator !== caller.integrator) return call.refuse('1401');
  if (payment.vat !== caller.vat) return call.refuse('1411');
  const visit = recordOf(turn.state.visits, payment.visitId ?? '');
  const { settings } = turn.state;
  // Filled in the order of the official example, without spreading: this is what tills ask for most.
  const answer: JsonObject = { paymentId: payment.id, posId: payment.posId, orderId: payment.orderId };
  const { terms } = payment;
  if (terms !== undefined) {
    answer['amount'] = toMajor(terms.amount);
    answer['currencyCode'] = terms.currencyCode;
    if (terms.restrictions !== undefined) answer['restrictions'] = { ...terms.restrictions };
    if (terms.merchantPaymentLabel !== undefined) answer['merchantPaymentLabel'] = terms.merchantPaymentLabel;
    answer['plannedCaptureDelay'] = terms.plannedCaptureDelay;
  }
  answer['status'] = payment.state;
  if (visit !== undefined) addKnown(answer, turn, visit);
  if (payment.reservedAt !== undefined)
    answer['paymentExpiresAt'] = longTime(payment.reservedAt + settings.reservationLifeMs);
  if (payment.state === 'Reserved') answer['partialCapturePossible'] = canCaptureLess(turn.state, payment);
  answer['pollDelayInMs'] = settings.pollDelayInMs;
  return jsonAnswer(200, answer);
}

/**
 * What is known of a customer, and counts the poll: missing is "not looked up yet", empty is "has none" (pos-v10.md 1.7).
 */
export function addKnown(answer: JsonObject, turn: Turn, visit: Visit): void {
  if (visit.polls < visit.lookedUpAfter) {
    putVisit(turn, { ...visit, polls: visit.polls + 1 });
    return;
  }
  answer['customerToken'] = visit.customerToken;
  answer['customerReceiptToken'] = visit.customerReceiptToken;
  answer['loyaltyIds'] = [...visit.loyaltyIds];
}

/** Whether less than was reserved may be captured: as the customer's check-in says, else as the settings do. */
export function canCaptureLess(state: SandboxState, payment: Payment): boolean {
  const visit = recordOf(state.visits, payment.visitId ?? '');
  return visit?.partialCapture ?? state.settings.partialCapturePossible;
}

/** Later than this no year has four digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time as .NET writes it: seven decimals and an offset (SPEC, example of paymentExpiresAt). */
function longTime(ms: number): string {
  return new Date(Math.min(ms, LAST_MOMENT)).toISOString().replace('Z', '0000+00:00');
}

/** GET /payments: ids of active and Reserved payments, or of Captured ones; of a reused orderId only the latest (BP#order-ids). */
export function queryPayments(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const query = queryOf(call, ['posId', 'orderId', 'state']);
  if (isAnswer(query)) return query;
  const { posId: posText, orderId, state } = query;
  const posId = guidOf(posText);
  if (posText !== undefined && posId === undefined) return call.refuse('1099', 'posId must be a GUID.');
  if (state !== undefined && state !== 'Captured') return call.refuse('1099', 'state must be Captured.');
  if (posId === undefined && orderId === undefined) return call.refuse('1109');
  const wanted = (id: string): boolean => {
    const payment = lookAtPayment(turn, id);
    if (payment === undefined || !sameOwner(payment, caller)) return false;
    if (state === 'Captured' ? payment.state !== 'Captured' : !isOpen(payment)) return false;
    return (
      (posId === undefined || payment.posId === posId) &&
      (orderId === undefined || payment.orderId === orderId)
    );
  };
  if (orderId !== undefined) {
    const { key } = shelf.paymentsOfOrder(orderId);
    let newest = topOf(turn.state.indexes.paymentsOfOrder, key);
    while (newest !== undefined && !wanted(newest.value)) newest = newest.below;
    return jsonAnswer(200, { paymentIds: newest === undefined ? [] : [newest.value] });
  }
  const ids = idsOn(turn.state, shelf.paymentsOn(posId ?? ''), state === 'Captured' ? 'captured' : 'open');
  return jsonAnswer(200, { paymentIds: ids.filter(wanted) });
}

function isOpen(payment: Payment): boolean {
  return isActive(payment) || payment.state === 'Reserved';
}

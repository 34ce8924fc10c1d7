import { toMajor } from '../../model/amount.ts';
import type { HttpAnswer } from '../../model/http.ts';
import { member } from '../../model/json.ts';
import { CURRENCIES } from '../../model/pos-v10/truth.ts';
import { recordOf } from '../../std/register.ts';
import { lookAtPayment, lookAtRefund } from './aging.ts';
import { done, jsonAnswer, notFound } from './answers.ts';
import { isAnswer, queryOf, readBody, type Call } from './call.ts';
import { amountOf, idOf, textOf, wordOf } from './fields.ts';
import { answerCreated, replay } from './idempotency.ts';
import { putPayment, putRefund, putStore, sameOwner, shelf } from './records.ts';
import type { Refund } from './state.ts';
import { idsOn, nextSeq, type Turn } from './turn.ts';
import { guidOf } from './valid-text.ts';

/** POST /refunds. What is refunded is taken from the store's balance at once, and given back if the refund is cancelled. */
export function initiateRefund(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const read = readBody(turn, call.request, ['paymentId', 'refundOrderId', 'amount', 'currencyCode']);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const paymentId = idOf(read.body, 'paymentId');
  if (paymentId === undefined) return call.refuse('1099', 'paymentId must be a GUID.');
  const refundOrderId = textOf(read.body, 'refundOrderId');
  if (refundOrderId === undefined) return call.refuse('1114');
  const amount = amountOf(read.body);
  if (amount === undefined) return call.refuse('1102');
  const currencyCode = wordOf(CURRENCIES, member(read.body, 'currencyCode'));
  if (currencyCode === undefined) return call.refuse('1099', 'currencyCode must be DKK or EUR.');

  const request = { paymentId, refundOrderId, amount, currencyCode };
  const repeated = replay(call, request, 'refundId');
  if (repeated !== undefined) return repeated;
  const payment = lookAtPayment(turn, paymentId);
  if (payment === undefined) return call.refuse('1001');
  if (!sameOwner(payment, caller)) return call.refuse('1401');
  if (payment.state !== 'Captured' || payment.capturedAt === undefined) return call.refuse('1354');
  if (payment.terms?.currencyCode !== currencyCode) return call.refuse('1365');
  if (turn.now > payment.capturedAt + turn.state.settings.refundWindowMs) return call.refuse('1366');
  if (payment.refundsHeld + amount > payment.capturedAmount) return call.refuse('1367');
  const store = recordOf(turn.state.stores, payment.storeId);
  if (store === undefined || store.balance < amount) return call.refuse('1368');

  const refund: Refund = {
    id: turn.ids().toLowerCase(),
    seq: nextSeq(turn),
    integrator: caller.integrator,
    vat: caller.vat,
    paymentId,
    storeId: payment.storeId,
    refundOrderId,
    amount,
    currencyCode,
    state: 'Initiated',
    queries: 0,
    createdAt: turn.now,
  };
  putRefund(turn, refund);
  putPayment(turn, { ...payment, refundsHeld: payment.refundsHeld + amount });
  putStore(turn, { ...store, balance: store.balance - amount });
  return answerCreated(call, request, 'refundId', refund.id);
}

/** GET /refunds/{refundid}. The reservation is there at its second query (setting `refundReservedAtQuery`). */
export function queryRefund(call: Call): HttpAnswer {
  const { turn } = call;
  let refund = lookAtRefund(turn, call.id);
  if (refund === undefined) return notFound();
  if (!sameOwner(refund, call.caller)) return call.refuse('1402');
  if (refund.state === 'Initiated') {
    const queries = refund.queries + 1;
    refund = { ...refund, queries };
    if (queries >= turn.state.settings.refundReservedAtQuery) refund = reserved(refund, turn.now);
    putRefund(turn, refund);
  }
  return jsonAnswer(200, {
    refundId: refund.id,
    paymentId: refund.paymentId,
    refundOrderId: refund.refundOrderId,
    amount: toMajor(refund.amount),
    currencyCode: refund.currencyCode,
    status: refund.state,
    pollDelayInMs: turn.state.settings.pollDelayInMs,
  });
}

/** An Initiated refund as Reserved. */
export function reserved(refund: Refund, now: number): Refund {
  return { ...refund, state: 'Reserved', reservedAt: now };
}

/** GET /refunds. */
export function queryRefunds(call: Call): HttpAnswer {
  const query = queryOf(call, ['paymentId']);
  if (isAnswer(query)) return query;
  const text = query['paymentId'];
  if (text === undefined) return call.refuse('1110');
  const paymentId = guidOf(text);
  if (paymentId === undefined) return call.refuse('1099', 'paymentId must be a GUID.');
  const { state } = call.turn;
  const refundIds = idsOn(state, shelf.refundsOf(paymentId), 'all').filter((id) => {
    const refund = recordOf(state.refunds, id);
    return refund !== undefined && sameOwner(refund, call.caller);
  });
  return jsonAnswer(200, { refundIds });
}

/** POST /refunds/{refundid}/capture. A body is ignored: clients in the field send an amount. */
export function captureRefund(call: Call): HttpAnswer {
  const refund = lookAtRefund(call.turn, call.id);
  // The one 404 with a body (pos-v10.md C-26).
  if (refund === undefined) return call.refuse('1004');
  if (!sameOwner(refund, call.caller)) return call.refuse('1402');
  if (refund.state === 'Captured') return done();
  if (refund.state !== 'Reserved') return call.refuse('1351');
  putRefund(call.turn, { ...refund, state: 'Captured' });
  return done();
}

/** POST /refunds/{refundid}/cancel. */
export function cancelRefund(call: Call): HttpAnswer {
  const refund = lookAtRefund(call.turn, call.id);
  if (refund === undefined) return notFound();
  if (!sameOwner(refund, call.caller)) return call.refuse('1402');
  if (refund.state === 'CancelledByClient') return done();
  if (refund.state !== 'Initiated' && refund.state !== 'Reserved') return call.refuse('1352');
  endRefund(call.turn, refund, 'CancelledByClient');
  return done();
}

/** Ends a refund without paying it out: the payment and the store's balance have the money again. */
export function endRefund(
  turn: Turn,
  refund: Refund,
  state: 'CancelledByClient' | 'CancelledByMobilePay',
): void {
  putRefund(turn, { ...refund, state });
  const payment = recordOf(turn.state.payments, refund.paymentId);
  if (payment !== undefined)
    putPayment(turn, { ...payment, refundsHeld: payment.refundsHeld - refund.amount });
  const store = recordOf(turn.state.stores, refund.storeId);
  if (store !== undefined) putStore(turn, { ...store, balance: store.balance + refund.amount });
}

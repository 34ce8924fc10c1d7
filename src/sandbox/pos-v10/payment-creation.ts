import type { HttpAnswer } from '../../model/http.ts';
import { recordOf } from '../../std/register.ts';
import { activeOn, lookAtPayment, lookAtPointOfSale } from './aging.ts';
import { done, notFound } from './answers.ts';
import { readBody, type Call } from './call.ts';
import { idOf, isFlaw, termsOf, textOf, unfit } from './fields.ts';
import { answerCreated, replay } from './idempotency.ts';
import { putPayment, sameOwner } from './records.ts';
import type { Payment, PointOfSale, Terms } from './state.ts';
import { nextSeq, type Turn } from './turn.ts';

const INITIATE = [
  'posId',
  'orderId',
  'amount',
  'currencyCode',
  'restrictions',
  'merchantPaymentLabel',
  'plannedCaptureDelay',
];
const READY = INITIATE.slice(2);

/** POST /payments. */
export function initiatePayment(call: Call): HttpAnswer {
  const read = readBody(call.turn, call.request, INITIATE);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const order = orderOf(call, read.body);
  if ('status' in order) return order;
  const terms = termsOf(read.body);
  if (isFlaw(terms)) return call.refuse(terms.flaw, terms.detail);
  return create(call, order, terms);
}

/** POST /payments/prepare. */
export function preparePayment(call: Call): HttpAnswer {
  const read = readBody(call.turn, call.request, ['posId', 'orderId']);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const order = orderOf(call, read.body);
  if ('status' in order) return order;
  return create(call, order, undefined);
}

interface Order {
  readonly posId: string;
  readonly orderId: string;
}

function orderOf(call: Call, body: Parameters<typeof idOf>[0]): Order | HttpAnswer {
  const posId = idOf(body, 'posId');
  if (posId === undefined) {
    const { flaw, detail } = unfit('posId', 'a GUID');
    return call.refuse(flaw, detail);
  }
  const orderId = textOf(body, 'orderId');
  return orderId === undefined ? call.refuse('1113') : { posId, orderId };
}

function create(call: Call, order: Order, terms: Terms | undefined): HttpAnswer {
  const { turn, caller } = call;
  const { orderId } = order;
  const request = { posId: order.posId, orderId, terms };
  const repeated = replay(call, request, 'paymentId');
  if (repeated !== undefined) return repeated;
  const pos = lookAtPointOfSale(turn, order.posId);
  if (pos === undefined) return call.refuse('1000');
  if (!sameOwner(pos, caller)) return call.refuse('1400');
  // After a deletion no new payments, though Reserved ones can still be finished (pos-v10.md 1.8).
  if (pos.deleted) return call.refuse('1000');
  if (recordOf(turn.state.stores, pos.storeId)?.activated !== true) return call.refuse('1204');
  if (activeOn(turn, pos.id) !== undefined) return call.refuse('1301');
  const payment = addPayment(turn, pos, orderId, terms, 'client');
  // Of two equal texts the one that stays anyway.
  return answerCreated(call, { posId: pos.id, orderId, terms }, 'paymentId', payment.id);
}

/** Makes a payment: without terms it is prepared; where a customer is checked in already, it is with them at once. */
export function addPayment(
  turn: Turn,
  pos: PointOfSale,
  orderId: string,
  terms: Terms | undefined,
  createdBy: Payment['createdBy'],
): Payment {
  const checkedIn = pos.visitId !== undefined;
  // Every member is named, so that all payments have one shape in memory: there may be very many.
  const payment: Payment = {
    id: turn.ids().toLowerCase(),
    seq: nextSeq(turn),
    integrator: pos.integrator,
    vat: pos.vat,
    posId: pos.id,
    storeId: pos.storeId,
    orderId,
    prepared: terms === undefined,
    state:
      terms === undefined ? (checkedIn ? 'Paired' : 'Prepared') : checkedIn ? 'IssuedToUser' : 'Initiated',
    since: turn.now,
    createdAt: turn.now,
    capturedAmount: 0,
    refundsHeld: 0,
    createdBy,
    terms,
    visitId: pos.visitId,
  };
  putPayment(turn, payment);
  return payment;
}

/** POST /payments/{paymentid}/ready. Repeating it with the same terms succeeds again, whatever has become of the payment. */
export function readyPayment(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const read = readBody(turn, call.request, READY);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const terms = termsOf(read.body);
  if (isFlaw(terms)) return call.refuse(terms.flaw, terms.detail);
  const payment = lookAtPayment(turn, call.id);
  if (payment === undefined) return notFound();
  if (payment.integrator !== caller.integrator) return call.refuse('1401');
  if (payment.vat !== caller.vat) return call.refuse('1406');
  if (payment.prepared && payment.terms !== undefined)
    return JSON.stringify(payment.terms) === JSON.stringify(terms)
      ? done()
      : call.refuse('1303', 'The payment was already marked as ready with other values.');
  if (payment.state !== 'Prepared' && payment.state !== 'Paired') return call.refuse('1303');
  const state = payment.state === 'Paired' ? 'IssuedToUser' : 'Initiated';
  putPayment(turn, { ...payment, terms, state, since: turn.now });
  return done();
}

import type { HttpAnswer } from '../../model/http.ts';
import { recordOf } from '../../std/register.ts';
import { closePayment, lookAtPayment } from './aging.ts';
import { done, notFound } from './answers.ts';
import { readBody, type Call } from './call.ts';
import { amountOf } from './fields.ts';
import { canCaptureLess } from './payment-queries.ts';
import { isActive, putPayment, putStore } from './records.ts';

/** POST /payments/{paymentid}/capture. The same capture again succeeds again (1.3). */
export function capturePayment(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const read = readBody(turn, call.request, ['amount']);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const amount = amountOf(read.body);
  if (amount === undefined) return call.refuse('1102');
  const payment = lookAtPayment(turn, call.id);
  if (payment === undefined) return notFound();
  if (payment.integrator !== caller.integrator) return call.refuse('1401');
  if (payment.vat !== caller.vat) return call.refuse('1407');
  if (payment.state === 'Captured') return payment.capturedAmount === amount ? done() : call.refuse('1307');
  if (payment.state !== 'Reserved') return call.refuse('1304');
  const reserved = payment.terms?.amount ?? 0;
  if (amount > reserved) return call.refuse('1305');
  if (amount < reserved && !canCaptureLess(turn.state, payment)) return call.refuse('1308');
  putPayment(turn, {
    ...payment,
    state: 'Captured',
    since: turn.now,
    capturedAt: turn.now,
    capturedAmount: amount,
  });
  const store = recordOf(turn.state.stores, payment.storeId);
  if (store !== undefined && turn.state.settings.capturesFillTheBalance)
    putStore(turn, { ...store, balance: store.balance + amount });
  return done();
}

/** POST /payments/{paymentid}/cancel. Paired payments may be cancelled by the client too (pos-v10.md C-6). */
export function cancelPayment(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const payment = lookAtPayment(turn, call.id);
  if (payment === undefined) return notFound();
  if (payment.integrator !== caller.integrator) return call.refuse('1401');
  if (payment.vat !== caller.vat) return call.refuse('1408');
  if (payment.state === 'CancelledByClient') return done();
  if (!isActive(payment) && payment.state !== 'Reserved') return call.refuse('1300');
  closePayment(turn, { ...payment, state: 'CancelledByClient', since: turn.now });
  return done();
}

import { randomUUID } from 'node:crypto';
import { call, refusal, succeeded } from './calls.mjs';
import { cancel, carryOut, decide, ENDED, look, queryOf, recordOf, stateOf } from './decisions.mjs';
import { GaveUp, Refused } from './endings.mjs';
import { pollUntil } from './polling.mjs';

export async function initiateRefund(till, params) {
  const paymentId = params.paymentId ?? (await findCaptured(till, params.orderId));
  const refundOrderId = params.refundOrderId ?? `R-${randomUUID().slice(0, 13)}`;
  const { amount, currencyCode } = params;
  if (till.policy.refusesLocally) checkRest(till, paymentId, amount);
  const body = till.policy.refundBody({ paymentId, refundOrderId, amount, currencyCode }, till);
  const refundId = await makeRefund(till, body);
  return params.refundOrderId === undefined ? { refundId, refundOrderId } : { refundId };
}

/** The payment of an order whose id was lost (the API finds captured ones by their order). */
async function findCaptured(till, orderId) {
  const result = await call(till, {
    operation: 'queryPayments',
    method: 'GET',
    path: '/payments',
    query: { orderId, state: 'Captured' },
    wants: 'paymentIds',
  });
  if (result.spent) throw new GaveUp('the payment could not be looked up');
  if (!succeeded(result)) throw refusal('the payment could not be looked up', result);
  const id = result.json.paymentIds[0];
  if (id === undefined) throw new Refused('this order has no captured payment');
  return id;
}

function checkRest(till, paymentId, amount) {
  const payment = till.store.data.payments[paymentId.toLowerCase()];
  if (payment === undefined) return;
  if (payment.state !== 'Captured') throw new Refused('only captured payments are refunded');
  const gone = Object.values(till.store.data.refunds)
    .filter((refund) => refund.paymentId === paymentId && !/^Cancelled/.test(refund.state ?? ''))
    .reduce((sum, refund) => sum + Math.round(refund.amount * 100), 0);
  const captured = Math.round((payment.captured ?? payment.amount) * 100);
  if (gone + Math.round(amount * 100) > captured) throw new Refused('more than is left of the payment');
}

async function makeRefund(till, body) {
  const entry = { key: till.policy.newKey('initiateRefund', till), body };
  till.store.data.refunding.push(entry);
  till.store.save();
  const result = await call(till, {
    operation: 'initiateRefund',
    method: 'POST',
    path: '/refunds',
    body,
    key: entry.key,
    wants: 'refundId',
  });
  if (succeeded(result)) return keepRefund(till, entry, result.json.refundId);
  if (!result.spent) {
    forget(till, entry);
    throw refusal('the refund was not started', result);
  }
  if (till.policy.lostRefund === 'ignore') throw new GaveUp('the refund could not be started');
  const found = await findLostRefund(till, entry);
  if (found !== undefined && till.policy.lostRefund === 'adopt') return found;
  if (found !== undefined) await cancel(till, 'refund', recordOf(till, 'refund', found));
  throw new GaveUp('the refund could not be started');
}

/** Looks whether a refund stands whose answer never came; takes it into the books if so. */
export async function findLostRefund(till, entry) {
  const result = await call(till, {
    operation: 'queryRefunds',
    method: 'GET',
    path: '/refunds',
    query: { paymentId: entry.body.paymentId },
    wants: 'refundIds',
  });
  if (!succeeded(result)) return undefined;
  const known = till.store.data.refunds;
  for (const id of result.json.refundIds.filter((one) => known[one.toLowerCase()] === undefined)) {
    const record = { id, state: undefined };
    let refundOrderId;
    const query = queryOf(till, 'refund', record);
    const reading = { ...query, seen: undefined };
    const answer = await call(till, reading);
    if (succeeded(answer)) refundOrderId = answer.json.refundOrderId;
    if (refundOrderId !== entry.body.refundOrderId) continue;
    till.store.data.polls[query.path] = {
      at: Date.now(),
      delayMs: answer.json.pollDelayInMs ?? 0,
      known: answer.json.pollDelayInMs,
    };
    keepRefund(till, entry, id);
    recordOf(till, 'refund', id).state = answer.json.status;
    till.store.save();
    return id;
  }
  forget(till, entry);
  return undefined;
}

function keepRefund(till, entry, refundId) {
  const { paymentId, amount } = entry.body;
  Object.assign(recordOf(till, 'refund', refundId), { paymentId, amount: Number(amount) });
  forget(till, entry);
  return refundId;
}

function forget(till, entry) {
  till.store.data.refunding = till.store.data.refunding.filter((other) => other.key !== entry.key);
  till.store.save();
}

export async function awaitRefund(till, { refundId }) {
  const record = recordOf(till, 'refund', refundId);
  const { refused } = await pollUntil(till, queryOf(till, 'refund', record), ({ status }) =>
    till.policy.pollsUntil(ENDED.has(status) || status === 'Reserved', 'refund', status),
  );
  if (refused !== undefined) throw refusal('the refund can not be asked for', refused);
  if (record.state === 'Reserved' && till.policy.capturesRefundWhenReserved)
    return captureRefund(till, { refundId });
  return { state: stateOf(record) };
}

export async function captureRefund(till, { refundId }) {
  const record = recordOf(till, 'refund', refundId);
  if (record.state !== 'Reserved' && !ENDED.has(record.state)) await look(till, 'refund', record);
  if (record.state === 'Captured' || record.state === 'ExpiredAndCaptured') return { state: record.state };
  if (ENDED.has(record.state)) throw new Refused(`the refund is ${record.state}`);
  if (record.state !== 'Reserved' && till.policy.seesReservedFirst)
    throw new Refused(`the refund is ${stateOf(record)}`);
  decide(till, record, { kind: 'capture' });
  await carryOut(till, 'refund', record);
  return { state: stateOf(record) };
}

export async function cancelRefund(till, { refundId }) {
  return cancel(till, 'refund', recordOf(till, 'refund', refundId));
}

import { call, refusal, succeeded } from './calls.mjs';
import { cancelBlocking, findPayments } from './clean-up.mjs';
import { cancel, carryOut, decide, ENDED, look, pathOf, queryOf, recordOf, stateOf } from './decisions.mjs';
import { GaveUp, Refused } from './endings.mjs';
import { pollUntil } from './polling.mjs';

const OPTIONAL = ['merchantPaymentLabel', 'restrictions'];
const money = (params, till) => ({
  amount: params.amount,
  currencyCode: params.currencyCode,
  plannedCaptureDelay: params.plannedCaptureDelay ?? till.policy.plannedCaptureDelay,
  ...Object.fromEntries(
    OPTIONAL.filter((name) => params[name] !== undefined).map((name) => [name, params[name]]),
  ),
});

export async function initiatePayment(till, params) {
  const orderId = params.orderId ?? till.policy.newOrderId(till);
  const body = till.policy.paymentBody({ posId: params.posId, orderId, ...money(params, till) }, till);
  const paymentId = await makePayment(till, { operation: 'initiatePayment', path: '/payments', body });
  return params.orderId === undefined ? { paymentId, orderId } : { paymentId };
}

export async function preparePayment(till, params) {
  const orderId = params.orderId ?? till.policy.newOrderId(till);
  const body = { posId: params.posId, orderId };
  const paymentId = await makePayment(till, { operation: 'preparePayment', path: '/payments/prepare', body });
  return params.orderId === undefined ? { paymentId, orderId } : { paymentId };
}

/** Creates a payment; clears what blocks the PoS, and looks after a payment whose answer never came. */
async function makePayment(till, { operation, path, body }) {
  const entry = { key: till.policy.newKey(operation, till), operation, path, body };
  till.store.data.initiating.push(entry);
  till.store.save();
  if (till.policy.looksFirst) await cancelBlocking(till, body);
  for (let cleanUps = 0; ; cleanUps += 1) {
    const result = await call(till, {
      operation,
      method: 'POST',
      path,
      body,
      key: entry.key,
      wants: 'paymentId',
    });
    if (succeeded(result)) return keepPayment(till, entry, result.json.paymentId);
    if (result.spent) {
      if (till.policy.looksUpLostPayment) await abandonInitiation(till, entry);
      throw new GaveUp('the payment could not be started');
    }
    const blocked = result.code === '1301' && till.policy.cleansUp;
    if (!blocked || cleanUps >= till.policy.cleanUpsAllowed) {
      forget(till, entry);
      throw refusal('the payment was not started', result);
    }
    const adopted = await cancelBlocking(till, body);
    if (adopted !== undefined) return keepPayment(till, entry, adopted);
    entry.key = till.policy.keyAfterCleanUp(entry.key);
    till.store.save();
  }
}

export function keepPayment(till, entry, paymentId) {
  const record = recordOf(till, 'payment', paymentId);
  Object.assign(record, { posId: entry.body.posId, orderId: entry.body.orderId });
  if (entry.body.amount !== undefined) record.amount = entry.body.amount;
  forget(till, entry);
  return paymentId;
}

function forget(till, entry) {
  till.store.data.initiating = till.store.data.initiating.filter((other) => other.key !== entry.key);
  till.store.save();
}

/** Nobody knows whether the payment stands: what is found under its order and was not known before is cancelled. */
export async function abandonInitiation(till, entry) {
  const { posId, orderId } = entry.body;
  const found = await findPayments(till, { posId, orderId });
  if (found === undefined) return;
  const known = till.store.data.payments;
  for (const id of found.filter((one) => known[one.toLowerCase()] === undefined)) {
    const record = recordOf(till, 'payment', id);
    Object.assign(record, { posId, orderId });
    decide(till, record, { kind: 'cancel' });
    // what does not get through is kept for settle, like any other decision
    await carryOut(till, 'payment', record).catch((cause) => {
      if (!(cause instanceof GaveUp || cause instanceof Refused)) throw cause;
    });
  }
  forget(till, entry);
}

export async function awaitPairing(till, { paymentId, loyalty }) {
  const record = recordOf(till, 'payment', paymentId);
  const arrived = ({ status, loyaltyIds }) => {
    if (ENDED.has(status) || status === 'Reserved') return true;
    const paired = status === 'Paired' || status === 'IssuedToUser';
    return paired && (loyalty !== true || Array.isArray(loyaltyIds));
  };
  const { json, refused } = await pollUntil(till, queryOf(till, 'payment', record), arrived);
  if (refused !== undefined) throw refusal('the payment can not be asked for', refused);
  const result = { state: stateOf(record) };
  if (Array.isArray(json?.loyaltyIds)) result.loyaltyIds = json.loyaltyIds;
  return result;
}

export async function readyPayment(till, params) {
  const record = recordOf(till, 'payment', params.paymentId);
  const body = till.policy.readyBody(money(params, till), till);
  const path = `${pathOf('payment', record)}/ready`;
  const result = await call(till, { operation: 'readyPayment', method: 'POST', path, body, record });
  if (result.spent) throw new GaveUp('the amount may not have got through');
  if (!succeeded(result)) {
    if (result.status === 409) await look(till, 'payment', record);
    throw refusal('the payment was not made ready', result);
  }
  record.amount = params.amount;
  till.store.save();
  return {};
}

export async function awaitPayment(till, { paymentId }) {
  const record = recordOf(till, 'payment', paymentId);
  const arrived = ({ status }) =>
    till.policy.pollsUntil(ENDED.has(status) || status === 'Reserved', 'payment', status);
  const { refused, silent } = await pollUntil(till, queryOf(till, 'payment', record), arrived);
  if (refused !== undefined) throw refusal('the payment can not be asked for', refused);
  if (silent && till.policy.unansweredPolls < Infinity) return cancel(till, 'payment', record);
  if (record.state === 'Reserved' && till.policy.capturesWhenReserved)
    return capturePayment(till, { paymentId, amount: record.amount });
  const result = { state: stateOf(record) };
  if (record.state === 'Reserved' && record.partialCapturePossible != null)
    result.partialCapturePossible = record.partialCapturePossible;
  return result;
}

export async function capturePayment(till, { paymentId, amount }) {
  const record = recordOf(till, 'payment', paymentId);
  if (record.state === 'Captured') return { state: 'Captured' };
  if (till.policy.seesReservedFirst && record.state !== 'Reserved') {
    if (!(await look(till, 'payment', record))) throw new GaveUp('the payment could not be looked at');
    if (record.state === 'Captured') return { state: 'Captured' };
    if (record.state !== 'Reserved') throw new Refused(`the payment is ${stateOf(record)}`);
  }
  if (till.policy.refusesTooMuch && amount > record.amount) throw new Refused('more than was reserved');
  const partial = amount < record.amount;
  if (partial && record.partialCapturePossible !== true && till.policy.whenPartialImpossible !== 'capture') {
    if (till.policy.whenPartialImpossible === 'refuse') throw new Refused('no partial capture is possible');
    return cancel(till, 'payment', record);
  }
  decide(till, record, { kind: 'capture', amount: till.policy.captureAmount(record, amount) });
  await carryOut(till, 'payment', record);
  return { state: stateOf(record) };
}

export async function cancelPayment(till, { paymentId }) {
  return cancel(till, 'payment', recordOf(till, 'payment', paymentId));
}

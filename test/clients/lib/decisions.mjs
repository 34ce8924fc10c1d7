import { call, refusal, succeeded } from './calls.mjs';
import { GaveUp, Refused } from './endings.mjs';
import { poll, readSurely } from './polling.mjs';

/** States from which nothing leads further. */
export const ENDED = new Set([
  'Captured',
  'CancelledByUser',
  'CancelledByClient',
  'CancelledByMobilePay',
  'ExpiredAndCancelled',
  'ExpiredAndCaptured',
]);
const PAID = new Set(['Captured', 'ExpiredAndCaptured']);

/** What differs between a payment and a refund when it is captured, cancelled or looked at. */
export const KINDS = {
  payment: { path: 'payments', capture: 'capturePayment', cancel: 'cancelPayment', query: 'queryPayment' },
  refund: { path: 'refunds', capture: 'captureRefund', cancel: 'cancelRefund', query: 'queryRefund' },
};

export const pathOf = (kind, record) => `/${KINDS[kind].path}/${record.id}`;

/** The till's own record of a payment or refund; one it has not heard of gets a record when first named. */
export function recordOf(till, kind, id) {
  const shelf = kind === 'payment' ? till.store.data.payments : till.store.data.refunds;
  const known = id.toLowerCase();
  shelf[known] ??= { id, state: undefined };
  return shelf[known];
}

/** Takes over what an answer said about it. */
export function learn(till, record, json) {
  record.state = json.status;
  if (typeof json.amount === 'number') record.amount = json.amount;
  if (json.status === 'Reserved' && json.partialCapturePossible !== undefined)
    record.partialCapturePossible = json.partialCapturePossible;
  if (json.posId !== undefined) record.posId ??= json.posId;
  if (json.orderId !== undefined) record.orderId ??= json.orderId;
  if (ENDED.has(json.status)) delete record.decision;
  till.store.save();
}

/** Looks at it until there is an answer; resolves with whether there was one. */
export async function look(till, kind, record) {
  const result = await readSurely(till, queryOf(till, kind, record));
  if (succeeded(result)) learn(till, record, result.json);
  return succeeded(result);
}

/** One look, without insisting. */
export async function glance(till, kind, record) {
  const result = await poll(till, queryOf(till, kind, record));
  if (succeeded(result)) learn(till, record, result.json);
  return succeeded(result);
}

export const queryOf = (till, kind, record) => ({
  operation: KINDS[kind].query,
  method: 'GET',
  path: pathOf(kind, record),
  wants: 'status',
  seen: (json) => learn(till, record, json),
});

/** The state to report: what was last delivered, if it is one of the API's words. */
export const stateOf = (record) => record.state ?? 'Unknown';

/** Writes a decision down before anything of it is sent: it outlives both failure and power cut. */
export function decide(till, record, decision) {
  record.decision = decision;
  till.store.save();
}

/**
 * Carries out what was decided. Resolves when it is done; a decision that did not get through stays.
 * Throws GaveUp when retries are spent, Refused when the API says no.
 */
export async function carryOut(till, kind, record) {
  const decision = record.decision;
  const operation = KINDS[kind][decision.kind];
  const result = await call(till, {
    operation,
    method: 'POST',
    path: `${pathOf(kind, record)}/${decision.kind}`,
    ...(operation === 'capturePayment' ? { body: { amount: decision.amount } } : {}),
    record,
  });
  const done = (state) => {
    if (state === 'Captured') record.captured = decision.amount;
    record.state = state;
    delete record.decision;
    till.store.save();
  };
  if (succeeded(result)) return done(decision.kind === 'capture' ? 'Captured' : 'CancelledByClient');
  if (result.spent) {
    if (!till.policy.keepsDecision(decision, kind)) {
      delete record.decision;
      till.store.save();
    }
    throw new GaveUp(`the ${decision.kind} did not get through`, { state: stateOf(record) });
  }
  if (result.code === '1308' && decision.kind === 'capture') {
    decide(till, record, { kind: 'cancel' });
    return carryOut(till, kind, record);
  }
  const doubtful = result.status === 409 || result.status === 404;
  if (doubtful && till.policy.looksAfterConflict) await look(till, kind, record);
  if (decision.kind === 'capture' && PAID.has(record.state)) return undefined;
  if (decision.kind === 'cancel' && ENDED.has(record.state) && !PAID.has(record.state)) return undefined;
  throw refusal(`the ${decision.kind} was refused`, result);
}

/** The cashier cancels. */
export async function cancel(till, kind, record) {
  if (PAID.has(record.state)) throw new Refused(`it has ended already: ${record.state}`);
  if (!ENDED.has(record.state)) {
    decide(till, record, { kind: 'cancel' });
    await carryOut(till, kind, record);
  }
  return { state: stateOf(record) };
}

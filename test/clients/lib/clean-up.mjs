import { call, succeeded } from './calls.mjs';
import { carryOut, decide, ENDED, look, recordOf } from './decisions.mjs';
import { Refused } from './endings.mjs';

/** Ids of the active and Reserved payments that fit, or undefined when there was no telling. */
export async function findPayments(till, query) {
  const result = await call(till, {
    operation: 'queryPayments',
    method: 'GET',
    path: '/payments',
    query,
    wants: 'paymentIds',
  });
  return succeeded(result) ? result.json.paymentIds : undefined;
}

/**
 * Cancels what blocks the PoS. Reserved payments don't block: they wait for their own capture and stay.
 * Resolves with an id only where the till takes the blocking payment for its own.
 */
export async function cancelBlocking(till, { posId, orderId }) {
  const byOrder = till.policy.lookUpBlocking === 'posId and orderId';
  let found = await findPayments(till, byOrder ? { posId, orderId } : { posId });
  if (byOrder && found?.length === 0) found = await findPayments(till, { posId });
  for (const id of found ?? []) {
    if (till.policy.adoptsBlocking) return id;
    const record = recordOf(till, 'payment', id);
    record.posId ??= posId;
    if (till.policy.readsBeforeCancelling) await look(till, 'payment', record);
    const stays = till.policy.leavesReserved && record.state === 'Reserved';
    if (stays || ENDED.has(record.state)) continue;
    decide(till, record, { kind: 'cancel' });
    await carryOut(till, 'payment', record).catch((cause) => {
      // reserved or ended between the look and the cancel: the next attempt to initiate will tell
      if (!(cause instanceof Refused)) throw cause;
    });
  }
  return undefined;
}

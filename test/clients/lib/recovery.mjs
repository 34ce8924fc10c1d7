import { carryOut, decide, ENDED, glance, stateOf } from './decisions.mjs';
import { call, succeeded } from './calls.mjs';
import { GaveUp, Refused } from './endings.mjs';
import { abandonInitiation, keepPayment } from './payments.mjs';
import { findPos, makePos } from './points-of-sale.mjs';
import { findLostRefund } from './refunds.mjs';

/** What the till does when it starts: its points of sale first, then whatever a power cut left in the middle. */
export async function recover(till) {
  const result = {};
  const posId = await recoverPointsOfSale(till);
  if (posId !== undefined) result.posId = posId;
  const { data } = till.store;
  for (const entry of [...data.refunding]) await findLostRefund(till, entry);
  for (const entry of [...data.initiating]) await recoverInitiation(till, entry);
  const payments = Object.values(data.payments).filter(({ state }) => !ENDED.has(state));
  const refunds = Object.values(data.refunds).filter(({ state }) => !ENDED.has(state));
  for (const payment of payments) await recoverPayment(till, payment);
  for (const refund of refunds) if (refund.decision === undefined) await glance(till, 'refund', refund);
  if (till.policy.settlesInRecover) await settle(till);
  if (payments.length > 0) result.payments = payments.map((one) => report('paymentId', one));
  if (refunds.length > 0) result.refunds = refunds.map((one) => report('refundId', one));
  return result;
}

const report = (name, record) => ({ [name]: record.id, state: stateOf(record) });

async function recoverPointsOfSale(till) {
  const { data, save } = till.store;
  for (const entry of [...data.creating]) {
    const found = await findPos(till, entry.body);
    data.creating = data.creating.filter((other) => other.key !== entry.key);
    if (found !== undefined)
      data.pointsOfSale.push({ posId: found, merchantPosId: entry.body.merchantPosId, body: entry.body });
    save();
  }
  for (const pos of [...data.pointsOfSale]) {
    const found = till.policy.findsPosOnRestart ? await findPos(till, pos.body) : pos.posId;
    if (found === undefined && till.policy.recreatesPos) await makePos(till, pos.body);
    else if (found !== undefined) await refresh(till, pos, found);
    save();
  }
  return data.pointsOfSale.at(-1)?.posId;
}

/** A beacon that the backend made is asked for again at each start. */
async function refresh(till, pos, posId) {
  pos.posId = posId;
  if (pos.body.beaconId !== undefined || !till.policy.asksForBeacon) return;
  const path = `/pointofsales/${posId}`;
  const result = await call(till, { operation: 'queryPointOfSale', method: 'GET', path, wants: 'posId' });
  if (succeeded(result)) pos.beaconId = result.json.beaconId;
}

async function recoverInitiation(till, entry) {
  if (till.policy.onRestart !== 'resume') return abandonInitiation(till, entry);
  const { operation, path, body, key } = entry;
  const result = await call(till, { operation, method: 'POST', path, body, key, wants: 'paymentId' });
  if (succeeded(result)) return keepPayment(till, entry, result.json.paymentId);
  return abandonInitiation(till, entry);
}

/** Active ones are cancelled or carried on; Reserved and decided ones are left to whoever decides. */
async function recoverPayment(till, payment) {
  if (payment.decision !== undefined || payment.state === 'Reserved') return;
  if (till.policy.onRestart === 'resume') return void (await glance(till, 'payment', payment));
  if (till.policy.onRestart === 'forget') return;
  decide(till, payment, { kind: 'cancel' });
  await forgiving(() => carryOut(till, 'payment', payment));
}

/** The scheduled job: every decision that did not get through, as it was decided, with fresh retries. */
export async function settle(till) {
  const { data } = till.store;
  for (const entry of [...data.initiating]) await abandonInitiation(till, entry);
  const settled = { payments: [], refunds: [] };
  for (const [kind, shelf, name, into] of [
    ['payment', data.payments, 'paymentId', settled.payments],
    ['refund', data.refunds, 'refundId', settled.refunds],
  ])
    for (const record of Object.values(shelf)) {
      if (record.decision === undefined) continue;
      decide(till, record, till.policy.decisionToSettle(record.decision, record));
      await forgiving(() => carryOut(till, kind, record));
      into.push(report(name, record));
    }
  return settled;
}

/** What fails again is answered with the state last seen, not with an error. */
async function forgiving(work) {
  await work().catch((cause) => {
    if (!(cause instanceof GaveUp || cause instanceof Refused)) throw cause;
  });
}

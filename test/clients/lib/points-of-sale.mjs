import { randomUUID } from 'node:crypto';
import { call, refusal, succeeded } from './calls.mjs';
import { carryOut, ENDED } from './decisions.mjs';
import { GaveUp, Refused } from './endings.mjs';
import { pollUntil } from './polling.mjs';
import { findStore } from './stores.mjs';

const CONFIGURED = ['beaconId', 'callbackAlias', 'requirePaymentBeforeCheckin'];

/** Creates the point of sale that the shop has configured. */
export async function createPointOfSale(till, params) {
  const merchantPosId = params.merchantPosId ?? `till-${randomUUID().slice(0, 8)}`;
  const body = {
    merchantPosId,
    storeId: await findStore(till),
    name: params.name ?? `Till ${merchantPosId.slice(-4)}`,
    supportedBeaconTypes: params.supportedBeaconTypes,
  };
  for (const member of CONFIGURED) if (params[member] !== undefined) body[member] = params[member];
  const pos = await makePos(till, till.policy.posBody(body, till));
  const result = { posId: pos.posId };
  if (pos.beaconId !== undefined) result.beaconId = pos.beaconId;
  if (params.merchantPosId === undefined) result.merchantPosId = merchantPosId;
  return result;
}

/** POST /pointofsales with all that may go wrong; the body is kept first, so that a restart can finish it. */
export async function makePos(till, body) {
  const { data, save } = till.store;
  const entry = { key: till.policy.newKey('createPointOfSale', till), body };
  data.creating.push(entry);
  save();
  const result = await call(till, {
    operation: 'createPointOfSale',
    method: 'POST',
    path: '/pointofsales',
    body,
    key: entry.key,
    wants: 'posId',
  });
  if (succeeded(result)) return keepPos(till, entry, result.json.posId);
  const settled = () => {
    data.creating = data.creating.filter((other) => other !== entry);
    save();
  };
  if (result.spent) {
    const found = till.policy.looksUpLostPos ? await findPos(till, body) : undefined;
    if (found !== undefined) return keepPos(till, entry, found);
    throw new GaveUp('the point of sale may not have been created');
  }
  settled();
  if ((result.code === '1200' || result.code === '1202') && till.policy.resynchronisesAfterTaken) {
    const found = await findPos(till, body, result.code === '1202' ? ['beaconId'] : ['merchantPosId']);
    if (found !== undefined && (await isSame(till, found, body))) return keepPos(till, entry, found);
  }
  throw refusal('the point of sale was not created', result);
}

/** The id of the point of sale that stands for this configuration, or undefined. */
export async function findPos(till, body, by = ['merchantPosId']) {
  const query = Object.fromEntries(by.map((name) => [name, body[name]]));
  const result = await call(till, {
    operation: 'queryPointsOfSale',
    method: 'GET',
    path: '/pointofsales',
    query,
    wants: 'posIds',
  });
  if (result.spent) throw new GaveUp('the point of sale could not be looked up');
  return succeeded(result) ? result.json.posIds[0] : undefined;
}

async function readPos(till, posId) {
  const result = await call(till, {
    operation: 'queryPointOfSale',
    method: 'GET',
    path: `/pointofsales/${posId}`,
    wants: 'posId',
  });
  return succeeded(result) ? result.json : undefined;
}

async function isSame(till, posId, body) {
  const standing = await readPos(till, posId);
  return ['merchantPosId', 'storeId', 'name'].every((name) => standing?.[name] === body[name]);
}

async function keepPos(till, entry, posId) {
  const { data, save } = till.store;
  data.creating = data.creating.filter((other) => other !== entry);
  data.pointsOfSale = data.pointsOfSale.filter(
    (pos) => pos.posId !== posId && pos.merchantPosId !== entry.body.merchantPosId,
  );
  const pos = { posId, merchantPosId: entry.body.merchantPosId, body: entry.body };
  data.pointsOfSale.push(pos);
  save();
  if (entry.body.beaconId !== undefined) pos.beaconId = entry.body.beaconId;
  else if (till.policy.asksForBeacon) {
    const beaconId = (await readPos(till, posId))?.beaconId;
    if (beaconId) pos.beaconId = beaconId;
  }
  save();
  return pos;
}

/** Deletes it, after its payments: what is active is cancelled, what was decided is finished. */
export async function deletePointOfSale(till, { posId }) {
  const { data, save } = till.store;
  const here = Object.values(data.payments).filter((payment) => payment.posId === posId);
  if (till.policy.finishesBeforeDelete)
    for (const payment of here.filter(({ state }) => !ENDED.has(state))) {
      if (payment.state === 'Reserved' && payment.decision === undefined)
        throw new Refused('a payment on this point of sale is neither captured nor cancelled');
      payment.decision ??= { kind: 'cancel' };
      await carryOut(till, 'payment', payment);
    }
  const result = await call(till, {
    operation: 'deletePointOfSale',
    method: 'DELETE',
    path: `/pointofsales/${posId}`,
  });
  if (result.spent) throw new GaveUp('the point of sale may not have been deleted');
  if (!succeeded(result) && result.status !== 404) throw refusal('the point of sale was not deleted', result);
  data.pointsOfSale = data.pointsOfSale.filter((pos) => pos.posId !== posId);
  save();
  return {};
}

/** Waits for a customer: asks as fast as allowed, or waits for the notification first. */
export async function awaitCheckin(till, { posId }) {
  const pos = till.store.data.pointsOfSale.find((one) => one.posId === posId);
  if (till.policy.waitsForNotification && pos?.body.callbackAlias !== undefined)
    await till.notifications?.wait(posId, till.patienceMs, till.signal);
  const path = `/pointofsales/${posId}/checkin`;
  const { json, refused } = await pollUntil(
    till,
    { operation: 'queryCheckIn', path, wants: 'isUserCheckedIn' },
    (checkIn) => till.policy.pollsUntil(checkIn.isUserCheckedIn === true, 'checkin'),
  );
  if (refused !== undefined) throw refusal('the check-in can not be asked for', refused);
  const result = { isUserCheckedIn: json?.isUserCheckedIn === true };
  if (Array.isArray(json?.loyaltyIds)) result.loyaltyIds = json.loyaltyIds;
  return result;
}

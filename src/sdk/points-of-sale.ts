import { randomBytes, randomUUID } from 'node:crypto';
import { PosRefused } from './errors.ts';
import type { Refusal } from './calls.ts';
import type { JsonRecord } from './json.ts';
import { textIn, textsIn } from './json.ts';
import type { Kit } from './kit.ts';
import type { PointOfSaleEntry } from './ledger.ts';
import { listIds, openPayments } from './payment-search.ts';
import { cancelShown } from './clean-up.ts';
import { openDecision } from './decisions.ts';
import { hasEnded, isActive } from './states.ts';
import { requireValidText } from './text-format.ts';
import { gaveUpOn, refusedBy } from './undertakings.ts';

/** A PoS to be made. It can't be changed afterwards: delete it and make another (pos_management). */
export interface WantedPointOfSale {
  /** Names the till among the merchant's; made by the client if left out. */
  readonly merchantPosId?: string;
  /** What the customer reads on the phone. */
  readonly name?: string;
  readonly supportedBeaconTypes: readonly ('QR' | 'NFC' | 'Bluetooth')[];
  /** A GUID printed as a QR code, or the 15 digits of a device. Left out: MobilePay makes one. */
  readonly beaconId?: string;
  /** The alias of the URL that gets check-in notifications. */
  readonly callbackAlias?: string;
  readonly requirePaymentBeforeCheckin?: boolean;
}

/** Finds the store, makes the PoS, learns its beacon. Throws PosRefused, PosGaveUp. */
export async function createPointOfSale(kit: Kit, wanted: WantedPointOfSale): Promise<PointOfSaleEntry> {
  const merchantPosId = wanted.merchantPosId ?? `till-${randomBytes(8).toString('hex')}`;
  const name = wanted.name ?? `Till ${merchantPosId.slice(-4)}`;
  const { supportedBeaconTypes, beaconId, callbackAlias, requirePaymentBeforeCheckin } = wanted;
  const texts = { merchantPosId, name, ...(callbackAlias === undefined ? {} : { callbackAlias }) };
  for (const [member, text] of Object.entries(texts)) requireValidText(member, text);
  if (beaconId !== undefined) requireBeacon(beaconId);
  const storeId = await findStore(kit);
  const body = {
    ...texts,
    storeId,
    supportedBeaconTypes,
    ...(beaconId === undefined ? {} : { beaconId }),
    ...(requirePaymentBeforeCheckin === undefined ? {} : { requirePaymentBeforeCheckin }),
  };
  return await learnBeacon(kit, await sendCreation(kit, newEntry(kit, merchantPosId, body)));
}

/** Makes a PoS again from what was stored, under a key of its own: it is another PoS. */
export async function recreatePointOfSale(kit: Kit, lost: PointOfSaleEntry): Promise<PointOfSaleEntry> {
  const made = await sendCreation(kit, newEntry(kit, lost.merchantPosId, lost.body));
  kit.ledger.forget(lost);
  return made;
}

function newEntry(kit: Kit, merchantPosId: string, body: JsonRecord): PointOfSaleEntry {
  const createdAt = kit.settings.clock.today();
  const entry: PointOfSaleEntry = {
    kind: 'pointOfSale',
    id: randomUUID(),
    createdAt,
    creation: 'sent',
    merchantPosId,
    body,
  };
  return kit.ledger.put(entry);
}

/** Sends the creating POST of an entry that is on disk. A PoS that turns out to stand already is taken over. */
export async function sendCreation(kit: Kit, entry: PointOfSaleEntry): Promise<PointOfSaleEntry> {
  const { body, id: key } = entry;
  const answer = await kit.calls.write({ method: 'POST', path: '/pointofsales', body, key, needs: 'posId' });
  if (answer.kind === 'ok') {
    return kit.ledger.change(entry, { creation: 'made', posId: textIn(answer.body, 'posId') ?? '' });
  }
  if (answer.kind === 'refused') return await adoptOrRefuse(kit, entry, answer);
  const found = await findPointOfSale(kit, entry.merchantPosId);
  if (found !== undefined) return kit.ledger.change(entry, { creation: 'made', posId: found });
  kit.ledger.change(entry, { creation: 'failed' });
  throw gaveUpOn('the PoS could not be made', answer.why);
}

/** The id of the PoS with this merchantPosId; undefined if there is none. Throws PosRefused, PosGaveUp. */
export async function findPointOfSale(kit: Kit, merchantPosId: string): Promise<string | undefined> {
  const ids = await listIds(kit, '/pointofsales', { merchantPosId }, 'posIds');
  if (ids.kind === 'refused') throw refusedBy(ids);
  if (ids.kind === 'lost') throw gaveUpOn('the PoS could not be looked up', ids.why);
  return ids.items[0];
}

/** A beacon that MobilePay made is learnt by asking for the PoS (pos_management, dynamic QR). Stays unknown if no answer comes. */
export async function learnBeacon(kit: Kit, entry: PointOfSaleEntry): Promise<PointOfSaleEntry> {
  const given = textIn(entry.body, 'beaconId');
  if (given !== undefined) return kit.ledger.change(entry, { beaconId: given });
  const answer = await kit.calls.lookUp(`/pointofsales/${encodeURIComponent(entry.posId ?? '')}`);
  const beaconId = answer.kind === 'ok' ? textIn(answer.body, 'beaconId') : undefined;
  return beaconId === undefined ? entry : kit.ledger.change(entry, { beaconId });
}

/**
 * Deletes a PoS: what was decided for its payments is carried out first, what is active on it is cancelled, and a payment that waits
 * for its capture stops it (pos_management: not before its payments are done). A PoS that is gone already is as good as deleted.
 */
export async function deletePointOfSale(
  kit: Kit,
  posId: string,
  settle: (isOfThisPos: (entryPosId: string) => boolean) => Promise<unknown>,
): Promise<void> {
  const isHere = (other: string): boolean => other.toLowerCase() === posId.toLowerCase();
  const payments = kit.ledger.payments().filter((entry) => isHere(entry.posId));
  if (payments.length > 0) {
    await settle(isHere);
    const found = await openPayments(kit, { posId });
    const shown = found.kind === 'found' ? found.items : [];
    for (const payment of shown.filter(({ state }) => isActive(state))) await cancelShown(kit, payment);
    const waiting = kit.ledger.payments().find((entry) => isHere(entry.posId) && entry.state === 'Reserved');
    if (waiting !== undefined && !hasEnded(waiting.state) && openDecision(waiting) === undefined) {
      throw new PosRefused('a payment on this PoS waits to be captured or cancelled', { state: 'Reserved' });
    }
  }
  const known = kit.ledger.pointOfSale(posId);
  const entry = known === undefined ? undefined : kit.ledger.change(known, { deletion: 'wanted' });
  const answer = await kit.calls.write({
    method: 'DELETE',
    path: `/pointofsales/${encodeURIComponent(posId)}`,
  });
  const isGone = answer.kind === 'ok' || (answer.kind === 'refused' && answer.status === 404);
  if (isGone && entry !== undefined) kit.ledger.forget(entry);
  if (answer.kind === 'lost') throw gaveUpOn('the PoS could not be deleted', answer.why);
  if (answer.kind === 'refused' && !isGone) {
    if (known !== undefined) kit.ledger.put(known);
    throw refusedBy(answer);
  }
}

/** The store of this till by brand and location: never guessed (best_practices#merchant-onboarding). */
async function findStore(kit: Kit): Promise<string> {
  const { merchantBrandId, merchantLocationId } = kit.settings;
  const ids = await listIds(kit, '/stores', { merchantBrandId, merchantLocationId }, 'storeIds');
  if (ids.kind === 'refused') throw refusedBy(ids);
  if (ids.kind === 'lost') throw gaveUpOn('the store could not be looked up', ids.why);
  const [storeId] = ids.items;
  if (storeId === undefined || ids.items.length > 1) {
    throw new PosRefused(
      `${ids.items.length} stores have brand ${merchantBrandId} and location ${merchantLocationId}`,
    );
  }
  return storeId;
}

/** 1200, 1202: something like it stands. If it is this very PoS it is ours and is taken over; else the user must decide. */
async function adoptOrRefuse(kit: Kit, entry: PointOfSaleEntry, answer: Refusal): Promise<PointOfSaleEntry> {
  const posId = answer.status === 409 ? await standingTwin(kit, entry, answer.code) : undefined;
  if (posId !== undefined) return kit.ledger.change(entry, { creation: 'made', posId });
  kit.ledger.change(entry, { creation: 'failed' });
  throw refusedBy(answer);
}

async function standingTwin(kit: Kit, entry: PointOfSaleEntry, code: string): Promise<string | undefined> {
  const beaconId = textIn(entry.body, 'beaconId');
  const query =
    code === '1202' && beaconId !== undefined ? { beaconId } : { merchantPosId: entry.merchantPosId };
  const ids = await listIds(kit, '/pointofsales', query, 'posIds');
  const posId = ids.kind === 'found' ? ids.items[0] : undefined;
  if (posId === undefined) return undefined;
  const answer = await kit.calls.lookUp(`/pointofsales/${encodeURIComponent(posId)}`);
  return answer.kind === 'ok' && isTwin(entry.body, answer.body) ? posId : undefined;
}

function isTwin(wanted: JsonRecord, standing: JsonRecord): boolean {
  const sameTexts = ['merchantPosId', 'name', 'storeId', 'callbackAlias'].every(
    (member) => textIn(wanted, member)?.toLowerCase() === textIn(standing, member)?.toLowerCase(),
  );
  const types = (record: JsonRecord): string =>
    [...(textsIn(record, 'supportedBeaconTypes') ?? [])].sort().join();
  const beaconId = textIn(wanted, 'beaconId');
  const sameBeacon =
    beaconId === undefined || beaconId.toLowerCase() === textIn(standing, 'beaconId')?.toLowerCase();
  const first = (record: JsonRecord): boolean => record['requirePaymentBeforeCheckin'] === true;
  return sameTexts && sameBeacon && types(wanted) === types(standing) && first(wanted) === first(standing);
}

/** A GUID, or the 15 digits of MobilePay's own devices (input_formats). */
function requireBeacon(beaconId: string): void {
  const isGuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(beaconId);
  if (!isGuid && !/^\d{15}$/.test(beaconId)) throw new PosRefused('beaconId must be a GUID or 15 digits');
}

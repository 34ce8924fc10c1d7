import { carryOut, decide, openDecision } from './decisions.ts';
import { PosGaveUp, PosRefused } from './errors.ts';
import type { Kit } from './kit.ts';
import type { PaymentEntry, PointOfSaleEntry, RefundEntry } from './ledger.ts';
import { withdraw } from './payment-creation.ts';
import {
  deletePointOfSale,
  findPointOfSale,
  learnBeacon,
  recreatePointOfSale,
  sendCreation,
} from './points-of-sale.ts';
import { findRefund } from './refunds.ts';
import { hasEnded, isActive } from './states.ts';
import type { Undertaking } from './undertakings.ts';
import { look } from './undertakings.ts';

/** What became of payments and refunds. */
export interface Settled {
  readonly payments: readonly PaymentEntry[];
  readonly refunds: readonly RefundEntry[];
}

export interface Recovered extends Settled {
  readonly pointsOfSale: readonly PointOfSaleEntry[];
  /** Those among them that have another posId than before. */
  readonly replaced: readonly PointOfSaleEntry[];
}

/**
 * The scheduled job (payment_flows, "hanging payments"): finishes what was decided and never got through, each as decided. It never
 * decides by itself. What fails again stays for the next time, with the state last seen.
 */
export async function settle(kit: Kit, isWanted: (posId: string) => boolean = () => true): Promise<Settled> {
  const payments: PaymentEntry[] = [];
  const refunds: RefundEntry[] = [];
  for (const entry of kit.ledger.payments()) {
    if (!isWanted(entry.posId)) continue;
    if (entry.creation === 'sent' && entry.decision !== undefined) payments.push(await withdraw(kit, entry));
    else if (isHanging(entry)) payments.push(await finish(kit, entry));
  }
  for (const entry of kit.ledger.refunds()) {
    if (!isWanted(kit.ledger.payment(entry.paymentId)?.posId ?? '')) continue;
    const isUnknown = entry.creation === 'sent' && entry.decision !== undefined;
    const found = isUnknown ? await findRefund(kit, entry) : entry;
    if (isHanging(found)) refunds.push(await finish(kit, found));
  }
  return { payments: payments.filter((entry) => entry.paymentId !== undefined), refunds };
}

/**
 * What a till does when it starts: finds each PoS or makes it again, cancels payments that were still with the customer, finds out about
 * requests that a power cut has interrupted, and finishes what was decided. Reserved payments without a decision stay for the user.
 */
export async function recover(kit: Kit): Promise<Recovered> {
  const replaced: PointOfSaleEntry[] = [];
  for (const entry of kit.ledger.pointsOfSale()) {
    if (entry.deletion === 'wanted' && entry.posId !== undefined) {
      await deleteAfterAll(kit, entry.posId);
      continue;
    }
    const present = await learnBeacon(kit, await findOrRecreate(kit, entry));
    if (present.posId?.toLowerCase() !== entry.posId?.toLowerCase()) replaced.push(present);
  }

  const payments: PaymentEntry[] = [];
  for (const entry of kit.ledger.payments()) {
    if (entry.creation === 'sent') payments.push(await withdraw(kit, entry));
    else if (isOpen(entry)) payments.push(await takeUp(kit, entry));
  }
  const refunds: RefundEntry[] = [];
  for (const entry of kit.ledger.refunds()) {
    const found = entry.creation === 'sent' ? await findInterrupted(kit, entry) : entry;
    if (isOpen(found)) refunds.push(await takeUp(kit, found));
  }
  const pointsOfSale = kit.ledger.pointsOfSale().filter((entry) => entry.creation === 'made');
  const known = payments.filter((entry) => entry.paymentId !== undefined);
  return { pointsOfSale, replaced, payments: known, refunds };
}

/** A deletion that was interrupted. If it fails again it waits for the next start; selling doesn't depend on it. */
async function deleteAfterAll(kit: Kit, posId: string): Promise<void> {
  try {
    await deletePointOfSale(kit, posId, async (isHere) => await settle(kit, isHere));
  } catch (error) {
    if (!(error instanceof PosGaveUp || error instanceof PosRefused)) throw error;
    kit.settings.log(`the PoS ${posId} still stands: ${error.message}`);
  }
}

async function findOrRecreate(kit: Kit, entry: PointOfSaleEntry): Promise<PointOfSaleEntry> {
  const posId = await findPointOfSale(kit, entry.merchantPosId);
  if (posId !== undefined) return kit.ledger.change(entry, { creation: 'made', posId });
  // Interrupted on its first way: the same request again, under its own key.
  return entry.creation === 'sent' ? await sendCreation(kit, entry) : await recreatePointOfSale(kit, entry);
}

/** An interrupted refund was never shown to anybody: if it stands, it is cancelled. */
async function findInterrupted(kit: Kit, entry: RefundEntry): Promise<RefundEntry> {
  return await findRefund(kit, kit.ledger.change(entry, { decision: { kind: 'cancel' } }));
}

/** Brings an open payment or refund to where it should be after a start. */
async function takeUp<T extends Undertaking>(kit: Kit, entry: T): Promise<T> {
  if (openDecision(entry) !== undefined) return await finish(kit, entry);
  const seen = await look(kit, entry);
  if (seen.kind !== 'seen') return entry;
  // The cashier's sale went with the power; what the customer could still approve would be paid for nothing.
  const isForgotten = seen.entry.kind === 'payment' && isActive(seen.entry.state);
  return isForgotten ? (await decide(kit, seen.entry, { kind: 'cancel' })).entry : seen.entry;
}

/** One more try at a decision; the state is looked up first, for it may have been carried out long ago. */
async function finish<T extends Undertaking>(kit: Kit, entry: T): Promise<T> {
  const seen = await look(kit, entry);
  const present = seen.kind === 'seen' ? seen.entry : entry;
  const decision = openDecision(present);
  if (decision === undefined) return present;
  return (await carryOut(kit, present, decision)).entry;
}

function isOpen(entry: Undertaking): boolean {
  return entry.creation === 'made' && !hasEnded(entry.state);
}

function isHanging(entry: Undertaking): boolean {
  return isOpen(entry) && openDecision(entry) !== undefined;
}

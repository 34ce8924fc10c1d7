import { getIn, removeIn, setIn } from '../../std/persistent-map.ts';
import type { Owner, Payment, PointOfSale, Refund, SandboxState, Store, Visit } from './state.ts';
import { shelve, unshelve, type Turn } from './turn.ts';

/*
 * The only writers of payments, refunds, points of sale, visits and stores: they keep the indexes true.
 */

/** An owner as part of an index's name. */
export function ownerKey(owner: Owner): string {
  return `${owner.integrator} ${owner.vat}`;
}

export function sameOwner(one: Owner, two: Owner): boolean {
  return one.integrator === two.integrator && one.vat === two.vat;
}

const ACTIVE = new Set(['Prepared', 'Initiated', 'Paired', 'IssuedToUser']);

/** Active payments block their point of sale (pos-v10.md 2.1); Reserved ones do not. */
export function isActive(payment: Payment): boolean {
  return ACTIVE.has(payment.state);
}

/** Names of the indexes. */
export const shelf = {
  /** Active payments of all points of sale, or of one. */
  active: 'active',
  activeOn: (posId: string) => `active ${posId}`,
  /** Active and Reserved, or Captured ones. */
  openOn: (posId: string) => `open ${posId}`,
  openOfOrder: (owner: Owner, orderId: string) => `open ${ownerKey(owner)} ${orderId}`,
  capturedOn: (posId: string) => `captured ${posId}`,
  capturedOfOrder: (owner: Owner, orderId: string) => `captured ${ownerKey(owner)} ${orderId}`,
  /** Everything there ever was, for the truth. */
  paymentsOn: (posId: string) => `payments ${posId}`,
  paymentsOfOrder: (orderId: string) => `order ${orderId.toLowerCase()}`,
  refundsOf: (paymentId: string) => `refunds ${paymentId}`,
  refundsOfOrder: (orderId: string) => `refund order ${orderId.toLowerCase()}`,
  refundsOpen: 'refunds open',
  /** Points of sale that are not deleted; and, for the truth, all that ever had a merchantPosId. */
  inStore: (owner: Owner, storeId: string) => `store ${ownerKey(owner)} ${storeId}`,
  named: (merchantPosId: string) => `named ${merchantPosId.toLowerCase()}`,
} as const;

function shelvesOf(payment: Payment | undefined): readonly string[] {
  if (payment === undefined) return [];
  if (payment.state === 'Captured')
    return [shelf.capturedOn(payment.posId), shelf.capturedOfOrder(payment, payment.orderId)];
  const open = [shelf.openOn(payment.posId), shelf.openOfOrder(payment, payment.orderId)];
  if (payment.state === 'Reserved') return open;
  return isActive(payment) ? [...open, shelf.active, shelf.activeOn(payment.posId)] : [];
}

/** Writes a payment, new or changed. */
export function putPayment(turn: Turn, payment: Payment): void {
  const before = getIn(turn.state.payments, payment.id);
  let state: SandboxState = { ...turn.state, payments: setIn(turn.state.payments, payment.id, payment) };
  if (before === undefined) {
    state = shelve(state, shelf.paymentsOn(payment.posId), payment.id, payment.seq);
    state = shelve(state, shelf.paymentsOfOrder(payment.orderId), payment.id, payment.seq);
  }
  if (before?.state !== payment.state) {
    const old = shelvesOf(before);
    const fresh = shelvesOf(payment);
    for (const name of old) if (!fresh.includes(name)) state = unshelve(state, name, payment.id);
    for (const name of fresh) if (!old.includes(name)) state = shelve(state, name, payment.id, payment.seq);
  }
  turn.state = state;
}

/** Writes a refund, new or changed. */
export function putRefund(turn: Turn, refund: Refund): void {
  const isNew = getIn(turn.state.refunds, refund.id) === undefined;
  let state: SandboxState = { ...turn.state, refunds: setIn(turn.state.refunds, refund.id, refund) };
  if (isNew) {
    state = shelve(state, shelf.refundsOf(refund.paymentId), refund.id, refund.seq);
    state = shelve(state, shelf.refundsOfOrder(refund.refundOrderId), refund.id, refund.seq);
    state = shelve(state, shelf.refundsOpen, refund.id, refund.seq);
  } else if (refund.state !== 'Initiated' && refund.state !== 'Reserved')
    state = unshelve(state, shelf.refundsOpen, refund.id);
  turn.state = state;
}

/** The key under which an active point of sale is found by its merchantPosId. */
export function merchantPosKey(owner: Owner, merchantPosId: string): string {
  return `${ownerKey(owner)} ${merchantPosId}`;
}

/** Writes a new point of sale. */
export function addPointOfSale(turn: Turn, pos: PointOfSale): void {
  const { state } = turn;
  const written: SandboxState = {
    ...state,
    pointsOfSale: setIn(state.pointsOfSale, pos.id, pos),
    byMerchantPosId: setIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId), pos.id),
    byBeacon: setIn(state.byBeacon, pos.beaconId.toLowerCase(), pos.id),
    standing: pos.createdBy === 'client' ? { top: pos.id, below: state.standing } : state.standing,
  };
  const inStore = shelve(written, shelf.inStore(pos, pos.storeId), pos.id, pos.seq);
  turn.state = shelve(inStore, shelf.named(pos.merchantPosId), pos.id, pos.seq);
}

/** Marks a point of sale as deleted: its merchantPosId and beacon are free again, and nobody is checked in any longer. */
export function removePointOfSale(turn: Turn, pos: PointOfSale): void {
  const { state } = turn;
  const pointsOfSale = setIn(state.pointsOfSale, pos.id, { ...pos, visitId: undefined, deleted: true });
  let standing = state.standing;
  while (standing !== undefined && getIn(pointsOfSale, standing.top)?.deleted !== false)
    standing = standing.below;
  const written: SandboxState = {
    ...state,
    pointsOfSale,
    standing,
    byMerchantPosId: removeIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId)),
    byBeacon: removeIn(state.byBeacon, pos.beaconId.toLowerCase()),
  };
  turn.state = unshelve(written, shelf.inStore(pos, pos.storeId), pos.id);
}

/** Writes a visit and makes it the point of sale's present one. */
export function beginVisit(turn: Turn, pos: PointOfSale, visit: Visit): void {
  const pointsOfSale = setIn(turn.state.pointsOfSale, pos.id, { ...pos, visitId: visit.id });
  turn.state = { ...turn.state, pointsOfSale, visits: setIn(turn.state.visits, visit.id, visit) };
}

/** Writes a visit that went on. */
export function putVisit(turn: Turn, visit: Visit): void {
  turn.state = { ...turn.state, visits: setIn(turn.state.visits, visit.id, visit) };
}

/** Ends a visit where it is the point of sale's present one. */
export function endVisit(turn: Turn, posId: string, visitId: string | undefined): void {
  const pos = getIn(turn.state.pointsOfSale, posId);
  if (pos?.visitId === undefined || pos.visitId !== visitId) return;
  turn.state = { ...turn.state, pointsOfSale: setIn(turn.state.pointsOfSale, pos.id, { ...pos, visitId: undefined }) };
}

export function putStore(turn: Turn, store: Store): void {
  turn.state = { ...turn.state, stores: setIn(turn.state.stores, store.id, store) };
}

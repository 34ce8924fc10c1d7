import { getIn, removeIn, setIn } from '../../std/persistent-map.ts';
import type {
  Compartment,
  Owner,
  Payment,
  PointOfSale,
  Refund,
  SandboxState,
  Store,
  Visit,
} from './state.ts';
import { shelve, type Turn } from './turn.ts';

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

/** Names of the indexes: payments of a point of sale, of an order (whoever's, and without regard to case) and of all; and so on. */
export const shelf = {
  allPayments: 'payments',
  paymentsOn: (posId: string) => `on ${posId}`,
  paymentsOfOrder: (orderId: string) => `order ${orderId.toLowerCase()}`,
  allRefunds: 'refunds',
  refundsOf: (paymentId: string) => `refunds ${paymentId}`,
  refundsOfOrder: (orderId: string) => `refund order ${orderId.toLowerCase()}`,
  /** Points of sale in a store of their owner; and all that ever had a merchantPosId. Deleted ones are not open. */
  inStore: (owner: Owner, storeId: string) => `store ${ownerKey(owner)} ${storeId}`,
  named: (merchantPosId: string) => `named ${merchantPosId.toLowerCase()}`,
} as const;

function compartmentsOf(payment: Payment): readonly Compartment[] {
  if (isActive(payment)) return ['open', 'active'];
  if (payment.state === 'Reserved') return ['open'];
  return payment.state === 'Captured' ? ['captured'] : [];
}

/** Writes a payment, new or changed. */
export function putPayment(turn: Turn, payment: Payment): void {
  const before = getIn(turn.state.payments, payment.id);
  let state: SandboxState = { ...turn.state, payments: setIn(turn.state.payments, payment.id, payment) };
  const old = before === undefined ? [] : compartmentsOf(before);
  const fresh = compartmentsOf(payment);
  const into: Compartment[] = fresh.filter((name) => !old.includes(name));
  const outOf = old.filter((name) => !fresh.includes(name));
  if (before === undefined) into.push('all');
  if (into.length > 0 || outOf.length > 0) {
    state = shelve(state, shelf.paymentsOn(payment.posId), payment, into, outOf);
    state = shelve(state, shelf.paymentsOfOrder(payment.orderId), payment, into, outOf);
    const active = (name: Compartment): boolean => name === 'active';
    if (into.some(active) || outOf.some(active))
      state = shelve(state, shelf.allPayments, payment, into.filter(active), outOf.filter(active));
  }
  turn.state = state;
}

/** Writes a refund, new or changed. */
export function putRefund(turn: Turn, refund: Refund): void {
  const isNew = getIn(turn.state.refunds, refund.id) === undefined;
  let state: SandboxState = { ...turn.state, refunds: setIn(turn.state.refunds, refund.id, refund) };
  if (isNew) {
    state = shelve(state, shelf.refundsOf(refund.paymentId), refund, ['all']);
    state = shelve(state, shelf.refundsOfOrder(refund.refundOrderId), refund, ['all']);
    state = shelve(state, shelf.allRefunds, refund, ['open']);
  } else if (refund.state !== 'Initiated' && refund.state !== 'Reserved')
    state = shelve(state, shelf.allRefunds, refund, [], ['open']);
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
  const inStore = shelve(written, shelf.inStore(pos, pos.storeId), pos, ['open']);
  turn.state = shelve(inStore, shelf.named(pos.merchantPosId), pos, ['all']);
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
  turn.state = shelve(written, shelf.inStore(pos, pos.storeId), pos, [], ['open']);
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
  turn.state = {
    ...turn.state,
    pointsOfSale: setIn(turn.state.pointsOfSale, pos.id, { ...pos, visitId: undefined }),
  };
}

export function putStore(turn: Turn, store: Store): void {
  turn.state = { ...turn.state, stores: setIn(turn.state.stores, store.id, store) };
}

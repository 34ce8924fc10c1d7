import { removeIn, setIn } from '../../std/persistent-map.ts';
import { putOn } from '../../std/piles.ts';
import { recordOf, withRecord } from '../../std/register.ts';
import type { Owner, Payment, PointOfSale, Refund, Store, Visit } from './state.ts';
import { copyOf, shelved, type IndexName, type Place, type Turn } from './turn.ts';

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

/** Active payments block their point of sale (pos-v10.md 2.1); Reserved ones do not. */
export function isActive({ state }: Payment): boolean {
  return state === 'Prepared' || state === 'Initiated' || state === 'Paired' || state === 'IssuedToUser';
}

/** Names of the indexes: payments of a point of sale, of an order (whoever's, and without regard to case) and of all; and so on. */
export const shelf = {
  allPayments: 'all payments',
  paymentsOn: (posId: string) => ({ shelf: 'paymentsOn', key: posId }),
  paymentsOfOrder: (orderId: string) => ({ pile: 'paymentsOfOrder', key: orderId.toLowerCase() }),
  refundsOf: (paymentId: string) => ({ pile: 'refundsOf', key: paymentId }),
  refundsOfOrder: (orderId: string) => ({ pile: 'refundsOfOrder', key: orderId.toLowerCase() }),
  /** Points of sale in a store of their owner that are not deleted; and all that ever had a merchantPosId. */
  inStore: (owner: Owner, storeId: string) => ({ shelf: 'inStore', key: `${ownerKey(owner)} ${storeId}` }),
  named: (merchantPosId: string) => ({ pile: 'named', key: merchantPosId.toLowerCase() }),
} as const satisfies Record<string, IndexName | ((...names: never[]) => IndexName)>;

// Constants, so that two of the same mean that nothing moves.
const ACTIVE_PLACE: Place = { open: true, active: true, captured: false };
const OPEN: Place = { open: true, active: false, captured: false };
const CAPTURED: Place = { open: false, active: false, captured: true };
const OVER: Place = { open: false, active: false, captured: false };

function placeOf(payment: Payment): Place {
  if (isActive(payment)) return ACTIVE_PLACE;
  if (payment.state === 'Reserved') return OPEN;
  return payment.state === 'Captured' ? CAPTURED : OVER;
}

/** Writes a payment, new or changed. */
export function putPayment(turn: Turn, payment: Payment): void {
  const { state } = turn;
  const before = recordOf(state.payments, payment.id);
  const from = before === undefined ? undefined : placeOf(before);
  const to = placeOf(payment);
  const next = copyOf(state);
  next.payments = withRecord(state.payments, payment.id, payment);
  if (from !== to) {
    const { paymentsOn, inStore } = state.shelves;
    next.shelves = { paymentsOn: shelved(paymentsOn, payment.posId, payment, from, to), inStore };
  }
  if (before === undefined) {
    const { paymentsOfOrder, refundsOf, refundsOfOrder, named } = state.indexes;
    const { key } = shelf.paymentsOfOrder(payment.orderId);
    next.indexes = {
      paymentsOfOrder: putOn(paymentsOfOrder, key, payment.id),
      refundsOf,
      refundsOfOrder,
      named,
    };
  }
  turn.state = next;
}

/** Writes a refund, new or changed. */
export function putRefund(turn: Turn, refund: Refund): void {
  const { state } = turn;
  const refunds = withRecord(state.refunds, refund.id, refund);
  const isNew = refunds.size > state.refunds.size;
  const { indexes } = state;
  if (!isNew) turn.state = { ...state, refunds };
  else {
    const { key } = shelf.refundsOfOrder(refund.refundOrderId);
    const refundsOf = putOn(indexes.refundsOf, refund.paymentId, refund.id);
    const refundsOfOrder = putOn(indexes.refundsOfOrder, key, refund.id);
    turn.state = { ...state, refunds, indexes: { ...indexes, refundsOf, refundsOfOrder } };
  }
}

/** The key under which an active point of sale is found by its merchantPosId. */
export function merchantPosKey(owner: Owner, merchantPosId: string): string {
  return `${ownerKey(owner)} ${merchantPosId}`;
}

/** Writes a new point of sale. */
export function addPointOfSale(turn: Turn, pos: PointOfSale): void {
  const { state } = turn;
  const { shelves } = state;
  turn.state = {
    ...state,
    pointsOfSale: withRecord(state.pointsOfSale, pos.id, pos),
    byMerchantPosId: setIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId), pos.id),
    byBeacon: setIn(state.byBeacon, pos.beaconId.toLowerCase(), pos.id),
    standing: pos.createdBy === 'client' ? { top: pos.id, below: state.standing } : state.standing,
    shelves: {
      ...shelves,
      inStore: shelved(shelves.inStore, shelf.inStore(pos, pos.storeId).key, pos, OVER, OPEN),
    },
    indexes: {
      ...state.indexes,
      named: putOn(state.indexes.named, shelf.named(pos.merchantPosId).key, pos.id),
    },
  };
}

/** Marks a point of sale as deleted: its merchantPosId and beacon are free again, and nobody is checked in any longer. */
export function removePointOfSale(turn: Turn, pos: PointOfSale): void {
  const { state } = turn;
  const { shelves } = state;
  const pointsOfSale = withRecord(state.pointsOfSale, pos.id, { ...pos, visitId: undefined, deleted: true });
  let standing = state.standing;
  while (standing !== undefined && recordOf(pointsOfSale, standing.top)?.deleted !== false)
    standing = standing.below;
  turn.state = {
    ...state,
    pointsOfSale,
    standing,
    byMerchantPosId: removeIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId)),
    byBeacon: removeIn(state.byBeacon, pos.beaconId.toLowerCase()),
    shelves: {
      ...shelves,
      inStore: shelved(shelves.inStore, shelf.inStore(pos, pos.storeId).key, pos, OPEN, OVER),
    },
  };
}

/** Writes a visit and makes it the point of sale's present one. */
export function beginVisit(turn: Turn, pos: PointOfSale, visit: Visit): void {
  const pointsOfSale = withRecord(turn.state.pointsOfSale, pos.id, { ...pos, visitId: visit.id });
  turn.state = { ...turn.state, pointsOfSale, visits: withRecord(turn.state.visits, visit.id, visit) };
}

/** Writes a visit that went on. */
export function putVisit(turn: Turn, visit: Visit): void {
  turn.state = { ...turn.state, visits: withRecord(turn.state.visits, visit.id, visit) };
}

/** Ends a visit where it is the point of sale's present one. */
export function endVisit(turn: Turn, posId: string, visitId: string | undefined): void {
  const pos = recordOf(turn.state.pointsOfSale, posId);
  if (pos?.visitId === undefined || pos.visitId !== visitId) return;
  turn.state = {
    ...turn.state,
    pointsOfSale: withRecord(turn.state.pointsOfSale, pos.id, { ...pos, visitId: undefined }),
  };
}

export function putStore(turn: Turn, store: Store): void {
  turn.state = { ...turn.state, stores: withRecord(turn.state.stores, store.id, store) };
}

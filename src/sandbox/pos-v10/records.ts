import { getIn, removeIn, setIn, updateIn } from '../../std/persistent-map.ts';
import type { Compartment, Owner, Payment, PointOfSale, Refund, Shelves, Store, Visit } from './state.ts';
import { copyOf, piled, shelved, type IndexName, type Turn } from './turn.ts';

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
  allPayments: 'all payments',
  paymentsOn: (posId: string) => ({ shelf: 'paymentsOn', key: posId }),
  paymentsOfOrder: (orderId: string) => ({ pile: 'paymentsOfOrder', key: orderId.toLowerCase() }),
  refundsOf: (paymentId: string) => ({ pile: 'refundsOf', key: paymentId }),
  refundsOfOrder: (orderId: string) => ({ pile: 'refundsOfOrder', key: orderId.toLowerCase() }),
  /** Points of sale in a store of their owner that are not deleted; and all that ever had a merchantPosId. */
  inStore: (owner: Owner, storeId: string) => ({ shelf: 'inStore', key: `${ownerKey(owner)} ${storeId}` }),
  named: (merchantPosId: string) => ({ pile: 'named', key: merchantPosId.toLowerCase() }),
} as const satisfies Record<string, IndexName | ((...names: never[]) => IndexName)>;

const OPEN_AND_ACTIVE: readonly Compartment[] = ['open', 'active'];
const OPEN: readonly Compartment[] = ['open'];
const CAPTURED: readonly Compartment[] = ['captured'];
const NONE: readonly Compartment[] = [];
/** A new payment, by where it stands from then on. */
const NEW = new Map(
  [OPEN_AND_ACTIVE, OPEN, CAPTURED, NONE].map((fresh) => [fresh, [...fresh, 'all'] as const]),
);

function compartmentsOf(payment: Payment): readonly Compartment[] {
  if (isActive(payment)) return OPEN_AND_ACTIVE;
  if (payment.state === 'Reserved') return OPEN;
  return payment.state === 'Captured' ? CAPTURED : NONE;
}

/** Writes a payment, new or changed. */
export function putPayment(turn: Turn, payment: Payment): void {
  const { state } = turn;
  let before: Payment | undefined;
  const payments = updateIn(state.payments, payment.id, (found) => {
    before = found;
    return payment;
  });
  const old = before === undefined ? NONE : compartmentsOf(before);
  const fresh = compartmentsOf(payment);
  const next = copyOf(state);
  next.payments = payments;
  if (before === undefined) {
    const { paymentsOfOrder } = state.piles;
    const { key } = shelf.paymentsOfOrder(payment.orderId);
    next.shelves = movedOn(state.shelves, payment, NEW.get(fresh) ?? NONE, NONE);
    next.piles = { ...state.piles, paymentsOfOrder: piled(paymentsOfOrder, key, payment) };
  } else if (old !== fresh) {
    // The lists are constants: the same one means that nothing moves.
    const into = fresh.filter((name) => !old.includes(name));
    const outOf = old.filter((name) => !fresh.includes(name));
    next.shelves = movedOn(state.shelves, payment, into, outOf);
  }
  turn.state = next;
}

function movedOn(
  shelves: Shelves,
  payment: Payment,
  into: readonly Compartment[],
  outOf: readonly Compartment[],
): Shelves {
  return { ...shelves, paymentsOn: shelved(shelves.paymentsOn, payment.posId, payment, into, outOf) };
}

/** Writes a refund, new or changed. */
export function putRefund(turn: Turn, refund: Refund): void {
  const { state } = turn;
  const refunds = setIn(state.refunds, refund.id, refund);
  const isNew = refunds.size > state.refunds.size;
  const { refundsOf, refundsOfOrder } = state.piles;
  const piles = isNew
    ? {
        ...state.piles,
        refundsOf: piled(refundsOf, refund.paymentId, refund),
        refundsOfOrder: piled(refundsOfOrder, shelf.refundsOfOrder(refund.refundOrderId).key, refund),
      }
    : state.piles;
  turn.state = { ...state, refunds, piles };
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
    pointsOfSale: setIn(state.pointsOfSale, pos.id, pos),
    byMerchantPosId: setIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId), pos.id),
    byBeacon: setIn(state.byBeacon, pos.beaconId.toLowerCase(), pos.id),
    standing: pos.createdBy === 'client' ? { top: pos.id, below: state.standing } : state.standing,
    shelves: {
      ...shelves,
      inStore: shelved(shelves.inStore, shelf.inStore(pos, pos.storeId).key, pos, OPEN),
    },
    piles: { ...state.piles, named: piled(state.piles.named, shelf.named(pos.merchantPosId).key, pos) },
  };
}

/** Marks a point of sale as deleted: its merchantPosId and beacon are free again, and nobody is checked in any longer. */
export function removePointOfSale(turn: Turn, pos: PointOfSale): void {
  const { state } = turn;
  const { shelves } = state;
  const pointsOfSale = setIn(state.pointsOfSale, pos.id, { ...pos, visitId: undefined, deleted: true });
  let standing = state.standing;
  while (standing !== undefined && getIn(pointsOfSale, standing.top)?.deleted !== false)
    standing = standing.below;
  turn.state = {
    ...state,
    pointsOfSale,
    standing,
    byMerchantPosId: removeIn(state.byMerchantPosId, merchantPosKey(pos, pos.merchantPosId)),
    byBeacon: removeIn(state.byBeacon, pos.beaconId.toLowerCase()),
    shelves: {
      ...shelves,
      inStore: shelved(shelves.inStore, shelf.inStore(pos, pos.storeId).key, pos, NONE, OPEN),
    },
  };
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

import { recordOf } from '../../std/register.ts';
import { endVisit, isActive, putPayment, putRefund, shelf } from './records.ts';
import type { Settings } from './settings.ts';
import type { Payment, PointOfSale, Refund, SandboxState, Visit } from './state.ts';
import { idsOn, type Turn } from './turn.ts';

/*
 * What time alone does (pos-v10.md 2.1 and 2.2). Nothing happens at the moment itself: it is worked out when the thing is next
 * looked at, and then written down, so that indexes never hold what is long over.
 */

/** The payment as it is at `now`. */
export function paymentAt(payment: Payment, settings: Settings, now: number): Payment {
  switch (payment.state) {
    case 'Prepared':
    case 'Initiated':
      return inactiveAfter(payment, settings.unpairedInactivityMs, now);
    case 'Paired':
    case 'IssuedToUser':
      return inactiveAfter(payment, settings.pairedInactivityMs, now);
    case 'Reserved': {
      const end = (payment.reservedAt ?? payment.since) + settings.reservationLifeMs;
      return now < end ? payment : { ...payment, state: 'ExpiredAndCancelled', since: end };
    }
    default:
      return payment;
  }
}

function inactiveAfter(payment: Payment, limit: number, now: number): Payment {
  const end = payment.since + limit;
  return now < end ? payment : { ...payment, state: 'CancelledByMobilePay', since: end };
}

/** The refund as it is at `now`: a reservation that ends is captured. */
export function refundAt(refund: Refund, settings: Settings, now: number): Refund {
  if (refund.state !== 'Reserved') return refund;
  return now < (refund.reservedAt ?? refund.createdAt) + settings.refundReservationLifeMs
    ? refund
    : { ...refund, state: 'ExpiredAndCaptured' };
}

/** The visit that the point of sale has at `now`, if any. */
export function visitAt(state: SandboxState, pos: PointOfSale, now: number): Visit | undefined {
  if (pos.visitId === undefined) return undefined;
  const visit = recordOf(state.visits, pos.visitId);
  if (visit === undefined || now >= visit.at + state.settings.checkInLifeMs) return undefined;
  return state.settings.checkInEndsWithPayment && hasLostPayment(state, visit, now) ? undefined : visit;
}

/** Whether time has ended the payment that is with this customer, though nobody has looked at it since. */
function hasLostPayment(state: SandboxState, visit: Visit, now: number): boolean {
  return idsOn(state, shelf.paymentsOn(visit.posId), 'active').some((id) => {
    const stored = recordOf(state.payments, id);
    return stored?.visitId === visit.id && paymentAt(stored, state.settings, now) !== stored;
  });
}

/** Writes a payment whose life has ended, with what that means for its customer. */
export function closePayment(turn: Turn, payment: Payment): void {
  putPayment(turn, payment);
  if (turn.state.settings.checkInEndsWithPayment) endVisit(turn, payment.posId, payment.visitId);
}

/** The payment with this id at this moment, or undefined; what time did to it is written down. */
export function lookAtPayment(turn: Turn, id: string): Payment | undefined {
  const stored = recordOf(turn.state.payments, id);
  if (stored === undefined) return undefined;
  const present = paymentAt(stored, turn.state.settings, turn.now);
  if (present !== stored) closePayment(turn, present);
  return present;
}

/** The refund with this id at this moment, likewise. */
export function lookAtRefund(turn: Turn, id: string): Refund | undefined {
  const stored = recordOf(turn.state.refunds, id);
  if (stored === undefined) return undefined;
  const present = refundAt(stored, turn.state.settings, turn.now);
  if (present !== stored) putRefund(turn, present);
  return present;
}

/** The payment that blocks this point of sale at this moment, if any. */
export function activeOn(turn: Turn, posId: string): Payment | undefined {
  // None or one in most cases: no list has to be made and sorted for that.
  if (recordOf(turn.state.shelves.paymentsOn, posId)?.active === undefined) return undefined;
  for (const id of idsOn(turn.state, shelf.paymentsOn(posId), 'active')) {
    const payment = lookAtPayment(turn, id);
    if (payment !== undefined && isActive(payment)) return payment;
  }
  return undefined;
}

/** The point of sale with this id with its visits and payments as they are at this moment, deleted ones included. */
export function lookAtPointOfSale(turn: Turn, id: string): PointOfSale | undefined {
  const stored = recordOf(turn.state.pointsOfSale, id);
  if (stored?.visitId === undefined) return stored;
  activeOn(turn, id);
  const pos = recordOf(turn.state.pointsOfSale, id);
  if (pos?.visitId !== undefined && visitAt(turn.state, pos, turn.now) === undefined)
    endVisit(turn, id, pos.visitId);
  return recordOf(turn.state.pointsOfSale, id);
}

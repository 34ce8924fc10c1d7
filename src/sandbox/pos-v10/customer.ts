import type { Card } from '../../model/pos-v10/truth.ts';
import { recordOf } from '../../std/register.ts';
import { activeOn, closePayment, lookAtPayment, lookAtPointOfSale } from './aging.ts';
import { beginVisit, endVisit, putPayment } from './records.ts';
import { impossible, type Tried } from './outcome.ts';
import type { Payment, Visit } from './state.ts';
import { customerTokenOf, type Guest } from './test-users.ts';
import type { Turn } from './turn.ts';

/** The customer checks in: an Initiated payment is issued to them, a Prepared one paired (pos-v10.md 2.1). */
export function checkIn(turn: Turn, posId: string, guest: Guest): Tried {
  const active = activeOn(turn, posId);
  const pos = lookAtPointOfSale(turn, posId);
  if (pos === undefined || pos.deleted)
    return impossible('noPointOfSale', 'There is no such point of sale any longer.');
  const taken = active?.state === 'Paired' || active?.state === 'IssuedToUser';
  if (taken && pos.visitId !== undefined)
    return impossible('alreadyCheckedIn', 'A customer with a payment is checked in at this point of sale.');
  if (pos.requirePaymentBeforeCheckin && active === undefined)
    return impossible(
      'paymentRequiredFirst',
      'This point of sale lets nobody check in before there is a payment.',
    );
  const id = turn.ids().toLowerCase();
  const visit: Visit = {
    id,
    posId,
    at: turn.now,
    card: guest.card,
    loyaltyIds: guest.loyaltyIds,
    customerToken: customerTokenOf(guest.phone ?? `${guest.card} ${guest.loyaltyIds.join(' ')}`),
    customerReceiptToken: guest.customerReceiptToken,
    lookedUpAfter: guest.lookedUpAfter,
    polls: 0,
    ...(guest.phone === undefined ? {} : { phone: guest.phone }),
    ...(guest.partialCapture === undefined ? {} : { partialCapture: guest.partialCapture }),
  };
  beginVisit(turn, pos, visit);
  if (active === undefined) return { kind: 'done' };
  const state = active.state === 'Prepared' || active.state === 'Paired' ? 'Paired' : 'IssuedToUser';
  const payment: Payment = { ...active, visitId: id, state, since: turn.now };
  putPayment(turn, payment);
  return { kind: 'done', payment };
}

/** The customer swipes. A card that is not allowed leaves the payment IssuedToUser: another may be tried (pos-v10.md 2.1). */
export function approve(turn: Turn, paymentId: string, card: Card | undefined): Tried {
  const payment = lookAtPayment(turn, paymentId);
  if (payment === undefined) return impossible('noPayment', 'There is no such payment.');
  if (payment.state !== 'IssuedToUser')
    return impossible(
      'notIssued',
      `Only a payment that is IssuedToUser can be approved; it is ${payment.state}.`,
    );
  const used = card ?? recordOf(turn.state.visits, payment.visitId ?? '')?.card ?? 'credit';
  const { restrictions } = payment.terms ?? {};
  const refused = used === 'debit' ? restrictions?.debitCardDisallowed : restrictions?.creditCardDisallowed;
  if (refused === true) {
    const waiting: Payment = { ...payment, since: turn.now };
    putPayment(turn, waiting);
    return { kind: 'done', payment: waiting, note: `the ${used} card is not allowed` };
  }
  const reserved: Payment = {
    ...payment,
    state: 'Reserved',
    since: turn.now,
    reservedAt: turn.now,
    card: used,
  };
  closePayment(turn, reserved);
  return { kind: 'done', payment: reserved };
}

/** The customer says no. */
export function reject(turn: Turn, paymentId: string): Tried {
  const payment = lookAtPayment(turn, paymentId);
  if (payment === undefined) return impossible('noPayment', 'There is no such payment.');
  if (payment.state !== 'Paired' && payment.state !== 'IssuedToUser')
    return impossible(
      'notWithCustomer',
      `Only a payment that is Paired or IssuedToUser can be rejected by the customer; it is ${payment.state}.`,
    );
  const rejected: Payment = { ...payment, state: 'CancelledByUser', since: turn.now };
  closePayment(turn, rejected);
  return { kind: 'done', payment: rejected };
}

/** The customer leaves; a payment that is with them stays so until it is cancelled or inactive too long. */
export function leave(turn: Turn, posId: string): Tried {
  const pos = lookAtPointOfSale(turn, posId);
  if (pos?.visitId === undefined) return impossible('notCheckedIn', 'No customer is checked in.');
  endVisit(turn, posId, pos.visitId);
  return { kind: 'done' };
}

import { randomUUID } from 'node:crypto';
import { around } from '../lib/changes.mjs';

const MAKING = ['initiatePayment', 'preparePayment'];
/** The work is done as asked; the result is told otherwise. */
const tells = (policy, names, change) =>
  around(policy, names, async (params, next) => change(await next(params), params));
const leavesOut = (policy, names, member) =>
  tells(policy, names, (result) =>
    Object.fromEntries(Object.entries(result).filter(([name]) => name !== member)),
  );
/** Ids that the till chose by itself are told wrong; those that the command gave aren't told at all. */
const misreads = (policy, names, member) =>
  tells(policy, names, (result) =>
    result[member] === undefined ? result : { ...result, [member]: randomUUID() },
  );
/** The call that begins it is never made; the id in the result is invented. */
const invents = (policy, command, member, own) =>
  around(policy, [command], (params) => ({
    [member]: randomUUID(),
    ...(params[own] === undefined ? { [own]: `T-${randomUUID().slice(0, 8)}` } : {}),
  }));

/** Results that say other than what was done. */
export const REPORTS = [
  {
    name: 'keeps-its-merchant-pos-id-to-itself',
    sentence: 'The merchant id that the till chose for its PoS is not told.',
    breaks: 'step',
    seenIn: 'onboarding/chosen-by-the-till',
    apply: (p) => leavesOut(p, ['createPointOfSale'], 'merchantPosId'),
  },
  {
    name: 'tells-another-merchant-pos-id',
    sentence: 'The merchant id that is told for the PoS is not the one that was sent.',
    breaks: 'step',
    seenIn: 'onboarding/chosen-by-the-till',
    apply: (p) => misreads(p, ['createPointOfSale'], 'merchantPosId'),
  },
  {
    name: 'keeps-its-order-id-to-itself',
    sentence: 'The order id that the till chose is not told.',
    breaks: 'step',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => leavesOut(p, MAKING, 'orderId'),
  },
  {
    name: 'tells-another-order-id',
    sentence: 'The order id that is told is not the one that was sent.',
    breaks: 'step',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => misreads(p, MAKING, 'orderId'),
  },
  {
    name: 'tells-another-order-id-when-preparing',
    sentence: 'The order id that is told for a prepared payment is not the one that was sent.',
    breaks: 'step',
    seenIn: 'prepared-payments/chosen-by-the-till',
    apply: (p) => misreads(p, ['preparePayment'], 'orderId'),
  },
  {
    name: 'keeps-its-refund-order-id-to-itself',
    sentence: 'The order id that the till chose for a refund is not told.',
    breaks: 'step',
    seenIn: 'refunds/chosen-by-the-till',
    apply: (p) => leavesOut(p, ['initiateRefund'], 'refundOrderId'),
  },
  {
    name: 'tells-another-refund-order-id',
    sentence: 'The order id that is told for a refund is not the one that was sent.',
    breaks: 'step',
    seenIn: 'refunds/chosen-by-the-till',
    apply: (p) => misreads(p, ['initiateRefund'], 'refundOrderId'),
  },
  {
    name: 'pairing-told-as-issued',
    sentence: 'A payment that has only been paired is told as issued to its customer.',
    breaks: 'backend-has-the-truth',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      tells(p, ['awaitPairing'], (result) =>
        result.state === 'Paired' ? { ...result, state: 'IssuedToUser' } : result,
      ),
  },
  {
    name: 'pairing-not-noticed',
    sentence: 'A payment that has been paired is told as prepared.',
    breaks: 'backend-has-the-truth',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      tells(p, ['awaitPairing'], (result) =>
        result.state === 'Paired' ? { ...result, state: 'Prepared' } : result,
      ),
  },
  {
    name: 'keeps-loyalty-ids-to-itself',
    sentence: 'Loyalty ids are waited for and not told.',
    breaks: 'step',
    seenIn: 'loyalty/loyalty-ids-then-discount',
    apply: (p) => leavesOut(p, ['awaitPairing'], 'loyaltyIds'),
  },
  {
    name: 'tells-no-loyalty-ids',
    sentence: 'Loyalty ids are waited for, and the customer told as not enrolled.',
    breaks: 'step',
    seenIn: 'loyalty/loyalty-ids-then-discount',
    apply: (p) =>
      tells(p, ['awaitPairing'], (result) =>
        result.loyaltyIds === undefined ? result : { ...result, loyaltyIds: [] },
      ),
  },
  {
    name: 'refund-told-as-captured',
    sentence: 'A refund that is Reserved is told as Captured.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      tells(p, ['awaitRefund'], (result) =>
        result.state === 'Reserved' ? { ...result, state: 'Captured' } : result,
      ),
  },
  {
    name: 'refund-told-as-cancelled',
    sentence: 'A refund that is Reserved is told as cancelled.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      tells(p, ['awaitRefund'], (result) =>
        result.state === 'Reserved' ? { ...result, state: 'CancelledByClient' } : result,
      ),
  },
  {
    name: 'check-in-not-noticed',
    sentence: 'A customer who has checked in is told as not there.',
    breaks: 'step',
    seenIn: 'notifications/check-in-without-a-notification',
    apply: (p) => tells(p, ['awaitCheckin'], (result) => ({ ...result, isUserCheckedIn: false })),
  },
  {
    name: 'check-in-told-too-early',
    sentence: 'After one question for the check-in a customer is told as there, whatever the answer.',
    breaks: 'step',
    seenIn: 'notifications/check-in-without-a-notification',
    apply: (p) => {
      const ends = p.pollsUntil;
      p.pollsUntil = (ended, what, status) => what === 'checkin' || ends(ended, what, status);
      tells(p, ['awaitCheckin'], (result) => ({ ...result, isUserCheckedIn: true }));
    },
  },
  {
    name: 'invents-a-payment',
    sentence: 'No payment is initiated; the till makes up its id.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => invents(p, 'initiatePayment', 'paymentId', 'orderId'),
  },
  {
    name: 'invents-a-prepared-payment',
    sentence: 'No payment is prepared; the till makes up its id.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) => invents(p, 'preparePayment', 'paymentId', 'orderId'),
  },
  {
    name: 'invents-a-refund',
    sentence: 'No refund is created; the till makes up its id.',
    breaks: 'step',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => invents(p, 'initiateRefund', 'refundId', 'refundOrderId'),
  },
];

import { randomUUID } from 'node:crypto';
import { around, extra, outgoing } from '../lib/changes.mjs';
import { GaveUp } from '../lib/endings.mjs';
import { awaitRefund, captureRefund, findLostRefund } from '../lib/refunds.mjs';

/** Refunds of the wrong amount, made twice, lost, or finished otherwise than they were decided. */
export const REFUNDS = [
  {
    name: 'refunds-more-than-asked',
    sentence: 'Refunds are one crown higher than asked for.',
    breaks: 'refund-within-bounds',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => (p.refundBody = (body) => ({ ...body, amount: body.amount + 1 })),
  },
  {
    name: 'refund-in-other-currency',
    sentence: 'Refunds are asked for in the other currency.',
    breaks: 'refund-within-bounds',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      (p.refundBody = (body) => ({ ...body, currencyCode: body.currencyCode === 'DKK' ? 'EUR' : 'DKK' })),
  },
  {
    name: 'refund-twice-on-retry',
    sentence: 'The retry of a refund carries a new key, and refunds twice.',
    breaks: 'idempotency-key-kept',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      outgoing(
        p,
        (wire, call) => call.attempt > 0 && (wire.headers['X-MobilePay-Idempotency-Key'] = randomUUID()),
        ['initiateRefund'],
      ),
  },
  {
    name: 'refunds-anew-after-a-lost-answer',
    sentence: 'When retries are spent the till begins a second refund instead of looking for the first.',
    breaks: 'step',
    seenIn: 'refunds/cancel-a-refund',
    apply: (p) => {
      p.lostRefund = 'ignore';
      around(p, ['initiateRefund'], async (params, next) => {
        try {
          return await next(params);
        } catch (cause) {
          if (!(cause instanceof GaveUp)) throw cause;
          return next(params);
        }
      });
    },
  },
  {
    name: 'ignores-a-lost-refund',
    sentence: 'When retries are spent nobody looks whether the refund stands.',
    breaks: 'refund-finished',
    seenIn: 'refunds/cancel-a-refund',
    apply: (p) => (p.lostRefund = 'ignore'),
  },
  {
    name: 'leaves-a-lost-refund-reserved',
    sentence:
      'When retries are spent the till finds the refund, waits until it is Reserved, gives up, and never captures nor cancels it.',
    breaks: 'refund-finished',
    seenIn: 'refunds/cancel-a-refund',
    apply: (p) => {
      p.lostRefund = 'ignore';
      around(p, ['initiateRefund'], async (params, next, till) => {
        try {
          return await next(params);
        } catch (cause) {
          const entry = till.store.data.refunding.at(-1);
          const refundId = cause instanceof GaveUp && entry ? await findLostRefund(till, entry) : undefined;
          if (refundId !== undefined) await awaitRefund(till, { refundId });
          throw cause;
        }
      });
    },
  },
  {
    name: 'captures-refund-instead-of-cancelling',
    sentence: 'A refund that is to be cancelled is captured.',
    breaks: 'step',
    seenIn: 'refunds/cancel-a-refund',
    apply: (p) => around(p, ['cancelRefund'], (params, next, till) => captureRefund(till, params)),
  },
  {
    name: 'captures-refund-too-early',
    sentence: 'A refund is captured as soon as it stands, before it was Reserved.',
    breaks: 'step',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      around(p, ['initiateRefund'], async (params, next, till) => {
        const result = await next(params);
        await extra(till, 'captureRefund', 'POST', `/refunds/${result.refundId}/capture`);
        return result;
      }),
  },
  {
    name: 'looks-for-orders-among-active-payments',
    sentence: 'A lost payment id is looked for without `state=Captured`, and not found.',
    breaks: 'step',
    seenIn: 'refunds/refund-by-order-id',
    apply: (p) => outgoing(p, (wire) => delete wire.query?.state, ['queryPayments']),
  },
];

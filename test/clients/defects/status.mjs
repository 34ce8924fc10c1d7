import { around, extra } from '../lib/changes.mjs';
import { recordOf, stateOf } from '../lib/decisions.mjs';
import { GaveUp, Refused } from '../lib/endings.mjs';

const WORDS = {
  capturePayment: ['paymentId', 'payment', 'Captured'],
  cancelPayment: ['paymentId', 'payment', 'CancelledByClient'],
  captureRefund: ['refundId', 'refund', 'Captured'],
  cancelRefund: ['refundId', 'refund', 'CancelledByClient'],
};
/** The command says that it is done without having sent anything. */
const pretend = (policy, names) =>
  around(policy, names, (params, next, till, name) => {
    const [member, kind, state] = WORDS[name];
    recordOf(till, kind, params[member]).state = state;
    return { state };
  });
/** The command says that it is done when it ended otherwise. */
const gloss = (policy, names, Ending) =>
  around(policy, names, async (params, next, till, name) => {
    try {
      return await next(params);
    } catch (cause) {
      if (!(cause instanceof Ending)) throw cause;
      return { state: WORDS[name][2] };
    }
  });
/** Captures as soon as `when` fits what a poll says, before the lawful till would. */
const captureAt = (policy, when) =>
  around(policy, ['awaitPayment'], async (params, next, till) => {
    const ends = till.policy.pollsUntil;
    till.policy.pollsUntil = (ended, what, status) => ended || when(status);
    const result = await next(params).finally(() => (till.policy.pollsUntil = ends));
    const record = recordOf(till, 'payment', params.paymentId);
    if (when(record.state)) {
      const path = `/payments/${record.id}/capture`;
      await extra(till, 'capturePayment', 'POST', path, { body: { amount: record.amount } });
      if (!/^(Cancelled|Expired)/.test(record.state)) return next(params);
    }
    return result;
  });
const says = (policy, from, to) =>
  around(policy, ['awaitPayment'], async (params, next) => {
    const result = await next(params);
    return from.test(result.state) ? { ...result, state: to } : result;
  });

export const STATUS = [
  {
    name: 'reports-reserved-too-early',
    sentence: 'A payment that was issued to the customer is told as Reserved.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      p.pollsUntil = (ended, what, status) => ended || status === 'IssuedToUser';
      says(p, /^IssuedToUser$/, 'Reserved');
    },
  },
  {
    name: 'captures-before-reserved',
    sentence: 'The capture is sent when the payment is issued, before it was seen Reserved.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => captureAt(p, (status) => status === 'IssuedToUser'),
  },
  {
    name: 'captures-without-looking',
    sentence: 'The capture follows at once upon the initiation; nobody has looked at the payment.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next, till) => {
        const result = await next(params);
        const path = `/payments/${result.paymentId}/capture`;
        await extra(till, 'capturePayment', 'POST', path, { body: { amount: params.amount } });
        return result;
      }),
  },
  {
    name: 'captures-after-user-cancelled',
    sentence: 'A payment that the customer cancelled is captured.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancelled-by-user',
    apply: (p) => captureAt(p, (status) => /^CancelledBy(User|MobilePay)$/.test(status ?? '')),
  },
  {
    name: 'captures-the-expired',
    sentence: 'A capture refused because the reservation expired is told as Captured.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/reservation-expires',
    apply: (p) => gloss(p, ['capturePayment'], Refused),
  },
  {
    name: 'guesses-the-state-after-a-conflict',
    sentence:
      'After a capture was refused (1304) the till tells what it thinks has happened, without a look.',
    breaks: 'look-up-after-conflict',
    seenIn: 'payments/reservation-expires',
    apply: (p) => {
      p.looksAfterConflict = false;
      around(p, ['capturePayment'], async (params, next) => {
        try {
          return await next(params);
        } catch (cause) {
          if (cause.data?.apiCode !== '1304') throw cause;
          return { state: 'ExpiredAndCancelled' };
        }
      });
    },
  },
  {
    name: 'user-cancelled-told-as-reserved',
    sentence: 'A payment that the customer cancelled is told as Reserved.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancelled-by-user',
    apply: (p) => says(p, /^CancelledByUser$/, 'Reserved'),
  },
  {
    name: 'every-cancellation-is-its-own',
    sentence: 'Whoever cancelled, the till says that it was the till.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancelled-by-mobilepay',
    apply: (p) => says(p, /^CancelledBy(User|MobilePay)$/, 'CancelledByClient'),
  },
  {
    name: 'unknown-status-is-paid',
    sentence: 'A status that the till does not know is taken for Reserved.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/unknown-payment-status',
    apply: (p) => {
      const known = /^(Initiated|IssuedToUser|Prepared|Paired|Reserved|Captured|Cancelled|Expired)/;
      p.pollsUntil = (ended, what, status) => ended || (status !== undefined && !known.test(status));
      around(p, ['awaitPayment'], async (params, next) => {
        const result = await next(params);
        return known.test(result.state) ? result : { state: 'Reserved' };
      });
    },
  },
];

export const FALSE_REPORTS = [
  {
    name: 'never-captures',
    sentence: 'A capture is told as done and never sent.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => pretend(p, ['capturePayment']),
  },
  {
    name: 'never-cancels',
    sentence: 'A cancellation is told as done and never sent.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancel-a-payment',
    apply: (p) => pretend(p, ['cancelPayment']),
  },
  {
    name: 'never-captures-refunds',
    sentence: 'The capture of a refund is told as done and never sent.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => pretend(p, ['captureRefund']),
  },
  {
    name: 'never-cancels-refunds',
    sentence: 'The cancellation of a refund is told as done and never sent.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/cancel-a-refund',
    apply: (p) => pretend(p, ['cancelRefund']),
  },
  {
    name: 'says-captured-when-it-gave-up',
    sentence: 'A capture that did not get through is told as Captured.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) => gloss(p, ['capturePayment'], GaveUp),
  },
  {
    name: 'says-cancelled-when-it-gave-up',
    sentence: 'A cancellation that did not get through is told as done.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancel-left-hanging',
    apply: (p) => gloss(p, ['cancelPayment'], GaveUp),
  },
  {
    name: 'says-refunded-when-it-gave-up',
    sentence: 'The capture of a refund that did not get through is told as done.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/refund-left-hanging',
    apply: (p) => gloss(p, ['captureRefund'], GaveUp),
  },
  {
    name: 'refused-refund-told-as-done',
    sentence: 'For a refund that was refused the till makes up an id.',
    breaks: 'refund-within-bounds',
    seenIn: 'refunds/refund-refused',
    apply: (p) =>
      around(p, ['initiateRefund'], async (params, next) => {
        try {
          return await next(params);
        } catch (cause) {
          if (!(cause instanceof Refused)) throw cause;
          return { refundId: '00000000-0000-4000-8000-000000000001' };
        }
      }),
  },
  {
    name: 'made-up-payment-id',
    sentence: 'The payment id that is told is not the one that the backend gave.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next) => ({
        ...(await next(params)),
        paymentId: '00000000-0000-4000-8000-000000000002',
      })),
  },
  {
    name: 'settle-only-says-so',
    sentence: 'The scheduled job tells every hanging payment as done and sends nothing.',
    breaks: 'decision-kept',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) =>
      around(p, ['settle'], (params, next, till) => ({
        payments: Object.values(till.store.data.payments)
          .filter((one) => one.decision !== undefined)
          .map((one) => ({
            paymentId: one.id,
            state: one.decision.kind === 'capture' ? 'Captured' : 'CancelledByClient',
          })),
        refunds: [],
      })),
  },
  {
    name: 'settle-says-the-wrong-state',
    sentence: 'The scheduled job does its work and tells every payment as Captured.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/cancel-left-hanging',
    apply: (p) =>
      around(p, ['settle'], async (params, next) => {
        const { payments, refunds } = await next(params);
        return { payments: payments.map((one) => ({ ...one, state: 'Captured' })), refunds };
      }),
  },
  {
    name: 'says-deleted-without-delete',
    sentence: 'Deleting a PoS is told as done and never sent.',
    breaks: 'step',
    seenIn: 'onboarding/offboard-a-pos',
    apply: (p) => around(p, ['deletePointOfSale'], () => ({})),
  },
  {
    name: 'made-up-beacon',
    sentence: 'The beacon is not asked for but made up.',
    breaks: 'step',
    seenIn: 'onboarding/generated-beacon',
    apply: (p) => {
      p.asksForBeacon = false;
      around(p, ['createPointOfSale'], async (params, next) => ({
        beaconId: '7a1c1c1e-0000-4000-8000-000000000003',
        ...(await next(params)),
      }));
    },
  },
  {
    name: 'made-up-loyalty-ids',
    sentence: 'Loyalty ids are told as soon as the customer is paired, before the backend knows them.',
    breaks: 'step',
    seenIn: 'loyalty/loyalty-ids-then-discount',
    apply: (p) =>
      around(p, ['awaitPairing'], async (params, next) => ({
        ...(await next({ ...params, loyalty: false })),
        loyaltyIds: ['made-up-1'],
      })),
  },
  {
    name: 'does-nothing',
    sentence: 'Every command is answered with what one would like to hear; nothing is ever sent.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => {
      const id = '00000000-0000-4000-8000-000000000004';
      p.around = (name) => ({
        posId: id,
        paymentId: id,
        refundId: id,
        isUserCheckedIn: true,
        payments: [],
        refunds: [],
        state: /^await/.test(name) ? 'Reserved' : /^cancel/.test(name) ? 'CancelledByClient' : 'Captured',
      });
    },
  },
  {
    name: 'tells-the-state-it-expects',
    sentence: 'Waiting for a refund ends at once with Reserved, without a question.',
    breaks: 'backend-has-the-truth',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => {
      p.seesReservedFirst = false;
      around(p, ['awaitRefund'], (params, next, till) => {
        const record = recordOf(till, 'refund', params.refundId);
        record.state = 'Reserved';
        return { state: stateOf(record) };
      });
    },
  },
];

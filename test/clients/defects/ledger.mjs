import { randomUUID } from 'node:crypto';
import { around, extra } from '../lib/changes.mjs';
import { Refused } from '../lib/endings.mjs';
import { recordOf, stateOf } from '../lib/decisions.mjs';
import { awaitPayment } from '../lib/payments.mjs';

/** One more write upon a payment after its command has done its work. */
const afterwards = (policy, name, verb, bodyOf = () => undefined, when = () => true) =>
  around(policy, [name], async (params, next, till) => {
    const result = await next(params);
    const record = recordOf(till, 'payment', params.paymentId);
    if (!when(result)) return result;
    const body = bodyOf(params, record);
    const operation = verb === 'capture' ? 'capturePayment' : 'cancelPayment';
    await extra(
      till,
      operation,
      'POST',
      `/payments/${record.id}/${verb}`,
      body === undefined ? {} : { body },
    );
    return result;
  });
const captured = ({ state }) => state === 'Captured';

export const LEDGER = [
  {
    name: 'captures-more-than-reserved',
    sentence: 'Captures ask for one crown more than was reserved.',
    breaks: 'at-most-the-reserved-amount',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => (p.captureAmount = (payment) => payment.amount + 1),
  },
  {
    name: 'partial-capture-against-the-flag',
    sentence: 'Less than reserved is captured although the payment says that it can not be.',
    breaks: 'partial-capture-flag',
    seenIn: 'payments/partial-capture-not-possible',
    apply: (p) => (p.whenPartialImpossible = 'capture'),
  },
  {
    name: 'captures-everything-when-asked-for-less',
    sentence: 'Asked for a part the till takes the whole.',
    breaks: 'step',
    seenIn: 'payments/partial-capture',
    apply: (p) =>
      around(p, ['capturePayment'], (params, next, till) =>
        next({ ...params, amount: recordOf(till, 'payment', params.paymentId).amount ?? params.amount }),
      ),
  },
  {
    name: 'captures-less-than-asked',
    sentence: 'Where a part may be captured the till takes one crown less than asked for.',
    breaks: 'step',
    seenIn: 'payments/partial-capture',
    apply: (p) =>
      (p.captureAmount = (payment, amount) =>
        payment.partialCapturePossible === true ? amount - 1 : amount),
  },
  {
    name: 'never-captures-in-part',
    sentence: 'Asked for a part the till cancels, although a part may be captured.',
    breaks: 'step',
    seenIn: 'payments/partial-capture',
    apply: (p) =>
      around(p, ['capturePayment'], (params, next, till) => {
        recordOf(till, 'payment', params.paymentId).partialCapturePossible = false;
        return next(params);
      }),
  },
  {
    name: 'captures-twice',
    sentence: 'Each capture is sent once more after it has succeeded.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => afterwards(p, 'capturePayment', 'capture', ({ amount }) => ({ amount }), captured),
  },
  {
    name: 'captures-twice-with-other-amount',
    sentence: 'After a capture has succeeded one crown less is captured.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      afterwards(p, 'capturePayment', 'capture', ({ amount }) => ({ amount: amount - 1 }), captured),
  },
  {
    name: 'cancels-after-capture',
    sentence: 'A payment is cancelled after it was captured.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => afterwards(p, 'capturePayment', 'cancel', undefined, captured),
  },
  {
    name: 'carries-on-and-forgets',
    sentence:
      'After a restart an active payment is carried on until it is Reserved; then nobody captures it, and its cancellation is refused.',
    breaks: 'captured-or-cancelled',
    seenIn: 'payments/restart-with-an-active-payment',
    apply: (p) => {
      p.onRestart = 'resume';
      around(p, ['recover'], async (params, next, till) => {
        const result = await next(params);
        for (const { paymentId } of result.payments ?? []) await awaitPayment(till, { paymentId });
        return {
          ...result,
          payments: (result.payments ?? []).map(({ paymentId }) => ({
            paymentId,
            state: stateOf(recordOf(till, 'payment', paymentId)),
          })),
        };
      });
      around(p, ['cancelPayment'], (params, next, till) => {
        if (till.restarted && recordOf(till, 'payment', params.paymentId).state === 'Reserved')
          throw new Refused('the customer has approved it');
        return next(params);
      });
    },
  },
  {
    name: 'captures-after-cancel',
    sentence: 'A payment is captured after it was cancelled.',
    breaks: 'step',
    seenIn: 'payments/cancel-a-payment',
    apply: (p) => afterwards(p, 'cancelPayment', 'capture', (params, record) => ({ amount: record.amount })),
  },
  {
    name: 'captures-instead-of-cancelling',
    sentence: 'A Reserved payment that is to be cancelled is captured.',
    breaks: 'step',
    seenIn: 'payments/cancel-a-reserved-payment',
    apply: (p) =>
      around(p, ['cancelPayment'], async (params, next, till) => {
        const record = recordOf(till, 'payment', params.paymentId);
        if (record.state !== 'Reserved') return next(params);
        const path = `/payments/${record.id}/capture`;
        await extra(till, 'capturePayment', 'POST', path, { body: { amount: record.amount } });
        record.state = 'Captured';
        return { state: 'Captured' };
      }),
  },
  {
    name: 'forgets-failed-capture',
    sentence: 'A capture that did not get through is forgotten; the scheduled job finds nothing to do.',
    breaks: 'decision-kept',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) => (p.keepsDecision = ({ kind }) => kind !== 'capture'),
  },
  {
    name: 'forgets-failed-cancel',
    sentence: 'A cancellation that did not get through is forgotten; the scheduled job finds nothing to do.',
    breaks: 'decision-kept',
    seenIn: 'payments/cancel-left-hanging',
    apply: (p) => (p.keepsDecision = ({ kind }) => kind !== 'cancel'),
  },
  {
    name: 'forgets-failed-refund',
    sentence: 'What was decided about a refund and did not get through is forgotten.',
    breaks: 'decision-kept',
    seenIn: 'refunds/refund-left-hanging',
    apply: (p) => (p.keepsDecision = (decision, kind) => kind !== 'refund'),
  },
  {
    name: 'loses-decisions-on-restart',
    sentence: 'Decisions are kept in memory alone.',
    breaks: 'decision-kept',
    seenIn: 'payments/killed-while-capturing',
    apply: (p) =>
      around(p, ['recover'], (params, next, till) => {
        const { payments, refunds } = till.store.data;
        for (const record of [...Object.values(payments), ...Object.values(refunds)]) delete record.decision;
        return next(params);
      }),
  },
  {
    name: 'settle-captures-cancels',
    sentence: 'The scheduled job captures what was to be cancelled.',
    breaks: 'decision-kept',
    seenIn: 'payments/cancel-left-hanging',
    apply: (p) =>
      (p.decisionToSettle = (decision, record) =>
        decision.kind === 'cancel' ? { kind: 'capture', amount: record.amount } : decision),
  },
  {
    name: 'settle-cancels-captures',
    sentence: 'The scheduled job cancels what was to be captured.',
    breaks: 'decision-kept',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) => (p.decisionToSettle = () => ({ kind: 'cancel' })),
  },
  {
    name: 'settle-captures-another-amount',
    sentence: 'The scheduled job captures half of what was decided.',
    breaks: 'step',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) =>
      (p.decisionToSettle = (decision) =>
        decision.kind === 'capture' && decision.amount !== undefined
          ? { ...decision, amount: Math.round(decision.amount * 50) / 100 }
          : decision),
  },
  {
    name: 'settles-twice',
    sentence: 'The scheduled job captures what it has just captured once more.',
    breaks: 'step',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) =>
      around(p, ['settle'], async (params, next, till) => {
        const result = await next(params);
        for (const { paymentId } of result.payments.filter(captured)) {
          const { id, amount } = recordOf(till, 'payment', paymentId);
          await extra(till, 'capturePayment', 'POST', `/payments/${id}/capture`, { body: { amount } });
        }
        return result;
      }),
  },
  {
    name: 'settle-does-nothing',
    sentence: 'There is no scheduled job.',
    breaks: 'decision-kept',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) => around(p, ['settle'], () => ({ payments: [], refunds: [] })),
  },
];

export const CLAIMS = [
  {
    name: 'calls-unclaimed-operations',
    sentence:
      'Before each payment another is prepared and cancelled, whether or not prepared payments are being certified.',
    breaks: 'only-claimed-features',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next, till) => {
        const body = { posId: params.posId, orderId: `ask-${randomUUID().slice(0, 8)}` };
        const key = randomUUID();
        const asked = await extra(till, 'preparePayment', 'POST', '/payments/prepare', { key, body });
        const id = asked.json?.paymentId;
        if (id !== undefined) await extra(till, 'cancelPayment', 'POST', `/payments/${id}/cancel`);
        return next(params);
      }),
  },
  {
    name: 'simulates-the-customer',
    sentence: 'After each initiation the till checks a test customer in by itself.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next, till) => {
        const result = await next(params);
        const beaconId = till.store.data.pointsOfSale.find((one) => one.posId === params.posId)?.beaconId;
        const base = till.api.baseUrl.replace(/\/pos\/v10$/, '/pos/app/usersimulation');
        const body = { beaconId, phoneNumber: '+4520031801' };
        await extra(till, 'simulateCheckIn', 'POST', '/checkin', { base, body });
        return result;
      }),
  },
  {
    name: 'captures-undeclared',
    sentence: 'Reserved payments are captured by themselves, which initialize did not declare.',
    breaks: 'step',
    seenIn: 'payments/cancel-a-reserved-payment',
    apply: (p) => (p.capturesWhenReserved = true),
  },
];

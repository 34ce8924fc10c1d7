import { around, CREATING, outgoing, retries } from '../lib/changes.mjs';
import { recordOf } from '../lib/decisions.mjs';
import { GaveUp } from '../lib/endings.mjs';

const PAYING = ['initiatePayment', 'preparePayment'];
const onWrites = (call) => call.method !== 'GET' && call.operation !== 'getToken';
/** One failure that fits `when` ends the call, and nobody looks what became of it; after any other somebody does. */
const noRetry = (policy, when) => {
  const { lostRefund } = policy;
  giveUpAtOnce(policy, (call, result) => {
    const ends = when(call, result);
    Object.assign(policy, {
      looksUpLostPayment: !ends,
      looksUpLostPos: !ends,
      lostRefund: ends ? 'ignore' : lostRefund,
    });
    return ends;
  });
};
/** One failure that fits `when` is taken for success. */
const consent = (policy, when) => {
  giveUpAtOnce(policy, when);
  for (const [name, state] of [
    ['capturePayment', 'Captured'],
    ['cancelPayment', 'CancelledByClient'],
  ])
    around(policy, [name], async (params, next, till) => {
      try {
        return await next(params);
      } catch (cause) {
        if (!(cause instanceof GaveUp)) throw cause;
        delete recordOf(till, 'payment', params.paymentId).decision;
        return { state };
      }
    });
};
const giveUpAtOnce = (policy, when) =>
  retries(policy, (call, result) =>
    onWrites(call) && result !== undefined && when(call, result) ? 0 : undefined,
  );
const onRetryBody = (policy, change, operations) =>
  outgoing(
    policy,
    (wire, call) => call.attempt > 0 && wire.body !== undefined && change(wire.body),
    operations,
  );
const alsoTransient = (policy, status, times, operations) => {
  const before = policy.isTransient;
  const fits = (call) => onWrites(call) && (operations === undefined || operations.includes(call.operation));
  policy.isTransient = (result, call) => before(result, call) || (fits(call) && result.status === status);
  retries(policy, (call, result) => (fits(call) && result?.status === status ? times : undefined));
};
const only = (name, sentence, operation, seenIn) => ({
  name,
  sentence,
  breaks: 'retry-after-network-error',
  seenIn,
  apply: (p) => noRetry(p, (call) => call.operation === operation),
});

/** Too few, too many and other retries. */
export const RETRIES = [
  {
    name: 'no-retry-on-time-out',
    sentence: 'A time-out is the end of a call.',
    breaks: 'retry-after-network-error',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => noRetry(p, (call, result) => result.why === 'timeout'),
  },
  {
    name: 'no-retry-on-reset',
    sentence: 'A connection that breaks is the end of a call.',
    breaks: 'retry-after-network-error',
    seenIn: 'payments/reset',
    apply: (p) => noRetry(p, (call, result) => result.kind === 'lost' && result.why !== 'timeout'),
  },
  {
    name: 'no-retry-on-500',
    sentence: 'A 500 is the end of a call.',
    breaks: 'retry-after-server-error',
    seenIn: 'payments/server-keeps-failing',
    apply: (p) => noRetry(p, (call, result) => result.status === 500),
  },
  {
    name: 'no-retry-on-503',
    sentence: 'A 503 is the end of a call.',
    breaks: 'retry-after-server-error',
    seenIn: 'payments/503-retry-after',
    apply: (p) => noRetry(p, (call, result) => result.status === 503),
  },
  {
    name: 'one-retry-only',
    sentence: 'After one retry the till gives up.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => retries(p, (call) => (onWrites(call) ? 1 : undefined)),
  },
  only('no-retry-on-capture', 'Captures are sent once.', 'capturePayment', 'payments/complete-a-payment'),
  only('no-retry-on-cancel', 'Cancellations are sent once.', 'cancelPayment', 'payments/cancel-a-payment'),
  only(
    'no-retry-on-delete',
    'Deleting a PoS is tried once.',
    'deletePointOfSale',
    'onboarding/offboard-a-pos',
  ),
  only(
    'no-retry-on-ready',
    'Ready is sent once.',
    'readyPayment',
    'prepared-payments/complete-a-prepared-payment',
  ),
  only(
    'no-retry-on-refund-capture',
    'A refund is captured once or not.',
    'captureRefund',
    'refunds/complete-a-refund',
  ),
  {
    name: 'silence-is-consent',
    sentence: 'A capture or cancellation that timed out is told as done.',
    breaks: 'retry-after-network-error',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      consent(p, (call, result) => result.why === 'timeout' && /^c.*Payment$/.test(call.operation)),
  },
  {
    name: 'error-is-consent',
    sentence: 'A capture or cancellation that was answered 500 is told as done.',
    breaks: 'retry-after-server-error',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => consent(p, (call, result) => result.status === 500 && /^c.*Payment$/.test(call.operation)),
  },
  {
    name: 'retries-eight-times',
    sentence: 'A failing call is repeated eight times.',
    breaks: 'at-most-five-retries',
    seenIn: 'payments/server-keeps-failing',
    apply: (p) => retries(p, (call) => (onWrites(call) ? 8 : undefined)),
  },
  {
    name: 'retries-six-times',
    sentence: 'A failing call is repeated six times, one more than allowed.',
    breaks: 'at-most-five-retries',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) => retries(p, (call) => (onWrites(call) ? 6 : undefined)),
  },
  {
    name: 'retries-409-thrice',
    sentence: 'A conflict is answered by three more of the same.',
    breaks: 'no-retry-when-refused',
    seenIn: 'payments/not-retried-when-refused',
    apply: (p) => alsoTransient(p, 409, 3),
  },
  {
    name: 'retries-400-thrice',
    sentence: 'A bad request is sent three times more.',
    breaks: 'no-retry-when-refused',
    seenIn: 'payments/not-retried-when-refused',
    apply: (p) => alsoTransient(p, 400, 3),
  },
  {
    name: 'retries-403-thrice',
    sentence: 'What is forbidden is tried three times more.',
    breaks: 'no-retry-when-refused',
    seenIn: 'payments/not-retried-when-refused',
    apply: (p) => alsoTransient(p, 403, 3),
  },
  {
    name: 'retries-refused-refund',
    sentence: 'A refund that was refused is asked for three times more.',
    breaks: 'no-retry-when-refused',
    seenIn: 'refunds/refund-refused',
    apply: (p) => alsoTransient(p, 409, 3, ['initiateRefund']),
  },
  {
    name: 'retry-with-other-amount',
    sentence: 'The retry of a payment asks for one øre more.',
    breaks: 'same-request-on-retry',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => onRetryBody(p, (body) => (body.amount = body.amount + 0.01), ['initiatePayment']),
  },
  {
    name: 'retry-with-other-order-id',
    sentence: 'The retry of a payment has an order id of its own.',
    breaks: 'same-request-on-retry',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => onRetryBody(p, (body) => (body.orderId = `${body.orderId}`.slice(0, 34) + '-2'), PAYING),
  },
  {
    name: 'retry-with-extra-member',
    sentence: 'A retry says in its body that it is one.',
    breaks: 'same-request-on-retry',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => onRetryBody(p, (body) => (body.merchantPaymentLabel = 'again'), ['initiatePayment']),
  },
  {
    name: 'retry-with-other-pos-name',
    sentence: 'The retry of creating a PoS names it otherwise.',
    breaks: 'same-request-on-retry',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => onRetryBody(p, (body) => (body.name = 'Second try'), ['createPointOfSale']),
  },
  {
    name: 'retry-captures-less',
    sentence: 'The retry of a capture asks for one crown less.',
    breaks: 'same-request-on-retry',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      onRetryBody(p, (body) => (body.amount = Math.max(body.amount - 1, 0.01)), ['capturePayment']),
  },
  {
    name: 'retry-without-body',
    sentence: 'Retries of creating calls have lost their body.',
    breaks: 'same-request-on-retry',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => outgoing(p, (wire, call) => call.attempt > 0 && (wire.body = {}), CREATING),
  },
];

/** Wrong pauses and wrong time-outs. */
export const TIMING = [
  {
    name: 'retries-at-once',
    sentence: 'Between a failure and its retry there is no pause.',
    breaks: 'spaced-retries',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => (p.backoffMs = () => 0),
  },
  {
    name: 'retries-ever-faster',
    sentence: 'The pause shrinks with every retry.',
    breaks: 'spaced-retries',
    seenIn: 'payments/server-keeps-failing',
    apply: (p) => (p.backoffMs = ({ attempt }) => Math.max(0, 100 - 50 * attempt)),
  },
];

export const TIMEOUTS = [
  {
    name: 'write-time-out-of-eight-seconds',
    sentence: 'Writes wait eight seconds for an answer.',
    breaks: 'write-timeout',
    seenIn: 'payments/complete-a-payment',
    apply: (p, s) => timeout(p, (call) => call.method !== 'GET', 8000 * s.scale),
  },
  {
    name: 'read-time-out-of-eight-seconds',
    sentence: 'Reads wait eight seconds for an answer.',
    breaks: 'read-timeout',
    seenIn: 'payments/complete-a-payment',
    apply: (p, s) => timeout(p, (call) => call.method === 'GET', 8000 * s.scale),
  },
  {
    name: 'no-time-out',
    sentence: 'The till waits for an answer as long as the line stands.',
    breaks: 'write-timeout',
    seenIn: 'payments/complete-a-payment',
    apply: (p, s) => timeout(p, () => true, 600_000 * s.scale),
  },
];

function timeout(policy, fits, ms) {
  const before = policy.timeoutMs;
  policy.timeoutMs = (call, till) => (fits(call) ? ms : before(call, till));
}

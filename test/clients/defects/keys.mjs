import { randomUUID } from 'node:crypto';
import { CREATING, outgoing } from '../lib/changes.mjs';

const HEADER = 'X-MobilePay-Idempotency-Key';
const key = (policy, change, operations = CREATING) =>
  outgoing(policy, (wire, call) => (wire.headers[HEADER] = change(wire.headers[HEADER], call)), operations);
const drop = (policy, operations, when = () => true) =>
  outgoing(policy, (wire, call) => when(call) && delete wire.headers[HEADER], operations);
const freshWhen = (policy, when) => key(policy, (old, call) => (when(call) ? randomUUID() : old));

/** Wrong idempotency keys. */
export const KEYS = [
  {
    name: 'fresh-key-on-retry',
    sentence: 'Every retry of a creating call carries a new key.',
    breaks: 'idempotency-key-kept',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => freshWhen(p, (call) => call.attempt > 0),
  },
  {
    name: 'fresh-key-after-500',
    sentence: 'A call that was answered 500 is repeated with a new key.',
    breaks: 'idempotency-key-kept',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => freshWhen(p, (call) => call.previous?.status >= 500),
  },
  {
    name: 'fresh-key-after-time-out',
    sentence: 'A call that timed out is repeated with a new key, and stands twice.',
    breaks: 'idempotency-key-kept',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => freshWhen(p, (call) => call.previous?.kind === 'lost'),
  },
  {
    name: 'fresh-key-after-401',
    sentence: 'The repeat with a new token carries a new key too.',
    breaks: 'idempotency-key-kept',
    seenIn: 'onboarding/token-expires',
    apply: (p) => freshWhen(p, (call) => call.again),
  },
  {
    name: 'same-key-for-two-payments',
    sentence: 'All payments of a run share one key.',
    breaks: 'idempotency-key-fresh',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => {
      const only = randomUUID();
      key(p, () => only, ['initiatePayment', 'preparePayment']);
    },
  },
  {
    name: 'same-key-for-two-refunds',
    sentence: 'All refunds of a run share one key.',
    breaks: 'idempotency-key-fresh',
    seenIn: 'refunds/refund-in-parts',
    apply: (p) => {
      const only = randomUUID();
      key(p, () => only, ['initiateRefund']);
    },
  },
  {
    name: 'one-key-for-everything',
    sentence: 'One key serves every creating call of the till.',
    breaks: 'idempotency-key-fresh',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => {
      const only = randomUUID();
      key(p, () => only);
    },
  },
  {
    name: 'key-counts-from-one-after-restart',
    sentence: 'Keys are numbers that begin anew with every start.',
    breaks: 'idempotency-key-fresh',
    seenIn: 'payments/restart-with-an-active-payment',
    apply: (p) => {
      const counts = {};
      p.newKey = (operation, till) => {
        counts[operation] = (counts[operation] ?? 0) + 1;
        return `${till.lane.slice(0, 12)}-${operation}-${counts[operation]}`;
      };
    },
  },
  {
    name: 'no-key',
    sentence: 'No call carries an idempotency key.',
    breaks: 'idempotency-key-sent',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => drop(p, CREATING),
  },
  {
    name: 'no-key-on-payments',
    sentence: 'Payments are initiated and prepared without a key.',
    breaks: 'idempotency-key-sent',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => drop(p, ['initiatePayment', 'preparePayment']),
  },
  {
    name: 'no-key-on-refunds',
    sentence: 'Refunds are created without a key.',
    breaks: 'idempotency-key-sent',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => drop(p, ['initiateRefund']),
  },
  {
    name: 'no-key-on-retry',
    sentence: 'The first request has a key, its retries have none.',
    breaks: 'idempotency-key-sent',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => drop(p, CREATING, (call) => call.attempt > 0),
  },
  {
    name: 'empty-key',
    sentence: 'The key is sent, and empty.',
    breaks: 'idempotency-key-sent',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => key(p, () => ''),
  },
  {
    name: 'key-twice',
    sentence: 'The key header stands twice in each creating call.',
    breaks: 'idempotency-key-sent',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => key(p, (old) => [old, randomUUID()]),
  },
  {
    name: 'key-too-long',
    sentence: 'Keys are 40 characters long.',
    breaks: 'text-formats',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => key(p, (old) => `${old}-001`),
  },
  {
    name: 'key-with-forbidden-character',
    sentence: 'Keys contain a division sign.',
    breaks: 'text-formats',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => key(p, (old) => old.replaceAll('-', '\u00f7')),
  },
];

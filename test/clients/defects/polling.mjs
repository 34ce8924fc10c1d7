import { around, extra, forEver } from '../lib/changes.mjs';
import { look, recordOf, stateOf } from '../lib/decisions.mjs';

const check = /checkin$/;
const refund = /^\/refunds\//;
const scaled = (policy, factor, fits = () => true) => {
  const before = policy.delayMs;
  policy.delayMs = (facts) => before(facts) * (fits(facts.path) ? factor : 1);
};

export const POLLING = [
  {
    name: 'polls-too-fast',
    sentence: 'Polls come after half the delay.',
    breaks: 'poll-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => scaled(p, 0.5),
  },
  {
    name: 'polls-without-delay',
    sentence: 'Polls follow one another at once.',
    breaks: 'poll-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => scaled(p, 0),
  },
  {
    name: 'polls-check-in-too-fast',
    sentence: 'The check-in is asked for after half the delay.',
    breaks: 'poll-delay',
    seenIn: 'notifications/check-in-without-a-notification',
    apply: (p) => scaled(p, 0.5, (path) => check.test(path)),
  },
  {
    name: 'polls-refunds-too-fast',
    sentence: 'Refunds are polled after half the delay.',
    breaks: 'poll-delay',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => scaled(p, 0.5, (path) => refund.test(path)),
  },
  {
    name: 'ignores-changed-delay',
    sentence: 'The first delay of a payment is used to the end.',
    breaks: 'poll-delay',
    seenIn: 'payments/keep-the-poll-delay',
    apply: (p) => {
      p.delayMs = ({ first }) => first ?? 500;
      p.delayAfterLossMs = p.delayMs;
    },
  },
  {
    name: 'caps-the-delay',
    sentence: 'The delay is capped at 250 ms, whatever the backend asks.',
    breaks: 'poll-delay',
    seenIn: 'payments/keep-the-poll-delay',
    apply: (p) => {
      const before = p.delayMs;
      p.delayMs = (facts) => Math.min(before(facts), 250);
      p.delayAfterLossMs = p.delayMs;
    },
  },
  {
    name: 'retries-lost-poll-at-once',
    sentence: 'A poll without an answer is repeated at once.',
    breaks: 'poll-delay',
    seenIn: 'payments/keep-the-poll-delay',
    apply: (p) => (p.delayAfterLossMs = () => 0),
  },
  {
    name: 'double-speed-after-lost-poll',
    sentence: 'After a lost poll the till polls twice as fast, to make up for it.',
    breaks: 'poll-delay',
    seenIn: 'payments/keep-the-poll-delay',
    apply: (p) => {
      const lost = new Set();
      const loss = p.delayAfterLossMs;
      p.delayAfterLossMs = (facts) => {
        lost.add(facts.path);
        return Math.max(0, loss(facts) / 2 - 200);
      };
      scaled(p, 0.5, (path) => lost.has(path));
    },
  },
  {
    name: 'stops-after-lost-poll',
    sentence: 'A poll without an answer ends the polling; the state last seen is told.',
    breaks: 'poll-goes-on-after-silence',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => (p.goesOnAfterLoss = false),
  },
  {
    name: 'polls-slowly',
    sentence: 'Polls come 3.4 seconds after they may.',
    breaks: 'poll-as-fast-as-allowed',
    seenIn: 'payments/complete-a-payment',
    apply: (p, s) => {
      const before = p.delayMs;
      p.delayMs = (facts) => before(facts) + 3400 * s.scale;
    },
  },
  {
    name: 'forgets-delay-over-restart',
    sentence: 'After a restart the first poll comes at once, as if nothing had been asked.',
    breaks: 'poll-delay',
    seenIn: 'payments/poll-delay-over-a-restart',
    apply: (p) => {
      const memory = {};
      p.polls = () => memory;
      p.onRestart = 'resume';
      p.delayMs = ({ told }) => told ?? 500;
    },
  },
  {
    name: 'keeps-polling-after-the-end',
    sentence: 'A payment that has been captured or cancelled is polled five times more.',
    breaks: 'ends-polling-at-the-end',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['capturePayment', 'cancelPayment'], async (params, next, till) => {
        const result = await next(params);
        const record = recordOf(till, 'payment', params.paymentId);
        for (let count = 0; count < 5; count += 1) await look(till, 'payment', record);
        return result;
      }),
  },
  {
    name: 'two-pollers',
    sentence: 'Two loops poll the same payment side by side, each keeping its own delay.',
    breaks: 'poll-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['awaitPayment'], async (params, next, till) => {
        let over = false;
        const second = (async () => {
          await till.sleep(60);
          while (!over) {
            await extra(till, 'queryPayment', 'GET', `/payments/${params.paymentId}`);
            await till.sleep(300);
          }
        })();
        const result = await next(params).finally(() => (over = true));
        await second;
        return result;
      }),
  },
  {
    name: 'polls-once',
    sentence: 'Waiting for a payment is one question; what it says is the result.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => (p.pollsUntil = () => true),
  },
  {
    name: 'polls-past-the-end',
    sentence: 'A payment that the customer cancelled is polled until patience ends.',
    breaks: 'ends-polling-at-the-end',
    seenIn: 'payments/cancelled-by-user',
    apply: (p) =>
      (p.pollsUntil = (ended, what, status) => ended && !/^(Cancelled|Expired)/.test(status ?? '')),
  },
  {
    name: 'never-polls',
    sentence: 'A payment is taken for approved two seconds after it was started.',
    breaks: 'backend-has-the-truth',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      around(p, ['awaitPayment'], async (params, next, till) => {
        await till.sleep(2000);
        recordOf(till, 'payment', params.paymentId).state = 'Reserved';
        return { state: 'Reserved' };
      });
    },
  },
];

export const SILENCE = [
  {
    name: 'silent-after-lost-poll',
    sentence: 'After a lost poll nothing is sent and nothing is said any more.',
    breaks: 'client-error',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      p.goesOnAfterLoss = false;
      around(p, ['awaitPayment'], async (params, next) => {
        const result = await next(params);
        const known =
          ['Reserved', 'Captured'].includes(result.state) || /^(Cancelled|Expired)/.test(result.state);
        return known ? result : forEver();
      });
    },
  },
  {
    name: 'says-nothing-when-refused',
    sentence: 'A command that the backend refuses is never answered.',
    breaks: 'client-error',
    seenIn: 'payments/not-retried-when-refused',
    apply: (p) => {
      const before = p.lines;
      p.lines = (message, method) => (message.error?.code === 1 ? [] : before(message, method));
    },
  },
  {
    name: 'waits-without-polling',
    sentence: 'Waiting for a payment is sitting still.',
    breaks: 'client-error',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['awaitPayment'], async (params, next, till) => {
        await till.sleep(till.patienceMs * 2);
        return { state: stateOf(recordOf(till, 'payment', params.paymentId)) };
      }),
  },
  {
    name: 'notification-unanswered',
    sentence: 'A check-in notification gets no answer.',
    breaks: 'notification-answered',
    seenIn: 'notifications/check-in-notification',
    apply: (p) => (p.onNotification = () => {}),
  },
];

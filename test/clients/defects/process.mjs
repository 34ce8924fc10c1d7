import { answers, around, extra, forEver, outgoing } from '../lib/changes.mjs';
import { NotSupported } from '../lib/endings.mjs';

const known = /^(Initiated|IssuedToUser|Prepared|Paired|Reserved|Captured|Cancelled|Expired)/;
/** The process ends as soon as `name` has sent its first write. */
const leaveIn = (policy, name, code) =>
  around(policy, [name], async (params, next, till) => {
    setTimeout(() => process.exit(code), 80);
    await next(params);
    return forEver(till);
  });

export const CRASHES = [
  {
    name: 'crashes-at-start',
    sentence: 'The till ends with exit 1 before it has read a line.',
    apply: (p) =>
      (p.atStart = () => {
        process.stderr.write('till: cannot open display\n');
        process.exit(1);
      }),
  },
  {
    name: 'leaves-at-start',
    sentence: 'The till ends with exit 0 before it has read a line.',
    apply: (p) => (p.atStart = () => process.exit(0)),
  },
  {
    name: 'crashes-mid-command',
    sentence: 'The till dies while it initiates a payment.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => leaveIn(p, 'initiatePayment', 1),
  },
  {
    name: 'leaves-mid-command',
    sentence: 'The till ends with exit 0 while it initiates a payment, without an answer.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => leaveIn(p, 'initiatePayment', 0),
  },
  {
    name: 'crashes-on-restart',
    sentence: 'After a power cut the till dies when it recovers.',
    seenIn: 'onboarding/restart-finds-the-pos',
    apply: (p) =>
      around(p, ['recover'], (params, next, till) => {
        if (till.restarted) process.exit(1);
        return next(params);
      }),
  },
  {
    name: 'crashes-on-unknown-status',
    sentence: 'A status that the till does not know is its end.',
    seenIn: 'payments/unknown-payment-status',
    apply: (p) =>
      (p.pollsUntil = (ended, what, status) => {
        if (status !== undefined && !known.test(status)) process.exit(1);
        return ended;
      }),
  },
  {
    name: 'crashes-on-500',
    sentence: 'A 500 is the end of the process.',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) =>
      (p.backoffMs = (call, result) => {
        if (result.status === 500) process.exit(1);
        return 100;
      }),
  },
  {
    name: 'keeps-nothing',
    sentence: 'Nothing outlives a restart.',
    breaks: 'finds-pos-on-restart',
    seenIn: 'onboarding/restart-finds-the-pos',
    apply: (p) => (p.keepsState = false),
  },
];

export const HANGS = [
  {
    name: 'hangs-in-initialize',
    sentence: 'The first call is never answered.',
    apply: (p) => answers(p, () => [], ['initialize']),
  },
  {
    name: 'hangs-before-work',
    sentence: 'Initiating a payment never begins.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => around(p, ['initiatePayment'], forEver),
  },
  {
    name: 'hangs-after-work',
    sentence: 'A payment is initiated and nobody is told.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => answers(p, () => [], ['initiatePayment']),
  },
  {
    name: 'hangs-on-delete',
    sentence: 'Deleting a PoS never begins.',
    seenIn: 'onboarding/offboard-a-pos',
    apply: (p) => around(p, ['deletePointOfSale'], forEver),
  },
  {
    name: 'hangs-on-a-write',
    sentence: 'A retry is planned and never comes.',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => (p.backoffMs = () => 3_600_000),
  },
  {
    name: 'ignores-shutdown',
    sentence: 'Shutdown is neither answered nor obeyed.',
    breaks: 'warning',
    apply: (p) => {
      p.outlivesShutdown = true;
      answers(p, () => [], ['shutdown']);
      p.atStart = () => void setInterval(() => {}, 1000);
    },
  },
  {
    name: 'stays-after-shutdown',
    sentence: 'Shutdown is answered, and the process stays.',
    breaks: 'warning',
    apply: (p) => {
      p.outlivesShutdown = true;
      p.atStart = () => void setInterval(() => {}, 1000);
    },
  },
];

export const CHATTER = [
  {
    name: 'prints-log-on-stdout',
    sentence: 'Before each answer a line of the log stands on stdout.',
    apply: (p) => answers(p, (message, lines, method) => [`[info] ${method} done`, ...lines]),
  },
  {
    name: 'banner-on-stdout',
    sentence: 'The till greets its operator on stdout when it starts.',
    apply: (p) => (p.atStart = () => void process.stdout.write('*** Till 2.1.0, have a nice day ***\n')),
  },
  {
    name: 'wrong-id',
    sentence: 'Answers carry the id of a call that nobody made.',
    apply: (p) => answers(p, (message) => [JSON.stringify({ ...message, id: 4711 })]),
  },
  {
    name: 'no-id',
    sentence: 'Answers carry no id at all.',
    apply: (p) => answers(p, (message) => [JSON.stringify({ ...message, id: undefined })]),
  },
  {
    name: 'result-without-payment-id',
    sentence: 'The result of initiating a payment lacks the payment id.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      answers(p, (message) => [JSON.stringify(message.result ? { ...message, result: {} } : message)], [
        'initiatePayment',
      ]),
  },
  {
    name: 'result-without-state',
    sentence: 'The result of waiting for a payment lacks its state.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      answers(p, (message) => [JSON.stringify(message.result ? { ...message, result: {} } : message)], [
        'awaitPayment',
      ]),
  },
  {
    name: 'state-is-a-number',
    sentence: 'States are told as numbers.',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      answers(p, (message, lines) =>
        message.result?.state === undefined
          ? lines
          : [JSON.stringify({ ...message, result: { ...message.result, state: 3 } })],
      ),
  },
  {
    name: 'result-is-null',
    sentence: 'Every result but the first is null.',
    apply: (p) =>
      answers(p, (message, lines, method) =>
        method === 'initialize' ? lines : [JSON.stringify({ ...message, result: null })],
      ),
  },
  {
    name: 'result-and-error',
    sentence: 'Answers have a result and an error.',
    apply: (p) =>
      answers(p, (message, lines, method) =>
        method === 'initialize'
          ? lines
          : [JSON.stringify({ result: {}, ...message, error: { code: 1, message: 'or maybe not' } })],
      ),
  },
  {
    name: 'neither-result-nor-error',
    sentence: 'Answers have an id and nothing else.',
    apply: (p) => answers(p, ({ id }) => [JSON.stringify({ jsonrpc: '2.0', id })]),
  },
  {
    name: 'answers-twice',
    sentence: 'Every answer is given twice.',
    apply: (p) => answers(p, (message, lines) => [...lines, ...lines]),
  },
  {
    name: 'answers-in-many-lines',
    sentence: 'Answers are printed prettily, over many lines.',
    apply: (p) => answers(p, (message) => [JSON.stringify(message, undefined, 2)]),
  },
  {
    name: 'broken-json',
    sentence: 'Answers lack their last brace.',
    apply: (p) => answers(p, (message) => [JSON.stringify(message).slice(0, -1)]),
  },
  {
    name: 'floods-stdout',
    sentence: 'An answer comes in a line of two MiB.',
    apply: (p) => answers(p, (message) => [JSON.stringify({ ...message, noise: 'x'.repeat(2 ** 21) })]),
  },
  {
    name: 'wrong-protocol-version',
    sentence: 'The till says that it speaks version 99 of the protocol.',
    apply: (p) => greeting(p, (result) => ({ ...result, protocol: 99 })),
  },
  {
    name: 'greeting-without-commands',
    sentence: 'The result of initialize lacks the commands.',
    apply: (p) => greeting(p, ({ commands, ...result }) => (void commands, result)),
  },
  {
    name: 'greeting-without-version',
    sentence: 'The result of initialize lacks the version.',
    apply: (p) => greeting(p, ({ version, ...result }) => (void version, result)),
  },
  {
    name: 'says-commands-it-has-not',
    sentence: 'Settle is listed among the commands, and then not known.',
    breaks: 'step',
    seenIn: 'payments/capture-left-hanging',
    apply: (p) =>
      around(p, ['settle'], () => {
        throw new NotSupported('no such command: settle');
      }),
  },
  {
    name: 'hides-a-command',
    sentence: 'Capturing is not listed among the commands.',
    breaks: 'unsupported',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => (p.commands = (names) => names.filter((name) => name !== 'capturePayment')),
  },
  {
    name: 'refuses-with-an-internal-error',
    sentence: 'What the backend refuses is told as an internal error.',
    breaks: 'step',
    seenIn: 'payments/not-retried-when-refused',
    apply: (p) =>
      answers(p, (message, lines) =>
        message.error === undefined
          ? lines
          : [JSON.stringify({ ...message, error: { code: -32603, message: 'internal error' } })],
      ),
  },
  {
    name: 'state-in-small-letters',
    sentence: 'States are told in small letters.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      answers(p, (message, lines) =>
        typeof message.result?.state !== 'string'
          ? lines
          : [
              JSON.stringify({
                ...message,
                result: { ...message.result, state: message.result.state.toLowerCase() },
              }),
            ],
      ),
  },
  {
    name: 'calls-out-of-turn',
    sentence: 'The PoS is asked for every 40 ms, as long as the till runs.',
    breaks: 'poll-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      let busy = false;
      outgoing(p, (wire, call, till) => {
        if (busy || call.operation !== 'initiatePayment') return;
        busy = true;
        const path = `/pointofsales/${wire.body.posId}/checkin`;
        void (async () => {
          for (let count = 0; count < 100; count += 1) {
            await till.sleep(40);
            await extra(till, 'queryCheckIn', 'GET', path);
          }
        })().catch(() => {});
      });
    },
  },
];

function greeting(policy, change) {
  const before = policy.hello;
  policy.hello = (result) => change(before(result));
}

for (const one of [...CRASHES, ...HANGS, ...CHATTER]) {
  one.breaks ??= 'client-error';
  one.seenIn ??= 'onboarding/onboard-a-pos';
}

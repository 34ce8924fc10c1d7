import { setTimeout as after } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { answers, around, extra, outgoing } from './lib/changes.mjs';
import { cancelPayment } from './lib/payments.mjs';

/** Unusual and lawful: each of these must pass. `behaviours` says what initialize then declares. */
export const HABITS = [
  {
    name: 'five-second-time-outs',
    sentence: 'Waits five seconds (scaled) for every answer, as both clients known to have certified did.',
    apply: (p, s) => (p.timeoutMs = () => 5000 * s.scale),
  },
  {
    name: 'five-retries',
    sentence: 'Repeats a failing call five times.',
    apply: (p) => (p.retries = () => 5),
  },
  {
    name: 'two-retries',
    sentence: 'Repeats a failing call twice, as the documentation suggests.',
    apply: (p) => (p.retries = () => 2),
  },
  {
    name: 'exponential-back-off',
    sentence: 'Pauses grow with each retry and are jittered.',
    apply: (p, s) => (p.backoffMs = ({ attempt }) => s.backoffMs * 2 ** attempt * (0.75 + Math.random() / 2)),
  },
  {
    name: 'new-connection-per-request',
    sentence: 'Every request has a connection of its own.',
    apply: (p) => (p.keepAlive = false),
  },
  {
    name: 'http-1.0',
    sentence: 'Speaks HTTP/1.0.',
    apply: (p) => (p.http10 = true),
  },
  {
    name: 'extra-headers',
    sentence: 'Sends CorrelationId, x-ibm-client-id and a system name with every call.',
    apply: (p) =>
      outgoing(p, (wire, call, till) => {
        wire.headers.CorrelationId = randomUUID();
        wire.headers['x-ibm-client-id'] = till.api.clientId;
        wire.headers['X-MobilePay-Client-System-Name'] = 'poscert test till';
      }),
  },
  {
    name: 'small-letter-headers',
    sentence: 'Writes every header name in small letters.',
    apply: (p) =>
      outgoing(p, (wire) => {
        wire.headers = Object.fromEntries(
          Object.entries(wire.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
      }),
  },
  {
    name: 'odd-content-type',
    sentence: 'Sends JSON as application/*+json, as two known clients do.',
    apply: (p) =>
      outgoing(p, (wire) => wire.body !== undefined && (wire.headers['Content-Type'] = 'application/*+json')),
  },
  {
    name: 'extra-body-members',
    sentence: 'Sends members that the API does not know with each payment and refund.',
    apply: (p) => {
      p.paymentBody = (body) => ({ ...body, tillNumber: 7, cashier: 'Ada' });
      p.refundBody = (body) => ({ ...body, cashier: 'Ada' });
    },
  },
  {
    name: 'body-with-every-write',
    sentence: 'Sends a body with calls that need none.',
    apply: (p) =>
      outgoing(p, (wire, call) => {
        if (!/^(cancel|captureRefund)/.test(call.operation)) return;
        wire.body = {};
        wire.headers['Content-Type'] = 'application/json';
      }),
  },
  {
    name: 'slow-polling',
    sentence: 'Polls after one and a half times the delay.',
    apply: (p) => {
      const before = p.delayMs;
      p.delayMs = (facts) => before(facts) * 1.5;
    },
  },
  {
    name: 'looks-before-initiating',
    sentence: 'Asks what stands on the PoS before each payment, and cancels it.',
    apply: (p) => (p.looksFirst = true),
  },
  {
    name: 'looks-by-pos-and-order-first',
    sentence: 'Asks by PoS and order id before each payment, then by PoS alone.',
    apply: (p) => {
      p.looksFirst = true;
      p.lookUpBlocking = 'posId and orderId';
    },
  },
  {
    name: 'cleans-up-by-pos-and-order',
    sentence: 'Looks for what blocks the PoS by its order id, then by PoS alone.',
    apply: (p) => (p.lookUpBlocking = 'posId and orderId'),
  },
  {
    name: 'fresh-key-after-clean-up',
    sentence: 'After a 1301 has been cleaned up the payment gets a new key.',
    apply: (p) => (p.keyAfterCleanUp = () => randomUUID()),
  },
  {
    name: 'extra-reads',
    sentence: 'Reads its PoS and its store once more before and after each command.',
    apply: (p) =>
      around(
        p,
        ['initiatePayment', 'capturePayment', 'cancelPayment', 'initiateRefund', 'captureRefund'],
        async (params, next, till) => {
          const pos = till.store.data.pointsOfSale.at(-1);
          const read = async () => {
            if (pos === undefined) return;
            await extra(till, 'queryPointOfSale', 'GET', `/pointofsales/${pos.posId}`);
            await extra(till, 'queryStore', 'GET', `/stores/${pos.body.storeId}`);
          };
          await read();
          const result = await next(params);
          await read();
          return result;
        },
      ),
  },
  {
    name: 'key-on-every-request',
    sentence: 'Sends an idempotency key with every request, reads too.',
    apply: (p) => {
      const key = randomUUID();
      const before = p.keyOf;
      p.keyOf = (call, till) => before(call, till) ?? key;
    },
  },
  {
    name: 'keys-that-are-no-guids',
    sentence: 'Makes keys of the time and a number.',
    apply: (p) => {
      let count = 0;
      p.newKey = () => `till/${Date.now().toString(36)}/${process.pid}/${(count += 1)}`;
    },
  },
  {
    name: 'captures-when-reserved',
    sentence: 'Captures a payment as soon as it is Reserved.',
    apply: (p) => {
      p.capturesWhenReserved = true;
      p.behaviours = [...p.behaviours, 'capturesWhenReserved'];
    },
  },
  {
    name: 'captures-refund-when-reserved',
    sentence: 'Captures a refund as soon as it is Reserved.',
    apply: (p) => {
      p.capturesRefundWhenReserved = true;
      p.behaviours = [...p.behaviours, 'capturesRefundWhenReserved'];
    },
  },
  {
    name: 'resumes-on-restart',
    sentence: 'Carries an active payment on after a restart instead of cancelling it.',
    apply: (p) => (p.onRestart = 'resume'),
  },
  {
    name: 'settles-in-recover',
    sentence: 'Finishes what was left hanging as soon as it starts.',
    apply: (p) => (p.settlesInRecover = true),
  },
  {
    name: 'vat-in-the-token',
    sentence: 'States the merchant in the token request, and in no header.',
    apply: (p) => (p.vatInToken = true),
  },
  {
    name: 'vat-twice-over',
    sentence: 'States the merchant in the token request and in every header.',
    apply: (p) => {
      outgoing(
        p,
        (wire, call, till) => {
          const form = new URLSearchParams(wire.form);
          form.set('merchant_vat', till.api.merchantVat);
          wire.form = form.toString();
        },
        ['getToken'],
      );
    },
  },
  {
    name: 'token-kept-over-restart',
    sentence: 'Keeps its token over a restart.',
    apply: (p) => (p.keepsTokenOverRestart = true),
  },
  {
    name: 'refuses-locally',
    sentence: 'Refuses by itself what the API would refuse of a refund.',
    apply: (p) => (p.refusesLocally = true),
  },
  {
    name: 'refuses-partial-captures',
    sentence: 'Refuses a partial capture that is not possible, and waits to be told to cancel.',
    apply: (p) => (p.whenPartialImpossible = 'refuse'),
  },
  {
    name: 'cancels-a-lost-refund',
    sentence: 'Cancels a refund whose answer was lost, and gives up.',
    apply: (p) => (p.lostRefund = 'cancel'),
  },
  {
    name: 'abandons-time-outs',
    sentence: 'After a time-out leaves the connection open and goes on.',
    apply: (p) => (p.abandonsTimeouts = true),
  },
  {
    name: 'cancels-when-nobody-answers',
    sentence: 'After six unanswered polls in a row cancels the payment.',
    apply: (p) => (p.unansweredPolls = 6),
  },
  {
    name: 'stops-waiting-early',
    sentence: 'Waits two thirds of the patience, then cancels the payment and tells its final state.',
    apply: (p) =>
      around(p, ['awaitPayment'], async (params, next, till) => {
        const patience = till.patienceMs;
        till.patienceMs = (patience * 2) / 3;
        const result = await next(params).finally(() => (till.patienceMs = patience));
        if (/^(Reserved|Captured|Cancelled|Expired)/.test(result.state)) return result;
        return cancelPayment(till, params);
      }),
  },
  {
    name: 'store-by-vat',
    sentence: 'Finds its store among all stores of the VAT number.',
    apply: (p) => (p.storeBy = 'vat'),
  },
  {
    name: 'store-by-details',
    sentence: 'Finds its store in the detailed list.',
    apply: (p) => (p.storeBy = 'detailed'),
  },
  {
    name: 'cancels-without-reading',
    sentence: 'Cancels what blocks the PoS without reading it first, but for what it knows to be Reserved.',
    apply: (p) => (p.readsBeforeCancelling = false),
  },
  {
    name: 'odd-order-ids',
    sentence: 'Order ids of its own are 36 characters of every kind that is allowed.',
    apply: (p) => (p.newOrderId = () => `Ø/${randomUUID().slice(0, 23)}/#1 øå~Žš`.slice(0, 36)),
  },
  {
    name: 'own-version',
    sentence: 'Knows its version by itself, whatever the configuration says (give the same).',
    apply: (p, s) => {
      outgoing(p, (wire) => (wire.headers['X-MobilePay-Client-System-Version'] = s.version));
      const before = p.hello;
      p.hello = (result) => ({ ...before(result), version: s.version });
    },
  },
  {
    name: 'waits-for-notification',
    sentence: 'Asks for a check-in only when it was notified, where its PoS has an alias.',
    apply: (p) => (p.waitsForNotification = true),
  },
  {
    name: 'no-listener',
    sentence: 'Has no address for notifications: these cases are then unsupported.',
    apply: (p) => (p.listens = false),
  },
  {
    name: 'odd-lines',
    sentence: 'Answers with carriage returns and unknown members, and sends notifications in between.',
    apply: (p) =>
      answers(p, (message) => [
        JSON.stringify({ jsonrpc: '2.0', method: 'log', params: { text: 'working \u2028 on it' } }),
        `${JSON.stringify({ ...message, tookMs: 1 })}\r`,
      ]),
  },
  {
    name: 'chatty-stderr',
    sentence: 'Writes a long log on stderr.',
    apply: (p) => outgoing(p, (wire, call) => process.stderr.write(`${call.operation} ${'.'.repeat(500)}\n`)),
  },
  {
    name: 'slow-to-think',
    sentence: 'Takes 400 ms before it begins a command.',
    apply: (p, s) => {
      const before = p.around;
      p.around = async (...all) => {
        await after(400 * s.scale);
        return before(...all);
      };
    },
  },
  {
    name: 'has-a-child',
    sentence: 'Starts a child process that holds its stdout and outlives it by up to 20 s.',
    apply: (p) =>
      (p.atStart = () => {
        const code = 'setTimeout(() => {}, 20000)';
        spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
      }),
  },
];

/** The same as plain data. */
export const habitTable = HABITS.map(({ name, sentence }) => ({ name, sentence }));

export function applyHabit(name, policy, settings) {
  const habit = HABITS.find((one) => one.name === name);
  if (habit === undefined) throw new Error(`no such habit: ${name}`);
  habit.apply(policy, settings);
}

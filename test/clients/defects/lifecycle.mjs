import { randomUUID } from 'node:crypto';
import { around, extra, outgoing, retries } from '../lib/changes.mjs';
import { GaveUp, Refused } from '../lib/endings.mjs';
import { makePos } from '../lib/points-of-sale.mjs';

const MAKING = ['initiatePayment', 'preparePayment'];
/** Sends a conflicting call three times more instead of looking. */
const hammer = (policy, operations, codes) => {
  const fits = (call, result) => operations.includes(call.operation) && codes.includes(result?.code);
  const before = policy.isTransient;
  policy.isTransient = (result, call) => before(result, call) || fits(call, result);
  retries(policy, (call, result) => (fits(call, result) ? 3 : undefined));
};

export const LIFECYCLE = [
  {
    name: 'second-post-without-clean-up',
    sentence: 'A payment that is blocked (1301) is sent again and again; nobody looks for what blocks it.',
    breaks: 'no-retry-when-refused',
    seenIn: 'payments/clean-up-an-active-payment',
    apply: (p) => {
      p.cleansUp = false;
      hammer(p, MAKING, ['1301']);
    },
  },
  {
    name: 'gives-up-when-blocked',
    sentence: 'A payment that is blocked (1301) is refused to the cashier; nobody looks for what blocks it.',
    breaks: 'step',
    seenIn: 'payments/clean-up-an-active-payment',
    apply: (p) => (p.cleansUp = false),
  },
  {
    name: 'adopts-the-blocking-payment',
    sentence: 'The payment that blocks the PoS is taken for the one to be made.',
    breaks: 'step',
    seenIn: 'payments/clean-up-an-active-payment',
    apply: (p) => (p.adoptsBlocking = true),
  },
  {
    name: 'clean-up-without-second-try',
    sentence: 'What blocks the PoS is cancelled, and the payment then not made.',
    breaks: 'step',
    seenIn: 'payments/clean-up-an-active-payment',
    apply: (p) => {
      p.keyAfterCleanUp = () => {
        throw new Refused('the point of sale was busy; please try again');
      };
    },
  },
  {
    name: 'cancels-reserved-in-clean-up',
    sentence: 'The clean-up cancels every payment found on the PoS, those waiting for their capture too.',
    breaks: 'decision-kept',
    seenIn: 'payments/clean-up-spares-the-reserved',
    apply: (p) => {
      p.leavesReserved = false;
      p.looksFirst = true;
    },
  },
  {
    name: 'leaves-a-lost-payment',
    sentence: 'When retries are spent the till gives up and leaves what may stand.',
    breaks: 'step',
    seenIn: 'payments/server-keeps-failing',
    apply: (p) => (p.looksUpLostPayment = false),
  },
  {
    name: 'pays-anew-after-a-lost-answer',
    sentence: 'When retries are spent the till begins a second payment for the same sale.',
    breaks: 'step',
    seenIn: 'payments/server-keeps-failing',
    apply: (p) => {
      p.looksUpLostPayment = false;
      p.cleansUp = false;
      around(p, ['initiatePayment'], async (params, next) => {
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
    name: 'second-pos-on-restart',
    sentence: 'After each start the till creates itself another PoS.',
    breaks: 'finds-pos-on-restart',
    seenIn: 'onboarding/restart-finds-the-pos',
    apply: (p) =>
      around(p, ['recover'], async (params, next, till) => {
        const pos = till.store.data.pointsOfSale.at(-1);
        if (pos !== undefined)
          await makePos(till, { ...pos.body, merchantPosId: `till-${randomUUID().slice(0, 8)}` });
        return next(params);
      }),
  },
  {
    name: 'creates-pos-blindly-on-restart',
    sentence: 'After each start the till creates its PoS again, without asking whether it stands.',
    breaks: 'finds-pos-on-restart',
    seenIn: 'onboarding/restart-finds-the-pos',
    apply: (p) =>
      around(p, ['recover'], async (params, next, till) => {
        const pos = till.store.data.pointsOfSale.at(-1);
        if (pos !== undefined) await makePos(till, pos.body);
        return next(params);
      }),
  },
  {
    name: 'trusts-the-stored-pos',
    sentence: 'After a start the PoS that was written down is used; nobody asks whether it stands.',
    breaks: 'finds-pos-on-restart',
    seenIn: 'onboarding/restart-recreates-the-pos',
    apply: (p) => {
      p.findsPosOnRestart = false;
      p.asksForBeacon = false;
    },
  },
  {
    name: 'does-not-recreate-the-pos',
    sentence: 'A PoS that is gone after a start is not made again.',
    breaks: 'step',
    seenIn: 'onboarding/restart-recreates-the-pos',
    apply: (p) => (p.recreatesPos = false),
  },
  {
    name: 'recreates-another-pos',
    sentence: 'A PoS that is gone after a start is made again under another merchant id.',
    breaks: 'step',
    seenIn: 'onboarding/restart-recreates-the-pos',
    apply: (p) =>
      outgoing(
        p,
        (wire, call, till) => till.restarted && (wire.body.merchantPosId = `new-${randomUUID().slice(0, 8)}`),
        ['createPointOfSale'],
      ),
  },
  {
    name: 'forgets-active-payment-on-restart',
    sentence: 'A payment from before a restart is forgotten, and blocks the PoS for good.',
    breaks: 'step',
    seenIn: 'payments/restart-with-an-active-payment',
    apply: (p) => {
      p.onRestart = 'forget';
      around(p, ['recover'], async (params, next, till) => {
        till.store.data.initiating = [];
        till.policy.cleansUp = false;
        return next(params);
      });
    },
  },
  {
    name: 'deletes-pos-with-active-payment',
    sentence: 'A PoS is deleted whatever stands on it.',
    breaks: 'deletes-pos-last',
    seenIn: 'payments/delete-with-an-active-payment',
    apply: (p) => (p.finishesBeforeDelete = false),
  },
  {
    name: 'deletes-pos-after-initiating',
    sentence: 'The PoS is deleted as soon as the payment stands, and made anew under the same name.',
    breaks: 'deletes-pos-last',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next, till) => {
        const result = await next(params);
        const pos = till.store.data.pointsOfSale.find((one) => one.posId === params.posId);
        await extra(till, 'deletePointOfSale', 'DELETE', `/pointofsales/${params.posId}`);
        if (pos !== undefined) await makePos(till, pos.body);
        return result;
      }),
  },
  {
    name: 'creates-pos-twice',
    sentence: 'Each PoS is created along with a second one that nobody asked for.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) =>
      around(p, ['createPointOfSale'], async (params, next, till) => {
        const result = await next(params);
        const pos = till.store.data.pointsOfSale.at(-1);
        const key = randomUUID();
        const body = { ...pos.body, beaconId: undefined, merchantPosId: `spare-${key.slice(0, 8)}` };
        await extra(till, 'createPointOfSale', 'POST', '/pointofsales', { key, body });
        return result;
      }),
  },
  {
    name: 'does-not-ask-for-the-beacon',
    sentence: 'A beacon made by the backend is never asked for.',
    breaks: 'step',
    seenIn: 'onboarding/generated-beacon',
    apply: (p) => (p.asksForBeacon = false),
  },
  {
    name: 'refuses-taken-pos-without-looking',
    sentence: 'A name or beacon that is taken is refused to the cashier; nobody looks who has it.',
    breaks: 'look-up-after-conflict',
    seenIn: 'onboarding/merchant-pos-id-taken',
    apply: (p) => (p.resynchronisesAfterTaken = false),
  },
  {
    name: 'hammers-a-taken-pos',
    sentence: 'A name or beacon that is taken is asked for three times more.',
    breaks: 'no-retry-when-refused',
    seenIn: 'onboarding/beacon-taken',
    apply: (p) => hammer(p, ['createPointOfSale'], ['1200', '1202']),
  },
  {
    name: 'ready-without-prepare',
    sentence: 'Payments that were initiated are made ready as well.',
    breaks: 'prepared-before-ready',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], async (params, next, till) => {
        const result = await next(params);
        const { amount, currencyCode, plannedCaptureDelay = 'None' } = params;
        const body = { amount, currencyCode, plannedCaptureDelay };
        await extra(till, 'readyPayment', 'POST', `/payments/${result.paymentId}/ready`, { body });
        return result;
      }),
  },
  {
    name: 'never-ready',
    sentence: 'Ready is told as done and never sent.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) => around(p, ['readyPayment'], () => ({})),
  },
  {
    name: 'ready-at-once',
    sentence: 'A prepared payment is made ready for one crown before its customer is known.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      around(p, ['preparePayment'], async (params, next, till) => {
        const result = await next(params);
        const body = { amount: 1, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
        await extra(till, 'readyPayment', 'POST', `/payments/${result.paymentId}/ready`, { body });
        return result;
      }),
  },
  {
    name: 'initiates-instead-of-preparing',
    sentence: 'A payment to be prepared is initiated, for one crown.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      outgoing(
        p,
        (wire) => {
          wire.path = '/payments';
          Object.assign(wire.body, { amount: 1, currencyCode: 'DKK', plannedCaptureDelay: 'None' });
        },
        ['preparePayment'],
      ),
  },
  {
    name: 'gives-up-pairing-at-empty-loyalty',
    sentence: 'An empty list of loyalty ids is taken for one that is still to come.',
    breaks: 'client-error',
    seenIn: 'loyalty/not-enrolled',
    apply: (p) =>
      around(p, ['awaitPairing'], async (params, next, till) => {
        const result = await next(params);
        if (params.loyalty !== true || result.loyaltyIds?.length !== 0) return result;
        await till.sleep(till.patienceMs * 2);
        return { state: result.state };
      }),
  },
  {
    name: 'notification-answered-204',
    sentence: 'A check-in notification is answered 204.',
    breaks: 'notification-answered',
    seenIn: 'notifications/check-in-notification',
    apply: (p) => (p.onNotification = (response) => response.writeHead(204).end()),
  },
  {
    name: 'notification-answered-500',
    sentence: 'A check-in notification is answered 500.',
    breaks: 'notification-answered',
    seenIn: 'notifications/check-in-notification',
    apply: (p) => (p.onNotification = (response) => response.writeHead(500).end()),
  },
  {
    name: 'notification-believed',
    sentence: 'A notification is taken for the check-in itself; nobody asks.',
    breaks: 'unproven',
    seenIn: 'notifications/check-in-notification',
    apply: (p) =>
      around(p, ['awaitCheckin'], async (params, next, till) => {
        await till.notifications?.wait(params.posId, till.patienceMs, till.signal);
        return { isUserCheckedIn: true };
      }),
  },
];

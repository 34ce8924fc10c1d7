import { outgoing } from '../lib/changes.mjs';

/** Calls with another id in their path: `other(id, till, call)` gives it, or undefined to leave it. */
const otherId = (policy, operations, other) =>
  outgoing(
    policy,
    (wire, call, till) => {
      const [, room, id, ...rest] = wire.path.split('/');
      const taken = other(id, till, call);
      if (taken !== undefined) wire.path = ['', room, encodeURIComponent(taken), ...rest].join('/');
    },
    operations,
  );
/** The id of the sale or refund that the till wrote down before this one. */
const before = (shelf, id, till) => {
  const records = Object.values(till.store.data[shelf]);
  const index = records.findIndex((one) => one.id.toLowerCase() === id.toLowerCase());
  return records[index - 1]?.id;
};
const recorded = (shelf, id, till) => till.store.data[shelf][id.toLowerCase()];
const posOf = (posId, till) => till.store.data.pointsOfSale.find((one) => one.posId === posId);

/** Ids in paths that belong to something else. */
export const MIX_UPS = [
  {
    name: 'polls-the-sale-before',
    sentence:
      'After the first look at a payment the till goes on asking for the one of the sale before; where there was none, for an id with its end cut off.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      const looked = new Set();
      otherId(p, ['queryPayment'], (id, till) => {
        if (looked.has(id)) return before('payments', id, till) ?? id.slice(0, 30);
        looked.add(id);
        return undefined;
      });
    },
  },
  {
    name: 'captures-the-sale-before',
    sentence: 'A capture goes to the payment of the sale before; where there was none, to the order id.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      otherId(
        p,
        ['capturePayment'],
        (id, till) => before('payments', id, till) ?? recorded('payments', id, till)?.orderId,
      ),
  },
  {
    name: 'readies-the-sale-before',
    sentence: 'The amount is given to the payment prepared before; where there was none, to the order id.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      otherId(
        p,
        ['readyPayment'],
        (id, till) => before('payments', id, till) ?? recorded('payments', id, till)?.orderId,
      ),
  },
  {
    name: 'captures-the-refund-before',
    sentence: 'A capture goes to the refund made before; where there was none, to the id of the payment.',
    breaks: 'step',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) =>
      otherId(
        p,
        ['captureRefund'],
        (id, till) => before('refunds', id, till) ?? recorded('refunds', id, till)?.paymentId,
      ),
  },
  {
    name: 'cancels-the-refund-before',
    sentence:
      'A cancellation goes to the refund made before; where there was none, to the id of the payment.',
    breaks: 'step',
    seenIn: 'refunds/chosen-by-the-till',
    apply: (p) =>
      otherId(
        p,
        ['cancelRefund'],
        (id, till) => before('refunds', id, till) ?? recorded('refunds', id, till)?.paymentId,
      ),
  },
  {
    name: 'deletes-by-merchant-pos-id',
    sentence: 'A PoS is deleted by the id that the merchant gave it.',
    breaks: 'step',
    seenIn: 'onboarding/offboard-a-pos',
    apply: (p) => otherId(p, ['deletePointOfSale'], (id, till) => posOf(id, till)?.merchantPosId),
  },
  {
    name: 'deletes-the-first-pos',
    sentence: 'Whichever PoS is to be deleted, the first one of the till is.',
    breaks: 'step',
    seenIn: 'payments/two-tills',
    apply: (p) => otherId(p, ['deletePointOfSale'], (id, till) => till.store.data.pointsOfSale[0]?.posId),
  },
  {
    name: 'asks-for-the-check-in-by-merchant-pos-id',
    sentence: 'The check-in is asked for by the id that the merchant gave the PoS.',
    breaks: 'step',
    seenIn: 'notifications/check-in-without-a-notification',
    apply: (p) => otherId(p, ['queryCheckIn'], (id, till) => posOf(id, till)?.merchantPosId),
  },
];

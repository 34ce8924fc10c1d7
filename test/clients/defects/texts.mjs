import { around, CREATING, outgoing } from '../lib/changes.mjs';

const body = (policy, operations, change) =>
  outgoing(policy, (wire, call, till) => wire.body !== undefined && change(wire.body, till), operations);
const PRICED = ['initiatePayment', 'readyPayment', 'capturePayment', 'initiateRefund'];
const amount = (policy, change, operations = PRICED) =>
  body(policy, operations, (sent) => sent.amount !== undefined && (sent.amount = change(sent.amount)));
const pos = (policy, change) => body(policy, ['createPointOfSale'], change);
const ownOrder = (policy, make) => {
  policy.newOrderId = make;
};

/** Members that are missing, misspelt, too long or of the wrong type. */
export const TEXTS = [
  {
    name: 'amount-as-string',
    sentence: 'Amounts are sent as texts.',
    breaks: 'amount-format',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => amount(p, (old) => old.toFixed(2)),
  },
  {
    name: 'capture-amount-as-string',
    sentence: 'The amount of a capture is sent as a text.',
    breaks: 'amount-format',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => amount(p, (old) => String(old), ['capturePayment']),
  },
  {
    name: 'amount-with-three-decimals',
    sentence: 'Amounts have three decimals.',
    breaks: 'amount-format',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => amount(p, (old) => Math.round(old * 1000 - 1) / 1000),
  },
  {
    name: 'amount-with-float-noise',
    sentence: 'Amounts are sums of floating-point numbers, with all their decimals.',
    breaks: 'amount-format',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => amount(p, (old) => old - 0.00000000000003 * Math.max(1, old)),
  },
  {
    name: 'amount-in-minor-units',
    sentence: 'Payments are asked for in øre.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => amount(p, (old) => Math.round(old * 100), ['initiatePayment', 'readyPayment']),
  },
  {
    name: 'other-currency',
    sentence: 'Payments are asked for in euros, whatever the command says.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => body(p, ['initiatePayment', 'readyPayment'], (sent) => (sent.currencyCode = 'EUR')),
  },
  {
    name: 'no-planned-capture-delay',
    sentence: 'The planned capture delay is left out.',
    breaks: 'planned-capture-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => body(p, ['initiatePayment', 'readyPayment'], (sent) => delete sent.plannedCaptureDelay),
  },
  {
    name: 'unknown-planned-capture-delay',
    sentence: 'The planned capture delay is a word that the API does not know.',
    breaks: 'planned-capture-delay',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      body(p, ['initiatePayment', 'readyPayment'], (sent) => (sent.plannedCaptureDelay = 'Later')),
  },
  {
    name: 'order-id-too-long',
    sentence: 'Order ids of its own have 44 characters.',
    breaks: 'text-formats',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) =>
      ownOrder(p, (till) => `ORDER-${(till.store.data.counter += 1)}-${Date.now()}`.padEnd(44, '0')),
  },
  {
    name: 'order-id-with-emoji',
    sentence: 'Order ids of its own contain an emoji.',
    breaks: 'text-formats',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => ownOrder(p, (till) => `🧾${Date.now()}-${(till.store.data.counter += 1)}`),
  },
  {
    name: 'order-id-reused',
    sentence: 'All orders of its own are called the same.',
    breaks: 'unique-order-ids',
    seenIn: 'payments/chosen-by-the-till',
    apply: (p) => ownOrder(p, () => 'SALE-1'),
  },
  {
    name: 'label-too-long',
    sentence: 'Payments carry a label of 40 characters.',
    breaks: 'text-formats',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      body(
        p,
        ['initiatePayment'],
        (sent) => (sent.merchantPaymentLabel ??= 'Thank you for shopping at our test shops'),
      ),
  },
  {
    name: 'refund-order-id-too-long',
    sentence: 'Refund order ids of its own have 44 characters.',
    breaks: 'text-formats',
    seenIn: 'refunds/chosen-by-the-till',
    apply: (p) =>
      body(
        p,
        ['initiateRefund'],
        (sent) => /^R-/.test(sent.refundOrderId) && (sent.refundOrderId = sent.refundOrderId.padEnd(44, '0')),
      ),
  },
  {
    name: 'own-name-too-long',
    sentence: 'A PoS without a name is given one of 40 characters.',
    breaks: 'text-formats',
    seenIn: 'onboarding/chosen-by-the-till',
    apply: (p) => pos(p, (sent) => /^Till /.test(sent.name) && (sent.name = sent.name.padEnd(40, '.'))),
  },
  {
    name: 'own-pos-id-with-line-break',
    sentence: 'The PoS id of its own contains a line break.',
    breaks: 'text-formats',
    seenIn: 'onboarding/chosen-by-the-till',
    apply: (p) => pos(p, (sent) => (sent.merchantPosId = sent.merchantPosId.replace(/^till-/, 'till\n'))),
  },
  {
    name: 'no-merchant-pos-id',
    sentence: 'The PoS is created without an id of the merchant.',
    breaks: 'merchant-pos-id',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => delete sent.merchantPosId),
  },
  {
    name: 'empty-merchant-pos-id',
    sentence: "The merchant's id of the PoS is empty.",
    breaks: 'merchant-pos-id',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => (sent.merchantPosId = '')),
  },
  {
    name: 'old-beacon-type',
    sentence: 'Beacon types are named as they were before September 2020.',
    breaks: 'beacon-types',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => (sent.supportedBeaconTypes = ['QR', 'BluetoothOther'])),
  },
  {
    name: 'no-beacon-types',
    sentence: 'Beacon types are left out.',
    breaks: 'beacon-types',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => delete sent.supportedBeaconTypes),
  },
  {
    name: 'beacon-types-twice',
    sentence: 'A beacon type is listed twice.',
    breaks: 'beacon-types',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => sent.supportedBeaconTypes.push(sent.supportedBeaconTypes[0])),
  },
  {
    name: 'beacon-of-14-digits',
    sentence: 'The till brings a beacon of its own, a digit short.',
    breaks: 'beacon-format',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) =>
      pos(p, (sent) => (sent.beaconId = String(Math.random()).slice(2).padEnd(14, '7').slice(0, 14))),
  },
  {
    name: 'beacon-in-words',
    sentence: 'The till brings a beacon of its own, named like the till.',
    breaks: 'beacon-format',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => pos(p, (sent) => (sent.beaconId = `beacon-${sent.merchantPosId}`.slice(0, 36))),
  },
  {
    name: 'guessed-store-id',
    sentence: 'The store id is the one from the old test data; no store is looked up.',
    breaks: 'store-looked-up',
    seenIn: 'onboarding/find-the-store',
    apply: (p) => (p.storeBy = 'guess'),
  },
  {
    name: 'store-looked-up-for-show',
    sentence: 'The store is looked up, and another id sent.',
    breaks: 'store-looked-up',
    seenIn: 'onboarding/find-the-store',
    apply: (p) => pos(p, (sent) => (sent.storeId = '9d0a9c45-0000-4000-8000-b0ee6779ab60')),
  },
  {
    name: 'any-store-of-the-merchant',
    sentence: 'Whatever store the VAT number brings last is taken, without a look at its location.',
    breaks: 'step',
    seenIn: 'onboarding/find-the-store',
    apply: (p) => (p.storeBy = 'last of the merchant'),
  },
  {
    name: 'restrictions-dropped',
    sentence: 'Restrictions asked for are not sent.',
    breaks: 'step',
    seenIn: 'payments-with-restrictions/debit-card-disallowed',
    apply: (p) => body(p, ['initiatePayment', 'readyPayment'], (sent) => delete sent.restrictions),
  },
  {
    name: 'restrictions-swapped',
    sentence: 'Debit cards are refused where credit cards should be, and the other way round.',
    breaks: 'step',
    seenIn: 'payments-with-restrictions/credit-card-disallowed',
    apply: (p) =>
      body(p, ['initiatePayment', 'readyPayment'], (sent) => {
        if (sent.restrictions === undefined) return;
        const { debitCardDisallowed: debit, creditCardDisallowed: credit } = sent.restrictions;
        sent.restrictions = {
          ...(credit === undefined ? {} : { debitCardDisallowed: credit }),
          ...(debit === undefined ? {} : { creditCardDisallowed: debit }),
        };
      }),
  },
  {
    name: 'discount-forgotten',
    sentence: 'Ready asks for one crown more than the command.',
    breaks: 'step',
    seenIn: 'loyalty/loyalty-ids-then-discount',
    apply: (p) => body(p, ['readyPayment'], (sent) => (sent.amount = sent.amount + 1)),
  },
  {
    name: 'callback-alias-dropped',
    sentence: 'The alias of the notification address is not sent.',
    breaks: 'step',
    seenIn: 'notifications/check-in-notification',
    apply: (p) => pos(p, (sent) => delete sent.callbackAlias),
  },
  {
    name: 'form-instead-of-json',
    sentence: 'Creating calls are sent as forms.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) =>
      outgoing(
        p,
        (wire) => {
          wire.form = new URLSearchParams(wire.body).toString();
          wire.headers['Content-Type'] = 'application/x-www-form-urlencoded';
        },
        CREATING,
      ),
  },
  {
    name: 'charges-what-it-likes',
    sentence: 'Every payment is asked for with ten crowns more than the command.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) =>
      around(p, ['initiatePayment'], (params, next) => next({ ...params, amount: params.amount + 10 })),
  },
];

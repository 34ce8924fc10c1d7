import { randomUUID } from 'node:crypto';
import { outgoing } from '../lib/changes.mjs';

const MAKING = ['initiatePayment', 'preparePayment'];
const PRICING = ['initiatePayment', 'readyPayment'];
const body = (policy, operations, change) =>
  outgoing(policy, (wire, call, till) => wire.body !== undefined && change(wire.body, till), operations);

/** Members of bodies that the command gives, left out or with a value that belongs to something else. */
export const MEMBERS = [
  {
    name: 'pos-without-name',
    sentence: 'A PoS is created without a name.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => body(p, ['createPointOfSale'], (sent) => delete sent.name),
  },
  {
    name: 'names-every-pos-alike',
    sentence: 'Every PoS is named "Till", whatever the command says.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => body(p, ['createPointOfSale'], (sent) => (sent.name = 'Till')),
  },
  {
    name: 'more-beacon-types-than-asked',
    sentence: 'Every PoS is created for QR and NFC, whatever the command says.',
    breaks: 'step',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => body(p, ['createPointOfSale'], (sent) => (sent.supportedBeaconTypes = ['QR', 'NFC'])),
  },
  {
    name: 'given-beacon-dropped',
    sentence: 'The beacon that the command gives is not sent.',
    breaks: 'step',
    seenIn: 'onboarding/beacon-taken',
    apply: (p) => body(p, ['createPointOfSale'], (sent) => delete sent.beaconId),
  },
  {
    name: 'given-beacon-replaced',
    sentence: 'In the place of the beacon that the command gives the till sends one of its own.',
    breaks: 'step',
    seenIn: 'onboarding/beacon-taken',
    apply: (p) => {
      const own = randomUUID();
      body(p, ['createPointOfSale'], (sent) => sent.beaconId !== undefined && (sent.beaconId = own));
    },
  },
  {
    name: 'payments-without-pos',
    sentence: 'Payments do not say at which PoS they are made.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => body(p, MAKING, (sent) => delete sent.posId),
  },
  {
    name: 'pays-at-the-other-till',
    sentence: 'Where there are two points of sale, each payment is initiated at the other.',
    breaks: 'step',
    seenIn: 'payments/two-tills',
    apply: (p) =>
      body(p, ['initiatePayment'], (sent, till) => {
        const other = till.store.data.pointsOfSale.find(({ posId }) => posId !== sent.posId);
        if (other !== undefined) sent.posId = other.posId;
      }),
  },
  {
    name: 'prepares-by-merchant-pos-id',
    sentence: 'A payment is prepared at the id that the merchant gave the PoS.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) =>
      body(p, ['preparePayment'], (sent, till) => {
        const pos = till.store.data.pointsOfSale.find(({ posId }) => posId === sent.posId);
        if (pos !== undefined) sent.posId = pos.merchantPosId;
      }),
  },
  {
    name: 'one-capture-delay-for-all',
    sentence: 'Every payment is to be captured within a day, whatever the command says.',
    breaks: 'step',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => body(p, PRICING, (sent) => (sent.plannedCaptureDelay = 'LessThan24Hours')),
  },
  {
    name: 'ready-for-tomorrow',
    sentence: 'Payments made ready are to be captured within a day, whatever the command says.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) => body(p, ['readyPayment'], (sent) => (sent.plannedCaptureDelay = 'LessThan24Hours')),
  },
  {
    name: 'ready-without-capture-delay',
    sentence: 'The planned capture delay is left out when a payment is made ready.',
    breaks: 'planned-capture-delay',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) => body(p, ['readyPayment'], (sent) => delete sent.plannedCaptureDelay),
  },
  {
    name: 'ready-without-currency',
    sentence: 'The currency is left out when a payment is made ready.',
    breaks: 'step',
    seenIn: 'prepared-payments/complete-a-prepared-payment',
    apply: (p) => body(p, ['readyPayment'], (sent) => delete sent.currencyCode),
  },
  {
    name: 'ready-without-restrictions',
    sentence: 'Restrictions asked for are not sent when a payment is made ready.',
    breaks: 'step',
    seenIn: 'prepared-payments-with-restrictions/debit-card-disallowed',
    apply: (p) => body(p, ['readyPayment'], (sent) => delete sent.restrictions),
  },
  {
    name: 'refund-without-payment',
    sentence: 'Refunds do not say of which payment they are.',
    breaks: 'step',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => body(p, ['initiateRefund'], (sent) => delete sent.paymentId),
  },
  {
    name: 'refund-without-currency',
    sentence: 'Refunds do not say in which currency they are.',
    breaks: 'step',
    seenIn: 'refunds/complete-a-refund',
    apply: (p) => body(p, ['initiateRefund'], (sent) => delete sent.currencyCode),
  },
  {
    name: 'refunds-the-first-sale',
    sentence: 'Whatever payment is to be refunded, the first one of the till is.',
    breaks: 'step',
    seenIn: 'refunds/refund-refused',
    apply: (p) =>
      body(p, ['initiateRefund'], (sent, till) => {
        const [first] = Object.values(till.store.data.payments);
        if (first !== undefined) sent.paymentId = first.id;
      }),
  },
];

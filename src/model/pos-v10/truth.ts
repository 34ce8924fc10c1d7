import * as z from 'zod';

/*
 * What the sandbox says is so (sandbox.md, acts and truths). Amounts are JSON numbers in major units, times are ISO texts, ids are
 * lower-case; where there is none a member is null.
 */

export const PAYMENT_STATES = [
  'Prepared',
  'Initiated',
  'Paired',
  'IssuedToUser',
  'Reserved',
  'Captured',
  'CancelledByUser',
  'CancelledByClient',
  'CancelledByMobilePay',
  'ExpiredAndCancelled',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export const REFUND_STATES = [
  'Initiated',
  'Reserved',
  'Captured',
  'CancelledByClient',
  'CancelledByMobilePay',
  'ExpiredAndCaptured',
] as const;
export type RefundState = (typeof REFUND_STATES)[number];

export const CURRENCIES = ['DKK', 'EUR'] as const;
export type Currency = (typeof CURRENCIES)[number];

export const CAPTURE_DELAYS = ['None', 'LessThan24Hours', 'LessThan14Days'] as const;
export type CaptureDelay = (typeof CAPTURE_DELAYS)[number];

export const BEACON_TYPES = ['QR', 'NFC', 'Bluetooth'] as const;
export type BeaconType = (typeof BEACON_TYPES)[number];

export const CARDS = ['debit', 'credit'] as const;
export type Card = (typeof CARDS)[number];

/** `stage`: an act made it, and the client never saw its creation. */
const createdBySchema = z.enum(['client', 'stage']);

export const paymentTruthSchema = z.strictObject({
  id: z.string(),
  posId: z.string(),
  orderId: z.string(),
  state: z.enum(PAYMENT_STATES),
  /** Begun by prepare. */
  prepared: z.boolean(),
  amount: z.number().nullable(),
  capturedAmount: z.number(),
  /** Captured refunds, those that expired into capture included. */
  refundedAmount: z.number(),
  currencyCode: z.enum(CURRENCIES).nullable(),
  /** null while it is not Reserved. */
  partialCapturePossible: z.boolean().nullable(),
  plannedCaptureDelay: z.enum(CAPTURE_DELAYS).nullable(),
  merchantPaymentLabel: z.string().nullable(),
  restrictions: z
    .strictObject({
      debitCardDisallowed: z.boolean().exactOptional(),
      creditCardDisallowed: z.boolean().exactOptional(),
    })
    .nullable(),
  /** The card it was approved with. */
  card: z.enum(CARDS).nullable(),
  createdBy: createdBySchema,
  everReserved: z.boolean(),
  integrator: z.string(),
  merchantVat: z.string(),
  createdAt: z.string(),
  reservedAt: z.string().nullable(),
  capturedAt: z.string().nullable(),
});
export type PaymentTruth = z.infer<typeof paymentTruthSchema>;

export const refundTruthSchema = z.strictObject({
  id: z.string(),
  paymentId: z.string(),
  refundOrderId: z.string(),
  state: z.enum(REFUND_STATES),
  amount: z.number(),
  currencyCode: z.enum(CURRENCIES),
  integrator: z.string(),
  merchantVat: z.string(),
  createdAt: z.string(),
  reservedAt: z.string().nullable(),
});
export type RefundTruth = z.infer<typeof refundTruthSchema>;

export const pointOfSaleTruthSchema = z.strictObject({
  id: z.string(),
  merchantPosId: z.string(),
  storeId: z.string(),
  name: z.string(),
  beaconId: z.string(),
  /** The server made the beacon. */
  beaconGenerated: z.boolean(),
  supportedBeaconTypes: z.array(z.enum(BEACON_TYPES)),
  callbackAlias: z.string().nullable(),
  requirePaymentBeforeCheckin: z.boolean(),
  deleted: z.boolean(),
  isUserCheckedIn: z.boolean(),
  createdBy: createdBySchema,
  integrator: z.string(),
  merchantVat: z.string(),
});
export type PointOfSaleTruth = z.infer<typeof pointOfSaleTruthSchema>;

export const storeTruthSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  merchantBrandId: z.string(),
  merchantLocationId: z.string(),
  merchantVat: z.string(),
  activated: z.boolean(),
  /** What refunds can still be paid from. */
  balance: z.number(),
});
export type StoreTruth = z.infer<typeof storeTruthSchema>;

/** What `about` and `everything` answer, each list oldest first. */
export const worldTruthSchema = z.strictObject({
  payments: z.array(paymentTruthSchema),
  refunds: z.array(refundTruthSchema),
  pointsOfSale: z.array(pointOfSaleTruthSchema),
});
export type WorldTruth = z.infer<typeof worldTruthSchema>;

/** The questions a case may ask: what identifies the thing, what of it may be compared, and whether the answer is a list. */
export const TRUTHS = {
  payment: { by: ['id'], schema: paymentTruthSchema, list: false },
  paymentsOfOrder: { by: ['orderId'], schema: paymentTruthSchema, list: true },
  refund: { by: ['id'], schema: refundTruthSchema, list: false },
  refundsOfPayment: { by: ['paymentId'], schema: refundTruthSchema, list: true },
  pointsOfSale: { by: ['merchantPosId'], schema: pointOfSaleTruthSchema, list: true },
  activePayment: { by: ['posId'], schema: paymentTruthSchema, list: false },
  store: { by: ['id'], schema: storeTruthSchema, list: false },
} as const;

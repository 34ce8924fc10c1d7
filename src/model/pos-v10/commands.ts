import * as z from 'zod';
import { toMinor } from '../amount.ts';
import type { CommandShape } from '../pack.ts';
import { BEACON_TYPES, CAPTURE_DELAYS, CURRENCIES, PAYMENT_STATES, REFUND_STATES } from './truth.ts';

/*
 * The commands of the client protocol (client-protocol.md, Commands). Parameters are what a case may hand over; results are what a client must
 * answer, read leniently: members that are not known are ignored, and a state is any text, since a wrong one is a finding and not an error.
 * `examples` hold the states there are, so that a case can't ask for one that is misspelt.
 */

const id = z.string().min(1).max(100);
/** Texts of the API: 1 to 36 characters (pos-v10.md 1.7, FMT). */
const text36 = z.string().min(1).max(36);
const amount = z
  .number()
  .refine(
    (value) => value > 0 && toMinor(value) !== undefined,
    'a positive amount with at most two decimals',
  );
const currencyCode = z.enum(CURRENCIES);
const paymentState = z.string().meta({ examples: [...PAYMENT_STATES, 'Unknown'] });
const refundState = z.string().meta({ examples: [...REFUND_STATES, 'Unknown'] });
const loyaltyIds = z.array(z.string());

const terms = {
  amount,
  currencyCode,
  plannedCaptureDelay: z.enum(CAPTURE_DELAYS).exactOptional(),
  merchantPaymentLabel: text36.exactOptional(),
  restrictions: z
    .strictObject({
      debitCardDisallowed: z.boolean().exactOptional(),
      creditCardDisallowed: z.boolean().exactOptional(),
    })
    .exactOptional(),
} as const;

const payments = z.array(z.object({ paymentId: id, state: paymentState }));
const refunds = z.array(z.object({ refundId: id, state: refundState }));

/** What to create a point of sale with; the name and the merchant's own id may be left to the client. */
export const pointOfSaleParams = {
  merchantPosId: text36.exactOptional(),
  name: text36.exactOptional(),
  supportedBeaconTypes: z.array(z.enum(BEACON_TYPES)).min(1),
  beaconId: z.string().exactOptional(),
  callbackAlias: text36.exactOptional(),
  requirePaymentBeforeCheckin: z.boolean().exactOptional(),
} as const;

export const commands = {
  createPointOfSale: {
    params: z.strictObject(pointOfSaleParams),
    result: z.object({
      posId: id,
      beaconId: z.string().exactOptional(),
      merchantPosId: z.string().exactOptional(),
    }),
    does: 'Finds the store, creates the point of sale, and asks for its beacon if it gave none.',
  },
  deletePointOfSale: {
    params: z.strictObject({ posId: id }),
    result: z.object({}),
    does: 'Deletes the point of sale.',
  },
  awaitCheckin: {
    params: z.strictObject({ posId: id }),
    result: z.object({ isUserCheckedIn: z.boolean(), loyaltyIds: loyaltyIds.exactOptional() }),
    does: 'Polls for a customer, or waits for the notification and then asks.',
  },
  initiatePayment: {
    params: z.strictObject({ posId: id, orderId: text36.exactOptional(), ...terms }),
    result: z.object({ paymentId: id, orderId: z.string().exactOptional() }),
    does: 'Initiates a payment; one that blocks the point of sale is cancelled first.',
  },
  preparePayment: {
    params: z.strictObject({ posId: id, orderId: text36.exactOptional() }),
    result: z.object({ paymentId: id, orderId: z.string().exactOptional() }),
    does: 'Prepares a payment whose amount follows later.',
  },
  awaitPairing: {
    params: z.strictObject({ paymentId: id, loyalty: z.boolean().exactOptional() }),
    result: z.object({ state: paymentState, loyaltyIds: loyaltyIds.exactOptional() }),
    does: 'Polls until the customer is paired with the payment, with loyalty until the loyalty ids are known as well.',
  },
  readyPayment: {
    params: z.strictObject({ paymentId: id, ...terms }),
    result: z.object({}),
    does: 'Gives the amount of a prepared payment, which then waits for the customer.',
  },
  awaitPayment: {
    params: z.strictObject({ paymentId: id }),
    result: z.object({ state: paymentState, partialCapturePossible: z.boolean().exactOptional() }),
    does: 'Polls until the payment is Reserved or has ended.',
  },
  capturePayment: {
    params: z.strictObject({ paymentId: id, amount }),
    result: z.object({ state: paymentState }),
    does: 'Captures, never more than the amount; what does not get through is kept for settle.',
  },
  cancelPayment: {
    params: z.strictObject({ paymentId: id }),
    result: z.object({ state: paymentState }),
    does: 'Cancels the payment; what does not get through is kept for settle.',
  },
  initiateRefund: {
    params: z
      .strictObject({
        paymentId: id.exactOptional(),
        orderId: text36.exactOptional(),
        refundOrderId: text36.exactOptional(),
        amount,
        currencyCode,
      })
      .refine((given) => (given.paymentId === undefined) !== (given.orderId === undefined), {
        message: 'either paymentId or orderId',
      }),
    result: z.object({ refundId: id, refundOrderId: z.string().exactOptional() }),
    does: 'Creates a refund; with only the order id it finds the payment first.',
  },
  awaitRefund: {
    params: z.strictObject({ refundId: id }),
    result: z.object({ state: refundState }),
    does: 'Polls until the refund is Reserved or has ended.',
  },
  captureRefund: {
    params: z.strictObject({ refundId: id }),
    result: z.object({ state: refundState }),
    does: 'Captures the refund: the money leaves.',
  },
  cancelRefund: {
    params: z.strictObject({ refundId: id }),
    result: z.object({ state: refundState }),
    does: 'Cancels the refund.',
  },
  recover: {
    params: z.strictObject({}),
    result: z.object({
      posId: id.exactOptional(),
      payments: payments.exactOptional(),
      refunds: refunds.exactOptional(),
    }),
    does: 'What the till does when it starts: finds or re-creates its point of sale and takes up what it had stored.',
  },
  settle: {
    params: z.strictObject({}),
    result: z.object({ payments, refunds }),
    does: 'The scheduled job that finishes captures and cancels that never got through, each as it was decided.',
  },
  shutdown: {
    params: z.strictObject({}),
    result: z.object({}),
    does: 'The last call; the process exits.',
  },
} as const satisfies Readonly<Record<string, CommandShape>>;

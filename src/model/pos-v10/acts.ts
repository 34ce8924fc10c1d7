import * as z from 'zod';
import { toMinor } from '../amount.ts';
import { CARDS } from './truth.ts';

/*
 * What customer, backend, clock, stage and notification service do (sandbox.md, Acts and truths), as `group.name`. A member of `world` with a
 * plain value has it as `value`.
 */

const id = z.string().min(1);
const card = z.enum(CARDS);
const balance = z
  .number()
  .refine(
    (value) => value >= 0 && toMinor(value) !== undefined,
    'an amount of 0 or more with at most two decimals',
  );

export const acts = {
  'customer.checkIn': z.strictObject({
    card: card.exactOptional(),
    loyaltyIds: z.array(z.string()).exactOptional(),
    /** The loyalty ids are absent for so many polls. */
    loyaltyAfterPolls: z.number().int().min(0).exactOptional(),
    partialCapture: z.boolean().exactOptional(),
    /** The newest point of sale where it is absent. */
    posId: id.exactOptional(),
  }),
  'customer.approve': z.strictObject({
    card: card.exactOptional(),
    payment: id.exactOptional(),
    posId: id.exactOptional(),
  }),
  'customer.reject': z.strictObject({ payment: id.exactOptional(), posId: id.exactOptional() }),
  'customer.leave': z.strictObject({ posId: id.exactOptional() }),
  'mobilepay.cancelPayment': z.strictObject({ payment: id.exactOptional(), posId: id.exactOptional() }),
  'mobilepay.reserveRefund': z.strictObject({ refund: id.exactOptional() }),
  'mobilepay.cancelRefund': z.strictObject({ refund: id.exactOptional() }),
  'clock.advance': z.strictObject({ ms: z.number().int().min(1) }),
  'world.storeBalance': z.strictObject({ value: balance }),
  'world.storeActivated': z.strictObject({ value: z.boolean() }),
  'world.tokens': z.strictObject({ value: z.literal('revoked') }),
  'world.pollDelayInMs': z.strictObject({ value: z.number().int().min(0).max(60_000) }),
  'world.partialCapturePossible': z.strictObject({ value: z.boolean() }),
  'world.activePaymentFromBefore': z.strictObject({
    orderId: z.string().min(1).max(36).exactOptional(),
    amount: z
      .number()
      .refine(
        (value) => value > 0 && toMinor(value) !== undefined,
        'a positive amount with at most two decimals',
      )
      .exactOptional(),
    posId: id.exactOptional(),
    /** The name under which the case keeps the payment's id. */
    save: z.string().exactOptional(),
  }),
  'world.pointOfSaleGone': z.strictObject({ value: z.literal(true) }),
  'world.beaconTaken': z.strictObject({ value: z.union([z.boolean(), z.string()]) }),
  'world.merchantPosIdTaken': z.strictObject({ value: z.union([z.boolean(), z.string()]) }),
  'callback.checkIn': z.strictObject({
    times: z.number().int().min(1).max(10).exactOptional(),
    /** The HTTP status that the client has to answer with. */
    answered: z.number().int().min(100).max(599).exactOptional(),
    posId: id.exactOptional(),
  }),
} as const satisfies Readonly<Record<string, z.ZodObject>>;

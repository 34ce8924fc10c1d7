import type { PosClient } from '../client.ts';
import type { JsonRecord } from '../json.ts';
import type { PaymentEntry, PointOfSaleEntry, RefundEntry } from '../ledger.ts';
import type { PaymentStanding } from '../payments.ts';
import type { Settled } from '../recovery.ts';
import { stateOf } from '../undertakings.ts';
import { amountOf, chargeOf, currencyOf, optionalText, requiredText, wantedPointOfSale } from './params.ts';

/** Carries out one command of the client protocol and answers its result. */
type Command = (client: PosClient, params: JsonRecord) => Promise<JsonRecord>;

/** The commands of client-protocol.md, in its order. */
export const commands: Readonly<Record<string, Command>> = {
  createPointOfSale: async (client, params) =>
    pointOfSale(await client.createPointOfSale(wantedPointOfSale(params))),
  deletePointOfSale: async (client, params) => {
    await client.deletePointOfSale(requiredText(params, 'posId'));
    return {};
  },
  awaitCheckin: async (client, params) => ({ ...(await client.awaitCheckIn(requiredText(params, 'posId'))) }),
  initiatePayment: async (client, params) => {
    const order = {
      posId: requiredText(params, 'posId'),
      ...optionalText(params, 'orderId'),
      ...chargeOf(params),
    };
    return made(await client.initiatePayment(order));
  },
  preparePayment: async (client, params) => {
    const order = { posId: requiredText(params, 'posId'), ...optionalText(params, 'orderId') };
    return made(await client.preparePayment(order));
  },
  awaitPairing: async (client, params) => {
    const loyalty = params['loyalty'] === true;
    const { state, loyaltyIds } = await client.awaitPairing(paymentId(params), { loyalty });
    return loyaltyIds === undefined ? { state } : { state, loyaltyIds };
  },
  readyPayment: async (client, params) => {
    await client.readyPayment(paymentId(params), chargeOf(params));
    return {};
  },
  awaitPayment: async (client, params) => approval(await client.awaitPayment(paymentId(params))),
  capturePayment: async (client, params) => {
    // This till has nobody to ask: what can't be captured in part is cancelled.
    const state = await client.capturePayment(paymentId(params), amountOf(params), {
      whenPartImpossible: 'cancel',
    });
    return { state };
  },
  cancelPayment: async (client, params) => ({ state: await client.cancelPayment(paymentId(params)) }),
  initiateRefund: async (client, params) => {
    const names = { ...optionalText(params, 'paymentId'), ...optionalText(params, 'orderId') };
    const order = { ...names, ...optionalText(params, 'refundOrderId') };
    const refund = await client.initiateRefund({
      ...order,
      amount: amountOf(params),
      currencyCode: currencyOf(params),
    });
    return { refundId: refund.refundId, refundOrderId: refund.refundOrderId };
  },
  awaitRefund: async (client, params) => ({ state: await client.awaitRefund(refundId(params)) }),
  captureRefund: async (client, params) => ({ state: await client.captureRefund(refundId(params)) }),
  cancelRefund: async (client, params) => ({ state: await client.cancelRefund(refundId(params)) }),
  recover: async (client) => {
    const recovered = await client.recover();
    const { pointsOfSale, replaced } = recovered;
    // Of several PoS only one that has changed can be meant.
    const [only, ...others] = pointsOfSale.length === 1 ? pointsOfSale : replaced;
    const posId = others.length === 0 && only !== undefined ? { posId: only.posId } : {};
    return { ...posId, ...settled(recovered) };
  },
  settle: async (client) => settled(await client.settle()),
};

function paymentId(params: JsonRecord): string {
  return requiredText(params, 'paymentId');
}

function refundId(params: JsonRecord): string {
  return requiredText(params, 'refundId');
}

function pointOfSale({ posId, merchantPosId, beaconId }: PointOfSaleEntry): JsonRecord {
  return { posId, merchantPosId, ...(beaconId === undefined ? {} : { beaconId }) };
}

function made({ paymentId: id, orderId }: PaymentEntry): JsonRecord {
  return { paymentId: id, orderId };
}

function approval({ state, partialCapturePossible }: PaymentStanding): JsonRecord {
  return partialCapturePossible === undefined ? { state } : { state, partialCapturePossible };
}

function settled({ payments, refunds }: Settled): JsonRecord {
  return {
    payments: payments.map((entry: PaymentEntry) => ({ paymentId: entry.paymentId, state: stateOf(entry) })),
    refunds: refunds.map((entry: RefundEntry) => ({ refundId: entry.refundId, state: stateOf(entry) })),
  };
}

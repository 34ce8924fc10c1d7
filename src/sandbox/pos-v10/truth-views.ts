import { toMajor } from '../../model/amount.ts';
import type { PaymentTruth, PointOfSaleTruth, RefundTruth, StoreTruth } from '../../model/pos-v10/truth.ts';
import { recordOf } from '../../std/register.ts';
import { paymentAt, refundAt, visitAt } from './aging.ts';
import { canCaptureLess } from './payment-queries.ts';
import { shelf } from './records.ts';
import type { Payment, PointOfSale, Refund, SandboxState, Store } from './state.ts';
import { idsOn } from './turn.ts';

/** Looks at the state as it is at `now`, without writing down what time did. */
export interface View {
  readonly state: SandboxState;
  readonly now: number;
}

export function paymentTruth({ state, now }: View, stored: Payment | undefined): PaymentTruth | undefined {
  if (stored === undefined) return undefined;
  const payment = paymentAt(stored, state.settings, now);
  const { terms } = payment;
  const refunded = idsOn(state, shelf.refundsOf(payment.id), 'all')
    .map((id) => recordOf(state.refunds, id))
    .filter((refund) => refund !== undefined)
    .map((refund) => refundAt(refund, state.settings, now))
    .filter((refund) => refund.state === 'Captured' || refund.state === 'ExpiredAndCaptured');
  return {
    id: payment.id,
    posId: payment.posId,
    orderId: payment.orderId,
    state: payment.state,
    prepared: payment.prepared,
    amount: terms === undefined ? null : toMajor(terms.amount),
    capturedAmount: toMajor(payment.capturedAmount),
    refundedAmount: toMajor(refunded.reduce((sum, refund) => sum + refund.amount, 0)),
    currencyCode: terms?.currencyCode ?? null,
    partialCapturePossible: payment.state === 'Reserved' ? canCaptureLess(state, payment) : null,
    plannedCaptureDelay: terms?.plannedCaptureDelay ?? null,
    merchantPaymentLabel: terms?.merchantPaymentLabel ?? null,
    restrictions: terms?.restrictions === undefined ? null : { ...terms.restrictions },
    card: payment.card ?? null,
    createdBy: payment.createdBy,
    everReserved: payment.reservedAt !== undefined,
    integrator: payment.integrator,
    merchantVat: payment.vat,
    createdAt: timeOf(payment.createdAt),
    reservedAt: payment.reservedAt === undefined ? null : timeOf(payment.reservedAt),
    capturedAt: payment.capturedAt === undefined ? null : timeOf(payment.capturedAt),
  };
}

export function refundTruth({ state, now }: View, stored: Refund | undefined): RefundTruth | undefined {
  if (stored === undefined) return undefined;
  const refund = refundAt(stored, state.settings, now);
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    refundOrderId: refund.refundOrderId,
    state: refund.state,
    amount: toMajor(refund.amount),
    currencyCode: refund.currencyCode,
    integrator: refund.integrator,
    merchantVat: refund.vat,
    createdAt: timeOf(refund.createdAt),
    reservedAt: refund.reservedAt === undefined ? null : timeOf(refund.reservedAt),
  };
}

export function pointOfSaleTruth(
  { state, now }: View,
  pos: PointOfSale | undefined,
): PointOfSaleTruth | undefined {
  if (pos === undefined) return undefined;
  const visit = visitAt(state, pos, now);
  return {
    id: pos.id,
    merchantPosId: pos.merchantPosId,
    storeId: pos.storeId,
    name: pos.name,
    beaconId: pos.beaconId,
    beaconGenerated: pos.beaconGenerated,
    supportedBeaconTypes: [...pos.supportedBeaconTypes],
    callbackAlias: pos.callbackAlias ?? null,
    requirePaymentBeforeCheckin: pos.requirePaymentBeforeCheckin,
    deleted: pos.deleted,
    isUserCheckedIn: visit !== undefined,
    createdBy: pos.createdBy,
    integrator: pos.integrator,
    merchantVat: pos.vat,
  };
}

export function storeTruth(store: Store | undefined): StoreTruth | undefined {
  if (store === undefined) return undefined;
  return {
    id: store.id,
    name: store.storeName,
    merchantBrandId: store.merchantBrandId,
    merchantLocationId: store.merchantLocationId,
    merchantVat: store.vat,
    activated: store.activated,
    balance: toMajor(store.balance),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

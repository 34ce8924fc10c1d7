import { decide, settledOrThrow } from './decisions.ts';
import { PosRefused } from './errors.ts';
import type { JsonRecord } from './json.ts';
import { textsIn } from './json.ts';
import type { Kit } from './kit.ts';
import type { Decision, PaymentEntry } from './ledger.ts';
import type { Minor } from './money.ts';
import { majorOf } from './money.ts';
import { orderId as newOrderId } from './order-ids.ts';
import { createPayment } from './payment-creation.ts';
import { hasEnded, isCancelled, isPaid } from './states.ts';
import { requireValidText } from './text-format.ts';
import type { Following } from './undertakings.ts';
import { follow, gaveUpOn, look, observe, refusedBy, stateOf } from './undertakings.ts';

/** Cards that the law or the shop forbids for this payment. */
export interface Restrictions {
  readonly debitCardDisallowed?: boolean;
  readonly creditCardDisallowed?: boolean;
}

/** What a payment costs and how; amounts are whole minor units. */
export interface Charge {
  readonly amount: Minor;
  readonly currencyCode: 'DKK' | 'EUR';
  /** When the capture is meant to follow; `None` if left out: at once. */
  readonly plannedCaptureDelay?: 'None' | 'LessThan24Hours' | 'LessThan14Days';
  readonly merchantPaymentLabel?: string;
  readonly restrictions?: Restrictions;
}

export interface PaymentOrder {
  readonly posId: string;
  /** Unique; made by the client if left out. At most 36 characters. */
  readonly orderId?: string;
}

export interface PaymentStanding {
  readonly state: string;
  /** Known while the payment is Reserved. */
  readonly partialCapturePossible?: boolean;
  /** Undefined: not known yet; empty: the customer has none. */
  readonly loyaltyIds?: readonly string[];
}

/** Makes a payment for an amount. Throws PosRefused, PosGaveUp. */
export async function initiatePayment(kit: Kit, order: PaymentOrder & Charge): Promise<PaymentEntry> {
  const { posId, orderId = newOrderId(kit.settings.clock.today()) } = order;
  requireValidText('orderId', orderId);
  const body = { posId, orderId, ...chargeBody(order) };
  const { amount, currencyCode } = order;
  return await createPayment(kit, { flow: 'initiate', posId, orderId, amount, currencyCode, body });
}

/** Makes a payment whose amount follows by `readyPayment`, once the customer is known. */
export async function preparePayment(kit: Kit, order: PaymentOrder): Promise<PaymentEntry> {
  const { posId, orderId = newOrderId(kit.settings.clock.today()) } = order;
  requireValidText('orderId', orderId);
  const nothing = { amount: undefined, currencyCode: undefined };
  return await createPayment(kit, { flow: 'prepare', posId, orderId, ...nothing, body: { posId, orderId } });
}

/** Polls until the customer of a prepared payment is there (with `loyalty`: until the loyalty ids are known too) or the payment has ended. */
export async function awaitPairing(
  kit: Kit,
  paymentId: string,
  { loyalty = false, forMs = kit.settings.patienceMs }: { loyalty?: boolean; forMs?: number } = {},
): Promise<PaymentStanding> {
  const entry = ownPayment(kit, paymentId);
  const isPaired = (state: string, body: JsonRecord): boolean =>
    ['Paired', 'IssuedToUser', 'Reserved'].includes(state) &&
    (!loyalty || textsIn(body, 'loyaltyIds') !== undefined);
  return await standing(kit, await follow(kit, entry, isPaired, forMs));
}

/** Gives a prepared payment its amount. When no answer comes the payment itself tells whether it got there. */
export async function readyPayment(kit: Kit, paymentId: string, charge: Charge): Promise<void> {
  const start = ownPayment(kit, paymentId);
  if (start.flow !== 'prepare')
    throw new PosRefused('only a prepared payment is given its amount afterwards');
  const body = chargeBody(charge);
  const { amount, currencyCode } = charge;
  const entry = kit.ledger.change(start, { amount, currencyCode });
  const path = `/payments/${encodeURIComponent(paymentId)}/ready`;
  const answer = await kit.calls.write({ method: 'POST', path, body });
  if (answer.kind === 'ok') return;
  if (answer.kind === 'refused' && answer.status !== 409) throw refusedBy(answer, stateOf(entry));
  const seen = await look(kit, entry);
  const state = seen.kind === 'seen' ? stateOf(seen.entry) : stateOf(entry);
  if (answer.kind === 'refused') throw refusedBy(answer, state);
  const isReady = ['Initiated', 'IssuedToUser', 'Reserved'].includes(state);
  if (!isReady) throw gaveUpOn('the payment could not be given its amount', answer.why, state);
}

/** Polls until the customer has approved or the payment has ended; Reserved is the end for the customer. */
export async function awaitPayment(
  kit: Kit,
  paymentId: string,
  { forMs = kit.settings.patienceMs }: { forMs?: number } = {},
): Promise<PaymentStanding> {
  const entry = ownPayment(kit, paymentId);
  if (hasEnded(entry.state)) return { state: stateOf(entry) };
  return await standing(kit, await follow(kit, entry, (state) => state === 'Reserved', forMs));
}

/**
 * Captures `amount` of a Reserved payment, never another amount. Where less than all is asked and MobilePay allows no part, it
 * refuses, or cancels if told so. Throws PosRefused, and PosGaveUp with the decision kept for `settle`.
 */
export async function capturePayment(
  kit: Kit,
  paymentId: string,
  amount: Minor,
  { whenPartImpossible = 'refuse' }: { whenPartImpossible?: 'cancel' | 'refuse' } = {},
): Promise<string> {
  const entry = await reservedForSure(kit, ownPayment(kit, paymentId));
  const state = stateOf(entry);
  if (isPaid(entry.state)) {
    if (entry.captured === undefined || entry.captured === amount) return state;
    throw new PosRefused('another amount has been captured already', { state });
  }
  if (state !== 'Reserved') throw new PosRefused(`it cannot be captured: it is ${state}`, { state });
  const reserved = entry.amount ?? 0;
  if (!Number.isSafeInteger(amount) || amount <= 0)
    throw new PosRefused('the amount must be more than 0', { state });
  if (amount > reserved) throw new PosRefused('more than was reserved cannot be captured', { state });
  const isImpossible = amount < reserved && entry.partialCapturePossible !== true;
  if (isImpossible && whenPartImpossible === 'refuse') {
    throw new PosRefused('this payment is captured whole or cancelled', { state });
  }
  const decision: Decision = isImpossible
    ? { kind: 'cancel' }
    : { kind: 'capture', amount, whenPartImpossible };
  return stateOf(
    settledOrThrow(await decide(kit, entry, decision), `the ${decision.kind} did not get through`),
  );
}

/** Cancels a payment. One that has ended is answered with its final state, or refused if it was captured. */
export async function cancelPayment(kit: Kit, paymentId: string): Promise<string> {
  const entry = ownPayment(kit, paymentId);
  const state = stateOf(entry);
  if (isCancelled(entry.state)) return state;
  if (isPaid(entry.state)) throw new PosRefused('it was captured; refund it instead', { state });
  return stateOf(
    settledOrThrow(await decide(kit, entry, { kind: 'cancel' }), 'the cancel did not get through'),
  );
}

/** A payment by its id; one that isn't in the ledger is taken in, so that its decision can be kept. */
export function ownPayment(kit: Kit, paymentId: string): PaymentEntry {
  const known = kit.ledger.payment(paymentId);
  if (known !== undefined) return known;
  return kit.ledger.put<PaymentEntry>({
    kind: 'payment',
    id: `adopted-${encodeURIComponent(paymentId.toLowerCase())}`,
    createdAt: kit.settings.clock.today(),
    creation: 'made',
    flow: 'prepare',
    posId: '',
    orderId: '',
    body: {},
    amount: undefined,
    currencyCode: undefined,
    state: undefined,
    paymentId,
  });
}

/** No capture before Reserved was seen (the backend has the truth), and none on top of another decision without asking first. */
async function reservedForSure(kit: Kit, entry: PaymentEntry): Promise<PaymentEntry> {
  if (hasEnded(entry.state) || (entry.state === 'Reserved' && entry.decision === undefined)) return entry;
  const seen = await look(kit, entry);
  if (seen.kind === 'seen') return seen.entry;
  if (seen.kind === 'refused') throw refusedBy(seen, stateOf(entry));
  throw gaveUpOn('the payment could not be read', seen.why, stateOf(entry));
}

/** What a poll ended with. A till that has heard nothing for so long doesn't know whether it may hand over the goods: it cancels. */
async function standing(kit: Kit, followed: Following<PaymentEntry>): Promise<PaymentStanding> {
  if (followed.kind === 'silent') {
    const carried = await decide(kit, followed.entry, { kind: 'cancel' });
    return { state: stateOf(settledOrThrow(carried, 'the payment could not be followed nor cancelled')) };
  }
  const entry = observe(kit, followed.entry, followed.body);
  const loyaltyIds = textsIn(followed.body, 'loyaltyIds');
  return {
    state: stateOf(entry),
    ...(entry.state === 'Reserved' && entry.partialCapturePossible !== undefined
      ? { partialCapturePossible: entry.partialCapturePossible }
      : {}),
    ...(loyaltyIds === undefined ? {} : { loyaltyIds }),
  };
}

function chargeBody(charge: Charge): JsonRecord {
  const { amount, currencyCode, plannedCaptureDelay = 'None', merchantPaymentLabel, restrictions } = charge;
  if (!Number.isSafeInteger(amount) || amount <= 0) throw new PosRefused('the amount must be more than 0');
  if (merchantPaymentLabel !== undefined) requireValidText('merchantPaymentLabel', merchantPaymentLabel);
  return {
    amount: majorOf(amount),
    currencyCode,
    plannedCaptureDelay,
    ...(merchantPaymentLabel === undefined ? {} : { merchantPaymentLabel }),
    ...(restrictions === undefined ? {} : { restrictions }),
  };
}

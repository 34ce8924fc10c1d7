import { randomUUID } from 'node:crypto';
import { decide, settledOrThrow } from './decisions.ts';
import { PosRefused } from './errors.ts';
import { textIn } from './json.ts';
import type { Kit } from './kit.ts';
import type { Decision, PaymentEntry, RefundEntry } from './ledger.ts';
import { sameId } from './ledger.ts';
import type { Minor } from './money.ts';
import { majorOf, minorOf } from './money.ts';
import { orderId as newOrderId } from './order-ids.ts';
import { listIds } from './payment-search.ts';
import { ownPayment } from './payments.ts';
import { hasEnded, isCancelled, isPaid } from './states.ts';
import { requireValidText } from './text-format.ts';
import { follow, gaveUpOn, look, observe, refusedBy, stateOf } from './undertakings.ts';

export interface RefundOrder {
  /** The captured payment; where it is lost, the order it was made for. */
  readonly paymentId?: string;
  readonly orderId?: string;
  readonly refundOrderId?: string;
  readonly amount: Minor;
  readonly currencyCode: 'DKK' | 'EUR';
}

/**
 * Starts a refund of a captured payment, in the same currency and within what was captured (payment_flows#refunds). Key and body are on
 * disk first. One whose answer stays lost is looked up by its payment and taken over. Throws PosRefused, PosGaveUp.
 */
export async function initiateRefund(kit: Kit, order: RefundOrder): Promise<RefundEntry> {
  const { amount, currencyCode, refundOrderId = newOrderId(kit.settings.clock.today()) } = order;
  requireValidText('refundOrderId', refundOrderId);
  const paymentId = order.paymentId ?? (await capturedPaymentOf(kit, order.orderId));
  await requireBounds(kit, await capturedForSure(kit, ownPayment(kit, paymentId)), amount, currencyCode);

  const entry = kit.ledger.put<RefundEntry>({
    kind: 'refund',
    id: randomUUID(),
    createdAt: kit.settings.clock.today(),
    creation: 'sent',
    body: { paymentId, refundOrderId, amount: majorOf(amount), currencyCode },
    amount,
    currencyCode,
    state: undefined,
    paymentId,
    refundOrderId,
  });
  const { body, id: key } = entry;
  const answer = await kit.calls.write({ method: 'POST', path: '/refunds', body, key, needs: 'refundId' });
  if (answer.kind === 'ok') {
    return kit.ledger.change(entry, { creation: 'made', refundId: textIn(answer.body, 'refundId') ?? '' });
  }
  if (answer.kind === 'refused') {
    kit.ledger.change(entry, { creation: 'failed' });
    const seen = answer.status === 409 ? await look(kit, ownPayment(kit, paymentId)) : undefined;
    throw refusedBy(answer, seen?.kind === 'seen' ? stateOf(seen.entry) : undefined);
  }
  const found = await findRefund(kit, entry);
  if (found.creation === 'made') return found;
  // Should it turn up after all it must not be captured by the backend after 24 hours.
  kit.ledger.change(found, { decision: { kind: 'cancel' } });
  throw gaveUpOn('the refund could not be started', answer.why);
}

/** Looks a refund up by its payment. Its entry stays `sent` while nobody can say that it never came to be. */
export async function findRefund(kit: Kit, entry: RefundEntry): Promise<RefundEntry> {
  const ids = await listIds(kit, '/refunds', { paymentId: entry.paymentId }, 'refundIds');
  if (ids.kind !== 'found') return entry;
  for (const refundId of ids.items) {
    if (kit.ledger.refund(refundId) !== undefined) continue;
    const answer = await kit.calls.see(`/refunds/${encodeURIComponent(refundId)}`);
    if (answer.kind !== 'ok') return entry;
    const isOurs =
      textIn(answer.body, 'refundOrderId') === entry.refundOrderId &&
      minorOf(answer.body['amount']) === entry.amount;
    if (isOurs) return observe(kit, kit.ledger.change(entry, { creation: 'made', refundId }), answer.body);
  }
  const mayArrive = kit.settings.clock.today() - entry.createdAt < 60_000;
  return mayArrive ? entry : kit.ledger.change(entry, { creation: 'failed' });
}

/** Polls until the refund is Reserved or has ended. */
export async function awaitRefund(
  kit: Kit,
  refundId: string,
  { forMs = kit.settings.patienceMs }: { forMs?: number } = {},
): Promise<string> {
  const entry = ownRefund(kit, refundId);
  if (hasEnded(entry.state)) return stateOf(entry);
  const followed = await follow(kit, entry, (state) => state === 'Reserved', forMs);
  if (followed.kind === 'silent')
    throw gaveUpOn('the refund could not be followed', followed.why, stateOf(followed.entry));
  return stateOf(followed.entry);
}

/** Captures a refund: the money goes back. Waits for Reserved first, where that hasn't been seen. */
export async function captureRefund(kit: Kit, refundId: string): Promise<string> {
  const known = ownRefund(kit, refundId);
  const state = known.state === 'Reserved' ? known.state : await awaitRefund(kit, refundId);
  if (isPaid(state)) return state;
  if (state !== 'Reserved') throw new PosRefused(`it cannot be captured: it is ${state}`, { state });
  return await decideRefund(kit, refundId, { kind: 'capture' });
}

/** Cancels a refund: the money stays. Left alone it would be captured after 24 hours. */
export async function cancelRefund(kit: Kit, refundId: string): Promise<string> {
  const { state } = ownRefund(kit, refundId);
  if (state !== undefined && isCancelled(state)) return state;
  if (state !== undefined && isPaid(state))
    throw new PosRefused('the money has gone back already', { state });
  return await decideRefund(kit, refundId, { kind: 'cancel' });
}

async function decideRefund(kit: Kit, refundId: string, decision: Decision): Promise<string> {
  const carried = await decide(kit, ownRefund(kit, refundId), decision);
  return stateOf(settledOrThrow(carried, `the refund's ${decision.kind} did not get through`));
}

function ownRefund(kit: Kit, refundId: string): RefundEntry {
  const known = kit.ledger.refund(refundId);
  if (known === undefined) throw new PosRefused(`no refund ${refundId} was started here`);
  return known;
}

/** Finds the payment of an order whose payment id is lost (payment_flows#refunds). */
async function capturedPaymentOf(kit: Kit, orderId: string | undefined): Promise<string> {
  if (orderId === undefined) throw new PosRefused('a refund needs the payment or the order');
  const ids = await listIds(kit, '/payments', { orderId, state: 'Captured' }, 'paymentIds');
  if (ids.kind === 'refused') throw refusedBy(ids);
  if (ids.kind === 'lost') throw gaveUpOn('the payment of this order could not be found', ids.why);
  const [paymentId, ...others] = ids.items;
  if (paymentId === undefined) throw new PosRefused('this order has no captured payment');
  if (others.length > 0) throw new PosRefused('this order has several captured payments; say which');
  return paymentId;
}

async function capturedForSure(kit: Kit, entry: PaymentEntry): Promise<PaymentEntry> {
  if (hasEnded(entry.state)) return entry;
  const seen = await look(kit, entry);
  if (seen.kind === 'seen') return seen.entry;
  if (seen.kind === 'refused') throw refusedBy(seen, stateOf(entry));
  throw gaveUpOn('the payment could not be read', seen.why, stateOf(entry));
}

/** Refuses what the API would refuse, as far as the till can know. */
async function requireBounds(
  kit: Kit,
  payment: PaymentEntry,
  amount: Minor,
  currencyCode: string,
): Promise<void> {
  const state = stateOf(payment);
  if (!isPaid(state)) throw new PosRefused(`only a captured payment is refunded; it is ${state}`, { state });
  if (!Number.isSafeInteger(amount) || amount <= 0)
    throw new PosRefused('the amount must be more than 0', { state });
  if (payment.currencyCode !== undefined && payment.currencyCode !== currencyCode) {
    throw new PosRefused(`the payment was in ${payment.currencyCode}, not ${currencyCode}`, { state });
  }
  const captured = payment.captured ?? payment.amount;
  if (captured === undefined || amount + refundedOf(kit, payment) <= captured) return;
  // A refund that MobilePay has cancelled meanwhile leaves room again.
  for (const refund of kit.ledger.refunds()) {
    const isOpen = sameId(refund.paymentId, payment.paymentId ?? '') && !hasEnded(refund.state);
    if (isOpen && refund.refundId !== undefined) await look(kit, refund);
  }
  if (amount + refundedOf(kit, payment) > captured) {
    throw new PosRefused('the refunds would be more than was captured', { state });
  }
}

function refundedOf(kit: Kit, payment: PaymentEntry): Minor {
  return kit.ledger
    .refunds()
    .filter((refund) => sameId(refund.paymentId, payment.paymentId ?? ''))
    .filter((refund) => refund.creation !== 'failed' && !isCancelled(refund.state))
    .reduce((sum, refund) => sum + (refund.amount ?? 0), 0);
}

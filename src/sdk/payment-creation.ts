import { randomUUID } from 'node:crypto';
import type { Refusal } from './calls.ts';
import { cancelShown, cleanUp } from './clean-up.ts';
import { PosRefused } from './errors.ts';
import type { JsonRecord } from './json.ts';
import { textIn } from './json.ts';
import type { Kit } from './kit.ts';
import type { PaymentEntry } from './ledger.ts';
import { sameId } from './ledger.ts';
import { openPayments } from './payment-search.ts';
import { gaveUpOn, observe, refusedBy } from './undertakings.ts';
import { isActive } from './states.ts';

/** How often a PoS is cleaned up for one payment before the till says that it is blocked. */
const mostCleanUps = 2;

/** After a minute no request of ours can still be on its way to the backend: hard limits there are far below. */
const underwayMs = 60_000;

/** What is needed to send a creating POST, now or after a power cut. */
export type NewPayment = Pick<PaymentEntry, 'flow' | 'posId' | 'orderId' | 'amount' | 'currencyCode'> & {
  readonly body: JsonRecord;
};

/**
 * Initiates or prepares a payment. Key and body are on disk before the first byte is sent. Throws PosRefused (4xx, with nothing left
 * behind) and PosGaveUp (no answer; what stood of it was found and cancelled, or will be by `settle`).
 */
export async function createPayment(kit: Kit, wanted: NewPayment): Promise<PaymentEntry> {
  let entry = kit.ledger.put<PaymentEntry>({
    kind: 'payment',
    id: randomUUID(),
    createdAt: kit.settings.clock.today(),
    creation: 'sent',
    state: undefined,
    ...wanted,
  });
  const path = entry.flow === 'initiate' ? '/payments' : '/payments/prepare';
  for (let cleanUps = 0; ; cleanUps += 1) {
    const { body, id: key } = entry;
    const answer = await kit.calls.write({ method: 'POST', path, body, key, needs: 'paymentId' });
    if (answer.kind === 'ok') {
      const paymentId = textIn(answer.body, 'paymentId') ?? '';
      return kit.ledger.change(entry, { creation: 'made', paymentId });
    }
    if (answer.kind === 'lost') {
      entry = await withdraw(kit, entry);
      throw gaveUpOn('the payment could not be initiated', answer.why, entry.state);
    }
    if (!isBlocked(answer) || cleanUps >= mostCleanUps) return await refuse(kit, entry, answer);
    const outcome = await cleanUp(kit, entry.posId);
    if (outcome.kind !== 'clean') {
      kit.ledger.change(entry, { creation: 'failed' });
      if (outcome.kind === 'refused') throw refusedBy(outcome);
      throw gaveUpOn('the payment that blocks this PoS could not be cancelled', outcome.why);
    }
    // The same key goes out again: a call that was answered 1301 has made nothing.
  }
}

/**
 * A payment whose answer stayed lost: looks whether it stands, and cancels it (payment_flows#cancel). Until that is sure the entry stays
 * `sent` with the decision to cancel, and `settle` and `recover` come back to it.
 */
export async function withdraw(kit: Kit, start: PaymentEntry): Promise<PaymentEntry> {
  const entry = kit.ledger.change(start, { decision: { kind: 'cancel' } });
  const { posId, orderId } = entry;
  const found = await openPayments(kit, { posId, orderId });
  if (found.kind !== 'found') return entry;
  // Of another payment with the same order id only what is nobody's can be this one.
  const shown = found.items.find(({ id }) => isUnclaimed(kit, entry, id));
  if (shown === undefined) {
    const mayArrive = kit.settings.clock.today() - entry.createdAt < underwayMs;
    return mayArrive ? entry : kit.ledger.change(entry, { creation: 'failed' });
  }
  const made = observe(kit, kit.ledger.change(entry, { creation: 'made', paymentId: shown.id }), shown.body);
  if (isActive(made.state) || made.state === 'Reserved') await cancelShown(kit, shown);
  return kit.ledger.payment(shown.id) ?? made;
}

function isUnclaimed(kit: Kit, entry: PaymentEntry, paymentId: string): boolean {
  return !kit.ledger.payments().some((other) => other.id !== entry.id && sameId(other.paymentId, paymentId));
}

/** 1301; an empty code was seen in its place in practice (certified clients allow for it). */
function isBlocked(answer: Refusal): boolean {
  return answer.status === 409 && (answer.code === '1301' || answer.code === '');
}

async function refuse(kit: Kit, entry: PaymentEntry, answer: Refusal): Promise<never> {
  kit.ledger.change(entry, { creation: 'failed' });
  if (answer.status === 409 && !isBlocked(answer)) {
    const pos = await kit.calls.lookUp(`/pointofsales/${encodeURIComponent(entry.posId)}`);
    if (pos.kind === 'refused' && pos.status === 404) {
      const circumstances = { status: 409, apiCode: answer.code };
      throw new PosRefused('this PoS no longer exists; recover re-creates it', circumstances);
    }
  }
  throw refusedBy(answer);
}

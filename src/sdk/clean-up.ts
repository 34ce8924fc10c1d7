import type { Lost, Refusal } from './calls.ts';
import { decide } from './decisions.ts';
import type { Kit } from './kit.ts';
import type { Shown } from './payment-search.ts';
import { openPayments } from './payment-search.ts';
import { isActive } from './states.ts';
import { observe } from './undertakings.ts';

export type CleanUp = { readonly kind: 'clean' } | Refusal | Lost;

/**
 * After 409 1301: finds what still blocks the PoS and cancels it (payment_flows, "payment in progress").
 * Reserved payments don't block: they are somebody's money on its way, and stay.
 */
export async function cleanUp(kit: Kit, posId: string): Promise<CleanUp> {
  const found = await openPayments(kit, { posId });
  if (found.kind !== 'found') return found;
  const active = found.items.filter((payment) => isActive(payment.state));
  // Something blocks the PoS: if nothing that we know as active does, it is what we don't know.
  const blocking = active.length > 0 ? active : found.items.filter((payment) => payment.state === 'Unknown');
  for (const payment of blocking) {
    const outcome = await cancelShown(kit, payment);
    if (outcome.kind !== 'clean') return outcome;
  }
  return { kind: 'clean' };
}

/** Cancels a payment that the backend showed; one of our own gets its decision kept like any other. */
export async function cancelShown(kit: Kit, { id, body }: Shown): Promise<CleanUp> {
  const own = kit.ledger.payment(id);
  if (own === undefined) {
    const answer = await kit.calls.write({
      method: 'POST',
      path: `/payments/${encodeURIComponent(id)}/cancel`,
    });
    // 1300: it has ended by itself meanwhile, which is as good.
    return answer.kind === 'ok' || (answer.kind === 'refused' && answer.code === '1300')
      ? { kind: 'clean' }
      : answer;
  }
  const carried = await decide(kit, observe(kit, own, body), { kind: 'cancel' });
  if (carried.kind === 'done' || (carried.kind === 'refused' && carried.answer.code === '1300'))
    return { kind: 'clean' };
  return carried.answer;
}

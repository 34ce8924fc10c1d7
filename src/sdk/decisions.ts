import type { Lost, Refusal, Write } from './calls.ts';
import type { Kit } from './kit.ts';
import type { Decision } from './ledger.ts';
import { majorOf } from './money.ts';
import { hasEnded, isCancelled, isPaid } from './states.ts';
import type { Undertaking } from './undertakings.ts';
import { gaveUpOn, look, observe, pathOf, refusedBy, stateOf } from './undertakings.ts';

/** What came of carrying out a decision. */
export type Carried<T> =
  | { readonly kind: 'done'; readonly entry: T }
  /** The backend won't do it; `entry` holds the state it was in when looked up afterwards. */
  | { readonly kind: 'refused'; readonly entry: T; readonly answer: Refusal }
  /** Nobody knows; the decision stays in the ledger. */
  | { readonly kind: 'lost'; readonly entry: T; readonly answer: Lost };

/** Keeps the decision on disk first, then carries it out. */
export async function decide<T extends Undertaking>(
  kit: Kit,
  entry: T,
  decision: Decision,
): Promise<Carried<T>> {
  return await carryOut(kit, kit.ledger.change<Undertaking>(entry, { decision }) as T, decision);
}

/**
 * Sends the capture or cancel that was decided. Both are naturally idempotent and carry no key. After a 409, and when no answer
 * comes, the backend is asked what is true (api_principles#client_errors).
 */
export async function carryOut<T extends Undertaking>(
  kit: Kit,
  entry: T,
  decision: Decision,
): Promise<Carried<T>> {
  const answer = await kit.calls.write(writeOf(entry, decision));
  if (answer.kind === 'ok') return { kind: 'done', entry: finished(kit, entry, decision) };
  if (answer.kind === 'refused' && answer.status !== 409) return { kind: 'refused', entry, answer };

  const known = answer.kind === 'lost' ? await glance(kit, entry) : await resync(kit, entry);
  if (agrees(known, decision) && !(answer.kind === 'refused' && answer.code === '1307')) {
    return { kind: 'done', entry: finished(kit, known, decision) };
  }
  if (answer.kind === 'lost') return { kind: 'lost', entry: known, answer };
  if (answer.code === '1308' && decision.kind === 'capture' && known.kind === 'payment') {
    const whole = kit.ledger.change<Undertaking>(known, { partialCapturePossible: false }) as T;
    if (decision.whenPartImpossible === 'cancel') return await decide(kit, whole, { kind: 'cancel' });
    return { kind: 'refused', entry: whole, answer };
  }
  return { kind: 'refused', entry: known, answer };
}

/** The entry after its decision, or the error that tells the user why not. */
export function settledOrThrow<T extends Undertaking>(carried: Carried<T>, what: string): T {
  const { entry } = carried;
  switch (carried.kind) {
    case 'done':
      return entry;
    case 'refused':
      throw refusedBy(carried.answer, stateOf(entry));
    case 'lost':
      throw gaveUpOn(
        what,
        `${carried.answer.why}; the decision is kept and settle takes it up again`,
        stateOf(entry),
      );
  }
}

/** A decision that the backend hasn't carried out yet. */
export function openDecision(entry: Undertaking): Decision | undefined {
  return hasEnded(entry.state) ? undefined : entry.decision;
}

function writeOf(entry: Undertaking, decision: Decision): Write {
  const path = `${pathOf(entry)}/${decision.kind}`;
  if (decision.kind === 'cancel' || decision.amount === undefined) return { method: 'POST', path };
  return { method: 'POST', path, body: { amount: majorOf(decision.amount) } };
}

function finished<T extends Undertaking>(kit: Kit, entry: T, decision: Decision): T {
  const state = hasEnded(entry.state)
    ? stateOf(entry)
    : decision.kind === 'capture'
      ? 'Captured'
      : 'CancelledByClient';
  const captured = decision.kind === 'capture' && entry.kind === 'payment' ? decision.amount : undefined;
  const change = captured === undefined ? { state } : { state, captured };
  return kit.ledger.change<Undertaking>(entry, change) as T;
}

/** The backend is already where the decision wants it: money moved, or money that will never move. */
function agrees(entry: Undertaking, decision: Decision): boolean {
  return decision.kind === 'capture' ? isPaid(entry.state) : isCancelled(entry.state);
}

async function resync<T extends Undertaking>(kit: Kit, entry: T): Promise<T> {
  const seen = await look(kit, entry);
  return seen.kind === 'seen' ? seen.entry : entry;
}

/** One question after all retries were spent: the work may have been done and only its answers lost. */
async function glance<T extends Undertaking>(kit: Kit, entry: T): Promise<T> {
  const answer = await kit.calls.poll(pathOf(entry));
  return answer.kind === 'ok' ? observe(kit, entry, answer.body) : entry;
}

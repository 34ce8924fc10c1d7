import type { Answer, Lost, Refusal } from './calls.ts';
import type { JsonRecord } from './json.ts';
import { textIn, textsIn } from './json.ts';
import type { Kit } from './kit.ts';
import { knownPaymentState } from './states.ts';

export type Found<T> = { readonly kind: 'found'; readonly items: readonly T[] } | Refusal | Lost;

/** A payment as the backend shows it, whether it is in our ledger or not. */
export interface Shown {
  readonly id: string;
  readonly state: string;
  readonly body: JsonRecord;
}

/** The ids in a filtered list. A list that isn't there is an answer that isn't one. */
export async function listIds(
  kit: Kit,
  path: string,
  query: Readonly<Record<string, string>>,
  member: string,
): Promise<Found<string>> {
  const answer: Answer = await kit.calls.lookUp(path, query);
  if (answer.kind !== 'ok') return answer;
  const items = textsIn(answer.body, member);
  return items === undefined
    ? { kind: 'lost', why: `no ${member}`, retryAfterMs: 0 }
    : { kind: 'found', items };
}

/** Payments that are active or Reserved, each read one by one: the list tells ids only. Gone ones (404) are left out. */
export async function openPayments(kit: Kit, query: Readonly<Record<string, string>>): Promise<Found<Shown>> {
  const ids = await listIds(kit, '/payments', query, 'paymentIds');
  if (ids.kind !== 'found') return ids;
  const items: Shown[] = [];
  for (const id of ids.items) {
    const answer = await kit.calls.see(`/payments/${encodeURIComponent(id)}`);
    if (answer.kind === 'lost') return answer;
    if (answer.kind === 'refused' && answer.status !== 404) return answer;
    if (answer.kind === 'ok') {
      items.push({ id, state: knownPaymentState(textIn(answer.body, 'status')), body: answer.body });
    }
  }
  return { kind: 'found', items };
}

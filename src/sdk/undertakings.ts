import type { Answer, Lost, Refusal } from './calls.ts';
import { PosGaveUp, PosRefused } from './errors.ts';
import type { JsonRecord } from './json.ts';
import { numberIn, textIn } from './json.ts';
import type { Kit } from './kit.ts';
import type { PaymentEntry, RefundEntry } from './ledger.ts';
import { minorOf } from './money.ts';
import { hasEnded, knownPaymentState, knownRefundState } from './states.ts';

/** A payment or a refund: both are made, polled until Reserved, then captured or cancelled. */
export type Undertaking = PaymentEntry | RefundEntry;

/** So many polls in a row without an answer end the waiting. */
export const mostSilentPolls = 6;

/** The API's id of a payment or refund that stands. */
function idOf(entry: Undertaking): string | undefined {
  return entry.kind === 'payment' ? entry.paymentId : entry.refundId;
}

export function pathOf(entry: Undertaking): string {
  const id = idOf(entry);
  if (id === undefined) throw new PosRefused(`this ${entry.kind} was never made`);
  return `/${entry.kind}s/${encodeURIComponent(id)}`;
}

/** The state to tell the user. */
export function stateOf(entry: Undertaking): string {
  return entry.state ?? 'Unknown';
}

/** Takes over what the backend says: it alone knows (api_principles, "the backend has the truth"). */
export function observe<T extends Undertaking>(kit: Kit, entry: T, body: JsonRecord): T {
  const status = textIn(body, 'status');
  const pollDelayMs = numberIn(body, 'pollDelayInMs');
  const shared = {
    state: entry.kind === 'payment' ? knownPaymentState(status) : knownRefundState(status),
    amount: minorOf(body['amount']) ?? entry.amount,
    currencyCode: textIn(body, 'currencyCode') ?? entry.currencyCode,
    ...(pollDelayMs === undefined ? {} : { pollDelayMs }),
  };
  const partial = body['partialCapturePossible'];
  const more =
    entry.kind === 'payment' && typeof partial === 'boolean' ? { partialCapturePossible: partial } : {};
  return kit.ledger.change<Undertaking>(entry, { ...shared, ...more }) as T;
}

export type Look<T> =
  { readonly kind: 'seen'; readonly entry: T; readonly body: JsonRecord } | Refusal | Lost;

/** Reads the present state, at the pace that polling allows. */
export async function look<T extends Undertaking>(kit: Kit, entry: T): Promise<Look<T>> {
  const answer = await kit.calls.see(pathOf(entry));
  return answer.kind === 'ok'
    ? { kind: 'seen', entry: observe(kit, entry, answer.body), body: answer.body }
    : answer;
}

export type Following<T> =
  /** `isDone` held, or the time was over. */
  | { readonly kind: 'seen'; readonly entry: T; readonly body: JsonRecord }
  /** Too many polls in a row had no answer. */
  | { readonly kind: 'silent'; readonly entry: T; readonly why: string };

/** Polls as fast as allowed until `isDone`, the end of the payment or refund, or `forMs` milliseconds. Throws PosRefused on 4xx. */
export async function follow<T extends Undertaking>(
  kit: Kit,
  start: T,
  isDone: (state: string, body: JsonRecord) => boolean,
  forMs: number,
): Promise<Following<T>> {
  const { clock } = kit.settings;
  const until = clock.now() + forMs;
  let entry = start;
  let silent = 0;
  for (;;) {
    const answer: Answer = await kit.calls.poll(pathOf(entry));
    if (answer.kind === 'refused') throw refusedBy(answer, stateOf(entry));
    if (answer.kind === 'lost') {
      silent += 1;
      if (silent >= mostSilentPolls) return { kind: 'silent', entry, why: answer.why };
      continue;
    }
    silent = 0;
    entry = observe(kit, entry, answer.body);
    const state = stateOf(entry);
    if (hasEnded(state) || isDone(state, answer.body) || clock.now() >= until) {
      return { kind: 'seen', entry, body: answer.body };
    }
  }
}

/** The API said no. */
export function refusedBy(answer: Refusal, state?: string): PosRefused {
  return new PosRefused(answer.message, {
    status: answer.status,
    ...(answer.code === '' ? {} : { apiCode: answer.code }),
    ...(state === undefined ? {} : { state }),
  });
}

/** The API didn't say anything, however often it was asked. */
export function gaveUpOn(what: string, why: string, state?: string): PosGaveUp {
  return new PosGaveUp(`${what}: ${why}`, state === undefined ? {} : { state });
}

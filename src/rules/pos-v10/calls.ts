import { member, textMember, type JsonValue } from '../../model/json.ts';
import { canonical, textsIn } from './contents.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { answerOf, fateOf, isUncertain } from './fates.ts';
import { CREATES, LOOK_UP_OF, POLLED, UNDOES } from './operations.ts';

/**
 * Why a request of a call was sent. `retry`: the one before may have been lost. `token`: the one before was answered 401, which is
 * neither a retry nor a poll. `looked-up`: as retry, but after a look-up that showed nothing new, so that the client may begin afresh.
 */
export type Attempt = {
  readonly exchange: Exchange;
  readonly why: 'first' | 'retry' | 'token' | 'looked-up';
};

/** A logical call: one request and its repetitions, within one command. */
export interface Call {
  readonly operation: string;
  readonly attempts: readonly Attempt[];
}

/**
 * The logical calls of a session in order, polls and token calls aside. A call ends with an answer that says what is so (2xx, 4xx but 401);
 * it also ends where the client took back what may have been created. A command begins calls of its own: retries start afresh with it.
 */
export function callsOf(session: Session): Call[] {
  const calls: { operation: string; attempts: Attempt[] }[] = [];
  const open = new Map<string, { operation: string; attempts: Attempt[] }>();
  for (const exchange of session.exchanges) {
    const { operation, seq } = exchange.request;
    if (operation === undefined || operation === 'getToken' || POLLED.has(operation)) continue;
    const key = `${exchange.command?.record.seq ?? 'none'} ${operation} ${exchange.path} ${queryOf(exchange)}`;
    const before = open.get(key);
    const last = before?.attempts.at(-1)?.exchange;
    const why = last === undefined ? 'first' : whyAgain(session, operation, last, seq);
    if (before === undefined || why === 'first') {
      const call = { operation, attempts: [{ exchange, why: 'first' as const }] };
      calls.push(call);
      open.set(key, call);
    } else before.attempts.push({ exchange, why });
  }
  return calls;
}

function queryOf(exchange: Exchange): string {
  return exchange.request.target.split('?')[1] ?? '';
}

function whyAgain(session: Session, operation: string, last: Exchange, seq: number): Attempt['why'] {
  if (fateOf(last, seq) === 'unauthorised') return 'token';
  if (!isUncertain(last, seq)) return 'first';
  const between = session.exchanges.filter(
    (one) => one.request.seq > last.request.seq && one.request.seq < seq,
  );
  const created = CREATES.has(operation);
  if (
    created &&
    between.some((one) => UNDOES.has(one.request.operation ?? '') && fateOf(one, seq) === 'done')
  )
    return 'first';
  const lookUp = between.findLast(
    (one) => one.request.operation === LOOK_UP_OF[operation] && answerOf(one, seq) !== undefined,
  );
  return lookUp !== undefined && showsNothingNew(session, lookUp) ? 'looked-up' : 'retry';
}

/** Whether a look-up named only what the client had been told of before. */
function showsNothingNew(session: Session, lookUp: Exchange): boolean {
  const known = new Set(
    session.exchanges
      .filter((one) => one.request.seq < lookUp.request.seq)
      .flatMap((one) => textsIn(answerOf(one, lookUp.request.seq)))
      .map((text) => text.toLowerCase()),
  );
  return textsIn(answerOf(lookUp)).every((id) => known.has(id.toLowerCase()));
}

/** The attempt whose outcome was still open when `index` was sent: what a retry has to repeat. */
export function repeated(call: Call, index: number): Exchange | undefined {
  const now = call.attempts[index];
  if (now === undefined || now.why === 'first' || now.why === 'looked-up') return undefined;
  const isOpen = ({ exchange }: Attempt): boolean => isUncertain(exchange, now.exchange.request.seq);
  const last = call.attempts.slice(0, index).findLast((one) => isOpen(one) || one.why === 'looked-up');
  return last !== undefined && isOpen(last) ? last.exchange : undefined;
}

/** Whether two requests say the same: same path, equal body. */
export function sameRequest(one: Exchange, other: Exchange): boolean {
  return one.path === other.path && canonical(one.request.json) === canonical(other.request.json);
}

/** A member of the parameters of the command in force, e.g. the amount that the client was asked to capture. */
export function asked(exchange: Exchange, method: string, name: string): JsonValue | undefined {
  const record = exchange.command?.record;
  return record?.method === method ? member(record.params, name) : undefined;
}

function stateIn(exchange: Exchange, seq: number): string | undefined {
  const { operation } = exchange.request;
  if (operation === 'queryPayment' || operation === 'queryRefund')
    return textMember(answerOf(exchange, seq), 'status');
  if (fateOf(exchange, seq) !== 'done') return undefined;
  if (operation === 'capturePayment' || operation === 'captureRefund') return 'Captured';
  return operation === 'cancelPayment' || operation === 'cancelRefund' ? 'CancelledByClient' : undefined;
}

/** All states of a payment or refund that surely reached the client before `seq`, in the order of their coming. */
export function statesOf(session: Session, id: string, seq: number): string[] {
  return (session.byId.get(id) ?? [])
    .flatMap((one) => {
      const state = stateIn(one, seq);
      return state === undefined ? [] : [{ state, at: one.delivered?.seq ?? Infinity }];
    })
    .sort((one, other) => one.at - other.at)
    .map((one) => one.state);
}

/** The last of them. */
export function lastStateOf(session: Session, id: string, seq: number): string | undefined {
  return statesOf(session, id, seq).at(-1);
}

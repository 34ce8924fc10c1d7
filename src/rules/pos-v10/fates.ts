import { textMember, type JsonValue } from '../../model/json.ts';
import type { Exchange } from './exchange-log.ts';

/** What an exchange came to for the client. `open`: nothing is known of it yet. */
export type Fate =
  | 'open'
  /** no answer: withheld, reset, or the client went away first */
  | 'silent'
  /** something came that can't be taken for an answer: cut off, or not JSON where JSON belongs */
  | 'unreadable'
  /** 5xx */
  | 'server-error'
  /** 408, 425, 429: asks to come again */
  | 'busy'
  | 'unauthorised'
  | 'redirected'
  | 'refused'
  | 'done';

/** What the client could know of `exchange` at the moment `seq` (default: at the end). */
export function fateOf(exchange: Exchange, seq = Infinity): Fate {
  const { delivered } = exchange;
  if (delivered === undefined || delivered.seq > seq) return 'open';
  if (delivered.outcome === 'withheld') return 'silent';
  if (delivered.outcome === 'abandoned') return delivered.reachedClient ? 'unreadable' : 'silent';
  const status = delivered.answer?.status;
  if (status === undefined) return delivered.outcome === 'unreachable' ? 'server-error' : 'silent';
  if (status >= 500) return 'server-error';
  const { plan } = exchange.request;
  if (plan.kind === 'fault' && (plan.fault === 'truncated' || plan.fault === 'malformed'))
    return 'unreadable';
  if (status === 401) return 'unauthorised';
  if (status === 408 || status === 425 || status === 429) return 'busy';
  if (status >= 400) return 'refused';
  if (status >= 300) return 'redirected';
  return delivered.answer?.text === undefined ? 'done' : 'unreadable';
}

/** Whether the client could not know, at the moment `seq`, if the request was carried out: it may be sent again. */
export function isUncertain(exchange: Exchange, seq = Infinity): boolean {
  const fate = fateOf(exchange, seq);
  return (
    fate === 'open' ||
    fate === 'silent' ||
    fate === 'unreadable' ||
    fate === 'server-error' ||
    fate === 'busy'
  );
}

/** From this lag of our own on, ms, an impatient client (time-outs of 0.2 s are lawful) may have gone before its answer came. */
const LATE_MS = 50;

/** Whether we were so late with an answer that the client may have stopped waiting: all its bytes went out, but perhaps to nobody. */
export function cameLate(exchange: Exchange): boolean {
  return [exchange.request, exchange.delivered].some((one) => one !== undefined && one.lagMs > LATE_MS);
}

/** The answer that surely reached the client before `seq`, as JSON. */
export function answerOf(exchange: Exchange, seq = Infinity): JsonValue | undefined {
  const { delivered } = exchange;
  if (delivered === undefined || delivered.seq > seq || delivered.outcome !== 'delivered') return undefined;
  return delivered.answer?.json;
}

/** The answer that the client may have read before `seq`, whole or in part: enough to excuse, never enough to blame. */
export function glimpseOf(exchange: Exchange, seq = Infinity): JsonValue | undefined {
  const { answered, delivered } = exchange;
  if (answered === undefined || answered.seq > seq || delivered?.reachedClient === false) return undefined;
  return delivered?.answer?.json ?? answered.planned?.json;
}

/** The API's error code in the answer that was delivered. */
export function apiCodeOf(exchange: Exchange): string | undefined {
  return textMember(answerOf(exchange), 'code');
}

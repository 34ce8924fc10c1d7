import { member } from '../../model/json.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { answerOf, cameLate, fateOf } from './fates.ts';
import { WRITES } from './operations.ts';

/** The read before on the same path, and whether this one is a poll in a row with it or a read of another kind. */
export interface Before {
  readonly previous: Exchange;
  /** `poll`: in one command, or over a restart · `other command` · `after error`: the one before was answered 5xx. */
  readonly kind: 'poll' | 'other command' | 'after error';
}

/**
 * The read that `exchange` polls after, or undefined where it polls after none: it is the first on its path, repeats one that was
 * answered 401, or looks up what became of a write.
 */
export function polledBefore(session: Session, exchange: Exchange): Before | undefined {
  const { seq } = exchange.request;
  const previous = (session.byPath.get(exchange.path) ?? []).findLast(
    (one) => one.request.method === 'GET' && one.request.seq < seq,
  );
  if (previous === undefined) return undefined;
  const fate = fateOf(previous, seq);
  if (fate === 'unauthorised' || isLookUp(session, previous, exchange)) return undefined;
  if (fate === 'server-error' || fate === 'busy') return { previous, kind: 'after error' };
  const restarted = session.commands.some(
    ({ record }) => record.method === 'restart' && record.seq > previous.request.seq && record.seq < seq,
  );
  const together = restarted || previous.command === exchange.command;
  return { previous, kind: together ? 'poll' : 'other command' };
}

/** Whether something was written since the read before: to this payment, refund or point of sale, or a creation. */
function isLookUp(session: Session, previous: Exchange, exchange: Exchange): boolean {
  const { exchanges } = session;
  const from = exchanges.lastIndexOf(previous);
  return exchanges
    .slice(from, exchanges.indexOf(exchange, from))
    .some(
      (one) => WRITES.has(one.request.operation ?? '') && (one.id === exchange.id || one.id === undefined),
    );
}

/** How many polls back a late one is looked for. */
const BACK = 6;

/**
 * Whether the polls before this one were so far apart that one of them only came late: over several polls together the client kept the
 * delay. A machine that is short of time delays requests on their way out of the client as well, where we can't measure it.
 */
export function keepsPace(session: Session, exchange: Exchange, leastMs: number): boolean {
  const before = (session.byPath.get(exchange.path) ?? []).filter(
    (one) => one.request.method === 'GET' && one.request.seq < exchange.request.seq,
  );
  return before
    .slice(-BACK, -1)
    .some((one, index, all) => exchange.request.at - one.request.at >= (all.length - index + 1) * leastMs);
}

/** How much later than it might have this poll came after the one before it, ms; below zero: earlier. Undefined where it polls after none. */
export function lateBy(session: Session, exchange: Exchange): number | undefined {
  const before = polledBefore(session, exchange);
  const delay = pollDelayBefore(session, exchange);
  if (before?.kind !== 'poll' || delay === undefined) return undefined;
  return exchange.request.at - before.previous.request.at - delay;
}

/** The `pollDelayInMs` of the last answer on this path that had surely reached the client, ms. */
export function pollDelayBefore(session: Session, exchange: Exchange): number | undefined {
  const told = tellerBefore(session, exchange);
  return told && delayIn(told, exchange.request.seq);
}

function tellerBefore(session: Session, exchange: Exchange): Exchange | undefined {
  const { seq } = exchange.request;
  return (session.byPath.get(exchange.path) ?? []).findLast(
    (one) => one.request.seq < seq && delayIn(one, seq) !== undefined,
  );
}

/** Processes that wait for each processor from which on a client may be starved of its time although we are not. */
const BUSY = 2;

/**
 * The delay in force if the answer that told the last one came when the client had stopped waiting for it, ms; undefined where nothing speaks
 * for that: neither were we late with it nor was the machine overloaded.
 */
export function pollDelayUnheard(session: Session, exchange: Exchange): number | undefined {
  const told = tellerBefore(session, exchange);
  if (told === undefined) return undefined;
  const { load } = told.request;
  if (!cameLate(told) && (load === undefined || load < BUSY)) return undefined;
  return pollDelayBefore(session, told);
}

function delayIn(exchange: Exchange, seq: number): number | undefined {
  const delay =
    fateOf(exchange, seq) === 'done' ? member(answerOf(exchange, seq), 'pollDelayInMs') : undefined;
  return typeof delay === 'number' ? delay : undefined;
}

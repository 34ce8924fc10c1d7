import { member } from '../../model/json.ts';
import { answerOf, fateOf, type Exchange, type Session } from './exchange-log.ts';
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
  const previous = session.exchanges.findLast(
    (one) =>
      one.path === exchange.path && one.request.method === 'GET' && one.request.seq < exchange.request.seq,
  );
  if (previous === undefined) return undefined;
  const fate = fateOf(previous, exchange.request.seq);
  if (fate === 'unauthorised') return undefined;
  const written = session.exchanges.some(
    (one) =>
      WRITES.has(one.request.operation ?? '') &&
      (one.id === exchange.id || one.id === undefined) &&
      one.request.seq > previous.request.seq &&
      one.request.seq < exchange.request.seq,
  );
  if (written) return undefined;
  if (fate === 'server-error' || fate === 'busy') return { previous, kind: 'after error' };
  const restarted = session.moments.some(
    ({ record }) =>
      record.kind === 'command' &&
      record.method === 'restart' &&
      record.seq > previous.request.seq &&
      record.seq < exchange.request.seq,
  );
  const together = restarted || previous.command === exchange.command;
  return { previous, kind: together ? 'poll' : 'other command' };
}

/** The `pollDelayInMs` of the last answer on this path that had surely reached the client, ms. */
export function pollDelayBefore(session: Session, exchange: Exchange): number | undefined {
  for (const one of [...session.exchanges].reverse()) {
    if (one.path !== exchange.path || one.request.seq >= exchange.request.seq) continue;
    if (fateOf(one, exchange.request.seq) !== 'done') continue;
    const delay = member(answerOf(one, exchange.request.seq), 'pollDelayInMs');
    if (typeof delay === 'number') return delay;
  }
  return undefined;
}

import { headerValue } from '../../model/http.ts';
import { callsOf, sameRequest } from './calls.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { CREATES, KEY_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O17: a key belongs to one logical call. A key whose uses were all refused is not spent (pos-v10.md 1.3). */
export const idempotencyKeyFresh = ruleOf('idempotency-key-fresh', 'must', (session, notes) => {
  const used = new Map<string, Exchange[]>();
  const callOf = new Map<Exchange, unknown>(
    callsOf(session).flatMap((call) => call.attempts.map(({ exchange }) => [exchange, call] as const)),
  );
  for (const exchange of session.exchanges) {
    const key = headerValue(exchange.request.headers, KEY_HEADER);
    if (!CREATES.has(exchange.request.operation ?? '') || key === undefined) continue;
    notes.examine(exchange);
    const earlier = used.get(key) ?? [];
    const spent = earlier.find(
      (one) => callOf.get(one) !== callOf.get(exchange) && !isFree(session, one, exchange),
    );
    if (spent !== undefined)
      notes.find('key-used-again', [exchange, spent], {
        key,
        operation: exchange.request.operation ?? '',
        usedFor: spent.request.operation ?? '',
        sameBody: sameRequest(spent, exchange),
      });
    used.set(key, [...earlier, exchange]);
  }
});

/** Whether the key of `earlier` may be sent with `later`, which belongs to another call. */
function isFree(session: Session, earlier: Exchange, later: Exchange): boolean {
  const fate = fateOf(earlier, later.request.seq);
  if (fate === 'refused' || fate === 'unauthorised') return true;
  if (earlier.request.operation !== later.request.operation || !sameRequest(earlier, later)) return false;
  return fate !== 'done' || earlier.command === later.command || restartedBetween(session, earlier, later);
}

/** A client that lost its memory may send again what it had written down. */
function restartedBetween(session: Session, earlier: Exchange, later: Exchange): boolean {
  return session.moments.some(
    ({ record }) =>
      (record.kind === 'killed' || (record.kind === 'command' && record.method === 'restart')) &&
      record.seq > earlier.request.seq &&
      record.seq < later.request.seq,
  );
}

import { member } from '../../model/json.ts';
import type { Exchange } from './exchange-log.ts';
import { answerOf, fateOf } from './fates.ts';
import { isPosCall } from './operations.ts';
import { ruleOf } from './rule.ts';

/** A token may be renewed this long before it expires, ms: as early as clients in the field do (NPR: 10 min). */
const EARLY_MS = 600_000;

/** A token is used until it expires or is refused; not one for each request. A client that starts again may ask anew. */
export const tokenReused = ruleOf('token-reused', 'should', (session, notes) => {
  let valid: Exchange | undefined;
  for (const { record, exchange } of session.moments) {
    if (record.kind === 'killed' || (record.kind === 'command' && record.method === 'restart'))
      valid = undefined;
    if (exchange === undefined) continue;
    const { operation } = exchange.request;
    if (record.kind === 'delivered' && fateOf(exchange) === 'unauthorised') valid = undefined;
    if (
      record.kind === 'delivered' &&
      operation === 'getToken' &&
      member(answerOf(exchange), 'access_token') !== undefined
    )
      valid = exchange;
    if (record.kind !== 'request') continue;
    if (isPosCall(operation) && valid !== undefined) notes.examine(valid);
    if (operation !== 'getToken' || valid === undefined || !stillGood(valid, record.at)) continue;
    notes.findIfKnown([valid], 'token-not-reused', [exchange, valid], {});
  }
});

function stillGood(issued: Exchange, at: number): boolean {
  const expiresIn = member(answerOf(issued), 'expires_in');
  const { delivered } = issued;
  if (delivered === undefined || typeof expiresIn !== 'number') return false;
  return delivered.at + expiresIn * 1000 - EARLY_MS > at;
}

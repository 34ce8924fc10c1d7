import { headerValues } from '../../model/http.ts';
import type { Exchange } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { isPosCall } from './operations.ts';
import { ruleOf } from './rule.ts';
import { bearerOf } from './tokens.ts';

/** How often other requests may meet a refusal of the same token: some may be under way when it ends. */
const REFUSALS = 2;

/** O2: every PoS call carries a bearer token, and one that the backend refused is replaced. */
export const bearerToken = ruleOf('bearer-token', 'must', (session, notes) => {
  const refused = new Map<string, Exchange[]>();
  for (const { record, exchange } of session.moments) {
    if (exchange === undefined || !isPosCall(exchange.request.operation)) continue;
    const token = bearerOf(exchange);
    if (record.kind === 'request') {
      notes.examine(exchange);
      const got = headerValues(exchange.request.headers, 'authorization').length;
      const before = refused.get(token ?? '') ?? [];
      if (token === undefined) notes.find('bearer-token-missing', [exchange], { headers: got });
      else if (before.length >= REFUSALS || before.some((one) => isSameCall(one, exchange)))
        notes.findIfKnown(before, 'refused-token-sent-again', [exchange, ...before], {
          refusals: before.length,
        });
    }
    const upstream = exchange.answered?.upstream?.status;
    if (record.kind !== 'delivered' || token === undefined || upstream !== 401) continue;
    if (fateOf(exchange) === 'unauthorised') refused.set(token, [...(refused.get(token) ?? []), exchange]);
  }
});

function isSameCall(one: Exchange, other: Exchange): boolean {
  return one.request.operation === other.request.operation && one.path === other.path;
}

import { headerValues } from '../../model/http.ts';
import { fateOf } from './exchange-log.ts';
import { isPosCall } from './operations.ts';
import { ruleOf } from './rule.ts';
import { bearerOf } from './tokens.ts';

/** How often one token may be refused by the backend before sending it again is a breach: two requests may be under way at once. */
const REFUSALS = 2;

/** O2: every PoS call carries a bearer token, and one that the backend refused is replaced. */
export const bearerToken = ruleOf('bearer-token', 'must', (session, notes) => {
  const refusals = new Map<string, number>();
  for (const { record, exchange } of session.moments) {
    if (exchange === undefined || !isPosCall(exchange.request.operation)) continue;
    const token = bearerOf(exchange);
    if (record.kind === 'request') {
      notes.examine(exchange);
      const got = headerValues(exchange.request.headers, 'authorization').length;
      if (token === undefined) notes.find('bearer-token-missing', [exchange], { headers: got });
      else if ((refusals.get(token) ?? 0) >= REFUSALS)
        notes.find('refused-token-sent-again', [exchange], { refusals: REFUSALS });
    }
    const refused = record.kind === 'delivered' && fateOf(exchange) === 'unauthorised';
    if (refused && token !== undefined && exchange.answered?.upstream?.status === 401)
      refusals.set(token, (refusals.get(token) ?? 0) + 1);
  }
});

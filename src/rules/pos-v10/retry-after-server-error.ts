import { fateOf } from './fates.ts';
import { judgeReactions } from './reactions.ts';
import { ruleOf } from './rule.ts';

/** O11, O12: a write that was answered 5xx is repeated or looked up. */
export const retryAfterServerError = ruleOf('retry-after-server-error', 'must', (session, notes) => {
  judgeReactions(
    session,
    notes,
    (exchange) => fateOf(exchange) === 'server-error' && exchange.delivered?.outcome !== 'unreachable',
  );
});

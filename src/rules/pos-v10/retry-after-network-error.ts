import { fateOf } from './fates.ts';
import { judgeReactions } from './reactions.ts';
import { ruleOf } from './rule.ts';

/** O11, O12: a write whose answer was lost, or can't be read, is repeated or looked up. */
export const retryAfterNetworkError = ruleOf('retry-after-network-error', 'must', (session, notes) => {
  judgeReactions(session, notes, (exchange) => {
    const fate = fateOf(exchange);
    return fate === 'silent' || fate === 'unreadable';
  });
});

import { callsOf } from './calls.ts';
import { ruleOf } from './rule.ts';

/** api_principles#retrying-requests, since 2021-03-22: one request and at most five repetitions. */
const MOST = 6;

/** O14: a call is sent at most six times. A repetition after 401 is none; a new command begins afresh. */
export const atMostFiveRetries = ruleOf('at-most-five-retries', 'must', (session, notes) => {
  for (const call of callsOf(session)) {
    const sends = call.attempts.filter(({ why }) => why !== 'token').map(({ exchange }) => exchange);
    for (const exchange of sends.slice(1)) notes.examine(exchange);
    const [first, ...beyond] = sends.slice(MOST);
    if (first !== undefined)
      notes.find('sent-too-often', [first, ...beyond], {
        operation: call.operation,
        requests: sends.length,
        most: MOST,
      });
  }
});

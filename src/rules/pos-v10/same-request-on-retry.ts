import { headerValue } from '../../model/http.ts';
import { callsOf, repeated, sameRequest } from './calls.ts';
import type { Exchange } from './exchange-log.ts';
import { CREATES, KEY_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O18: a retry is the same request once more: equal body. One with another key is judged by idempotency-key-kept. */
export const sameRequestOnRetry = ruleOf('same-request-on-retry', 'must', (session, notes) => {
  for (const call of callsOf(session)) {
    for (const [index, { exchange }] of call.attempts.entries()) {
      const before = repeated(call, index);
      if (before === undefined || exchange.request.method === 'GET') continue;
      if (CREATES.has(call.operation) && keyOf(exchange) !== keyOf(before)) continue;
      notes.examine(exchange);
      if (!sameRequest(before, exchange))
        notes.find('retry-differs', [exchange, before], {
          operation: call.operation,
          expected: before.request.json ?? null,
          got: exchange.request.json ?? null,
        });
    }
  }
});

function keyOf(exchange: Exchange): string | undefined {
  return headerValue(exchange.request.headers, KEY_HEADER);
}

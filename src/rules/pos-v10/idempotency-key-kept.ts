import { headerValue } from '../../model/http.ts';
import { callsOf, repeated } from './calls.ts';
import { CREATES, KEY_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O18: a creating POST that is repeated because its outcome is not known carries the key of the one before. */
export const idempotencyKeyKept = ruleOf('idempotency-key-kept', 'must', (session, notes) => {
  for (const call of callsOf(session).filter((one) => CREATES.has(one.operation))) {
    for (const [index, { exchange }] of call.attempts.entries()) {
      const before = repeated(call, index);
      if (before === undefined) continue;
      const expected = headerValue(before.request.headers, KEY_HEADER);
      const got = headerValue(exchange.request.headers, KEY_HEADER);
      if (expected === undefined) continue;
      notes.examine(exchange);
      if (got !== expected)
        notes.find('key-changed', [exchange, before], {
          operation: call.operation,
          expected,
          got: got ?? null,
        });
    }
  }
});

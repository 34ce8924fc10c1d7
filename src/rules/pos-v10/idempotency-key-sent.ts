import { headerValues } from '../../model/http.ts';
import { CREATES, KEY_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O17: the four creating POSTs carry one idempotency key. */
export const idempotencyKeySent = ruleOf('idempotency-key-sent', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const operation = exchange.request.operation ?? '';
    if (!CREATES.has(operation)) continue;
    notes.examine(exchange);
    const got = headerValues(exchange.request.headers, KEY_HEADER);
    if (got.length === 0 || got[0]?.trim() === '') notes.find('key-missing', [exchange], { operation });
    else if (got.length > 1) notes.find('key-doubled', [exchange], { operation, got });
  }
});

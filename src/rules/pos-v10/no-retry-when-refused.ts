import { headerValue } from '../../model/http.ts';
import { lastStateOf } from './calls.ts';
import { canonical } from './contents.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { apiCodeOf, fateOf } from './fates.ts';
import { KEY_HEADER, POLLED, WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** The key is taken by another request: sending with a fresh one is the fix. */
const KEY_REUSED = '1306';

/**
 * O15: what was refused with 4xx is not sent again as it was; O16 lets a client ask after a conflict and try once more. A change in between
 * (an own write, the customer, the state that was read) makes it a new attempt, and so does a new command.
 */
export const noRetryWhenRefused = ruleOf('no-retry-when-refused', 'should', (session, notes) => {
  const refused = new Map<string, Exchange[]>();
  for (const exchange of session.exchanges) {
    const { operation = '' } = exchange.request;
    if (POLLED.has(operation) || operation === 'getToken') continue;
    const same = `${exchange.command?.record.seq ?? 'none'} ${operation} ${exchange.request.target.toLowerCase()} ${canonical(exchange.request.json)}`;
    const before = (refused.get(same) ?? []).filter((one) => !changedBetween(session, one, exchange));
    const last = before.at(-1);
    if (last !== undefined && !isRekeyed(last, exchange)) {
      const read = session.exchanges.some((one) => isReadBetween(one, last, exchange));
      const excused = before.length === 1 && last.delivered?.answer?.status === 409 && read;
      const data = {
        operation,
        status: last.delivered?.answer?.status ?? null,
        apiCode: apiCodeOf(last) ?? null,
      };
      if (!excused)
        notes.findIfKnown(
          before,
          'refused-sent-again',
          [exchange, ...before],
          data,
          before.length > 1 ? 'must' : 'should',
        );
    }
    if (fateOf(exchange) !== 'refused') continue;
    notes.examine(exchange);
    refused.set(same, [...before, exchange]);
  }
});

/** Whether the refusal of `one` was known when `next` was sent, and nothing has changed since. */
function changedBetween(session: Session, one: Exchange, next: Exchange): boolean {
  const [from, to] = [one.delivered?.seq ?? Infinity, next.request.seq];
  if (from > to) return true;
  const moved = session.moments.some(
    ({ record, exchange }) =>
      record.seq > from &&
      record.seq < to &&
      (record.kind === 'act' ||
        (record.kind === 'delivered' &&
          exchange !== undefined &&
          WRITES.has(exchange.request.operation ?? '') &&
          fateOf(exchange) === 'done')),
  );
  const id = one.id;
  return moved || (id !== undefined && lastStateOf(session, id, from) !== lastStateOf(session, id, to));
}

function isRekeyed(last: Exchange, next: Exchange): boolean {
  const key = (exchange: Exchange): string | undefined => headerValue(exchange.request.headers, KEY_HEADER);
  return apiCodeOf(last) === KEY_REUSED && key(last) !== key(next);
}

function isReadBetween(one: Exchange, last: Exchange, next: Exchange): boolean {
  const { operation = '', seq } = one.request;
  return (
    !WRITES.has(operation) && operation !== 'getToken' && seq > last.request.seq && seq < next.request.seq
  );
}

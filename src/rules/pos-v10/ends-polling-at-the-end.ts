import { textMember } from '../../model/json.ts';
import { textsIn } from './contents.ts';
import type { Exchange } from './exchange-log.ts';
import { answerOf, cameLate } from './fates.ts';
import { FINAL_STATES, WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** Reading a final state again is free a few times; beyond that it is polling. */
const MORE = 2;

/** Where a payment or refund has ended there is nothing left to poll for. */
export const endsPollingAtTheEnd = ruleOf('ends-polling-at-the-end', 'should', (session, notes) => {
  const ended = new Map<string, { readonly end: Exchange; readonly more: Exchange[] }>();
  for (const exchange of session.exchanges) {
    const { operation = '', seq } = exchange.request;
    const { id } = exchange;
    if (id === undefined) continue;
    const known = ended.get(id);
    if (WRITES.has(operation) || (known !== undefined && isAskedAnew(known.end, exchange))) ended.delete(id);
    if (operation !== 'queryPayment' && operation !== 'queryRefund') continue;
    const current = ended.get(id);
    if (current !== undefined && (current.end.delivered?.seq ?? Infinity) < seq && !cameLate(current.end)) {
      current.more.push(exchange);
      if (current.more.length > MORE)
        notes.find('polled-past-the-end', [exchange, current.end], {
          state: stateOf(current.end),
          reads: current.more.length,
        });
    } else if (FINAL_STATES.has(stateOf(exchange))) {
      notes.examine(exchange);
      ended.set(id, { end: exchange, more: [] });
    }
  }
});

/** Another command is about this payment or refund, or about all of them. What is read in between by itself belongs to the polling. */
function isAskedAnew(end: Exchange, now: Exchange): boolean {
  const command = now.command?.record;
  if (command === undefined || now.command === end.command) return false;
  const named = textsIn(command.params).some((text) => text.toLowerCase() === now.id);
  return named || command.method === 'settle' || command.method === 'restart';
}

function stateOf(exchange: Exchange): string {
  return textMember(answerOf(exchange), 'status') ?? '';
}

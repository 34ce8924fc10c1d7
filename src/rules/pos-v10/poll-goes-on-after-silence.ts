import type { Exchange, Session } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { POLLED, WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** After so many unanswered polls in a row a till may stop (client-protocol.md). */
const ENOUGH = 6;

/** O21: a poll that got no answer is no reason to stop polling. */
export const pollGoesOnAfterSilence = ruleOf('poll-goes-on-after-silence', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    const { command } = exchange;
    if (!POLLED.has(exchange.request.operation ?? '') || fateOf(exchange) !== 'silent') continue;
    if (command?.result === undefined || !command.record.method.startsWith('await')) continue;
    notes.examine(exchange);
    const later = session.exchanges.some(
      (one) => one.request.seq > exchange.request.seq && goesOn(one, exchange),
    );
    const inRow = unansweredInRow(session, exchange);
    if (!later && inRow < ENOUGH)
      notes.find('stopped-polling', [exchange], {
        command: command.record.method,
        unanswered: inRow,
        enough: ENOUGH,
      });
  }
});

/** It polls again, or takes the payment or refund itself in hand. */
function goesOn(one: Exchange, lost: Exchange): boolean {
  if (one.command !== lost.command) return false;
  return one.path === lost.path || (one.id === lost.id && WRITES.has(one.request.operation ?? ''));
}

function unansweredInRow(session: Session, last: Exchange): number {
  const same = session.exchanges.filter(
    (one) => one.path === last.path && one.request.seq <= last.request.seq,
  );
  const answered = same.findLastIndex((one) => fateOf(one) !== 'silent');
  return same.length - 1 - answered;
}

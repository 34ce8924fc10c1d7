import type { Command, Exchange, Session } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { ruleOf } from './rule.ts';

/** O42: a till that starts asks for its point of sale, and makes a new one only where there is none. */
export const findsPosOnRestart = ruleOf('finds-pos-on-restart', 'should', (session, notes) => {
  for (const restart of session.commands.filter(({ record }) => record.method === 'restart')) {
    const mine = lastPointOfSale(session, restart);
    if (mine === undefined || restart.result?.reply.kind !== 'result') continue;
    const within = session.exchanges.filter((one) => one.command === restart);
    const asked = within.find(({ request }) =>
      ['queryPointsOfSale', 'queryPointOfSale'].includes(request.operation ?? ''),
    );
    const created = within.find(({ request }) => request.operation === 'createPointOfSale');
    if (asked !== undefined) notes.examine(asked);
    if (asked !== undefined && within.find((one) => one === asked || one === created) === asked) continue;
    const first = created ?? within[0];
    const data = { createdAnew: created !== undefined };
    notes.examine(mine);
    if (first === undefined) notes.findInCase('pos-not-looked-up', session, restart.record.case, data);
    else notes.find('pos-not-looked-up', [first], data);
  }
});

/** The creation of the point of sale that stood when the till restarted. */
function lastPointOfSale(session: Session, restart: Command): Exchange | undefined {
  const last = session.exchanges.findLast(
    (one) =>
      one.request.seq < restart.record.seq &&
      fateOf(one) === 'done' &&
      (one.request.operation === 'createPointOfSale' || one.request.operation === 'deletePointOfSale'),
  );
  return last?.request.operation === 'createPointOfSale' ? last : undefined;
}

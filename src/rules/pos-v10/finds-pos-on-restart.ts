import type { Command, Exchange, Session } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { ruleOf } from './rule.ts';

/** O42: a till that starts asks for its point of sale, and makes a new one only where there is none. */
export const findsPosOnRestart = ruleOf('finds-pos-on-restart', 'should', (session, notes) => {
  for (const restart of session.commands.filter(({ record }) => record.method === 'restart')) {
    const mine = lastPointOfSale(session, restart);
    if (mine === undefined || restart.result?.reply.kind !== 'result') continue;
    const within = session.exchanges.filter((one) => one.command === restart);
    const asked = within.findIndex(({ request }) =>
      ['queryPointsOfSale', 'queryPointOfSale'].includes(request.operation ?? ''),
    );
    const created = within.findIndex(({ request }) => request.operation === 'createPointOfSale');
    const first = within[created === -1 ? 0 : created];
    const found = within[asked];
    if (found !== undefined) notes.examine(found);
    if (found !== undefined && (created === -1 || asked < created)) continue;
    const data = { createdAnew: created !== -1 };
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

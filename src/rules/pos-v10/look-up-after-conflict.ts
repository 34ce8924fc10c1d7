import type { Exchange, Session } from './exchange-log.ts';
import { apiCodeOf, fateOf } from './fates.ts';
import { UNDOES, WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** The conflicts that say: what you think of it isn't so (endpoint_errors). A refund that is refused for good isn't one of them. */
const STALE = new Set(['1200', '1202', '1300', '1301', '1303', '1304', '1307', '1308', '1351', '1352']);

/** Something else stands in the way: it is looked for, even where the client then says that it can't be done. */
const BLOCKED = new Set(['1200', '1202', '1301']);

/** O16: after a conflict the resource is asked for, before anything is claimed or sent again. To say that it can't be done is lawful. */
export const lookUpAfterConflict = ruleOf('look-up-after-conflict', 'should', (session, notes) => {
  for (const exchange of session.exchanges) {
    const code = apiCodeOf(exchange) ?? '';
    const { operation = '' } = exchange.request;
    if (!WRITES.has(operation) || fateOf(exchange) !== 'refused' || !STALE.has(code)) continue;
    const next = nextStep(session, exchange);
    if (next === undefined) continue;
    notes.examine(exchange);
    if (next === 'claimed' || next === 'sent again' || (next === 'said' && BLOCKED.has(code)))
      notes.findIfKnown([exchange], 'no-look-up-after-conflict', [exchange], {
        operation,
        apiCode: code,
        next,
      });
  }
});

function nextStep(
  session: Session,
  conflict: Exchange,
): 'looked up' | 'sent again' | 'claimed' | 'said' | undefined {
  const after = session.exchanges.find(
    (one) =>
      one.request.seq > (conflict.delivered?.seq ?? Infinity) &&
      one.command === conflict.command &&
      one.request.operation !== 'getToken',
  );
  if (after !== undefined) {
    const operation = after.request.operation ?? '';
    if (!WRITES.has(operation) || (UNDOES.has(operation) && after.path !== conflict.path)) return 'looked up';
    return after.path === conflict.path ? 'sent again' : 'looked up';
  }
  const reply = conflict.command?.result?.reply;
  if (reply === undefined) return undefined;
  return reply.kind === 'result' ? 'claimed' : 'said';
}

import { textMember } from '../../model/json.ts';
import { lastStateOf } from './calls.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { answerOf, cameLate, glimpseOf } from './fates.ts';

/** The reads of a payment or refund before `seq` whose status may have reached the client, in order. */
export function readsOf(session: Session, id: string, seq: number): Exchange[] {
  return (session.byId.get(id) ?? []).filter(
    (one) => one.request.method === 'GET' && textMember(glimpseOf(one, seq), 'status') !== undefined,
  );
}

/** What a client may take for the state: the last it was told, and where we were late, those before as well. */
export function believable(session: Session, id: string, seq: number): (string | undefined)[] {
  const reads = readsOf(session, id, seq);
  const sure = reads.findLastIndex(
    (one) => !cameLate(one) && textMember(answerOf(one, seq), 'status') !== undefined,
  );
  const states = reads.slice(Math.max(0, sure)).map((one) => textMember(glimpseOf(one, seq), 'status'));
  return [lastStateOf(session, id, seq), ...states];
}

/** Whether one of `states` may have reached the client before `seq`. */
export function wasSeen(session: Session, id: string, seq: number, states: readonly string[]): boolean {
  return readsOf(session, id, seq).some((one) =>
    states.includes(textMember(glimpseOf(one, seq), 'status') ?? ''),
  );
}

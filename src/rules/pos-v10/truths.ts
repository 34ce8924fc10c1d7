import { isJsonObject, member, textMember, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { CaseEnded, Stamp } from '../../model/recording.ts';
import { statesOf } from './calls.ts';
import type { Exchange, Session } from './exchange-log.ts';

/** A payment or refund as the sandbox says it is at the end of a case. */
export interface Leftover {
  readonly thing: JsonObject;
  readonly id: string;
  readonly state: string;
  readonly ended: Stamp & CaseEnded;
  /** Whether the case in which it was first there at the end was gone through and meant to finish it: only then it counts. */
  readonly counts: boolean;
}

/**
 * The payments (or refunds) of a session's truths, each at the end of the first case that knew it: what an incomplete case, or one that
 * leaves it by design, would have finished is not held against the client (case-language.md).
 */
export function leftoversOf(session: Session, kind: 'payments' | 'refunds', leave: string): Leftover[] {
  const known = new Set<string>();
  return session.moments.flatMap(({ record }) => {
    if (record.kind !== 'case-ended') return [];
    const told = member(record.truth, kind);
    const things = Array.isArray(told) ? told.filter(isJsonObject) : asSeen(session, kind, record.seq);
    return things.flatMap((thing): Leftover[] => {
      const id = textMember(thing, 'id')?.toLowerCase();
      const state = textMember(thing, 'state');
      if (id === undefined || state === undefined || known.has(id)) return [];
      known.add(id);
      return [{ thing, id, state, ended: record, counts: record.complete && !record.leaves.includes(leave) }];
    });
  });
}

/** Where there is no truth to be had (a remote sandbox): what the traffic of the session showed of its payments or refunds. */
function asSeen(session: Session, kind: 'payments' | 'refunds', seq: number): JsonObject[] {
  const operation = kind === 'payments' ? 'queryPayment' : 'queryRefund';
  const ids = new Set(
    session.exchanges.flatMap((one) => (one.request.operation === operation ? (one.id ?? []) : [])),
  );
  return [...ids].flatMap((id) => {
    const states = statesOf(session, id, seq);
    const state = states.at(-1);
    return state === undefined ? [] : [{ id, state, everReserved: states.includes('Reserved') }];
  });
}

/** The exchanges about a payment or refund: those with its id in the path, and the one whose answer named it first. */
export function exchangesAbout(session: Session, id: string): Exchange[] {
  return session.exchanges.filter(
    (one) => one.id === id || idsCreated(one).some((created) => created.toLowerCase() === id),
  );
}

function idsCreated(exchange: Exchange): string[] {
  const answer = exchange.answered?.upstream?.json ?? exchange.answered?.planned?.json;
  if (exchange.request.method !== 'POST') return [];
  return ['paymentId', 'refundId'].flatMap((name) => textMember(answer, name) ?? []);
}

/** The state of a payment or refund in the truth that a result carries. */
export function truthOf(truth: JsonValue, id: string): string | undefined {
  const things = [member(truth, 'payments'), member(truth, 'refunds')].flat();
  return textMember(
    things.find((thing) => textMember(thing, 'id')?.toLowerCase() === id),
    'state',
  );
}

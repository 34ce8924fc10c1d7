import { isJsonObject, member, textMember } from '../../model/json.ts';
import { callsOf, lastStateOf } from './calls.ts';
import { canonical } from './contents.ts';
import { type Exchange, type Session } from './exchange-log.ts';
import { WRITES } from './operations.ts';
import type { Notes } from './rule.ts';

/** What a client did about a write whose outcome it could not know. `unseen`: the recording doesn't say (a power cut, a case cut short). */
type Reaction = 'reacted' | 'gave up' | 'went on' | 'unseen';

/**
 * Judges what follows each failed write: it is repeated, or something is asked or taken back, or the client says that it doesn't know
 * (O12, O32). Saying so without one repetition is a breach, for it must have tried again; so is claiming success. What it had repeated for
 * another kind of failure does not count: a client that retries lost answers may still take a 5xx for the end.
 */
export function judgeReactions(
  session: Session,
  notes: Notes,
  failed: (exchange: Exchange) => boolean,
): void {
  for (const call of callsOf(session).filter((one) => WRITES.has(one.operation))) {
    for (const { exchange } of call.attempts) {
      if (!failed(exchange)) continue;
      const reaction = reactionTo(session, exchange);
      if (reaction === 'unseen') continue;
      notes.examine(exchange);
      const reply = exchange.command?.result?.reply;
      const data = {
        operation: call.operation,
        command: exchange.command?.record.method ?? '',
        replied: reply?.kind === 'result' ? reply.result : (reply?.kind ?? null),
      };
      if (reaction === 'went on') notes.find('failure-ignored', [exchange], data);
      const alike = call.attempts.filter((one) => failed(one.exchange));
      // One retry of two is used up by then at most: who gives up now does not retry this kind of failure.
      if (reaction === 'gave up' && alike.length === 1 && call.attempts.length <= 2)
        notes.find('gave-up-at-once', [exchange], data);
    }
  }
}

function reactionTo(session: Session, exchange: Exchange): Reaction {
  const later = session.exchanges.filter((one) => one.request.seq > exchange.request.seq);
  const again = later.some(
    (one) =>
      one.request.operation === exchange.request.operation &&
      one.path === exchange.path &&
      sameBody(one, exchange),
  );
  const here = later.some((one) => one.command === exchange.command && one.request.operation !== 'getToken');
  if (again || here) return 'reacted';
  const result = exchange.command?.result;
  if (result === undefined) return 'unseen';
  const { reply } = result;
  if (reply.kind === 'gaveUp' || reply.kind === 'refused') return 'gave up';
  if (reply.kind !== 'result') return 'unseen';
  const state = claimedState(reply.result, exchange.id);
  if (state === undefined) return claimsMore(exchange.command?.record.method) ? 'gave up' : 'went on';
  const known = exchange.id === undefined ? undefined : lastStateOf(session, exchange.id, result.seq);
  return state === 'Unknown' || state === known ? 'gave up' : 'went on';
}

/** Creating again is repeating only where the same thing is created. */
function sameBody(one: Exchange, other: Exchange): boolean {
  return canonical(one.request.json) === canonical(other.request.json);
}

/** Commands whose result lists payments and refunds, but not those that were left alone. */
function claimsMore(method: string | undefined): boolean {
  return method === 'settle' || method === 'restart';
}

function claimedState(result: unknown, id: string | undefined): string | undefined {
  const state = textMember(result, 'state');
  if (state !== undefined || id === undefined) return state;
  const entries = [member(result, 'payments'), member(result, 'refunds')].flat().filter(isJsonObject);
  const entry = entries.find((one) => [one['paymentId'], one['refundId']].some((text) => isId(text, id)));
  return textMember(entry, 'state');
}

function isId(text: unknown, id: string): boolean {
  return typeof text === 'string' && text.toLowerCase() === id;
}

import { amountOf } from './amounts.ts';
import { asked, lastStateOf } from './calls.ts';
import { sent, type Command, type Exchange, type Session } from './exchange-log.ts';
import { fateOf, isUncertain } from './fates.ts';
import { FINAL_STATES } from './operations.ts';
import { ruleOf } from './rule.ts';
import { truthOf } from './truths.ts';

/** What finishes a payment or refund; the command of the same name decides anew. */
const FINISHES = new Set(['capturePayment', 'cancelPayment', 'captureRefund', 'cancelRefund']);

/**
 * O28, O29: a capture or cancel that did not get through is kept as it was decided, with its amount, and carried out by the scheduled job.
 * A refusal by the backend, or a new command, frees the client to decide anew.
 */
export const decisionKept = ruleOf('decision-kept', 'must', (session, notes) => {
  const decided = new Map<string, Exchange>();
  for (const exchange of session.exchanges) {
    const { operation = '', seq } = exchange.request;
    const { id } = exchange;
    if (id === undefined || !FINISHES.has(operation) || fateOf(exchange) === 'unauthorised') continue;
    const before = decided.get(id);
    decided.set(id, exchange);
    if (before === undefined || !isUncertain(before, seq) || isNewOrder(before, exchange)) continue;
    notes.examine(exchange);
    const got = amountOf(sent(exchange, 'amount')) ?? null;
    const expected = amountOf(sent(before, 'amount')) ?? null;
    const data = { id, decided: before.request.operation ?? '', expected, did: operation, got };
    if (before.request.operation !== operation || got !== expected)
      notes.find('decision-reversed', [exchange, before], data);
  }
  for (const settle of session.commands.filter(({ record }) => record.method === 'settle')) {
    for (const [id, decision] of hangingAt(session, settle)) {
      if (isFinished(session, settle, id) || isTakenUp(session, settle, id)) continue;
      notes.find('decision-forgotten', [decision], { id, decided: decision.request.operation ?? '' });
    }
  }
});

function isNewOrder(before: Exchange, now: Exchange): boolean {
  if (before.command === now.command) return false;
  const names = ['capturePayment', 'cancelPayment', 'captureRefund', 'cancelRefund'];
  return names.some((name) =>
    [asked(now, name, 'paymentId'), asked(now, name, 'refundId')].some((id) => isId(id, now.id)),
  );
}

function isId(value: unknown, id: string | undefined): boolean {
  return typeof value === 'string' && value.toLowerCase() === id;
}

/** The decisions that had not got through when the scheduled job began. */
function hangingAt(session: Session, settle: Command): Map<string, Exchange> {
  const last = new Map<string, Exchange>();
  for (const one of session.exchanges)
    if (
      one.id !== undefined &&
      one.request.seq < settle.record.seq &&
      FINISHES.has(one.request.operation ?? '')
    )
      last.set(one.id, one);
  return new Map([...last].filter(([, one]) => isUncertain(one, settle.record.seq)));
}

/** The job has not answered, or there was nothing left to do for it. */
function isFinished(session: Session, settle: Command, id: string): boolean {
  const { result } = settle;
  if (result === undefined) return true;
  const state = truthOf(result.truth, id) ?? lastStateOf(session, id, result.seq);
  return state === undefined || FINAL_STATES.has(state);
}

function isTakenUp(session: Session, settle: Command, id: string): boolean {
  return session.exchanges.some(
    (one) =>
      one.id === id && one.request.seq > settle.record.seq && FINISHES.has(one.request.operation ?? ''),
  );
}

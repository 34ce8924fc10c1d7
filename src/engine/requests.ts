import { isJsonObject } from '../model/json.ts';
import type { AnsweredRecord, RequestRecord } from '../model/recording.ts';
import type { Plan } from '../model/plan.ts';
import type { CaseContext, CaseState, Effect, Seen, Stepped } from './state.ts';
import { learntFrom } from './attended.ts';
import { assertAnswer, assertRequest, must } from './assertions.ts';
import { namesOf } from './context.ts';
import { compareMembers } from './members.ts';
import { actEffect, closeSlots, fail } from './progress.ts';
import { actsAfter, matchRequest, titleOf } from './traffic.ts';

const FORWARD: Plan = { kind: 'forward' };

/** A request has arrived: which expectation it meets, whether it is as it should be, and what is to be done with it. */
export function onRequest(context: CaseContext, state: CaseState, request: RequestRecord): Stepped {
  const operation = request.operation === undefined ? undefined : context.operations.get(request.operation);
  const counted: CaseState =
    operation?.polled === true && state.phase !== 'ending' ? { ...state, polls: state.polls + 1 } : state;
  const effects: Effect[] = [...releases(state, request), ...quietAgain(context, state)];
  const unmatched = (next: CaseState): Stepped => ({
    state: { ...next, seen: [...next.seen, seenOf(request, FORWARD)] },
    effects: [...effects, { kind: 'plan', plan: FORWARD }],
  });
  if (state.phase === 'ending') return unmatched(counted);
  const inCommand = state.phase === 'command' || state.phase === 'quiet';
  const names = namesOf(context, state);
  // While a person is about an act, what is read shows the time before it, and meets nothing that waits for it.
  const waits = context.attended.includes('customer') && state.actsUnderWay > 0 && operation?.reads === true;
  const match =
    operation && inCommand && !waits
      ? matchRequest(context, counted, operation, request.params, names)
      : undefined;
  if (match === undefined) {
    const step = context.steps[state.step];
    const allowed = inCommand && step?.kind === 'client' && step.allow.includes(request.operation ?? '');
    const reads = operation?.reads === true || (operation === undefined && request.method === 'GET');
    return reads || allowed ? unmatched(counted) : unexpected(context, counted, request, effects);
  }
  const slot = counted.slots[match.slot];
  if (slot?.item.kind !== 'expect') return unmatched(counted);
  const expectation = slot.item;
  const step = context.steps[slot.step];
  const handed = step?.kind === 'client' ? { ...step.with, ...expectation.body } : {};
  const learnt = learntFrom(context, counted, handed, request.json);
  const asserted = assertRequest(context, expectation, request, previousOf(counted, match.slot), {
    ...names,
    bound: { ...names.bound, ...learnt },
  });
  const closed = closeSlots(counted, [...match.closes, ...match.acts]);
  const acts = match.acts.flatMap((index) => actEffect(context, counted, index));
  const plan = asserted.finding ? FORWARD : expectation.plan;
  const next: CaseState = {
    ...closed,
    bound: { ...closed.bound, ...learnt, ...asserted.saves },
    slots: closed.slots.map((one, index) =>
      index === match.slot ? { ...one, exchanges: [...one.exchanges, request.exchange] } : one,
    ),
    seen: [...closed.seen, { ...seenOf(request, plan), slot: match.slot }],
  };
  if (asserted.finding === undefined)
    return { state: next, effects: [...effects, ...acts, { kind: 'plan', plan }] };
  const failed = fail(context, next, asserted.finding);
  return { state: failed.state, effects: [...effects, ...acts, { kind: 'plan', plan }, ...failed.effects] };
}

function seenOf(request: RequestRecord, plan: Plan): Seen {
  return { request, plan, answered: false, faultBegun: false, delivered: false, abandoned: false, lagMs: 0 };
}

function unexpected(
  context: CaseContext,
  state: CaseState,
  request: RequestRecord,
  effects: readonly Effect[],
): Stepped {
  const seen = { ...state, seen: [...state.seen, seenOf(request, FORWARD)] };
  const plan: Effect = { kind: 'plan', plan: FORWARD };
  const open = state.slots.flatMap(({ step, item, closed, exchanges }) =>
    step === state.step && item.kind === 'expect' && !closed && exchanges.length < item.times.max
      ? [item]
      : [],
  );
  // Of a kind that is open, but about another payment, refund or point of sale than the one that the command names.
  const meant = open.filter((item) => item.path && item.operations.includes(request.operation ?? ''));
  const names = namesOf(context, state);
  const differing = meant.map(
    (item) => compareMembers(item.path ?? {}, { ...request.params }, names).differences,
  );
  const differences = differing.every((each) => each.length > 0) ? differing[0] : undefined;
  const failed = fail(
    context,
    seen,
    must(context, 'unexpected-request', [request.exchange], {
      ...(request.operation === undefined ? {} : { operation: request.operation }),
      method: request.method,
      target: request.target,
      expected: open.map(titleOf),
      ...(differences === undefined
        ? {}
        : { differences: differences.map((difference) => ({ ...difference })) }),
    }),
  );
  return { state: failed.state, effects: [...effects, plan, ...failed.effects] };
}

/** A later request of the same command ends what is withheld: some clients abandon a request without closing (case-language.md). */
function releases(state: CaseState, request: RequestRecord): Effect[] {
  return state.seen
    .filter(
      (one) =>
        one.plan.kind === 'fault' &&
        one.plan.fault === 'timeout' &&
        one.faultBegun &&
        !one.delivered &&
        one.request.command === request.command,
    )
    .map((one) => ({ kind: 'release', exchange: one.request.exchange }));
}

/** Quiet is silence: every request begins it anew. */
function quietAgain(context: CaseContext, state: CaseState): Effect[] {
  return state.phase === 'quiet' ? [{ kind: 'quiet', ms: context.quietMs }] : [];
}

/** The last exchange that met an expectation before slot `index` of the same step. */
function previousOf(state: CaseState, index: number): Seen | undefined {
  const step = state.slots[index]?.step;
  const before = state.slots
    .slice(0, index + 1)
    .filter((slot) => slot.step === step && slot.exchanges.length > 0);
  const exchange = before.at(-1)?.exchanges.at(-1);
  return state.seen.find((one) => one.request.exchange === exchange);
}

/** The answer has been worked out: values are saved, acts that follow become due. */
export function onAnswered(context: CaseContext, state: CaseState, event: AnsweredRecord): Stepped {
  const found = state.seen.find((one) => one.request.exchange === event.exchange);
  if (found === undefined) return { state, effects: [] };
  const shown = context.attended.includes('commands') ? membersOf(event) : {};
  const seen = state.seen.map((one) => (one === found ? { ...one, answered: true, ...shown } : one));
  const answered: CaseState = { ...state, seen };
  const slot = found.slot === undefined ? undefined : state.slots[found.slot];
  if (found.slot === undefined || slot?.item.kind !== 'expect' || state.outcome)
    return { state: answered, effects: [] };
  const passedOver = passOverRefusedToken(answered, found, event);
  if (passedOver) return { state: passedOver, effects: [] };
  const asserted = assertAnswer(
    context,
    slot.item,
    event.exchange,
    event.planned ?? event.upstream,
    namesOf(context, answered),
  );
  const saved: CaseState = { ...answered, bound: { ...answered.bound, ...asserted.saves } };
  if (asserted.finding) return fail(context, saved, asserted.finding);
  if (slot.exchanges.length < Math.max(1, slot.item.times.min)) return { state: saved, effects: [] };
  const due = actsAfter(saved.slots, found.slot);
  const kills = due.filter((index) => saved.slots[index]?.item.kind === 'kill');
  const effects = due.flatMap((index) => actEffect(context, saved, index, event.exchange));
  const withholds =
    found.plan.kind === 'fault' && (found.plan.fault === 'hold' || found.plan.fault === 'timeout');
  const now = withholds ? due.filter((index) => !kills.includes(index)) : due;
  const closed = closeSlots(saved, now);
  if (kills.length === 0 || withholds) return { state: closed, effects };
  return { state: { ...closed, killed: true }, effects: [...effects, { kind: 'kill' }] };
}

/** The members of a good answer: what of it a person's till may know. */
function membersOf(event: AnsweredRecord): Pick<Seen, 'answer'> {
  const answer = event.planned ?? event.upstream;
  const good = answer !== undefined && answer.status >= 200 && answer.status < 300;
  return good && isJsonObject(answer.json) ? { answer: answer.json } : {};
}

/**
 * A request that the sandbox itself answers 401 consumes nothing, once: the same request with another token is matched in its place
 * (case-language.md).
 */
function passOverRefusedToken(state: CaseState, found: Seen, event: AnsweredRecord): CaseState | undefined {
  const call = `${found.request.method} ${found.request.target}`;
  if (event.upstream?.status !== 401 || state.refusedTokens.includes(call)) return undefined;
  return {
    ...state,
    refusedTokens: [...state.refusedTokens, call],
    slots: state.slots.map((slot, index) =>
      index === found.slot
        ? { ...slot, exchanges: slot.exchanges.filter((exchange) => exchange !== event.exchange) }
        : slot,
    ),
  };
}

/** The fault has begun: the next expectation is open, and a power cut that waits for it comes now. */
export function onFaultBegun(state: CaseState, exchange: number): Stepped {
  const found = state.seen.find((one) => one.request.exchange === exchange);
  if (found === undefined) return { state, effects: [] };
  const begun: CaseState = {
    ...state,
    seen: state.seen.map((one) => (one === found ? { ...one, faultBegun: true } : one)),
  };
  if (found.slot === undefined || state.outcome) return { state: begun, effects: [] };
  const kill = actsAfter(begun.slots, found.slot).filter((index) => begun.slots[index]?.item.kind === 'kill');
  if (kill.length === 0) return { state: begun, effects: [] };
  return { state: { ...closeSlots(begun, kill), killed: true }, effects: [{ kind: 'kill' }] };
}

import type { JsonObject } from '../model/json.ts';
import type { Finding } from '../model/obligation.ts';
import type { Step } from '../model/case.ts';
import type { CaseContext, CaseOutcome, CaseState, Effect, Slot, Stepped } from './state.ts';
import { must } from './assertions.ts';
import { leftUnsetLawfully, namesOf, patchStep, unsetNames } from './context.ts';
import { slownessIn } from './slowness.ts';
import { missing, titleOf } from './traffic.ts';
import { resolveObject } from './values.ts';

/** Ends the case. What it came to first stands: nothing later makes it better, or another's fault. */
export function finish(state: CaseState, outcome: CaseOutcome): Stepped {
  return {
    state: { ...state, phase: 'done', outcome: state.outcome ?? outcome },
    effects: [{ kind: 'disarm' }, { kind: 'end' }],
  };
}

/**
 * A step has failed: faults are disarmed, requests forwarded, the command may end, no further step runs (case-language.md). `gaveUpAt`: how
 * busy the machine was when the client gave up, where it did.
 */
export function fail(context: CaseContext, state: CaseState, finding: Finding, gaveUpAt?: number): Stepped {
  const step = context.steps[state.step];
  const need = step?.kind === 'client' ? step.need : undefined;
  const lagMs = slownessIn(context, state, finding, gaveUpAt);
  if (lagMs !== undefined)
    return cut(state, { kind: 'inconclusive', reason: { code: 'timing-too-poor', data: { lagMs } } });
  return cut(
    state,
    need === undefined ? { kind: 'failed', finding } : { kind: 'error', origin: 'client', finding, need },
  );
}

/** Cuts a case short with `outcome`, as after a failed step. */
function cut(state: CaseState, outcome: CaseOutcome): Stepped {
  const failed = { ...patchStep(state, 'failed'), outcome };
  if (state.phase !== 'command') return finish(failed, outcome);
  return { state: { ...failed, phase: 'ending' }, effects: [{ kind: 'disarm' }] };
}

/** Begins the next step, or ends the case after its last. */
export function advance(context: CaseContext, state: CaseState): Stepped {
  const step = context.steps[state.step];
  if (step === undefined) return finish(state, evidence(context, state));
  const unset = unsetNames(context, state, step);
  const odd = unset.find((name) => !leftUnsetLawfully(context, state, name));
  if (odd !== undefined) {
    const finding = must(context, 'name-never-set', [], { name: odd, line: step.line });
    return finish(patchStep(state, 'failed'), { kind: 'error', origin: 'harness', finding });
  }
  if (unset.length > 0)
    return advance(context, { ...closeStep(patchStep(state, 'skipped')), step: state.step + 1 });
  switch (step.kind) {
    case 'client': {
      const params = resolveObject(step.with, namesOf(context, state)) ?? {};
      const leading = leadingActs(state.slots, state.step);
      return {
        state: { ...closeSlots(state, leading), phase: 'command', killed: false },
        effects: [
          ...leading.flatMap((index) => actEffect(context, state, index)),
          { kind: 'command', step: state.step, method: step.command, params },
        ],
      };
    }
    case 'act':
      return {
        state: { ...state, phase: 'asking' },
        effects: [effectOfAct(context, state, step, undefined)],
      };
    case 'check':
      return {
        state: { ...state, phase: 'asking', askIndex: 0 },
        effects: step.checks.map((check) => ({
          kind: 'ask',
          truth: check.truth,
          query: resolveKnown(check.members, context, state),
        })),
      };
  }
}

function resolveKnown(members: JsonObject, context: CaseContext, state: CaseState): JsonObject {
  const names = namesOf(context, state);
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => {
      const resolved = resolveObject({ [key]: value }, names);
      return resolved === undefined ? [] : Object.entries(resolved);
    }),
  );
}

function leadingActs(slots: readonly Slot[], step: number): number[] {
  const leading: number[] = [];
  for (const [index, slot] of slots.entries()) {
    if (slot.step !== step) continue;
    if (slot.item.kind !== 'act') break;
    leading.push(index);
  }
  return leading;
}

/** The effect of the act in slot `index`. A kill has none here: it waits for its fault to begin. */
export function actEffect(
  context: CaseContext,
  state: CaseState,
  index: number,
  exchange?: number,
): Effect[] {
  const item = state.slots[index]?.item;
  return item?.kind === 'act' ? [effectOfAct(context, state, item, exchange)] : [];
}

function effectOfAct(
  context: CaseContext,
  state: CaseState,
  act: Extract<Step, { kind: 'act' }>,
  exchange: number | undefined,
): Effect {
  return {
    kind: 'act',
    group: act.group,
    name: act.name,
    args: resolveKnown(act.args, context, state),
    ...(exchange === undefined ? {} : { exchange }),
  };
}

/** The state with some slots closed. */
export function closeSlots(state: CaseState, indexes: readonly number[]): CaseState {
  if (indexes.length === 0) return state;
  return {
    ...state,
    slots: state.slots.map((slot, index) => (indexes.includes(index) ? { ...slot, closed: true } : slot)),
  };
}

function closeStep(state: CaseState): CaseState {
  return {
    ...state,
    slots: state.slots.map((slot) => (slot.step === state.step ? { ...slot, closed: true } : slot)),
  };
}

/**
 * A command's result has come and was lawful: on to the next step, unless traffic is missing or absence must be waited for. `quietOver`:
 * the client's own `quietMs` has passed in silence.
 */
export function afterCommand(context: CaseContext, state: CaseState, quietOver = false): Stepped {
  const unmet = missing(state.slots, state.step);
  const next = context.steps[state.step + 1];
  const waits = context.quietMs > 0 && !quietOver && (unmet.length > 0 || next?.kind !== 'client');
  if (waits) return { state, effects: [{ kind: 'quiet', ms: context.quietMs }] };
  const first = unmet[0];
  if (first !== undefined) {
    const step = context.steps[state.step];
    return fail(
      context,
      state,
      must(
        context,
        'missing-request',
        state.seen.filter((one) => one.request.command === state.command).map((one) => one.request.exchange),
        {
          expected: titleOf(first),
          operation: first.operations.join(' or '),
          line: first.line,
          command: step?.kind === 'client' ? step.command : '',
          missing: unmet.map(titleOf),
        },
      ),
    );
  }
  const withheld = state.seen
    .filter((one) => one.faultBegun && !one.delivered && one.request.command === state.command)
    .map((one): Effect => ({ kind: 'release', exchange: one.request.exchange }));
  // An act belongs to the exchange that it follows (case-language.md): behind requests that were lawfully left out to the end it is not done.
  const moved = advance(context, {
    ...closeStep(patchStep(state, 'done')),
    step: state.step + 1,
    phase: 'between',
  });
  return { state: moved.state, effects: [...withheld, ...moved.effects] };
}

/** Evidence or nothing: every fault of a required expectation has fired, and what the case says it needs was seen. */
function evidence(context: CaseContext, state: CaseState): CaseOutcome {
  for (const slot of state.slots) {
    const { item } = slot;
    if (item.kind !== 'expect' || state.stepStates[slot.step] !== 'done' || item.times.min === 0) continue;
    if (item.plan.kind === 'forward' || item.plan.kind === 'patch') continue;
    const fault = item.plan.kind === 'fault' ? item.plan.fault : String(item.plan.status);
    const fired = slot.exchanges.every((exchange) => {
      const seen = state.seen.find((one) => one.request.exchange === exchange);
      return item.plan.kind === 'fault' ? seen?.faultBegun === true : seen?.answered === true;
    });
    if (!fired || slot.exchanges.length === 0)
      return {
        kind: 'unproven',
        reason: { code: 'fault-not-fired', data: { expectation: titleOf(item), fault } },
      };
  }
  if (state.seen.length === 0 && context.steps.some((step) => step.kind === 'client'))
    return { kind: 'unproven', reason: { code: 'nothing-examined', data: {} } };
  const polls = Math.max(0, ...context.case.evidence.map((one) => one.polls));
  const skipped = state.stepStates.includes('skipped');
  if (state.polls < polls && !skipped)
    return { kind: 'unproven', reason: { code: 'evidence-missing', data: { polls, seen: state.polls } } };
  return { kind: 'passed' };
}

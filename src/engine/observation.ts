import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { Ending } from '../model/case.ts';
import type { Observation, StepLine } from '../model/operator.ts';
import type { CaseContext, CaseState, Seen, Slot } from './state.ts';
import { freeMembers } from './attended.ts';
import { namesOf } from './context.ts';
import { missing, titleOf } from './traffic.ts';
import { resolve, savedName, type Names } from './values.ts';

/** What the traffic has shown of the step in force, for a client that is a person and can't say it. Pure. */
export function observe(context: CaseContext, state: CaseState): Observation {
  const step = context.steps[state.step];
  const names = namesOf(context, state);
  const unmet = missing(state.slots, state.step);
  const own = state.slots.filter((slot) => slot.step === state.step);
  const demands = own.some((slot) => slot.item.kind === 'expect' && slot.item.times.min > 0);
  return {
    step: state.step,
    failed: state.outcome !== undefined,
    demands,
    complete: demands && unmet.length === 0 && lastIsAnswered(state),
    free: freeMembers(context, state),
    missing: unmet.map(titleOf),
    shown: shownIn(state),
    endings: step?.kind === 'client' ? (step.ends ?? []).map((ending) => known(ending, names)) : [],
    lines: linesOf(state),
  };
}

/** Whether the client got a good answer to the last request that the step took in: after a fault it still has something to do. */
function lastIsAnswered(state: CaseState): boolean {
  const last = state.seen.findLast((one) => slotOf(state, one)?.step === state.step);
  if (last === undefined) return false;
  const untouched = last.plan.kind === 'forward' || last.plan.kind === 'patch';
  return untouched && last.delivered && !last.abandoned;
}

function slotOf(state: CaseState, seen: Seen): Slot | undefined {
  return seen.slot === undefined ? undefined : state.slots[seen.slot];
}

/** The members of the step's requests and of their answers, the latest of each name. */
function shownIn(state: CaseState): JsonObject {
  const shown: JsonObject = {};
  for (const one of state.seen) {
    const slot = slotOf(state, one);
    const own = slot === undefined ? one.request.command === state.command : slot.step === state.step;
    if (own) Object.assign(shown, isJsonObject(one.request.json) ? one.request.json : {}, one.answer);
  }
  return shown;
}

/** An ending with the names in it replaced; one that is still to be saved stays as it is written. */
function known(ending: Ending, names: Names): Ending {
  if (typeof ending === 'string') return ending;
  return Object.fromEntries(
    Object.entries(ending).map(([name, value]) => [
      name,
      savedName(value) === undefined ? (resolve(value, names) ?? value) : value,
    ]),
  );
}

function linesOf(state: CaseState): StepLine[] {
  let current = state.outcome === undefined;
  return state.slots.map(({ step, item, exchanges, closed }): StepLine => {
    const title =
      item.kind === 'expect' ? titleOf(item) : item.kind === 'act' ? `${item.group}: ${item.name}` : 'kill';
    const met = item.kind === 'expect' && exchanges.length >= Math.max(1, item.times.min);
    if (met || closed || step < state.step) return { title, state: 'done' };
    const first = current;
    current = false;
    return { title, state: first ? 'current' : 'later' };
  });
}

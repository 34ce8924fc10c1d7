import type { Step } from '../model/case.ts';
import type { StepReport } from '../model/run.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { CaseContext, CaseState } from './state.ts';
import { namesRead, namesSaved, valueOf, type Names } from './values.ts';
import { titleOf } from './traffic.ts';

export { slotsOf } from './traffic.ts';

function parts(step: Step): { readonly reads: JsonValue[]; readonly saves: JsonValue[] } {
  switch (step.kind) {
    case 'act':
      return { reads: [step.args], saves: [step.args] };
    case 'check':
      return {
        reads: step.checks.map((check) => check.members),
        saves: step.checks.map((check) => check.members),
      };
    case 'client': {
      const inside = step.traffic.flatMap((item): JsonObject[] =>
        item.kind === 'expect'
          ? [item.path, item.query, item.headers, item.body, item.answered].filter((one) => one !== undefined)
          : item.kind === 'act'
            ? [item.args]
            : [],
      );
      const endings = (step.ends ?? []).filter((ending) => typeof ending !== 'string');
      return { reads: [step.with, ...inside], saves: [...inside, ...endings] };
    }
  }
}

/** What an act saves under a name of the case: `activePaymentFromBefore: { save: old }`. */
function savedByAct(step: Step): string[] {
  const acts =
    step.kind === 'act'
      ? [step]
      : step.kind === 'client'
        ? step.traffic.filter((item) => item.kind === 'act')
        : [];
  return acts.flatMap((act) => (typeof act.args['save'] === 'string' ? [act.args['save']] : []));
}

const cache = new WeakMap<CaseContext, ReadonlySet<string>>();

/** All names that some step of the case saves. */
export function savedNames(context: CaseContext): ReadonlySet<string> {
  const known = cache.get(context);
  if (known) return known;
  const names = new Set(
    context.steps.flatMap((step) => [...parts(step).saves.flatMap(namesSaved), ...savedByAct(step)]),
  );
  cache.set(context, names);
  return names;
}

export function namesOf(context: CaseContext, state: CaseState): Names {
  return { bound: state.bound, saved: savedNames(context), uniquePrefix: context.uniquePrefix };
}

/**
 * The names that a step reads and that a lawful alternative ending left unset: such a step is skipped with its expectations and evidence
 * (case-language.md). Names that the step itself saves don't count.
 */
export function unsetNames(context: CaseContext, state: CaseState, step: Step): string[] {
  const names = namesOf(context, state);
  const { reads, saves } = parts(step);
  const own = new Set([...saves.flatMap(namesSaved), ...savedByAct(step)]);
  return reads.flatMap(namesRead).filter((name) => !own.has(name) && valueOf(names, name) === undefined);
}

/**
 * Whether `name` was left unset lawfully: the command that could have saved it ended otherwise, or was itself skipped. Any other unset name is
 * a fault of the case or of poscert, never a reason to skip.
 */
export function leftUnsetLawfully(context: CaseContext, state: CaseState, name: string): boolean {
  return context.steps.some(
    (step, index) =>
      step.kind === 'client' &&
      index < state.step &&
      parts(step).saves.flatMap(namesSaved).includes(name) &&
      (state.stepStates[index] === 'done' || state.stepStates[index] === 'skipped'),
  );
}

/** The state with the present step's own state changed. */
export function patchStep(state: CaseState, to: StepReport['state']): CaseState {
  return { ...state, stepStates: state.stepStates.map((one, index) => (index === state.step ? to : one)) };
}

/** The steps as reports show them. */
export function reportSteps(context: CaseContext, state: CaseState): StepReport[] {
  return context.steps.map((step, index) => ({
    kind: step.kind,
    title: stepTitle(step),
    line: step.line,
    state: state.stepStates[index] ?? 'not reached',
    expectations: state.slots.flatMap((slot) =>
      slot.step === index && slot.item.kind === 'expect'
        ? [
            {
              title: titleOf(slot.item),
              exchanges: slot.exchanges,
              met: slot.exchanges.length >= slot.item.times.min,
            },
          ]
        : [],
    ),
  }));
}

function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'client':
      return step.command;
    case 'act':
      return `${step.group}: ${step.name}`;
    case 'check':
      return `check ${step.checks.map((check) => check.truth).join(', ')}`;
  }
}

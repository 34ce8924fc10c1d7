import type { Step } from '../model/case.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { CaseContext, CaseState } from './state.ts';
import { namesOf } from './context.ts';
import { nameIn, namesRead } from './values.ts';

/*
 * A person can't be made to type every text that a case made up: a unique value takes what the first request that carries it shows
 * (case-language.md, Where a step can't be done). Pure, so that a recording is judged again in the same way.
 */

/** The unique values that `request` shows, by their names; `members` say under which names the step hands them over. */
export function learntFrom(
  context: CaseContext,
  state: CaseState,
  members: JsonObject,
  request: JsonValue | undefined,
): JsonObject {
  if (!isJsonObject(request)) return {};
  const learnt: JsonObject = {};
  for (const [member, name] of openNames(context, state, members)) {
    const shown = request[member];
    if (typeof shown === 'string') learnt[name] = shown;
  }
  return learnt;
}

/** The members of the present step that a till may choose by itself. */
export function freeMembers(context: CaseContext, state: CaseState): string[] {
  const step = context.steps[state.step];
  return step?.kind === 'client' ? openNames(context, state, step.with).map(([member]) => member) : [];
}

function openNames(context: CaseContext, state: CaseState, members: JsonObject): [string, string][] {
  if (!context.attended.includes('commands')) return [];
  const { bound, saved } = namesOf(context, state);
  const used = namesOfActs(context);
  return Object.entries(members).flatMap(([member, value]): [string, string][] => {
    const name = typeof value === 'string' ? nameIn(value) : undefined;
    const open = name !== undefined && !Object.hasOwn(bound, name) && !saved.has(name) && !used.has(name);
    return open ? [[member, name]] : [];
  });
}

/** What an act was done with stands: the payment from before has this order, whatever the till would choose. */
function namesOfActs(context: CaseContext): ReadonlySet<string> {
  const argsOf = (step: Step): JsonObject[] => {
    if (step.kind === 'act') return [step.args];
    return step.kind === 'client'
      ? step.traffic.flatMap((item) => (item.kind === 'act' ? [item.args] : []))
      : [];
  };
  return new Set(context.steps.flatMap(argsOf).flatMap(namesRead));
}

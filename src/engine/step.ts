import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { Happening } from '../model/recording.ts';
import type { CaseContext, CaseOutcome, CaseState, Effect, Seen, Stepped } from './state.ts';
import { must } from './assertions.ts';
import { compareMembers, type Comparison } from './members.ts';
import type { Names } from './values.ts';
import { namesOf, patchStep, slotsOf } from './context.ts';
import { advance, afterCommand, fail, finish } from './progress.ts';
import { onAnswered, onFaultBegun, onRequest } from './requests.ts';
import { judgeEnding } from './endings.ts';

/*
 * The engine's step: (case, state, event) → (state, effects). Pure: the loop carries the effects out in a run, `verify` feeds a recording
 * to the same step and gets the same outcomes.
 */

/** Begins a case. */
export function beginCase(context: CaseContext): Stepped {
  const begun = advance(context, {
    phase: 'between',
    step: 0,
    bound: context.names,
    slots: slotsOf(context),
    seen: [],
    command: 0,
    askIndex: 0,
    polls: 0,
    actsUnderWay: 0,
    killed: false,
    stepStates: context.steps.map(() => 'not reached'),
    refusedTokens: [],
  });
  return counted(begun);
}

/** One event. Events that say nothing to the case at hand leave the state as it is. */
export function stepCase(context: CaseContext, state: CaseState, event: Happening): Stepped {
  if (event.kind !== 'act') return counted(onEvent(context, state, event));
  return counted(onEvent(context, { ...state, actsUnderWay: Math.max(0, state.actsUnderWay - 1) }, event));
}

function counted({ state, effects }: Stepped): Stepped {
  const acts = effects.filter((effect) => effect.kind === 'act').length;
  return { state: { ...state, actsUnderWay: state.actsUnderWay + acts }, effects };
}

function onEvent(context: CaseContext, state: CaseState, event: Happening): Stepped {
  if (state.phase === 'done') return { state, effects: event.kind === 'request' ? [FORWARD] : [] };
  switch (event.kind) {
    case 'command':
      return { state: { ...state, command: event.command }, effects: [] };
    case 'request':
      return onRequest(context, state, event);
    case 'answered':
      return onAnswered(context, state, event);
    case 'fault-begun':
      return onFaultBegun(state, event.exchange);
    case 'delivered':
      return {
        state: patchSeen(state, event.exchange, {
          delivered: true,
          lagMs: event.lagMs,
          abandoned: event.outcome === 'abandoned',
        }),
        effects: [],
      };
    case 'result':
      return event.command === state.command ? onResult(context, state, event) : { state, effects: [] };
    case 'act':
      return onAct(context, state, event);
    case 'truth':
      return onTruth(context, state, event.found);
    case 'timer':
      return onTimer(context, state, event);
    case 'client-fault':
    case 'exited':
      return onClientFault(context, state, event);
    case 'killed':
      if (!state.killed) return { state, effects: [] };
      if (state.outcome) return finish(state, state.outcome);
      return advance(context, { ...patchStep(state, 'done'), step: state.step + 1, phase: 'between' });
    case 'harness':
      return finish(state, {
        kind: 'error',
        origin: event.code === 'target-unreachable' ? 'environment' : 'harness',
        finding: must(context, event.code, [], event.data),
      });
    case 'run-started':
    case 'lane-started':
    case 'lane-failed':
    case 'client-log':
    case 'case-started':
    case 'case-not-run':
    case 'case-ended':
    case 'lane-ended':
    case 'run-finished':
      return { state, effects: [] };
  }
}

const FORWARD: Effect = { kind: 'plan', plan: { kind: 'forward' } };

function patchSeen(
  state: CaseState,
  exchange: number,
  change: Pick<Seen, 'delivered' | 'lagMs' | 'abandoned'>,
): CaseState {
  return {
    ...state,
    seen: state.seen.map((one) => (one.request.exchange === exchange ? { ...one, ...change } : one)),
  };
}

function onResult(
  context: CaseContext,
  state: CaseState,
  { reply, load }: Extract<Happening, { kind: 'result' }>,
): Stepped {
  if (state.outcome) return finish(state, state.outcome);
  const step = context.steps[state.step];
  if (state.phase !== 'command' || step?.kind !== 'client') return { state, effects: [] };
  const ended = judgeEnding(step, reply, namesOf(context, state));
  if (ended.kind === 'not supported')
    return finish(patchStep(state, 'failed'), {
      kind: 'unsupported',
      reason: { code: 'unsupported-command', data: { command: step.command } },
    });
  const quiet: CaseState = { ...state, phase: 'quiet' };
  if (ended.kind === 'unlawful')
    return fail(
      context,
      quiet,
      must(context, ended.code, commandExchanges(state), ended.data),
      reply.kind === 'gaveUp' ? load : undefined,
    );
  const replaced: Record<string, JsonValue> = {};
  if (step.command === 'restart' && reply.kind === 'result')
    for (const name of context.laneNames) {
      const value = reply.result[name];
      if (value !== undefined && value !== null) replaced[name] = value;
    }
  return afterCommand(context, { ...quiet, bound: { ...state.bound, ...replaced, ...ended.saves } });
}

function commandExchanges(state: CaseState): number[] {
  return state.seen.filter((one) => one.request.command === state.command).map((one) => one.request.exchange);
}

function onAct(context: CaseContext, state: CaseState, event: Extract<Happening, { kind: 'act' }>): Stepped {
  const act = `${event.group}: ${event.name}`;
  const attended = event.group === 'customer' && context.attended.includes('customer');
  switch (event.outcome.kind) {
    case 'unsupported':
      if (state.outcome) return { state, effects: [] };
      return finish(patchStep(state, 'failed'), {
        kind: 'unsupported',
        reason: {
          code: attended ? 'customer-cannot' : 'unsupported-remote',
          data: { act, message: event.outcome.message },
        },
      });
    case 'impossible':
      if (state.outcome) return { state, effects: [] };
      return fail(
        context,
        state,
        must(context, 'act-impossible', event.exchange === undefined ? [] : [event.exchange], {
          act,
          code: event.outcome.code,
          message: event.outcome.message,
        }),
      );
    case 'done': {
      const saved = savedBy(event.args, event.outcome.result);
      const next = { ...state, bound: { ...state.bound, ...saved } };
      // Acts come one after another: one that stood in traffic may still be under way when a step that is an act begins.
      const own = state.phase === 'asking' && state.actsUnderWay === 0;
      if (own && context.steps[state.step]?.kind === 'act')
        return advance(context, { ...patchStep(next, 'done'), step: state.step + 1, phase: 'between' });
      return { state: next, effects: [] };
    }
  }
}

/** `save: name` among the arguments of an act takes what it made: the id in its result that it wasn't given. */
function savedBy(args: JsonObject, result: JsonValue): JsonObject {
  const name = args['save'];
  if (typeof name !== 'string' || !isJsonObject(result)) return {};
  // Never by the order of the members: a recording that is read back has them in another one.
  const members = Object.keys(result).sort();
  const [only = members[0]] = members.filter((member) => member.endsWith('Id') && !(member in args));
  const made = result[name] ?? (only === undefined ? undefined : result[only]);
  return typeof made === 'string' ? { [name]: made } : {};
}

function onTruth(context: CaseContext, state: CaseState, found: JsonValue): Stepped {
  const step = context.steps[state.step];
  if (state.phase !== 'asking' || step?.kind !== 'check') return { state, effects: [] };
  const check = step.checks[state.askIndex];
  if (check === undefined) return { state, effects: [] };
  const by = context.identifying[check.truth] ?? [];
  const members = Object.fromEntries(Object.entries(check.members).filter(([name]) => !by.includes(name)));
  const { differences, saves } = compareFound(members, found, namesOf(context, state));
  if (differences.length > 0)
    return fail(
      context,
      state,
      must(
        context,
        'truth-differs',
        state.seen.slice(-1).map((one) => one.request.exchange),
        {
          truth: check.truth,
          line: check.line,
          query: members,
          expected: members,
          found,
          differences: differences.map((difference) => ({ ...difference })),
        },
      ),
    );
  const next: CaseState = { ...state, askIndex: state.askIndex + 1, bound: { ...state.bound, ...saves } };
  if (next.askIndex < step.checks.length) return { state: next, effects: [] };
  return advance(context, { ...patchStep(next, 'done'), step: state.step + 1, phase: 'between' });
}

/** A list is compared by its `count`, and every entry of it by the other members. */
function compareFound(members: JsonObject, found: JsonValue, names: Names): Comparison {
  if (!Array.isArray(found)) return compareMembers(members, found, names);
  const { count, ...each } = members;
  const counted = count === undefined ? [] : [compareMembers({ count }, { count: found.length }, names)];
  const all = [...counted, ...found.map((entry) => compareMembers(each, entry, names))];
  return {
    differences: all.flatMap((one) => one.differences),
    saves: Object.assign({}, ...all.map((one) => one.saves)) as JsonObject,
  };
}

function onTimer(
  context: CaseContext,
  state: CaseState,
  { timer, ms }: Extract<Happening, { kind: 'timer' }>,
): Stepped {
  if (timer === 'quiet')
    return state.phase === 'quiet' ? afterCommand(context, state, true) : { state, effects: [] };
  if (timer === 'withheld') return { state, effects: [] };
  const step = context.steps[state.step];
  const command = step?.kind === 'client' ? step.command : '';
  const finding = must(context, timer === 'patience' ? 'silent' : 'ran-too-long', commandExchanges(state), {
    command,
    ...(ms === undefined ? {} : { ms }),
  });
  if (state.outcome) return finish(state, state.outcome);
  return finish(patchStep(state, 'failed'), error(context, state, finding));
}

function onClientFault(
  context: CaseContext,
  state: CaseState,
  event: Extract<Happening, { kind: 'client-fault' | 'exited' }>,
): Stepped {
  if (state.killed && event.kind === 'exited') return { state, effects: [] };
  if (state.outcome) return finish(state, state.outcome);
  const finding = must(context, event.fault.code, commandExchanges(state), {
    ...event.fault.data,
    stderr: [...event.fault.stderr],
  });
  return finish(patchStep(state, 'failed'), error(context, state, finding));
}

function error(context: CaseContext, state: CaseState, finding: ReturnType<typeof must>): CaseOutcome {
  const step = context.steps[state.step];
  const need = step?.kind === 'client' ? step.need : undefined;
  return { kind: 'error', origin: 'client', finding, ...(need === undefined ? {} : { need }) };
}

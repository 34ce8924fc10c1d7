import type { JsonObject } from '../model/json.ts';
import type { Client, InitializeResult } from '../model/client.ts';
import { ClientFaultError } from '../model/client.ts';
import type { Acts, Truth } from '../model/ports.ts';
import type { ActOutcome, Happening, RequestRecord } from '../model/recording.ts';
import type { Plan } from '../model/plan.ts';
import type { SetTimer } from '../std/timers.ts';
import { observe } from './observation.ts';
import { beginCase, stepCase } from './step.ts';
import type { CaseContext, CaseState, Effect } from './state.ts';

/** Why a signal was aborted, where a failed case did it (`--bail`) and not a person. */
export const BAIL = 'bail';

/** Why what was under way has been stopped, as a reason with words. */
export function stopReason(signal: AbortSignal): { readonly code: string; readonly data: JsonObject } {
  return { code: signal.reason === BAIL ? 'bail' : 'interrupted', data: {} };
}

/** What the loop needs of the lane around it. */
export interface LoopPorts {
  readonly client: Client;
  readonly acts: Acts;
  readonly truth: Truth;
  /** Writes one event into the recording, redacted; what it returns is what the step is fed. */
  readonly record: <T extends Happening>(happening: T) => T;
  /** Ends a withheld answer; all of them. */
  readonly release: (exchange: number) => void;
  readonly disarm: () => void;
  /** Starts the client again after a power cut and records it. */
  readonly restart: (signal: AbortSignal) => Promise<InitializeResult>;
  readonly timer: SetTimer;
  readonly patienceMs: number;
  readonly lane: string;
  /** How busy the machine is, as a result records it. */
  readonly load: () => { readonly load?: number };
  /** The next command's number in the lane. */
  readonly nextCommand: () => number;
  /** Interrupts the run. */
  readonly signal: AbortSignal;
}

/** A case under way. */
export interface RunningCase {
  /** Decides at once what is to be done with a request (already redacted). */
  request(request: Omit<RequestRecord, 'plan'>): Plan;
  /** Any other event of the gateway. Resolves when the acts that it made due are done. */
  event(happening: Happening): void | Promise<void>;
  /** A sign of life: patience starts anew. */
  alive(): void;
  /** The command in force. */
  command(): number | undefined;
  readonly done: Promise<CaseState>;
}

/** An effect that waits for its turn, and who waits for it. */
interface Queued {
  readonly effect: Effect;
  carriedOut?: () => void;
}

/** Carries out the effects of the engine's step for one case. Never throws: what fails in here becomes a `harness` event. */
export function runCase(context: CaseContext, ports: LoopPorts): RunningCase {
  let state: CaseState;
  let finished: (state: CaseState) => void = () => undefined;
  const done = new Promise<CaseState>((resolve) => (finished = resolve));
  const queue: Queued[] = [];
  let busy: Promise<void> | undefined;
  let abort = new AbortController();
  let inForce: number | undefined;
  let ended = false;
  const over = new AbortController();
  let cancelPatience = (): void => undefined;
  let cancelLimit = (): void => undefined;
  let cancelQuiet = (): void => undefined;

  /** Takes the effects of a step over; resolves when the acts among them are done, and no others: one may be waiting for this very answer. */
  const enqueue = (effects: readonly Effect[]): void | Promise<void> => {
    const own = effects
      .filter((effect) => effect.kind !== 'plan' && !atOnce(effect))
      .map((effect): Queued => ({ effect }));
    const last = own.findLast(({ effect }) => effect.kind === 'act' || effect.kind === 'kill');
    const waited = last && new Promise<void>((resolve) => (last.carriedOut = resolve));
    queue.push(...own);
    try {
      for (const effect of effects) if (atOnce(effect)) void carryOut(effect);
    } catch (thrown) {
      failed(thrown);
    }
    drain();
    return waited;
  };
  /** What frees the client waits for nobody; nor does an end that is no good one wait for acts, which may take as long as they like. */
  const atOnce = (effect: Effect): boolean =>
    effect.kind === 'release' ||
    effect.kind === 'disarm' ||
    (effect.kind === 'end' && state.outcome?.kind !== 'passed');
  const feed = (happening: Happening): void | Promise<void> => {
    if (ended) return;
    const stepped = stepCase(context, state, happening);
    state = stepped.state;
    ports.client.observed?.(observe(context, state));
    return enqueue(stepped.effects);
  };
  const take = (happening: Happening): void | Promise<void> => feed(ports.record(happening));
  const dispatch = (happening: Happening): void => {
    if (!ended) void take(happening);
  };
  const failed = (thrown: unknown): void =>
    dispatch({ kind: 'harness', code: 'harness-failed', data: { message: messageOf(thrown) } });

  function drain(): void {
    while (busy === undefined && !ended) {
      const next = queue.shift();
      if (next === undefined) return;
      try {
        const pending = carryOut(next.effect);
        if (pending === undefined) {
          next.carriedOut?.();
          continue;
        }
        busy = pending.catch(failed).then(() => {
          next.carriedOut?.();
          busy = undefined;
          drain();
        });
      } catch (thrown) {
        next.carriedOut?.();
        failed(thrown);
      }
    }
  }

  function carryOut(effect: Effect): Promise<void> | undefined {
    switch (effect.kind) {
      case 'plan':
        return undefined;
      case 'release':
        ports.release(effect.exchange);
        return undefined;
      case 'disarm':
        ports.disarm();
        return undefined;
      case 'quiet':
        cancelQuiet();
        cancelQuiet = ports.timer(effect.ms, () =>
          dispatch({ kind: 'timer', timer: 'quiet', ms: effect.ms }),
        );
        return undefined;
      case 'act': {
        const acted = settle(ports.acts.act(effect.group, effect.name, effect.args, over.signal), (outcome) =>
          dispatch(actRecord(effect, outcome)),
        );
        // The answer that a person's act follows can't wait for them: until it is done, the client is shown the time before it.
        const slow = effect.exchange !== undefined && context.attended.includes('customer');
        if (!slow || acted === undefined) return acted;
        void acted.catch(failed);
        return undefined;
      }
      case 'ask':
        return settle(ports.truth.ask(effect.truth, effect.query), (found) =>
          dispatch({ kind: 'truth', truth: effect.truth, query: effect.query, found }),
        );
      case 'kill':
        abort.abort();
        inForce = undefined;
        stopTimers();
        return ports.client.kill().then(() => dispatch({ kind: 'killed' }));
      case 'command':
        void command(effect.step, effect.method, effect.params).catch(failed);
        return undefined;
      case 'end':
        ended = true;
        over.abort();
        for (const { carriedOut } of queue.splice(0)) carriedOut?.();
        stopTimers();
        abort.abort();
        finished(state);
        return undefined;
    }
  }

  function alive(): void {
    if (inForce === undefined || ended) return;
    cancelPatience();
    cancelPatience = ports.timer(ports.patienceMs, () =>
      dispatch({ kind: 'timer', timer: 'patience', ms: ports.patienceMs }),
    );
  }

  function stopTimers(): void {
    cancelPatience();
    cancelLimit();
    cancelQuiet();
  }

  async function command(step: number, method: string, params: JsonObject): Promise<void> {
    const number = ports.nextCommand();
    inForce = number;
    const own = new AbortController();
    abort = own;
    dispatch({ kind: 'command', command: number, step, method, params });
    cancelLimit = ports.timer(ports.patienceMs * 10, () =>
      dispatch({ kind: 'timer', timer: 'command', ms: ports.patienceMs * 10 }),
    );
    alive();
    try {
      const signal = AbortSignal.any([own.signal, ports.signal]);
      if (method === 'restart') await powerCut(signal);
      const reply = await ports.client.call(
        method === 'restart' ? 'recover' : method,
        { lane: ports.lane, ...params },
        signal,
      );
      if (own.signal.aborted) return;
      alive();
      const named = textsIn([params, reply.kind === 'result' ? reply.result : null]);
      const truth = await ports.truth.ask('about', { ids: named });
      cancelPatience();
      cancelLimit();
      inForce = undefined;
      dispatch({ kind: 'result', command: number, reply, truth, ...ports.load() });
    } catch (thrown) {
      if (own.signal.aborted) return;
      stopTimers();
      if (thrown instanceof ClientFaultError)
        dispatch({ kind: 'client-fault', command: number, fault: thrown.fault });
      else throw thrown;
    }
  }

  async function powerCut(signal: AbortSignal): Promise<void> {
    if (!state.killed) await ports.client.kill();
    await ports.restart(signal);
  }

  const first = beginCase(context);
  state = first.state;
  const interrupt = (): void => {
    if (ended) return;
    state = {
      ...state,
      phase: 'done',
      outcome: state.outcome ?? { kind: 'cancelled', reason: stopReason(ports.signal) },
    };
    void carryOut({ kind: 'end' });
  };
  if (ports.signal.aborted) queueMicrotask(interrupt);
  ports.signal.addEventListener('abort', interrupt, { once: true });
  void done.then(() => ports.signal.removeEventListener('abort', interrupt));
  void ports.client.exited.then((fault) => dispatch({ kind: 'exited', fault }));
  queueMicrotask(() => void enqueue(first.effects));

  return {
    done,
    alive,
    command: () => inForce,
    request(request) {
      alive();
      const stepped = stepCase(context, state, { ...request, plan: { kind: 'forward' } });
      const plan = stepped.effects.find((effect) => effect.kind === 'plan')?.plan ?? { kind: 'forward' };
      ports.record({ ...request, plan });
      state = stepped.state;
      ports.client.observed?.(observe(context, state));
      void enqueue(stepped.effects);
      return plan;
    },
    // What comes after the end says nothing to the case any more, but stays part of the recording.
    event: take,
  };
}

function actRecord(effect: Extract<Effect, { kind: 'act' }>, outcome: ActOutcome): Happening {
  return {
    kind: 'act',
    group: effect.group,
    name: effect.name,
    args: effect.args,
    ...(effect.exchange === undefined ? {} : { exchange: effect.exchange }),
    outcome,
  };
}

function settle<T>(value: T | Promise<T>, use: (value: T) => void): Promise<void> | undefined {
  if (value instanceof Promise) return value.then(use);
  use(value);
  return undefined;
}

/** Every text in `value`: the truth is asked about all that a command or its result names. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(textsIn))];
}

/** The message of anything thrown. */
function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

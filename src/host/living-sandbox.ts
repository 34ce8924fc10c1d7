import type { HttpAnswer, HttpRequest } from '../model/http.ts';
import { textMember, type JsonObject, type JsonValue } from '../model/json.ts';
import type { CallbackOrder, Ids, Simulation } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';
import { createExchangeLog, type ExchangeLog } from './exchange-log.ts';

/** An act by its names, with its arguments. */
export interface ActCall {
  readonly group: string;
  readonly name: string;
  readonly args: JsonObject;
}

export interface LivingParts<State> {
  readonly simulation: Simulation<State>;
  readonly settings: JsonObject;
  /** Real time, ms since 1970. */
  readonly wallClock: () => number;
  readonly ids: Ids;
  /** Where it went on from, instead of the start. */
  readonly begin?: { readonly state: State; readonly offsetMs: number };
  /** Hears of what a request held that was ignored. */
  readonly warn: (warning: string) => void;
  /** Delivers the notifications that acts ordered. */
  readonly deliver: (orders: readonly CallbackOrder[]) => void;
  /** The point of sale at which a customer has just checked in by this request, if any. */
  readonly checkedIn: (request: HttpRequest, answer: HttpAnswer, ask: Ask) => string | undefined;
}

export type Ask = (truth: string, query: JsonObject) => JsonValue;

/** A simulation that lives in real time, plus whatever its clock was moved by. */
export interface LivingSandbox<State> {
  readonly exchanges: ExchangeLog;
  handle(request: HttpRequest): HttpAnswer;
  /** Carries acts out, all of them or none; the outcome is the first that is not done, else the last. */
  act(calls: readonly ActCall[]): ActOutcome;
  ask(truth: string, query: JsonObject): JsonValue;
  /** ms since 1970, by the sandbox's own clock; never runs backwards but by `reset`. */
  now(): number;
  offsetMs(): number;
  advance(ms: number): void;
  /** Back to the start, clock included. */
  reset(): void;
  state(): State;
  /** Calls back after everything that may have changed something or was an exchange. */
  onChange(listener: (stateChanged: boolean) => void): () => void;
}

/** Gives a pure simulation a state, a clock and a log. */
export function createLivingSandbox<State>(parts: LivingParts<State>): LivingSandbox<State> {
  const { simulation, ids } = parts;
  let offset = parts.begin?.offsetMs ?? 0;
  let last = 0;
  const now = (): number => (last = Math.max(last, parts.wallClock() + offset));
  let state = parts.begin?.state ?? simulation.initial(parts.settings, now());
  const exchanges = createExchangeLog();
  const listeners = new Set<(stateChanged: boolean) => void>();
  const changed = (really: boolean): void => {
    // No iterator: this is done for every request.
    listeners.forEach((listener) => {
      listener(really);
    });
  };
  const ask: Ask = (truth, query) => simulation.ask(state, truth, query, now());
  /** A till that asked to be told of check-ins by a callback is told (pos-v10.md 1.12); one that did not is not. */
  const tell = (posId: string | undefined): void => {
    if (posId === undefined) return;
    const { callbacks } = simulation.act(state, 'callback', 'checkIn', { posId }, now(), ids);
    if (callbacks !== undefined) parts.deliver(callbacks);
  };
  return {
    exchanges,
    handle(request) {
      const at = now();
      const stepped = simulation.step(state, request, at, ids);
      const really = stepped.state !== state;
      state = stepped.state;
      exchanges.note(at, request, stepped.answer, stepped.warnings);
      for (const warning of stepped.warnings) parts.warn(warning);
      changed(really);
      // Who is checked in already does not check in again.
      if (really) tell(parts.checkedIn(request, stepped.answer, ask));
      return stepped.answer;
    },
    act(calls) {
      const at = now();
      let draft = state;
      let outcome: ActOutcome = { kind: 'done', result: {} };
      const orders: CallbackOrder[] = [];
      for (const { group, name, args } of calls) {
        const acted = simulation.act(draft, group, name, args, at, ids);
        outcome = acted.outcome;
        if (outcome.kind !== 'done') return outcome;
        draft = acted.state;
        orders.push(...(acted.callbacks ?? []));
      }
      state = draft;
      if (orders.length > 0) parts.deliver(orders);
      changed(true);
      for (const { group, name, args } of calls)
        if (group === 'customer' && name === 'checkIn') tell(textMember(args, 'posId'));
      return outcome;
    },
    ask,
    now,
    offsetMs: () => offset,
    advance(ms) {
      offset += ms;
      changed(true);
    },
    reset() {
      offset = 0;
      last = 0;
      state = simulation.initial(parts.settings, now());
      exchanges.clear();
      changed(true);
    },
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

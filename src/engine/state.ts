import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Act, Case, ClientStep, Expectation, Kill, Step } from '../model/case.ts';
import type { Operation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import type { CaseOutcome } from '../model/outcome.ts';
import type { StepReport } from '../model/run.ts';
import type { AnswerContent, Attended, Happening, RequestRecord } from '../model/recording.ts';

/** What stays the same throughout a case; all of it can be had from the recording and the pack, so that a case can be judged again. */
export interface CaseContext {
  readonly case: Case;
  /** The steps that make its needs, in front of its own. */
  readonly steps: readonly Step[];
  readonly operations: ReadonlyMap<string, Operation>;
  readonly keyHeader: string;
  /** Bound before the first step. */
  readonly names: JsonObject;
  readonly uniquePrefix: string;
  /** How long the client may stay silent after a command before it sends one more request, ms (0: it never does). */
  readonly quietMs: number;
  /** Truth to the members that identify what is asked for: they are the question, not the comparison. */
  readonly identifying: Readonly<Record<string, readonly string[]>>;
  /** Members of a restart's result that replace the lane's own of the same name. */
  readonly laneNames: readonly string[];
  /** What a person does: it takes its time, and no text can be dictated to them. */
  readonly attended: readonly Attended[];
}

/** One item of a command's traffic and what became of it. */
export interface Slot {
  readonly step: number;
  readonly item: Expectation | Act | Kill;
  /** The exchanges that met it (expectations), in order. */
  readonly exchanges: readonly number[];
  /** Done (acts, kills) or closed to further requests (expectations). */
  readonly closed: boolean;
}

/** What the engine keeps of an exchange while its case runs. */
export interface Seen {
  readonly request: RequestRecord;
  /** Index of the slot that it met. */
  readonly slot?: number;
  readonly plan: Plan;
  readonly answered: boolean;
  readonly faultBegun: boolean;
  readonly delivered: boolean;
  /** The client went away from it although nothing was done to it. */
  readonly abandoned: boolean;
  /** How late our event loop was when it was delivered, ms. */
  readonly lagMs: number;
  /** The members of a good answer; kept only where a person is the client. */
  readonly answer?: JsonObject;
}

export interface CaseState {
  readonly phase:
    /** nothing is under way: the next step is to be begun */
    | 'between'
    /** a command is with the client */
    | 'command'
    /** its result has come, traffic is still missing or quiet is awaited */
    | 'quiet'
    /** an act or a check is under way */
    | 'asking'
    /** the step has failed: the command may end, requests are forwarded */
    | 'ending'
    | 'done';
  readonly step: number;
  readonly bound: JsonObject;
  readonly slots: readonly Slot[];
  readonly seen: readonly Seen[];
  /** The number of the command in force. */
  readonly command: number;
  readonly askIndex: number;
  readonly polls: number;
  /** Acts ordered whose outcome is still to come. */
  readonly actsUnderWay: number;
  readonly killed: boolean;
  readonly outcome?: CaseOutcome;
  readonly stepStates: readonly StepReport['state'][];
  /** 401s passed over, as operation and path, so that each counts once. */
  readonly refusedTokens: readonly string[];
}

export type Effect =
  | { readonly kind: 'command'; readonly step: number; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'kill' }
  | {
      readonly kind: 'act';
      readonly group: string;
      readonly name: string;
      readonly args: JsonObject;
      readonly exchange?: number;
    }
  | { readonly kind: 'ask'; readonly truth: string; readonly query: JsonObject }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'release'; readonly exchange: number }
  | { readonly kind: 'disarm' }
  | { readonly kind: 'quiet'; readonly ms: number }
  | { readonly kind: 'end' };

export interface Stepped {
  readonly state: CaseState;
  readonly effects: readonly Effect[];
}

export type {
  CaseOutcome,
  Act,
  AnswerContent,
  Case,
  ClientStep,
  Expectation,
  Happening,
  JsonObject,
  JsonValue,
  Kill,
  Plan,
  RequestRecord,
  Step,
};

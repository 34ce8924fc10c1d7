import type { JsonObject, JsonValue } from './json.ts';
import type { Header } from './http.ts';
import type { DeliveryOutcome, Plan } from './plan.ts';
import type { ClientFault, InitializeResult, Reply } from './client.ts';

/*
 * The recording: every event handed to the engine's step, in its order, redacted before anything sees it. It holds everything needed
 * to judge again: the engine's step and the rules read these records and nothing else. A record is JSON through and through.
 *
 * `at`: milliseconds by the monotonic clock since the run began, at most three decimals. `lane`: the lane's name; records of different
 * lanes interleave. `case`: the id of the case in force, absent between cases (start-up, shutdown). `seq` counts from 0 over the run.
 */
export interface Stamp {
  readonly seq: number;
  readonly at: number;
  readonly lane?: string;
  readonly case?: string;
}

export interface RunStarted {
  readonly kind: 'run-started';
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly run: string;
  readonly tool: { readonly name: string; readonly version: string; readonly node: string };
  readonly pack: { readonly id: string; readonly version: string; readonly digest: string };
  readonly features: readonly string[];
  readonly tier: 'certification' | 'all';
  /** The cases planned, in order. */
  readonly cases: readonly string[];
  /** Only some cases were asked for (`--case`, `--failed`): no certificate. */
  readonly partial: boolean;
  /** The configuration that won, secrets as references or redacted. */
  readonly config: JsonObject;
  readonly seed: string;
  readonly target: 'embedded' | 'remote';
  readonly nonce: string;
}

/** A lane has begun, or begun anew after a case that did not pass, or after a restart of the client. */
export interface LaneStarted {
  readonly kind: 'lane-started';
  /** 0 for the first; one more each time the lane is renewed. */
  readonly generation: number;
  readonly feature: string;
  readonly restarted: boolean;
  readonly client: InitializeResult;
  readonly driver: string;
  /** What was handed over in `initialize` (secret redacted). */
  readonly given: JsonObject;
}

/** A lane's client could not be started or restarted. */
export interface LaneFailed {
  readonly kind: 'lane-failed';
  readonly generation: number;
  readonly feature: string;
  readonly origin: 'client' | 'environment' | 'harness';
  readonly fault: ClientFault;
}

/** What a person may do in the place of a program. */
export type Attended = 'commands' | 'customer';

export interface CaseStarted {
  readonly kind: 'case-started';
  /** Names bound before the first step: from needs and the lane. */
  readonly names: JsonObject;
  /** The first part of the unique texts made for this case. */
  readonly uniquePrefix: string;
  /** What a person does in this case: the client's commands, the customer's acts. */
  readonly attended?: readonly Attended[];
  /** The needs made here once for the whole lane, where this is the pseudo case that makes them. */
  readonly needs?: readonly string[];
}

/** A case was not gone through at all: why, as the engine's outcome (model/outcome.ts). */
export interface CaseNotRun {
  readonly kind: 'case-not-run';
  readonly outcome: JsonObject;
}

/** A command handed to the client, `restart` and `kill` included. */
export interface CommandRecord {
  readonly kind: 'command';
  /** Counts over the lane. */
  readonly command: number;
  /** Index in the case's steps. */
  readonly step: number;
  readonly method: string;
  readonly params: JsonObject;
}

/** A request has arrived, whole. */
export interface RequestRecord {
  readonly kind: 'request';
  /** Counts over the run from 1: the exchange's number, the same in every record of it and in the reports. */
  readonly exchange: number;
  /** The command in force when it came; absent between commands. */
  readonly command?: number;
  /** The pack's name for it; absent where the pack does not know it. */
  readonly operation?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly method: string;
  readonly target: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: readonly Header[];
  /** The body where it is JSON. */
  readonly json?: JsonValue;
  /** The body where it is not JSON and not empty. */
  readonly text?: string;
  /** The connection it came by, counted over the lane. */
  readonly connection: number;
  /** How late our own event loop was just then, in ms: the most by which `at` can be too late. */
  readonly lagMs: number;
  /** When its last byte had come, ms by the run's clock: before anything was recorded of it. */
  readonly arrivedAt?: number;
  /** Processes that waited for each processor (a minute's average), where it was more than one: then clients are slow as well. */
  readonly load?: number;
  /** What the engine's step decided to do with it. */
  readonly plan: Plan;
}

/** An answer as a body: JSON or text. */
export interface AnswerContent {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly json?: JsonValue;
  readonly text?: string;
}

/** The answer has been worked out; nothing of it has left yet. */
export interface AnsweredRecord {
  readonly kind: 'answered';
  readonly exchange: number;
  /** Whether the upstream carried the request out. */
  readonly processed: boolean;
  /** What the upstream said, where it was asked. */
  readonly upstream?: AnswerContent;
  /** What the client is to get, faults of the wire aside; absent where it gets nothing. */
  readonly planned?: AnswerContent;
}

/** The exchange has ended. */
export interface DeliveredRecord {
  readonly kind: 'delivered';
  readonly exchange: number;
  readonly outcome: DeliveryOutcome;
  /** Whether the client may have read a status line. */
  readonly reachedClient: boolean;
  /** What the client got, where it got any; a truncated or malformed body as text. */
  readonly answer?: AnswerContent;
  readonly lagMs: number;
}

/** A fault has begun: from now on the next expectation is open. */
export interface FaultBegunRecord {
  readonly kind: 'fault-begun';
  readonly exchange: number;
}

/** The client's reply to a command, with the truth about everything the command or its result names at that moment. */
export interface ResultRecord {
  readonly kind: 'result';
  readonly command: number;
  readonly reply: Reply;
  readonly truth: JsonValue;
  /** Processes that waited for each processor when it came, where there was more than one. */
  readonly load?: number;
}

export interface ActRecord {
  readonly kind: 'act';
  readonly group: string;
  readonly name: string;
  readonly args: JsonObject;
  /** The exchange whose answer it precedes, where it stood in traffic. */
  readonly exchange?: number;
  /** What came of it, or why it could not be done. */
  readonly outcome: ActOutcome;
}

export type ActOutcome =
  | { readonly kind: 'done'; readonly result: JsonValue }
  | { readonly kind: 'impossible'; readonly code: string; readonly message: string }
  | { readonly kind: 'unsupported'; readonly message: string };

/** The answer to one `check`. `found: null` where there is no such thing. */
export interface TruthRecord {
  readonly kind: 'truth';
  readonly truth: string;
  readonly query: JsonObject;
  readonly found: JsonValue;
}

/** A timer of the engine has run out. */
export interface TimerRecord {
  readonly kind: 'timer';
  readonly timer: 'patience' | 'command' | 'quiet' | 'withheld';
  /** How long it was set to. */
  readonly ms?: number;
}

export interface ExitedRecord {
  readonly kind: 'exited';
  readonly fault: ClientFault;
}

/** The client broke the protocol during a command. */
export interface ClientFaultRecord {
  readonly kind: 'client-fault';
  readonly command: number;
  readonly fault: ClientFault;
}

export interface KilledRecord {
  readonly kind: 'killed';
}

/** What the client wrote to its log (stderr), or said unasked. */
export interface ClientLog {
  readonly kind: 'client-log';
  readonly lines: readonly string[];
}

/** Something of our own failed. */
export interface HarnessRecord {
  readonly kind: 'harness';
  readonly code: string;
  readonly data: JsonObject;
}

export interface CaseEnded {
  readonly kind: 'case-ended';
  /** Whether every step was gone through; false where it was cut short. */
  readonly complete: boolean;
  /** What it leaves unfinished by design. */
  readonly leaves: readonly string[];
  /** Why it was cut short from outside (an interruption, `--bail`). */
  readonly stopped?: { readonly code: string; readonly data: JsonObject };
  /** The sandbox's whole truth about the lane. */
  readonly truth: JsonValue;
}

export interface LaneEnded {
  readonly kind: 'lane-ended';
  readonly warning?: string;
}

export interface RunFinished {
  readonly kind: 'run-finished';
  readonly finishedAt: string;
  readonly interrupted: boolean;
}

export type Happening =
  | RunStarted
  | LaneStarted
  | LaneFailed
  | CaseStarted
  | CaseNotRun
  | CommandRecord
  | RequestRecord
  | AnsweredRecord
  | FaultBegunRecord
  | DeliveredRecord
  | ResultRecord
  | ActRecord
  | TruthRecord
  | TimerRecord
  | ExitedRecord
  | ClientFaultRecord
  | KilledRecord
  | ClientLog
  | HarnessRecord
  | CaseEnded
  | LaneEnded
  | RunFinished;

/** One line of the journal. */
export type RunRecord = Stamp & Happening;

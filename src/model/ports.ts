import type { JsonObject, JsonValue } from './json.ts';
import type { Header, HttpAnswer, HttpRequest } from './http.ts';
import type { DeliveryOutcome, Plan } from './plan.ts';
import type { ActOutcome, RunRecord } from './recording.ts';

/** Milliseconds by a monotonic clock. */
export interface Clock {
  now(): number;
}

/** Makes a GUID each time. */
export type Ids = () => string;

/** Where the gateway sends what is to be carried out. */
export interface Upstream {
  handle(request: HttpRequest, signal: AbortSignal): HttpAnswer | Promise<HttpAnswer>;
}

/** A request as the gateway hands it over; `id` counts over the gateway, `connection` likewise. */
export interface Arrival {
  readonly id: number;
  readonly connection: number;
  readonly request: HttpRequest;
  /** Monotonic ms at which the whole request had arrived. */
  readonly at: number;
  /** How late the event loop was around that moment, ms. */
  readonly lagMs: number;
}

/** What the client got in the end. */
export interface Delivery {
  readonly outcome: DeliveryOutcome;
  readonly reachedClient: boolean;
  readonly answer?: HttpAnswer;
  readonly at: number;
  readonly lagMs: number;
}

/** What stands behind the gateway: it decides at once what is to be done with each request and hears how that went. */
export interface Gate {
  decide(arrival: Arrival): Plan;
  /** The answer has been worked out; the gateway waits for this before the first byte leaves (acts are done here). */
  workedOut(
    id: number,
    outcome: { processed: boolean; upstream?: HttpAnswer; planned?: HttpAnswer },
  ): void | Promise<void>;
  /** The fault has begun: nothing more will come of this exchange unless it is released. */
  faultBegun(id: number): void;
  delivered(id: number, delivery: Delivery): void;
}

/** Carries out acts. */
export interface Acts {
  act(group: string, name: string, args: JsonObject, signal?: AbortSignal): ActOutcome | Promise<ActOutcome>;
}

/** What an API on another machine shows of the truth: asked of the API itself, and gathered from what it answered in the run. */
export interface RemoteView {
  /** Hears of every request that the API carried out, with its answer. */
  see(
    operation: string,
    params: Readonly<Record<string, string>>,
    sent: JsonValue | undefined,
    status: number,
    answer: JsonValue | undefined,
  ): void;
  /** The answer to one `check`; null where there is no such thing. `get` asks the API: a path below its base. */
  ask(truth: string, query: JsonObject, get: RemoteGet): Promise<JsonValue>;
  /** An act of the customer as a call of the API's own user simulation; undefined where it has none for it. */
  simulate(name: string, args: JsonObject, get: RemoteGet): Promise<RemoteSimulation | undefined>;
  /** The notifications of an act of the callback group, which we send ourselves; undefined where there is nothing to tell. */
  notify(args: JsonObject, get: RemoteGet): Promise<readonly CallbackOrder[] | undefined>;
}

/** A GET of the API; `json` where the body is that. Rejects where it can't be reached. */
export type RemoteGet = (path: string) => Promise<{ readonly status: number; readonly json?: JsonValue }>;

/** What a pack knows of its API where the sandbox is somebody else's. */
export interface RemoteKind {
  /** Truth to the members that can be had. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** What our own questions carry beside the token. */
  headers(merchantVat: string, version: string): readonly Header[];
  /** The view of one lane. */
  view(merchantVat: string): RemoteView;
}

export interface RemoteSimulation {
  /** From the root of the origin. */
  readonly path: string;
  readonly body: JsonObject;
}

/** Answers questions about the truth: `check` entries by name, and the wide ones `about` (ids) and `everything`. */
export interface Truth {
  ask(truth: string, query: JsonObject): JsonValue | Promise<JsonValue>;
}

export interface Journal {
  append(record: RunRecord): void;
}

/** A simulated backend as a pack gives it: pure, the state is a value. */
export interface Simulation<State> {
  /** The state at the start. `now`: the simulation's own time, ms since 1970. */
  initial(settings: JsonObject, now: number): State;
  step(
    state: State,
    request: HttpRequest,
    now: number,
    ids: Ids,
  ): { state: State; answer: HttpAnswer; warnings: readonly string[] };
  /** `clock` acts are the caller's: they move `now`. */
  act(
    state: State,
    group: string,
    name: string,
    args: JsonObject,
    now: number,
    ids: Ids,
  ): { state: State; outcome: ActOutcome; callbacks?: readonly CallbackOrder[] };
  ask(state: State, truth: string, query: JsonObject, now: number): JsonValue;
}

/** A notification that the gateway's sender is to deliver. */
export interface CallbackOrder {
  readonly alias: string;
  readonly headers: readonly Header[];
  readonly body: JsonObject;
}

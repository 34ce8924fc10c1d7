import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Case, Step } from '../model/case.ts';
import type { Client, ClientFault, InitializeResult } from '../model/client.ts';
import { ClientFaultError } from '../model/client.ts';
import type { Operation } from '../model/operation.ts';
import type { NeedShape } from '../model/pack.ts';
import type { Acts, Truth } from '../model/ports.ts';
import type { Attended, Happening } from '../model/recording.ts';
import { NEEDS_PREFIX, type CaseOutcome, type CaseRun } from '../model/outcome.ts';
import type { SetTimer } from '../std/timers.ts';
import type { LaneGate } from './gate.ts';
import { runCase, stopReason } from './loop.ts';
import { reportSteps } from './context.ts';
import type { CaseContext } from './state.ts';
import { beyondReach, type Reach } from './reach.ts';
import { needsOf, unableFor } from './readiness.ts';

/** What a lane stands on for one generation: a sandbox state, a gateway and a client of its own. */
export interface Stage {
  readonly client: Client;
  readonly acts: Acts;
  readonly truth: Truth;
  readonly gate: LaneGate;
  release(id: number): void;
  disarm(): void;
  /** Starts the client and sends `initialize`; `restarted` after a power cut. Throws ClientFaultError. */
  start(restarted: boolean, signal: AbortSignal): Promise<{ result: InitializeResult; given: JsonObject }>;
  /** Shuts everything down. Never throws. */
  close(): Promise<{ readonly warning?: string }>;
}

export interface LanePorts {
  readonly lane: string;
  readonly feature: string;
  readonly driver: string;
  readonly cases: readonly Case[];
  readonly operations: readonly Operation[];
  readonly keyHeader: string;
  readonly needs: Readonly<Record<string, NeedShape>>;
  /** Truth to the members that identify what is asked for. */
  readonly identifying: Readonly<Record<string, readonly string[]>>;
  /** Builds a stage; `generation` counts from 0. Throws what the environment throws. */
  readonly build: (generation: number) => Promise<Stage>;
  /** Writes an event of this lane into the recording; `caseId`: the case it belongs to. */
  readonly record: <T extends Happening>(happening: T, caseId?: string) => T;
  readonly unique: (caseId: string, generation: number) => string;
  readonly now: () => number;
  readonly timer: SetTimer;
  readonly patienceMs: number;
  /** The poll delay in force is added to a client's `quietMs`. */
  readonly pollDelayMs: number;
  readonly bail: boolean;
  readonly signal: AbortSignal;
  /** Called when a case begins and when it has ended. */
  readonly progress: (event: LaneProgress) => void;
  /** What can be done and asked where the sandbox is somebody else's; absent with our own. */
  readonly reach?: Reach;
  /** What a person does in the place of a program. */
  readonly attended?: readonly Attended[];
}

export type LaneProgress =
  | { readonly kind: 'case-started'; readonly lane: string; readonly case: Case }
  | { readonly kind: 'command'; readonly lane: string; readonly case: Case; readonly command: string }
  | { readonly kind: 'case-ended'; readonly lane: string; readonly run: CaseRun };

interface LaneState {
  stage: Stage | undefined;
  client: InitializeResult | undefined;
  generation: number;
  laneNames: Record<string, JsonValue>;
  readyNeeds: Set<string>;
  clientErrors: number;
  command: number;
}

/**
 * Runs the cases of one lane in order. A case that did not pass renews the lane, so that one failure never causes the next; a second client
 * error ends it. What goes wrong with the client is the outcome of the cases; throws what the sandbox throws when it is asked for its truth.
 */
export async function runLane(ports: LanePorts): Promise<CaseRun[]> {
  const lane: LaneState = {
    stage: undefined,
    client: undefined,
    generation: 0,
    laneNames: {},
    readyNeeds: new Set(),
    clientErrors: 0,
    command: 0,
  };
  const runs: CaseRun[] = [];
  const carried = new Map<string, { names: JsonObject; unique: string }>();
  let stopped: { readonly code: string; readonly data: JsonObject } | undefined;
  try {
    for (const one of ports.cases) {
      if (ports.signal.aborted) stopped ??= stopReason(ports.signal);
      const run = await runOne(ports, lane, one, runs, carried, stopped);
      runs.push(run);
      if (run.attempts === 0)
        ports.record({ kind: 'case-not-run', outcome: run.outcome as unknown as JsonObject }, one.id);
      ports.progress({ kind: 'case-ended', lane: ports.lane, run });
      const { outcome } = run;
      const attempted = run.endedAt > run.startedAt;
      if (outcome.kind === 'error' && outcome.origin === 'client' && attempted) lane.clientErrors += 1;
      if (stopped !== undefined) continue;
      if (outcome.kind === 'error' && outcome.need !== undefined)
        stopped = { code: 'need-failed', data: { need: outcome.need, firstCause: one.id } };
      else if (lane.clientErrors >= 2) stopped = { code: 'lane-ended', data: { cause: one.id } };
      else if (ports.bail && (outcome.kind === 'failed' || outcome.kind === 'error'))
        stopped = { code: 'bail', data: {} };
      if (attempted && outcome.kind !== 'passed') await closeStage(ports, lane);
    }
  } finally {
    // Also where the sandbox threw: a client or a server left behind would keep the program from ending.
    await closeStage(ports, lane);
  }
  return runs;
}

async function closeStage(ports: LanePorts, lane: LaneState): Promise<void> {
  const { stage } = lane;
  if (stage === undefined) return;
  lane.stage = undefined;
  lane.client = undefined;
  lane.laneNames = {};
  lane.readyNeeds = new Set();
  lane.generation += 1;
  const { warning } = await stage.close();
  ports.record({ kind: 'lane-ended', ...(warning === undefined ? {} : { warning }) });
}

/** Brings the stage up where there is none; answers what went wrong. */
async function openStage(ports: LanePorts, lane: LaneState): Promise<CaseOutcome | undefined> {
  if (lane.stage !== undefined) return undefined;
  try {
    const stage = await ports.build(lane.generation);
    lane.stage = stage;
    const { result, given } = await stage.start(false, ports.signal);
    lane.client = result;
    stage.client.onActivity(() => undefined);
    ports.record({
      kind: 'lane-started',
      generation: lane.generation,
      feature: ports.feature,
      restarted: false,
      client: result,
      driver: ports.driver,
      given,
    });
    return undefined;
  } catch (thrown) {
    const client = thrown instanceof ClientFaultError;
    const fault: ClientFault = client
      ? thrown.fault
      : { code: codeOf(thrown), data: { message: messageOf(thrown) }, stderr: [] };
    const origin = client ? 'client' : 'environment';
    ports.record({ kind: 'lane-failed', generation: lane.generation, feature: ports.feature, origin, fault });
    return {
      kind: 'error',
      origin,
      finding: {
        code: fault.code,
        level: 'must',
        exchanges: [],
        data: { ...fault.data, stderr: [...fault.stderr] },
      },
    };
  }
}

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'port-in-use';
  if (code === 'target-unreachable') return code;
  return code === 'EACCES' || code === 'EROFS' || code === 'ENOSPC'
    ? 'folder-not-writable'
    : 'lane-not-built';
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What kept the client from starting belongs to the case that needed it first. */
function placed(outcome: CaseOutcome, one: Case): CaseOutcome {
  return 'finding' in outcome ? { ...outcome, finding: { ...outcome.finding, case: one.id } } : outcome;
}

function notRun(ports: LanePorts, one: Case, outcome: CaseOutcome): CaseRun {
  const at = ports.now();
  return { case: one, lane: ports.lane, outcome, steps: [], startedAt: at, endedAt: at, attempts: 0 };
}

async function runOne(
  ports: LanePorts,
  lane: LaneState,
  one: Case,
  runs: readonly CaseRun[],
  carried: Map<string, { names: JsonObject; unique: string }>,
  stopped: { readonly code: string; readonly data: JsonObject } | undefined,
): Promise<CaseRun> {
  if (stopped !== undefined) return notRun(ports, one, stoppedOutcome(stopped, one));
  const before = one.after === undefined ? undefined : runs.find((run) => run.case.id === one.after);
  if (one.after !== undefined && before?.outcome.kind !== 'passed')
    return notRun(ports, one, {
      kind: 'cancelled',
      reason: { code: 'after-failed', data: { case: one.after } },
    });
  const beyond = ports.reach && beyondReach(one, ports.needs, ports.reach);
  if (beyond) return notRun(ports, one, beyond);
  const startedAt = ports.now();
  ports.progress({ kind: 'case-started', lane: ports.lane, case: one });
  const failed = await openStage(ports, lane);
  const { stage, client } = lane;
  if (failed !== undefined || stage === undefined || client === undefined) {
    await closeStage(ports, lane);
    const outcome = (failed && placed(failed, one)) ?? {
      kind: 'cancelled',
      reason: { code: 'lane-ended', data: {} },
    };
    return { ...notRun(ports, one, outcome), startedAt, endedAt: Math.max(ports.now(), startedAt + 0.001) };
  }
  const unable = unableFor(one, client, stage.client.traits, ports.needs);
  if (unable) return notRun(ports, one, unable);
  const chain = one.after === undefined ? undefined : carried.get(one.after);
  const unique = chain?.unique ?? ports.unique(one.id, lane.generation);
  const needs = needsOf(one, ports.needs, lane.readyNeeds);
  if (needs.onceALane.length > 0) {
    const pseudo: Case = { ...one, id: `${NEEDS_PREFIX}${one.id}`, steps: [], evidence: [], needs: {} };
    const made = await play(
      ports,
      lane,
      stage,
      client,
      pseudo,
      needs.onceALane,
      {},
      `${unique}n`,
      needs.names,
    );
    if (made.outcome.kind !== 'passed')
      return { ...made, case: one, outcome: needFailed(made.outcome, needs.names), startedAt };
    lane.laneNames = { ...lane.laneNames, ...made.saved };
    for (const key of needs.keys) lane.readyNeeds.add(key);
  }
  const names = { ...lane.laneNames, ...chain?.names };
  const played = await play(
    ports,
    lane,
    stage,
    client,
    one,
    [...needs.eachCase, ...one.steps],
    names,
    unique,
  );
  if (played.outcome.kind === 'passed') {
    carried.set(one.id, { names: played.saved, unique });
    const continued = ports.cases.some((other) => other.after === one.id);
    for (const [name, need] of Object.entries(ports.needs)) {
      if (need.once !== 'lane' || continued || !need.gives.every((given) => given in played.saved)) continue;
      for (const given of need.gives) {
        const value = played.saved[given];
        if (value !== undefined) lane.laneNames[given] = value;
      }
      if (!(name in one.needs)) lane.readyNeeds.add(`${name}:true`);
    }
  }
  return { ...played, startedAt };
}

/** What a case comes to whose needs could not be made. */
export function needFailed(outcome: CaseOutcome, names: readonly string[]): CaseOutcome {
  const need = names.join(', ');
  return outcome.kind === 'failed'
    ? { kind: 'error', origin: 'client', finding: outcome.finding, need }
    : outcome.kind === 'error'
      ? { ...outcome, need }
      : outcome;
}

function stoppedOutcome(
  stopped: { readonly code: string; readonly data: JsonObject },
  one: Case,
): CaseOutcome {
  if (stopped.code === 'need-failed' || stopped.code === 'lane-ended')
    return {
      kind: 'error',
      origin: 'client',
      finding: { code: stopped.code, level: 'must', case: one.id, exchanges: [], data: stopped.data },
    };
  return { kind: 'cancelled', reason: stopped };
}

/** Runs the steps of one case on a stage. */
async function play(
  ports: LanePorts,
  lane: LaneState,
  stage: Stage,
  client: InitializeResult,
  one: Case,
  steps: readonly Step[],
  names: JsonObject,
  uniquePrefix: string,
  needs?: readonly string[],
): Promise<CaseRun & { readonly saved: JsonObject }> {
  const startedAt = ports.now();
  const context: CaseContext = {
    case: one,
    steps,
    operations: new Map(ports.operations.map((operation) => [operation.name, operation])),
    keyHeader: ports.keyHeader,
    identifying: ports.identifying,
    names,
    uniquePrefix,
    quietMs: client.quietMs > 0 ? Math.min(client.quietMs, ports.patienceMs * 10) + ports.pollDelayMs : 0,
    laneNames: Object.keys(names),
    attended: ports.attended ?? [],
  };
  const record = <T extends Happening>(happening: T): T => {
    if (happening.kind === 'command') {
      stage.gate.claim(textsIn(happening.params));
      ports.progress({ kind: 'command', lane: ports.lane, case: one, command: happening.method });
    }
    return ports.record(happening, one.id);
  };
  record({
    kind: 'case-started',
    names,
    uniquePrefix,
    ...(context.attended.length === 0 ? {} : { attended: context.attended }),
    ...(needs === undefined ? {} : { needs }),
  });
  const running = runCase(context, {
    client: stage.client,
    acts: stage.acts,
    truth: stage.truth,
    record,
    release: (exchange) => {
      const id = stage.gate.idOf(exchange);
      if (id !== undefined) stage.release(id);
    },
    disarm: () => stage.disarm(),
    load: () => stage.gate.load(),
    restart: async (signal) => {
      const { result, given } = await stage.start(true, signal);
      lane.client = result;
      record({
        kind: 'lane-started',
        generation: lane.generation,
        feature: ports.feature,
        restarted: true,
        client: result,
        driver: ports.driver,
        given,
      });
      return result;
    },
    timer: ports.timer,
    patienceMs: ports.patienceMs,
    lane: ports.lane,
    nextCommand: () => (lane.command += 1),
    signal: ports.signal,
  });
  stage.gate.attach(running, one.id);
  stage.gate.claim(textsIn(names));
  stage.client.onActivity(() => running.alive());
  const state = await running.done;
  stage.gate.attach(undefined, undefined);
  const outcome = state.outcome ?? { kind: 'cancelled', reason: stopReason(ports.signal) };
  const truth = await stage.truth.ask('everything', {});
  const stopped = outcome.kind === 'cancelled' ? { stopped: outcome.reason } : {};
  record({ kind: 'case-ended', complete: wasGoneThrough(outcome), leaves: one.leaves, truth, ...stopped });
  for (const name of Object.keys(lane.laneNames)) {
    const value = state.bound[name];
    if (value !== undefined) lane.laneNames[name] = value;
  }
  return {
    case: one,
    lane: ports.lane,
    outcome,
    steps: reportSteps(context, state),
    startedAt,
    endedAt: Math.max(ports.now(), startedAt + 0.001),
    attempts: 1,
    saved: state.bound,
  };
}

/** Where only the truth at the end is otherwise, every command was carried out: what is left open then is the client's. */
function wasGoneThrough(outcome: CaseOutcome): boolean {
  return outcome.kind === 'passed' || (outcome.kind === 'failed' && outcome.finding.code === 'truth-differs');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

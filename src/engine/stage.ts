import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Case } from '../model/case.ts';
import type { Client, ClientFault, InitializeResult } from '../model/client.ts';
import { ClientFaultError } from '../model/client.ts';
import type { Operation } from '../model/operation.ts';
import type { NeedShape } from '../model/pack.ts';
import type { Acts, Truth } from '../model/ports.ts';
import type { Attended, Happening } from '../model/recording.ts';
import type { CaseOutcome, CaseRun } from '../model/outcome.ts';
import type { SetTimer } from '../std/timers.ts';
import type { LaneGate } from './gate.ts';
import type { Reach } from './reach.ts';

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

/** What a lane knows between its cases. */
export interface LaneState {
  stage: Stage | undefined;
  client: InitializeResult | undefined;
  generation: number;
  laneNames: Record<string, JsonValue>;
  readyNeeds: Set<string>;
  clientErrors: number;
  command: number;
}

/** A lane before its first case. */
export function freshLane(): LaneState {
  return {
    stage: undefined,
    client: undefined,
    generation: 0,
    laneNames: {},
    readyNeeds: new Set(),
    clientErrors: 0,
    command: 0,
  };
}

/** Ends the lane's generation: what comes next begins anew. */
export async function closeStage(ports: LanePorts, lane: LaneState): Promise<void> {
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
export async function openStage(ports: LanePorts, lane: LaneState): Promise<CaseOutcome | undefined> {
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

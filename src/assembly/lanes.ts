import { createHash } from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Case } from '../model/case.ts';
import type { Config } from '../model/config.ts';
import type { Pack } from '../model/pack.ts';
import type { Operator } from '../model/operator.ts';
import type { CaseRun } from '../model/outcome.ts';
import type { Clock, Ids } from '../model/ports.ts';
import type { Attended } from '../model/recording.ts';
import type { Meter } from '../std/clock.ts';
import { realTimer } from '../std/timers.ts';
import { createTurns } from '../std/turns.ts';
import { createLaneGate, type Redaction } from '../engine/gate.ts';
import { runLane } from '../engine/lane.ts';
import type { LaneProgress } from '../engine/stage.ts';
import { BAIL } from '../engine/loop.ts';
import type { Reach } from '../engine/reach.ts';
import { clientOf } from './client.ts';
import { buildStage, RUN_POLL_DELAY_MS } from './stage.ts';
import type { Recorder } from './recorder.ts';
import type { RunMemory } from './run-memory.ts';

export interface LanesPorts<State> {
  readonly config: Config;
  readonly pack: Pack<State>;
  /** In reading order. */
  readonly cases: readonly Case[];
  readonly recorder: Recorder;
  readonly redaction: Redaction & { learn(secret: string): void };
  readonly clock: Clock;
  readonly meter: Meter;
  readonly ids: Ids;
  readonly wallClock: () => number;
  readonly seed: string;
  /** The environment a client gets, allow-listed. */
  readonly environment: Readonly<Record<string, string>>;
  /** The argument list that starts the reference client behind the protocol. */
  readonly sdkCommand: readonly string[];
  readonly progress: (event: LaneProgress) => void;
  readonly signal: AbortSignal;
  /** Counts the exchanges of the run. */
  readonly nextExchange: () => number;
  /** One lane at a time, under names of their own: cases run again because our own timing had been too poor. */
  readonly alone?: boolean;
  /** Whoever sits at the till or acts as the customer. */
  readonly operator?: Operator;
  readonly memory: RunMemory;
}

/** Runs all lanes, a feature each, side by side as far as the client allows; answers the cases in reading order. */
export async function runLanes<State>(ports: LanesPorts<State>): Promise<CaseRun[]> {
  const { config } = ports;
  const features = [...new Set(ports.cases.map((one) => one.feature))];
  const most = ports.alone === true ? 1 : config.maxLanes;
  const side = Math.max(1, Math.min(most, config.client.lanes === 'auto' ? most : config.client.lanes));
  const bail = new AbortController();
  const shared: Shared = {
    clientId: ports.memory.clientId,
    clientSecret: ports.memory.clientSecret,
    sideBySide: side > 1,
    inTurn: createTurns(),
    signal: AbortSignal.any([ports.signal, bail.signal]),
  };
  const waiting = features.map((feature, index) => ({ feature, index }));
  const runs: CaseRun[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const done = await runFeature(ports, shared, next.feature, next.index);
      runs.push(...done);
      const broken = done.some((run) => run.outcome.kind === 'failed' || run.outcome.kind === 'error');
      if (config.bail && broken) bail.abort(BAIL);
    }
  };
  await Promise.all(Array.from({ length: Math.min(side, features.length) }, work));
  const order = ports.cases.map((one) => one.id);
  return runs.sort((left, right) => order.indexOf(left.case.id) - order.indexOf(right.case.id));
}

/**
 * Processes that wait for each processor, a minute's average; 0 where the system doesn't tell. A container may be given few of the processors,
 * but hears the load of all of them.
 */
function loadNow(): number {
  return (loadavg()[0] ?? 0) / Math.max(availableParallelism(), cpus().length);
}

/** What all lanes have in common. */
interface Shared {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sideBySide: boolean;
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

function runFeature<State>(
  ports: LanesPorts<State>,
  shared: Shared,
  feature: string,
  index: number,
): Promise<CaseRun[]> {
  const { config, pack } = ports;
  const lane = ports.alone === true ? `${feature}-again` : feature;
  const record = (happening: Parameters<Recorder['record']>[0], caseId?: string): never =>
    ports.recorder.record(happening, lane, caseId) as never;
  return runLane({
    lane,
    feature,
    driver: config.client.driver,
    cases: ports.cases.filter((one) => one.feature === feature),
    operations: pack.operations,
    keyHeader: pack.keyHeader,
    needs: pack.vocabulary.needs,
    identifying: Object.fromEntries(
      Object.entries(pack.vocabulary.truths).map(([name, truth]) => [name, truth.by]),
    ),
    record,
    build: async () => {
      const { operations } = pack;
      const { redaction, nextExchange } = ports;
      const gate = createLaneGate({ operations, redaction, nextExchange, load: loadNow, record });
      const onLog = (lines: readonly string[]): void => void record({ kind: 'client-log', lines });
      const { memory } = ports;
      const client = clientOf({ ...ports, setUp: memory.setUp, onLog });
      const person = config.client.driver === 'operator';
      const first = config.gateway.port === 0 && person ? (memory.port ?? 0) : config.gateway.port;
      const port = first === 0 ? 0 : first + (shared.sideBySide ? index : 0);
      const learn = (secret: string): void => redaction.learn(secret);
      const { tokens } = memory;
      const stage = await buildStage({ ...ports, ...shared, lane, gate, client, port, learn, tokens });
      memory.port = stage.port;
      return stage;
    },
    attended: attendedIn(ports),
    ...reachOf(ports),
    unique: (caseId, generation) =>
      createHash('sha256').update(`${ports.seed}/${lane}/${caseId}/${generation}`).digest('hex').slice(0, 8),
    now: () => ports.clock.now(),
    timer: realTimer,
    patienceMs: config.client.patienceMs,
    pollDelayMs: RUN_POLL_DELAY_MS,
    bail: config.bail,
    signal: shared.signal,
    progress: ports.progress,
  });
}

/** What a person does in this run in the place of a program. */
function attendedIn<State>({ config, operator }: LanesPorts<State>): Attended[] {
  const { target } = config;
  const customer = target.kind === 'remote' && target.testUsers !== true && operator !== undefined;
  return [
    ...(config.client.driver === 'operator' ? ['commands' as const] : []),
    ...(customer ? ['customer' as const] : []),
  ];
}

/** What can be done and asked where the sandbox is somebody else's. */
function reachOf<State>({ config, pack, operator }: LanesPorts<State>): { readonly reach?: Reach } {
  const { target } = config;
  if (target.kind !== 'remote') return {};
  const customer = target.testUsers === true || operator !== undefined;
  return { reach: { customer, members: pack.remote?.members ?? {} } };
}

import { createHash } from 'node:crypto';
import type { Case } from '../model/case.ts';
import type { Config } from '../model/config.ts';
import type { Pack } from '../model/pack.ts';
import type { CaseRun } from '../model/outcome.ts';
import type { Clock, Ids } from '../model/ports.ts';
import type { Meter } from '../std/clock.ts';
import { realTimer } from '../std/timers.ts';
import { createLaneGate, type Redaction } from '../engine/gate.ts';
import { runLane, type LaneProgress } from '../engine/lane.ts';
import { clientOf } from './client.ts';
import { buildStage, RUN_POLL_DELAY_MS } from './stage.ts';
import type { Recorder } from './recorder.ts';

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
}

/** Runs all lanes, a feature each, side by side as far as the client allows; answers the cases in reading order. */
export async function runLanes<State>(ports: LanesPorts<State>): Promise<CaseRun[]> {
  const { config } = ports;
  const features = [...new Set(ports.cases.map((one) => one.feature))];
  const side = Math.max(
    1,
    Math.min(config.maxLanes, config.client.lanes === 'auto' ? config.maxLanes : config.client.lanes),
  );
  let exchanges = 0;
  const nextExchange = (): number => (exchanges += 1);
  const clientId = config.client.sandboxClientId ?? ports.ids();
  const clientSecret = ports.ids();
  ports.redaction.learn(clientSecret);
  const bail = new AbortController();
  const signal = AbortSignal.any([ports.signal, bail.signal]);
  const waiting = features.map((feature, index) => ({ feature, index }));
  const runs: CaseRun[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { feature, index } = next;
      const record = (happening: Parameters<Recorder['record']>[0], caseId?: string): never =>
        ports.recorder.record(happening, feature, caseId) as never;
      const done = await runLane({
        lane: feature,
        feature,
        driver: config.client.driver,
        cases: ports.cases.filter((one) => one.feature === feature),
        operations: ports.pack.operations,
        keyHeader: ports.pack.keyHeader,
        needs: ports.pack.vocabulary.needs,
        identifying: Object.fromEntries(
          Object.entries(ports.pack.vocabulary.truths).map(([name, truth]) => [name, truth.by]),
        ),
        record,
        build: () => {
          const gate = createLaneGate({
            operations: ports.pack.operations,
            redaction: ports.redaction,
            nextExchange,
            record,
          });
          const port = config.gateway.port === 0 ? 0 : config.gateway.port + (side === 1 ? 0 : index);
          return buildStage({
            ...ports,
            lane: feature,
            gate,
            client: clientOf({
              ...ports,
              onLog: (lines) => record({ kind: 'client-log', lines }),
            }),
            clientId,
            clientSecret,
            port,
          });
        },
        unique: (caseId, generation) =>
          createHash('sha256').update(`${ports.seed}/${caseId}/${generation}`).digest('hex').slice(0, 8),
        now: () => ports.clock.now(),
        timer: realTimer,
        patienceMs: config.client.patienceMs,
        pollDelayMs: RUN_POLL_DELAY_MS,
        bail: config.bail,
        signal,
        progress: ports.progress,
      });
      runs.push(...done);
      if (config.bail && done.some((run) => run.outcome.kind === 'failed' || run.outcome.kind === 'error'))
        bail.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.min(side, features.length) }, work));
  const order = ports.cases.map((one) => one.id);
  return runs.sort((left, right) => order.indexOf(left.case.id) - order.indexOf(right.case.id));
}

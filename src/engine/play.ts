import type { JsonObject } from '../model/json.ts';
import type { Case, Step } from '../model/case.ts';
import type { InitializeResult } from '../model/client.ts';
import type { Happening } from '../model/recording.ts';
import type { CaseOutcome, CaseRun } from '../model/outcome.ts';
import { runCase, stopReason } from './loop.ts';
import { reportSteps } from './context.ts';
import type { LanePorts, LaneState, Stage } from './stage.ts';
import type { CaseContext } from './state.ts';

/** Runs the steps of one case on a stage. */
export async function play(
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

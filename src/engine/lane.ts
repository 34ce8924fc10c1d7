import type { JsonObject } from '../model/json.ts';
import type { Case } from '../model/case.ts';
import { NEEDS_PREFIX, type CaseOutcome, type CaseRun } from '../model/outcome.ts';
import { stopReason } from './loop.ts';
import { play } from './play.ts';
import { beyondReach } from './reach.ts';
import { needsOf, unableFor } from './readiness.ts';
import { closeStage, freshLane, openStage, type LanePorts, type LaneState } from './stage.ts';

/**
 * Runs the cases of one lane in order. A case that did not pass renews the lane, so that one failure never causes the next; a second client
 * error ends it. What goes wrong with the client is the outcome of the cases; throws what the sandbox throws when it is asked for its truth.
 */
export async function runLane(ports: LanePorts): Promise<CaseRun[]> {
  const lane = freshLane();
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

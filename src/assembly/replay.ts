import { NEEDS_PREFIX, type CaseOutcome, type CaseRun } from '../model/outcome.ts';
import type { Case, Step } from '../model/case.ts';
import type { InitializeResult } from '../model/client.ts';
import type { Pack } from '../model/pack.ts';
import type { Happening, RunRecord } from '../model/recording.ts';
import { reportSteps } from '../engine/context.ts';
import { needFailed } from '../engine/lane.ts';
import { beyondReach } from '../engine/reach.ts';
import { needsOf, unableFor } from '../engine/readiness.ts';
import type { CaseContext, CaseState } from '../engine/state.ts';
import { beginCase, stepCase } from '../engine/step.ts';

/** What of a pack a recording is judged by again. */
export type ReplayPack = Pick<Pack, 'cases' | 'operations' | 'keyHeader' | 'vocabulary' | 'remote'>;

/** The cases of a recording as the engine's step judges them now. */
export interface Replayed {
  /** As the run took them the first time. */
  readonly first: readonly CaseRun[];
  /** Those that ran again alone. */
  readonly again: readonly CaseRun[];
  /** Exchanges with which the gateway was told otherwise than this pack's case would tell it. */
  readonly otherPlans: readonly number[];
}

/** Lanes of cases that ran again alone are named so. */
const AGAIN = '-again';

/**
 * Feeds a recording to the engine's own step, case by case, and gets the outcomes and steps that it came to then, unless the cases or the engine
 * have changed (architecture.md, the third idea). Pure; a planned case without a trace is *cancelled*.
 */
export function replay(records: readonly RunRecord[], pack: ReplayPack): Replayed {
  const remote = records.some((record) => record.kind === 'run-started' && record.target === 'remote');
  const planned = records.flatMap((record) => (record.kind === 'run-started' ? record.cases : []));
  const lanes = new Map<string, RunRecord[]>();
  for (const record of records) {
    if (record.lane === undefined) continue;
    const own = lanes.get(record.lane) ?? [];
    lanes.set(record.lane, own);
    own.push(record);
  }
  const otherPlans: number[] = [];
  const runs = [...lanes].map(([lane, own]) => ({
    lane,
    runs: replayLane(lane, own, pack, remote, otherPlans),
  }));
  const order = (all: readonly CaseRun[]): CaseRun[] =>
    [...all].sort((left, right) => planned.indexOf(left.case.id) - planned.indexOf(right.case.id));
  const first = runs.filter((one) => !one.lane.endsWith(AGAIN)).flatMap((one) => one.runs);
  const traced = new Set(first.map((run) => run.case.id));
  const untraced = planned.filter((id) => !traced.has(id)).flatMap((id) => withoutTrace(id, pack));
  return {
    first: order([...first, ...untraced]),
    again: order(runs.filter((one) => one.lane.endsWith(AGAIN)).flatMap((one) => one.runs)),
    otherPlans,
  };
}

function withoutTrace(id: string, pack: ReplayPack): CaseRun[] {
  const one = pack.cases.find((candidate) => candidate.id === id);
  const outcome: CaseOutcome = { kind: 'cancelled', reason: { code: 'interrupted', data: {} } };
  return one === undefined
    ? []
    : [{ case: one, lane: one.feature, outcome, steps: [], startedAt: 0, endedAt: 0, attempts: 0 }];
}

interface Under {
  readonly case: Case;
  readonly context: CaseContext;
  readonly startedAt: number;
  readonly needs: readonly string[] | undefined;
  state: CaseState;
}

function replayLane(
  lane: string,
  records: readonly RunRecord[],
  pack: ReplayPack,
  remote: boolean,
  otherPlans: number[],
): CaseRun[] {
  const runs: CaseRun[] = [];
  const begunAt = new Map<string, number>();
  let client: InitializeResult | undefined;
  let driver = '';
  let under: Under | undefined;
  for (const record of records) {
    if (record.kind === 'lane-started') {
      ({ client, driver } = record);
    } else if (record.kind === 'case-started') {
      under = begun(record, client, pack);
      if (under !== undefined) begunAt.set(under.case.id, begunAt.get(under.case.id) ?? record.at);
    } else if (record.kind === 'case-not-run') {
      const one = pack.cases.find((candidate) => candidate.id === record.case);
      if (one === undefined) continue;
      const said = record.outcome as unknown as CaseOutcome;
      const beyond = remote ? beyondTarget(one, said, pack) : undefined;
      const outcome = beyond ?? notRun(one, said, client, driver, pack);
      runs.push({
        case: one,
        lane,
        outcome,
        steps: [],
        startedAt: record.at,
        endedAt: record.at,
        attempts: 0,
      });
    } else if (under !== undefined && record.case === under.context.case.id) {
      if (record.kind === 'case-ended') {
        const run = ended(under, record, lane, begunAt.get(under.case.id) ?? under.startedAt);
        if (run !== undefined) runs.push(run);
        under = undefined;
      } else under.state = fed(under, record, otherPlans);
    }
  }
  return runs;
}

/** The context of a case from what was recorded when it began; the steps of its needs come from the pack. */
function begun(
  record: RunRecord & Extract<Happening, { kind: 'case-started' }>,
  client: InitializeResult | undefined,
  pack: ReplayPack,
): Under | undefined {
  const pseudo = record.case?.startsWith(NEEDS_PREFIX) === true;
  const id = pseudo ? record.case.slice(NEEDS_PREFIX.length) : record.case;
  const one = pack.cases.find((candidate) => candidate.id === id);
  if (one === undefined) return undefined;
  const shapes = pack.vocabulary.needs;
  const made = record.needs ?? [];
  const onceALane = Object.fromEntries(Object.entries(one.needs).filter(([name]) => made.includes(name)));
  const steps: readonly Step[] = pseudo
    ? needsOf({ ...one, needs: onceALane }, shapes, new Set()).onceALane
    : [...needsOf(one, shapes, new Set()).eachCase, ...one.steps];
  const played: Case = pseudo
    ? { ...one, id: `${NEEDS_PREFIX}${one.id}`, steps: [], evidence: [], needs: {} }
    : one;
  const context: CaseContext = {
    case: played,
    steps,
    operations: new Map(pack.operations.map((operation) => [operation.name, operation])),
    keyHeader: pack.keyHeader,
    identifying: Object.fromEntries(
      Object.entries(pack.vocabulary.truths).map(([name, truth]) => [name, truth.by]),
    ),
    names: record.names,
    uniquePrefix: record.uniquePrefix,
    quietMs: client?.quietMs ?? 0,
    laneNames: Object.keys(record.names),
    attended: record.attended ?? [],
  };
  const { state } = beginCase(context);
  return { case: one, context, startedAt: record.at, needs: pseudo ? made : undefined, state };
}

function fed(under: Under, record: RunRecord, otherPlans: number[]): CaseState {
  const stepped = stepCase(under.context, under.state, record);
  if (record.kind === 'request') {
    const plan = stepped.effects.find((effect) => effect.kind === 'plan')?.plan ?? { kind: 'forward' };
    if (JSON.stringify(sorted(plan)) !== JSON.stringify(sorted(record.plan)))
      otherPlans.push(record.exchange);
  }
  return stepped.state;
}

/** A value whose members are in order, so that equal values have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/** The run of a case that has ended; undefined where needs were made and the case itself comes now. */
function ended(
  under: Under,
  record: RunRecord & Extract<Happening, { kind: 'case-ended' }>,
  lane: string,
  startedAt: number,
): CaseRun | undefined {
  const stopped = record.stopped ?? { code: 'interrupted', data: {} };
  const reached: CaseOutcome = under.state.outcome ?? { kind: 'cancelled', reason: stopped };
  if (under.needs !== undefined && reached.kind === 'passed') return undefined;
  return {
    case: under.case,
    lane,
    outcome: under.needs === undefined ? reached : needFailed(reached, under.needs),
    steps: reportSteps(under.context, under.state),
    startedAt,
    endedAt: record.at,
    attempts: 1,
  };
}

/** What the client declared decides again whether the case applies to it; any other reason is taken as it was recorded: none of them passes. */
function notRun(
  one: Case,
  said: CaseOutcome,
  client: InitializeResult | undefined,
  driver: string,
  pack: ReplayPack,
): CaseOutcome {
  const unproven: CaseOutcome = { kind: 'unproven', reason: { code: 'not-exercised', data: {} } };
  if (said.kind !== 'not applicable' && said.kind !== 'unsupported')
    return said.kind === 'passed' ? unproven : said;
  const killable = driver !== 'http' && driver !== 'operator';
  const unable =
    client === undefined ? undefined : unableFor(one, client, { killable }, pack.vocabulary.needs);
  return unable ?? unproven;
}

/** What a remote sandbox can't do is worked out again from the case; whether somebody acted as the customer is taken as it was recorded. */
function beyondTarget(one: Case, said: CaseOutcome, pack: ReplayPack): CaseOutcome | undefined {
  if (said.kind !== 'unsupported') return undefined;
  const customer = said.reason.code !== 'unsupported-customer';
  return beyondReach(one, pack.vocabulary.needs, { customer, members: pack.remote?.members ?? {} });
}

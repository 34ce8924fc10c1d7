import type { CaseRun } from '../model/outcome.ts';
import type { Pack } from '../model/pack.ts';
import type { Problem } from '../model/problem.ts';
import type { RunRecord, RunStarted } from '../model/recording.ts';
import type { RunReport } from '../model/run.ts';

/** From when to when recordings that were joined go, and whether the last of them came to its end. */
export interface Bounds {
  readonly started: RunStarted;
  /** RFC 3339 UTC. */
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly interrupted: boolean;
}

/** The bounds of the recording of one run, or of several joined. Throws where it has no beginning. */
export function boundsOf(records: readonly RunRecord[], pack: Pick<Pack, 'features' | 'cases'>): Bounds {
  const starts = records.filter((record) => record.kind === 'run-started');
  const ends = records.filter((record) => record.kind === 'run-finished');
  const [only] = starts;
  const started = starts.length === 1 ? only : joinedStart(starts, pack);
  if (started === undefined) throw new Error('a recording without a beginning');
  const durationMs = Math.round(records.reduce((most, record) => Math.max(most, record.at), 0));
  const last = ends
    .map((one) => one.finishedAt)
    .sort()
    .at(-1);
  return {
    started,
    finishedAt: last ?? new Date((Date.parse(started.startedAt) || 0) + durationMs).toISOString(),
    durationMs,
    interrupted: ends.at(-1)?.interrupted ?? true,
  };
}

/** Says where a run that is told again comes to something else than it did then: other rules judge it now. */
export function otherwiseThan(then: RunReport | undefined, now: RunReport): Problem[] {
  if (then === undefined || then.verdict === now.verdict) return [];
  const by = then.tool.version;
  return [{ code: 'judged-otherwise', data: { run: now.run, then: then.verdict, now: now.verdict, by } }];
}

/** The start of several runs as one: what any of them selected, the rest as the last one has it. */
function joinedStart(
  starts: readonly RunStarted[],
  pack: Pick<Pack, 'features' | 'cases'>,
): RunStarted | undefined {
  const last = starts.at(-1);
  if (last === undefined) return undefined;
  const features = new Set(starts.flatMap((one) => one.features));
  const cases = new Set(starts.flatMap((one) => one.cases));
  const planned = pack.cases.map((one) => one.id).filter((id) => cases.has(id));
  return {
    ...last,
    startedAt: starts.map((one) => one.startedAt).sort()[0] ?? last.startedAt,
    features: pack.features.map((one) => one.id).filter((id) => features.has(id)),
    tier: starts.some((one) => one.tier === 'all') ? 'all' : 'certification',
    cases: planned,
    partial: !coversFeatures(pack, features, cases),
  };
}

/** Whether no case of the certification tier is missing of any feature. */
function coversFeatures(
  pack: Pick<Pack, 'cases'>,
  features: ReadonlySet<string>,
  cases: ReadonlySet<string>,
): boolean {
  return pack.cases.every(
    (one) => !features.has(one.feature) || one.tier !== 'certification' || cases.has(one.id),
  );
}

/** Of each case the run of the last recording that has it, in the pack's order; tries add up. */
export function latestRuns(
  recordings: readonly (readonly CaseRun[])[],
  pack: Pick<Pack, 'cases'>,
): CaseRun[] {
  const latest = new Map<string, CaseRun>();
  for (const run of recordings.flat()) {
    const before = latest.get(run.case.id);
    latest.set(run.case.id, { ...run, attempts: run.attempts + (before?.attempts ?? 0) });
  }
  return pack.cases.flatMap((one) => latest.get(one.id) ?? []);
}

/** What keeps runs from being joined into one report: they were made of different things, or say two things about one case. */
export function joinProblems(reports: readonly RunReport[]): Problem[] {
  const problems: Problem[] = [];
  const runs = reports.map((one) => one.run);
  const twice = [...new Set(runs.filter((id, index) => runs.indexOf(id) !== index))];
  if (twice.length > 0) return [{ code: 'merge-same-run', data: { runs: twice } }];
  const facts: readonly (readonly [string, (report: RunReport) => string | undefined])[] = [
    ['case pack', ({ pack }) => `${pack.id} ${pack.version} sha256:${pack.digest}`],
    ['client', ({ client }) => client.configuredName ?? client.name],
    ['version', ({ client }) => client.declaredVersion ?? client.version],
    ['driver', ({ client }) => client.driver],
    ['target', ({ target }) => target],
  ];
  for (const [what, of] of facts) {
    const values = [...new Set(reports.map(of).filter((value) => value !== undefined))];
    if (values.length > 1) problems.push({ code: 'merge-different', data: { what, values } });
  }
  const owners = new Map<string, string[]>();
  for (const report of reports)
    for (const one of report.cases) owners.set(one.id, [...(owners.get(one.id) ?? []), report.run]);
  const shared = [...owners].filter(([, runsOfCase]) => runsOfCase.length > 1);
  if (shared.length > 0) {
    const where = [...new Set(shared.flatMap(([, runsOfCase]) => runsOfCase))];
    problems.push({ code: 'merge-overlap', data: { cases: shared.map(([id]) => id), runs: where } });
  }
  return problems;
}

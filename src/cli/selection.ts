import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveFeatures, selectCases, shardOf } from '../inspect.ts';
import type { Judge } from '../audit.ts';
import type { Case } from '../model/case.ts';
import type { Config } from '../model/config.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { RunReport } from '../model/run.ts';
import type { Flags } from './settings.ts';

/** What a run is to go through. */
export interface Selection {
  /** Features that are exercised, onboarding first. */
  readonly features: readonly string[];
  readonly cases: readonly Case[];
  /** Only some of the features' cases: no certificate. */
  readonly partial: boolean;
  readonly tier: Config['tier'];
  /** The run that this one goes on from. */
  readonly before?: string;
  readonly shard?: string;
}

/** Chooses features and cases by the flags; everything wrong with them is told at once. Throws what the file system throws. */
export async function selection(flags: Flags, config: Config, judge: Judge): Promise<Parsed<Selection>> {
  const { pack } = judge;
  const exclusive = ['--failed', '--resume', '--shard'].filter((flag) => flags[flag.slice(2)] !== undefined);
  if (config.cases.length > 0) exclusive.push('--case');
  const together = exclusive.join() === '--failed,--case' ? [] : exclusive;
  if (together.length > 1) return wrong({ code: 'flags-exclude', data: { flags: together } });
  if (flags['resume'] !== undefined) return resumed(flags['resume'], config, judge);
  const features = resolveFeatures(pack, config.features);
  if (!features.ok) return features;
  const failed = flags['failed'] === true ? lastFailed(config.root) : undefined;
  if (failed?.ok === false) return failed;
  const ids = [...config.cases, ...(failed?.value ?? [])];
  const cases = selectCases(pack, features.value, config.tier, ids);
  if (!cases.ok) return cases;
  const { warnings } = cases;
  if (typeof flags['shard'] === 'string') {
    const shard = sharded(flags['shard'], cases.value);
    if (!shard.ok) return shard;
    const value = { features: features.value, cases: shard.value, partial: true, tier: config.tier };
    return { ok: true, value: { ...value, shard: flags['shard'] }, warnings };
  }
  const partial = ids.length > 0;
  const exercised = partial ? featuresOf(cases.value, pack) : features.value;
  return {
    ok: true,
    value: { features: exercised, cases: cases.value, partial, tier: config.tier },
    warnings,
  };
}

function wrong(problem: Problem): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [problem] };
}

/** Onboarding is part of every run: a need may call its operations. */
function featuresOf(cases: readonly Case[], pack: Judge['pack']): string[] {
  return pack.features
    .filter((one) => one.mandatory || cases.some(({ feature }) => feature === one.id))
    .map((one) => one.id);
}

function sharded(text: string, cases: readonly Case[]): Parsed<readonly Case[]> {
  const [, index, count] = /^([1-9]\d?)\/([1-9]\d?)$/.exec(text) ?? [];
  if (index === undefined || count === undefined || Number(index) > Number(count))
    return wrong({ code: 'shard-wrong', data: { got: text } });
  const own = shardOf(cases, Number(index), Number(count));
  if (own.length === 0) return wrong({ code: 'shard-empty', data: { shard: text } });
  return { ok: true, value: own, warnings: [] };
}

/** What need not be run again. */
const DONE: readonly string[] = ['passed', 'not applicable'];

/** The cases that a run planned and that have not passed, with those that they continue; features and tier are that run's. */
async function resumed(name: unknown, config: Config, judge: Judge): Promise<Parsed<Selection>> {
  const { pack } = judge;
  const place = { root: config.root, cwd: config.root };
  const { retell } = await import('../audit.ts');
  // A run that was killed is the newest and not the last one that ended.
  const told = await retell(typeof name === 'string' ? name : 'newest', place, judge, false);
  if (!told.ok) return told;
  const { report, chain } = told.value;
  const other = told.warnings.find((one) => one.code === 'told-as-then');
  if (other !== undefined) return wrong({ ...other, code: 'run-of-other-pack' });
  const different = differences(report, chain.at(-1)?.read.records, config);
  if (different.length > 0) return { ok: false, problems: different };
  const ids = report.cases.filter((one) => !DONE.includes(one.verdict)).map((one) => one.id);
  if (ids.length === 0) return wrong({ code: 'nothing-to-resume', data: { run: report.run } });
  const cases = selectCases(pack, report.features, report.tier, ids);
  if (!cases.ok) return cases;
  const { features, tier } = report;
  const warnings = told.warnings.filter((one) => one.code === 'recording-cut-off');
  const value = { features, cases: cases.value, partial: true, tier, before: report.run };
  return { ok: true, value, warnings };
}

/** What of the client is not as it was: verdicts about one client say nothing about another. */
function differences(
  report: RunReport,
  records: readonly { readonly kind: string }[] | undefined,
  config: Config,
): Problem[] {
  const started = records?.find((record) => record.kind === 'run-started') as
    | { readonly config?: { readonly client?: { readonly command?: unknown; readonly url?: unknown } } }
    | undefined;
  const before = started?.config?.client;
  const { client } = config;
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['driver', report.client.driver, client.driver],
    ['client', report.client.configuredName, client.name],
    ['version', report.client.declaredVersion, client.version],
    ['command', before?.command, client.command],
    ['address', before?.url, client.url],
    ['target', report.target, config.target.kind],
  ];
  return facts.flatMap(([what, then, now]): Problem[] =>
    JSON.stringify(then) === JSON.stringify(now)
      ? []
      : [{ code: 'resume-different', data: { run: report.run, what, then: told(then), now: told(now) } }],
  );
}

function told(value: unknown): string {
  if (value === undefined) return 'not given';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The cases of the last run that did not pass, from its report. */
function lastFailed(root: string): Parsed<readonly string[]> {
  try {
    const run = readFileSync(join(root, '.poscert', 'last'), 'utf8').trim();
    const text = readFileSync(join(root, '.poscert', 'runs', run, 'report.json'), 'utf8');
    const report = JSON.parse(text) as Pick<RunReport, 'cases'>;
    const ids = report.cases.filter((one) => !DONE.includes(one.verdict)).map((one) => one.id);
    if (ids.length > 0) return { ok: true, value: ids, warnings: [] };
    return wrong({ code: 'nothing-failed', data: { run } });
  } catch {
    return wrong({ code: 'no-last-run', data: { root } });
  }
}

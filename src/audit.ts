import type { Examination, SupportFacts } from './model/audit.ts';
import type { TrustedKey } from './model/certificate.ts';
import type { Pack } from './model/pack.ts';
import type { Problem } from './model/problem.ts';
import type { RunRecord } from './model/recording.ts';
import type { RunReport } from './model/run.ts';
import type { Config } from './model/config.ts';
import { relative } from 'node:path';
import {
  chainOf,
  findRun,
  packOf,
  refused,
  type Audited,
  type RunPlace,
  type StoredRun,
} from './assembly/runs.ts';
import { readTraffic } from './assembly/traffic-file.ts';
import { certificateFolders, readCertificate } from './assembly/certificate-folder.ts';
import { replay } from './assembly/replay.ts';
import type { Bundle } from './certificate/bundle.ts';
import type { GateQuestion } from './certificate/gate.ts';
import { gateAnswer, type GateAnswer } from './certificate/gate-answer.ts';
import { verification, type Verification } from './certificate/verification.ts';
import { joinRecordings } from './journal/join.ts';
import { readJournal } from './journal/read-back.ts';
import { certificateHtml } from './report/certificate-html.ts';
import { replaced } from './verdict/again.ts';
import type { Decision } from './verdict/decide.ts';
import { examine } from './verdict/examination.ts';
import { boundsOf, joinProblems, latestRuns, otherwiseThan } from './verdict/joined.ts';
import { reportOf } from './verdict/report.ts';
import { asThen, storedReport } from './verdict/stored-report.ts';
import { casesIn, supportFacts } from './verdict/support-facts.ts';
import { weigh } from './verdict/weigh.ts';

export type { GateQuestion } from './certificate/gate.ts';
export type { GateAnswer } from './certificate/gate-answer.ts';
export type { Rejudged, Verification } from './certificate/verification.ts';
export { rememberBefore, type Audited, type RunPlace } from './assembly/runs.ts';
export { difference } from './verdict/difference.ts';

/** Spine 2: recordings and certificates in, judgements out. What judges here: one pack, by the rules of this version. */
export interface Judge {
  readonly pack: Pack;
  /** Our own version. */
  readonly version: string;
}

/** Judges a recording again: the same step, the same rules, the same verdict as in a run. */
export function judgeAgain(
  records: readonly RunRecord[],
  pack: Pack,
): { decision: Decision; otherPlans: number } {
  const started = records.find((record) => record.kind === 'run-started');
  const finished = records.find((record) => record.kind === 'run-finished');
  const client = started?.config['client'] as { readonly version?: string } | undefined;
  const { first, again, otherPlans } = replay(records, pack);
  const run = {
    features: started?.features ?? [],
    declaredVersion: client?.version,
    target: started?.target ?? 'embedded',
    partial: started?.partial ?? true,
    interrupted: finished?.interrupted ?? true,
  };
  return { decision: weigh(run, pack, replaced(first, again), records), otherPlans: otherPlans.length };
}

/** Verifies the certificate at `path`, a folder or its certificate.json; undefined where there is none. Throws what the file system throws. */
export async function verify(
  path: string,
  trusted: readonly TrustedKey[],
  judge: Judge,
): Promise<Verification | undefined> {
  const bundle = await readCertificate(path);
  return bundle && { ...verifyFiles(bundle, trusted, judge), folder: bundle.folder };
}

/** The same of files that have been read. Pure. */
export function verifyFiles(
  bundle: Bundle,
  trusted: readonly TrustedKey[],
  { pack, version }: Judge,
): Omit<Verification, 'folder'> {
  const judge = (records: readonly RunRecord[]): Decision & { otherPlans: number } => {
    const { decision, otherPlans } = judgeAgain(records, pack);
    return { ...decision, otherPlans };
  };
  return verification(bundle, trusted, { pack, version, read: readJournal, judge, page: certificateHtml });
}

/** Looks below `store` for certificates that cover what is asked. One that is broken covers nothing and hides nothing. */
export async function gate(
  store: string,
  question: GateQuestion,
  trusted: readonly TrustedKey[],
  judge: Judge,
): Promise<GateAnswer> {
  const read: Verification[] = [];
  for (const folder of await certificateFolders(store)) {
    const found = await verify(folder, trusted, judge).catch((thrown: unknown) => unreadable(folder, thrown));
    if (found !== undefined) read.push(found);
  }
  return gateAnswer(read, question);
}

/** A folder that can't be read hides no other. */
function unreadable(folder: string, thrown: unknown): Verification {
  const data = { file: folder, message: thrown instanceof Error ? thrown.message : String(thrown) };
  const problems = [{ code: 'certificate-unreadable', data }];
  return { folder, problems, doubts: [], verified: false, signed: true, leftOut: [] };
}

/** A stored run told again. */
export interface Retold {
  readonly report: RunReport;
  /** The run, after those that it goes on from. */
  readonly chain: readonly StoredRun[];
}

/**
 * Tells a stored run again: its recording is judged by the same step, rules and verdict as in the run. One made with another case pack is told
 * as report.json has it. Throws what the file system throws.
 */
export async function retell(
  name: string | undefined,
  place: RunPlace,
  judge: Judge,
  allExchanges: boolean,
): Promise<Audited<Retold>> {
  const found = await findRun(name, place);
  if (!found.ok) return found;
  const run = found.value;
  const chain = chainOf(run);
  const stored = storedReport(run.report);
  const other = chain.map(packOf).find((pack) => pack?.digest !== judge.pack.digest);
  if (other !== undefined) {
    const data = { run: run.id, then: `${other.id} ${other.version}`, now: judge.pack.version };
    if (stored === undefined) return refused({ code: 'run-of-other-pack', data });
    return { ok: true, value: { report: stored, chain }, warnings: [{ code: 'told-as-then', data }] };
  }
  const journal = relative(place.root, run.journal);
  const again = { ...asThen(account(chain, judge, allExchanges), stored), journal };
  const otherwise = otherwiseThan(stored, again);
  return { ok: true, value: { report: again, chain }, warnings: [...found.warnings, ...otherwise] };
}

/** Joins runs into one report: shards of one certification. There is never a certificate of it (cli.md). */
export async function merge(
  names: readonly string[],
  place: RunPlace,
  judge: Judge,
  allExchanges: boolean,
): Promise<Audited<RunReport>> {
  const told: Retold[] = [];
  const warnings: Problem[] = [];
  for (const name of names) {
    const one = await retell(name, place, judge, false);
    if (!one.ok) return one;
    told.push(one.value);
    warnings.push(...one.warnings);
  }
  const ofOtherPack = warnings
    .filter((one) => one.code === 'told-as-then')
    .map((one) => ({ ...one, code: 'run-of-other-pack' }));
  const problems = [...joinProblems(told.map((one) => one.report)), ...ofOtherPack];
  if (problems.length > 0) return { ok: false, damaged: false, problems };
  const chain = told.flatMap((one) => one.chain);
  const noCertificate = { code: 'merged-run', data: { runs: told.map((one) => one.report.run) } };
  return { ok: true, value: { ...account(chain, judge, allExchanges), noCertificate }, warnings };
}

/** Recordings judged together; of a case that several have, the last counts. */
function account(runs: readonly StoredRun[], { pack }: Judge, allExchanges: boolean): RunReport {
  const { records, parts } = joinRecordings(runs.map((run) => run.read.records));
  const bounds = boundsOf(records, pack);
  const { started } = bounds;
  const config = started.config as unknown as Pick<Config, 'client' | 'file'>;
  const cases = parts.map((part) => {
    const { first, again } = replay(part, pack);
    return replaced(first, again);
  });
  const run = { ...started, declaredVersion: config.client.version, interrupted: bounds.interrupted };
  const decision = weigh(run, pack, latestRuns(cases, pack), records);
  const report = reportOf({ ...bounds, decision, records, config, allExchanges });
  const resumed = { code: 'resumed-run', data: { run: runs[0]?.id ?? '' } };
  return {
    ...report,
    durationMs: bounds.durationMs,
    ...(runs.length > 1 ? { noCertificate: resumed } : {}),
  };
}

/** Judges a recording or a HAR file by the obligations alone, of `features`. Throws what the file system throws. */
export async function check(
  path: string,
  { pack }: Judge,
  features: readonly string[],
): Promise<Audited<Examination>> {
  const read = await readTraffic(path, pack.operations);
  if (!read.ok) return read;
  const { records, declaredVersion } = read.value;
  const alone = { features, declaredVersion, target: 'embedded', partial: true, interrupted: false } as const;
  try {
    const value = examine(weigh(alone, pack, [], records), records);
    return { ok: true, value, warnings: read.warnings };
  } catch (thrown) {
    // Records have the members they must have, but anybody may have put anything into those.
    return refused({ code: 'recording-unusable', data: { path, message: String(thrown) } }, true);
  }
}

/** What Developer Support asks for about a run, or about one of its cases. Throws what the file system throws. */
export async function support(
  name: string | undefined,
  caseId: string | undefined,
  place: RunPlace,
  { pack }: Judge,
): Promise<Audited<SupportFacts>> {
  const found = await findRun(name, place);
  if (!found.ok) return found;
  const { read, id } = found.value;
  const facts = supportFacts(read.records, pack.keyHeader, caseId);
  if (facts !== undefined) return { ok: true, value: facts, warnings: found.warnings };
  const cases = casesIn(read.records);
  return refused({ code: 'support-case-missing', data: { case: caseId ?? '', run: id, cases } });
}

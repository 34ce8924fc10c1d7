import type { Examination, SupportFacts } from './model/audit.ts';
import type { Statement, TestResult, TrustedKey } from './model/certificate.ts';
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
import { checkBundle, type Bundle, type Checked } from './certificate/check.ts';
import { missingCases, otherVerdicts, recordingProblems, type OtherVerdict } from './certificate/evidence.ts';
import { gaps, type GateCandidate, type GateQuestion } from './certificate/gate.ts';
import { joinRecordings } from './journal/join.ts';
import { readJournal } from './journal/read-back.ts';
import { replaced } from './verdict/again.ts';
import type { Decision } from './verdict/decide.ts';
import { examine } from './verdict/examination.ts';
import { boundsOf, joinProblems, latestRuns, otherwiseThan } from './verdict/joined.ts';
import { reportOf } from './verdict/report.ts';
import { asThen, storedReport } from './verdict/stored-report.ts';
import { casesIn, supportFacts } from './verdict/support-facts.ts';
import { weigh } from './verdict/weigh.ts';

export type { GateQuestion } from './certificate/gate.ts';
export { rememberBefore, type Audited, type RunPlace } from './assembly/runs.ts';
export { difference } from './verdict/difference.ts';

/** Spine 2: recordings and certificates in, judgements out. What judges here: one pack, by the rules of this version. */
export interface Judge {
  readonly pack: Pack;
  /** Our own version. */
  readonly version: string;
}

/** What became of one certificate. Nothing is `verified` unless it is whole, unaltered, trusted, and judged the same again where it can be. */
export interface Verification extends Checked {
  readonly folder: string;
  readonly verified: boolean;
  /** The recording judged again; absent where it is not at hand or not to be believed. */
  readonly judged?: Rejudged;
}

/** A recording judged again, by the same pack and version or by another. */
export interface Rejudged {
  readonly by: { readonly poscert: string; readonly pack: string };
  readonly certifiedBy: { readonly poscert: string; readonly pack: string };
  readonly same: boolean;
  readonly cases: number;
  readonly otherwise: readonly OtherVerdict[];
  /** What the whole run comes to. */
  readonly verdict: string;
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
  judge: Judge,
): Omit<Verification, 'folder'> {
  const checked = checkBundle(bundle, trusted);
  const { statement, testResult } = checked;
  const result = (problems: readonly Problem[], judged?: Rejudged): Omit<Verification, 'folder'> => ({
    ...checked,
    problems,
    verified: problems.length === 0 && checked.doubts.length === 0 && statement !== undefined,
    ...(judged === undefined ? {} : { judged }),
  });
  const bytes = bundle.files.get('run.jsonl');
  if (statement === undefined || bytes === undefined) return result(checked.problems);
  const recording = readJournal(bytes);
  const altered = [...checked.problems, ...recordingProblems(statement, recording)];
  if (altered.length > 0 || testResult === undefined) return result(altered);
  const { judged, problems } = compared(statement, testResult, recording.records, judge);
  return result(problems, judged);
}

/** Only the version and the pack that certified are held to their word; another may judge otherwise, which is told and no error (certificate.md). */
function compared(
  statement: Statement,
  testResult: TestResult,
  records: readonly RunRecord[],
  { pack, version }: Judge,
): { readonly judged: Rejudged; readonly problems: readonly Problem[] } {
  const { verifier, policy, poscertCertificate: own } = statement.predicate;
  const { decision, otherPlans } = judgeAgain(records, pack);
  const otherwise = otherVerdicts(testResult, decision.cases);
  const samePack = policy.digest.sha256 === pack.digest;
  const same = samePack && verifier.version['poscert'] === version;
  const required = pack.cases.filter(
    (one) => own.features.includes(one.feature) && one.tier === 'certification',
  );
  const missing = missingCases(testResult, records, samePack ? required.map((one) => one.id) : []);
  const problems: Problem[] = [];
  if (missing.length > 0) problems.push({ code: 'case-missing', data: { cases: missing } });
  const held = decision.verdict === 'passed' && otherPlans === 0;
  if (same && (otherwise.length > 0 || !held)) {
    const cases = otherwise.map((one) => ({ ...one }));
    problems.push({ code: 'verdict-differs', data: { verdict: decision.verdict, cases } });
  }
  const judged: Rejudged = {
    by: { poscert: version, pack: `${pack.id} ${pack.version}` },
    certifiedBy: {
      poscert: verifier.version['poscert'] ?? '',
      pack: policy.uri.replace(/^pkg:generic\/poscert-pack-(.*)@(.*)$/, '$1 $2'),
    },
    same,
    cases: decision.cases.length,
    otherwise,
    verdict: decision.verdict,
  };
  return { judged, problems };
}

/** What the gate found. */
export interface GateAnswer {
  /** Certificates that cover what was asked. */
  readonly covering: readonly Verification[];
  /** Those that don't, each with why; the nearest first. */
  readonly others: readonly { readonly certificate: Verification; readonly gaps: readonly Problem[] }[];
  /** Certificates that are broken or were altered; they cover nothing. */
  readonly broken: readonly Verification[];
  /** Names of clients in the store. */
  readonly names: readonly string[];
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
    const found = await verify(folder, trusted, judge);
    if (found !== undefined) read.push(found);
  }
  const broken = read.filter((one) => one.problems.length > 0);
  const weighed = read.flatMap((certificate) => {
    const candidate = candidateOf(certificate);
    return candidate === undefined ? [] : [{ certificate, gaps: gaps(question, candidate) }];
  });
  return {
    covering: weighed.filter((one) => one.gaps.length === 0).map((one) => one.certificate),
    others: weighed
      .filter((one) => one.gaps.length > 0)
      .sort((left, right) => left.gaps.length - right.gaps.length),
    broken,
    names: [
      ...new Set(
        weighed.map((one) => one.certificate.statement?.predicate.poscertCertificate.client.name ?? ''),
      ),
    ],
  };
}

function candidateOf({ problems, statement, assurance, doubts }: Verification): GateCandidate | undefined {
  return problems.length > 0 || statement === undefined
    ? undefined
    : { statement, assurance: assurance ?? 'self', doubts };
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

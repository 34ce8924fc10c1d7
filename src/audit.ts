import type { Statement, TestResult, TrustedKey } from './model/certificate.ts';
import type { Pack } from './model/pack.ts';
import type { Problem } from './model/problem.ts';
import type { RunRecord } from './model/recording.ts';
import { certificateFolders, readCertificate } from './assembly/certificate-folder.ts';
import { replay } from './assembly/replay.ts';
import { checkBundle, type Bundle, type Checked } from './certificate/check.ts';
import { missingCases, otherVerdicts, recordingProblems, type OtherVerdict } from './certificate/evidence.ts';
import { gaps, type GateCandidate, type GateQuestion } from './certificate/gate.ts';
import { readJournal } from './journal/read-back.ts';
import { replaced } from './verdict/again.ts';
import type { Decision } from './verdict/decide.ts';
import { weigh } from './verdict/weigh.ts';

export type { GateQuestion } from './certificate/gate.ts';

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

import type { Statement, TestResult, TrustedKey } from '../model/certificate.ts';
import type { Pack } from '../model/pack.ts';
import type { Problem } from '../model/problem.ts';
import type { RunRecord } from '../model/recording.ts';
import type { CaseReport, ObligationReport } from '../model/run.ts';
import { canonicalJson } from '../std/bytes.ts';
import type { Bundle } from './bundle.ts';
import { checkBundle, type Checked } from './check.ts';
import { comparer } from './contents.ts';
import {
  missingCases,
  otherVerdicts,
  recordingProblems,
  type OtherVerdict,
  type ReadRecording,
} from './evidence.ts';
import { countsOf } from './statement.ts';

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

/** Whoever judges again: one pack and version, and the engine and rules that belong to it. */
export interface Verifier {
  readonly pack: Pick<Pack, 'id' | 'version' | 'digest' | 'cases'>;
  readonly version: string;
  readonly read: (journal: Uint8Array) => ReadRecording;
  readonly judge: (records: readonly RunRecord[]) => {
    readonly verdict: string;
    readonly cases: readonly CaseReport[];
    readonly obligations: readonly ObligationReport[];
    /** Exchanges in which the gateway was told otherwise than this pack's case would tell it. */
    readonly otherPlans: number;
  };
  /** Renders the page for people. */
  readonly page: (statement: Statement, keyId: string | undefined) => string;
}

/** Verifies a certificate's files: form, signature, digests, chain, then every case once more. */
export function verification(
  bundle: Bundle,
  trusted: readonly TrustedKey[],
  verifier: Verifier,
): Omit<Verification, 'folder'> {
  const checked = checkBundle(bundle, trusted);
  const { statement, testResult } = checked;
  const result = (problems: readonly Problem[], judged?: Rejudged): Omit<Verification, 'folder'> => {
    const doubts = [...checked.doubts, ...(statement === undefined ? [] : packDoubts(statement, verifier))];
    return {
      ...checked,
      problems,
      doubts,
      verified: problems.length === 0 && doubts.length === 0 && statement !== undefined,
      ...(judged === undefined ? {} : { judged }),
    };
  };
  const bytes = bundle.files.get('run.jsonl');
  if (statement === undefined || bytes === undefined) return result(checked.problems);
  const recording = verifier.read(bytes);
  try {
    const altered = [...checked.problems, ...recordingProblems(statement, recording)];
    if (altered.length > 0 || testResult === undefined) return result(altered);
    const { judged, problems } = compared(statement, testResult, recording.records, verifier);
    return result(
      [...problems, ...(judged.same ? pageProblems(bundle, checked, statement, verifier) : [])],
      judged,
    );
  } catch (thrown) {
    // Records have the members they must have, but whoever has the key may have put anything into those.
    const data = { file: 'run.jsonl', path: 'run.jsonl', message: String(thrown) };
    return result([...checked.problems, { code: 'recording-unusable', place: { file: 'run.jsonl' }, data }]);
  }
}

/** A pack that bears the name and version of the one at hand, of the same poscert, and is another: not the one that was shipped. */
function packDoubts(statement: Statement, { pack, version }: Verifier): Problem[] {
  const { verifier, policy } = statement.predicate;
  const uri = `pkg:generic/poscert-pack-${pack.id}@${pack.version}`;
  const pretends =
    policy.uri === uri && verifier.version['poscert'] === version && policy.digest.sha256 !== pack.digest;
  return pretends
    ? [
        {
          code: 'pack-not-shipped',
          place: { file: 'pack.sha256' },
          data: { pack: `${pack.id} ${pack.version}` },
        },
      ]
    : [];
}

/** Only the version and the pack that certified are held to their word; another may judge otherwise, which is told and no error (certificate.md). */
function compared(
  statement: Statement,
  testResult: TestResult,
  records: readonly RunRecord[],
  { pack, version, judge }: Verifier,
): { readonly judged: Rejudged; readonly problems: readonly Problem[] } {
  const { verifier, policy, poscertCertificate: own } = statement.predicate;
  const again = judge(records);
  const otherwise = otherVerdicts(testResult, again.cases);
  const samePack = policy.digest.sha256 === pack.digest;
  const same = samePack && verifier.version['poscert'] === version;
  const required = pack.cases.filter(
    (one) => own.features.includes(one.feature) && one.tier === 'certification',
  );
  const missing = missingCases(testResult, records, samePack ? required.map((one) => one.id) : []);
  const problems: Problem[] = [];
  if (missing.length > 0) problems.push({ code: 'case-missing', data: { cases: missing } });
  const held = again.verdict === 'passed' && again.otherPlans === 0;
  if (same && (otherwise.length > 0 || !held)) {
    const cases = otherwise.map((one) => ({ ...one }));
    problems.push({ code: 'verdict-differs', data: { verdict: again.verdict, cases } });
  }
  const { passed, requiredPerFeature, obligationsKept } = own.results;
  const stated = { passed, requiredPerFeature, obligationsKept, attempts: own.run.attempts };
  if (
    same &&
    problems.length === 0 &&
    canonicalJson(countsOf({ ...again, features: own.features })) !== canonicalJson(stated)
  )
    problems.push({ code: 'counts-differ', data: {} });
  const judged: Rejudged = {
    by: { poscert: version, pack: `${pack.id} ${pack.version}` },
    certifiedBy: {
      poscert: verifier.version['poscert'] ?? '',
      pack: policy.uri.replace(/^pkg:generic\/poscert-pack-(.*)@(.*)$/, '$1 $2'),
    },
    same,
    cases: again.cases.length,
    otherwise,
    verdict: again.verdict,
  };
  return { judged, problems };
}

/** The page is drawn again by the version that drew it: a signature over a page does not make true what stands on it. */
function pageProblems(bundle: Bundle, checked: Checked, statement: Statement, { page }: Verifier): Problem[] {
  const own = statement.predicate.poscertCertificate;
  const drawn = { ...own, evidence: own.evidence.slice(0, 1) };
  const draft = { ...statement, predicate: { ...statement.predicate, poscertCertificate: drawn } };
  const problems: Problem[] = [];
  comparer(bundle, problems, [])('certificate.html', 'page-differs', page(draft, checked.keyId));
  return problems;
}

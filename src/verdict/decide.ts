import type { Finding, Judgement, Obligation } from '../model/obligation.ts';
import { NEEDS_PREFIX, type CaseRun } from '../model/outcome.ts';
import type { CaseReport, ObligationReport } from '../model/run.ts';
import type { CaseVerdict, RunVerdict } from '../model/verdict.ts';
import { heaviest, verdictOfCases } from './precedence.ts';

/** What a run is decided from. */
export interface Evidence {
  readonly runs: readonly CaseRun[];
  readonly judgements: readonly Judgement[];
  readonly obligations: readonly Obligation[];
  /** Features selected, in reading order. */
  readonly features: readonly string[];
  /** Cases that a certificate may lack against a remote target. */
  readonly mayLack: readonly string[];
  /** Only some cases were asked for: obligations are listed, not counted. */
  readonly partial: boolean;
  readonly interrupted: boolean;
}

export interface Decision {
  readonly verdict: RunVerdict;
  readonly cases: readonly CaseReport[];
  readonly obligations: readonly ObligationReport[];
  /** Findings that belong to no case. */
  readonly findings: readonly Finding[];
}

/** Cases, judgements and obligations in, verdicts out. Nothing here looks at a clock, a file or a screen. */
export function decide(evidence: Evidence): Decision {
  const known = new Map(evidence.runs.map((run) => [run.case.id, run.lane]));
  // A case that ran again alone is judged by that run: what the first one left open is no longer looked at.
  const stands = (finding: Finding): boolean => {
    const lane = finding.case === undefined ? undefined : known.get(finding.case);
    return lane === undefined || finding.lane === undefined || finding.lane === lane;
  };
  const standing = (findings: readonly Finding[]): Finding[] => findings.map(placed).filter(stands);
  const judgements = evidence.judgements.map((judgement) => ({
    ...judgement,
    findings: standing(judgement.findings),
    doubtful: standing(judgement.doubtful),
  }));
  const found = judgements.flatMap((judgement) => judgement.findings);
  const doubtful = judgements.flatMap((judgement) => judgement.doubtful);
  const cases = evidence.runs.map((run) => decideCase(run, found, doubtful));
  const stray = found.filter((finding) => finding.case === undefined || !known.has(finding.case));
  const obligations = evidence.obligations.map((obligation) =>
    decideObligation(obligation, { ...evidence, judgements }, cases),
  );
  // What only the embedded sandbox can be told may be lacking against a remote one; the certificate lists it (case-language.md).
  const counting = cases.filter(
    (one) => !(one.verdict === 'unsupported' && evidence.mayLack.includes(one.id)),
  );
  const verdicts: RunVerdict[] = [verdictOfCases(counting.map((one) => one.verdict))];
  if (evidence.interrupted) verdicts.push('interrupted');
  if (stray.some((finding) => finding.level === 'must')) verdicts.push('failed');
  if (!evidence.partial) {
    for (const one of obligations)
      if (
        one.level === 'must' &&
        one.applicable &&
        (one.state === 'unproven' || one.state === 'inconclusive')
      )
        verdicts.push(one.state);
    for (const feature of evidence.features)
      if (!counting.some((one) => one.feature === feature && one.verdict !== 'not applicable'))
        verdicts.push('unproven');
  }
  return { verdict: heaviest(verdicts), cases, obligations, findings: stray };
}

/** What was found while a need was made belongs to the case that it was made for. */
function placed(finding: Finding): Finding {
  return finding.case?.startsWith(NEEDS_PREFIX) === true
    ? { ...finding, case: finding.case.slice(NEEDS_PREFIX.length) }
    : finding;
}

function decideCase(run: CaseRun, found: readonly Finding[], doubtful: readonly Finding[]): CaseReport {
  const { case: one, outcome } = run;
  const own = found.filter((finding) => finding.case === one.id);
  const engine = 'finding' in outcome ? [outcome.finding] : [];
  const findings = [...own, ...engine].sort(byCause(engine[0]));
  const musts = findings.some((finding) => finding.level === 'must');
  const doubts = doubtful.filter((finding) => finding.case === one.id && finding.level === 'must');
  const verdict = verdictOf(run, musts, doubts.length > 0);
  const reason =
    'reason' in outcome
      ? outcome.reason
      : verdict === 'inconclusive'
        ? { code: 'timing-too-poor', data: doubts[0]?.data ?? {} }
        : undefined;
  return {
    id: one.id,
    feature: one.feature,
    title: one.title,
    why: one.why,
    tier: one.tier,
    mark: one.mark,
    source: one.source,
    file: one.file,
    lane: run.lane,
    verdict,
    ...(outcome.kind === 'error' ? { origin: outcome.origin } : {}),
    ...(reason === undefined || verdict === 'failed' ? {} : { reason }),
    steps: run.steps,
    findings,
    durationMs: Math.round(run.endedAt - run.startedAt),
    attempts: run.attempts,
  };
}

function verdictOf(run: CaseRun, musts: boolean, doubts: boolean): CaseVerdict {
  const { outcome } = run;
  switch (outcome.kind) {
    case 'error':
    case 'failed':
    case 'cancelled':
      return outcome.kind;
    case 'passed':
    case 'unproven':
    case 'unsupported':
    case 'not applicable':
    case 'inconclusive':
      if (musts) return 'failed';
      return doubts && outcome.kind === 'passed' ? 'inconclusive' : outcome.kind;
  }
}

/** What an engine's finding waited for: these come to light only when a command or a case is over. */
const AT_THE_END: ReadonlySet<string> = new Set([
  'missing-request',
  'wrong-ending',
  'silent',
  'ran-too-long',
]);

/**
 * The first cause on top: musts first, then by the exchange that brought the finding to light; a rule explains more than the engine, also where
 * it goes on to exchanges after the one that the engine's finding `bare` is about.
 */
function byCause(bare: Finding | undefined): (left: Finding, right: Finding) => number {
  const about = bare?.exchanges.at(-1);
  const light = (finding: Finding): number =>
    bare !== undefined && about !== undefined && finding.exchanges.includes(about)
      ? Math.min(lightOf(finding), lightOf(bare))
      : lightOf(finding);
  return (left, right) => {
    if (left.level !== right.level) return left.level === 'must' ? -1 : 1;
    return (
      light(left) - light(right) ||
      Number(left.obligation === undefined) - Number(right.obligation === undefined)
    );
  };
}

function lightOf(finding: Finding): number {
  if (finding.code === 'truth-differs') return Number.MAX_SAFE_INTEGER;
  // A command that sent nothing ended after all that was sent before it: what a rule makes of that says more.
  const sentNothing = finding.obligation === undefined && finding.exchanges.length === 0;
  if (sentNothing && (finding.code === 'missing-request' || finding.code === 'wrong-ending'))
    return Number.MAX_SAFE_INTEGER - 1;
  const last = Math.max(0, ...finding.exchanges);
  return AT_THE_END.has(finding.code) ? last + 0.5 : last;
}

function decideObligation(
  obligation: Obligation,
  evidence: Evidence,
  cases: readonly CaseReport[],
): ObligationReport {
  const judgement = evidence.judgements.find((one) => one.obligation === obligation.id);
  const proving = cases.filter(
    (one) =>
      obligation.provedBy.includes(one.id) &&
      one.verdict !== 'not applicable' &&
      !(one.verdict === 'unsupported' && evidence.mayLack.includes(one.id)),
  );
  const applicable =
    obligation.features.some((feature) => evidence.features.includes(feature)) && proving.length > 0;
  const examined = judgement?.examined.length ?? 0;
  return {
    id: obligation.id,
    title: obligation.title,
    level: obligation.level,
    state: stateOf(obligation, judgement),
    applicable: applicable && judgement !== undefined,
    examined,
    findings: judgement?.findings.length ?? 0,
    source: obligation.source,
    text: obligation.text,
    ...(obligation.usually === undefined ? {} : { usually: obligation.usually }),
    ...(obligation.remedy === undefined ? {} : { remedy: obligation.remedy }),
  };
}

function stateOf(obligation: Obligation, judgement: Judgement | undefined): ObligationReport['state'] {
  if (judgement === undefined) return obligation.unobservable === undefined ? 'unproven' : 'not observable';
  if (judgement.findings.length > 0) return 'broken';
  if (judgement.doubtful.length > 0) return 'inconclusive';
  return judgement.examined.length > 0 ? 'kept' : 'unproven';
}

import type { Change, RunDifference, Side } from '../model/audit.ts';
import type { Finding } from '../model/obligation.ts';
import type { RunReport } from '../model/run.ts';
import type { CaseVerdict } from '../model/verdict.ts';

/** Smaller changes of a time say nothing. */
const SHARE = 0.2;
const LEAST_MS = 500;

/** From best to worst. */
const CASE_ORDER: readonly CaseVerdict[] = [
  'passed',
  'not applicable',
  'unsupported',
  'unproven',
  'cancelled',
  'inconclusive',
  'failed',
  'error',
];
const STATE_ORDER = ['kept', 'not observable', 'unproven', 'inconclusive', 'broken'];

/** Compares two runs: verdicts, findings, obligations and times. What only one of them has is told and is neither better nor worse. */
export function difference(before: RunReport, after: RunReport): RunDifference {
  const cases = changes(
    before.cases.map((one) => [one.id, one.verdict]),
    after.cases.map((one) => [one.id, one.verdict]),
    CASE_ORDER,
  );
  // That nothing is proved any more counts only where the later run's cases should have proved it.
  const asked = new Set(after.obligations.filter((one) => one.applicable).map((one) => one.id));
  const obligations = changes(
    before.obligations.map((one) => [one.id, one.state]),
    after.obligations.map((one) => [one.id, one.state]),
    STATE_ORDER,
  ).map((one) => ({ ...one, worse: one.worse && (one.after === 'broken' || asked.has(one.id)) }));
  const shared = new Set(before.cases.map((one) => one.id));
  const both = new Set(after.cases.map((one) => one.id).filter((id) => shared.has(id)));
  const appeared = missingIn(findingsOf(before, both), findingsOf(after, both));
  return {
    before: sideOf(before),
    after: sideOf(after),
    facts: changes(factsOf(before), factsOf(after), []),
    compared: both.size,
    cases,
    obligations,
    appeared,
    gone: missingIn(findingsOf(after, both), findingsOf(before, both)),
    times: timesOf(before, after),
    worse:
      cases.some((one) => one.worse) ||
      obligations.some((one) => one.worse) ||
      appeared.some((one) => one.level === 'must'),
  };
}

function sideOf({ run, startedAt, verdict, exitCode, durationMs }: RunReport): Side {
  return { run, startedAt, verdict, exitCode, durationMs };
}

type Entries = readonly (readonly [id: string, value: string])[];

function changes(before: Entries, after: Entries, order: readonly string[]): Change[] {
  const left = new Map(before);
  const right = new Map(after);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((id): Change[] => {
    const was = left.get(id);
    const is = right.get(id);
    if (was === is) return [];
    return [
      {
        id,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
        worse: was !== undefined && is !== undefined && order.indexOf(is) > order.indexOf(was),
      },
    ];
  });
}

function factsOf(report: RunReport): Entries {
  const { client, pack } = report;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['client', client.configuredName ?? client.name],
    ['version', client.declaredVersion ?? client.version],
    ['driver', client.driver],
    ['target', report.target],
    ['features', report.features.join(', ')],
    ['tier', report.tier],
    ['case pack', `${pack.id} ${pack.version} sha256:${pack.digest.slice(0, 12)}`],
    ['poscert', report.tool.version],
  ];
  return facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
}

function findingsOf(report: RunReport, cases: ReadonlySet<string>): Finding[] {
  return [
    ...report.findings,
    ...report.cases.filter((one) => cases.has(one.id)).flatMap((one) => one.findings),
  ];
}

/** Findings say the same where code, duty and case are the same; numbers of exchanges and values differ from run to run. */
function missingIn(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const likeness = (one: Finding): string =>
    JSON.stringify([one.code, one.level, one.obligation ?? '', one.case ?? '']);
  const seen = new Set(known.map(likeness));
  return findings.filter((one) => {
    const own = likeness(one);
    if (seen.has(own)) return false;
    seen.add(own);
    return true;
  });
}

function timesOf(before: RunReport, after: RunReport): RunDifference['times'] {
  const was = new Map(before.cases.map((one) => [one.id, one.durationMs]));
  return after.cases.flatMap((one) => {
    const beforeMs = was.get(one.id);
    if (beforeMs === undefined) return [];
    const moved = Math.abs(one.durationMs - beforeMs);
    return moved > LEAST_MS && moved > SHARE * beforeMs
      ? [{ id: one.id, beforeMs, afterMs: one.durationMs }]
      : [];
  });
}

import type { JsonObject } from '../model/json.ts';
import { member, textMember } from '../model/json.ts';
import type { Finding } from '../model/obligation.ts';
import type { CaseReport, ObligationReport, RunReport } from '../model/run.ts';
import type { Words } from '../words/entry.ts';
import { hasWords, wordsFor } from '../words/words.ts';

/** A finding as reports name it: `F1`, `F2`, … in reading order over the run. */
export interface NumberedFinding {
  readonly id: string;
  readonly finding: Finding;
  readonly words: Words;
  /** Absent for a finding that belongs to no case. */
  readonly case?: CaseReport;
  readonly obligation?: ObligationReport;
}

/** A first cause, with what is folded under it. */
export interface Cause {
  readonly first: NumberedFinding;
  /** Other findings of the same case, in order. */
  readonly consequences: readonly NumberedFinding[];
  /** The same finding again, in this case and in others. */
  readonly again: readonly NumberedFinding[];
  /** Cases that were not run because of this one. */
  readonly stopped: readonly CaseReport[];
}

/** Cases that were not decided, for one reason. */
export interface Undecided {
  readonly words: Words;
  readonly code: string;
  readonly data: JsonObject;
  readonly cases: readonly CaseReport[];
}

/** Everything there is to say about a run, in the order in which a person should read it. */
export interface Sorted {
  readonly numbered: readonly NumberedFinding[];
  /** What broke the run. */
  readonly causes: readonly Cause[];
  /** What marks a run without failing it: findings of level should. */
  readonly advice: readonly Cause[];
  readonly undecided: readonly Undecided[];
}

/** Codes that say that a case was not run because of another one, with the member that names that one. */
const STOPPED: Readonly<Record<string, string>> = {
  'need-failed': 'firstCause',
  'lane-ended': 'cause',
  'after-failed': 'case',
};

/** Every finding with its number. */
export function numberedFindings(report: RunReport): readonly NumberedFinding[] {
  const obligations = new Map(report.obligations.map((one) => [one.id, one]));
  const all: readonly (readonly [Finding, CaseReport | undefined])[] = [
    ...report.cases.flatMap((one) => one.findings.map((finding) => [finding, one] as const)),
    ...report.findings.map((finding) => [finding, undefined] as const),
  ];
  return all.map(([finding, owner], index) => {
    const obligation = finding.obligation === undefined ? undefined : obligations.get(finding.obligation);
    return {
      id: `F${index + 1}`,
      finding,
      words: told(finding, obligation),
      ...(owner === undefined ? {} : { case: owner }),
      ...(obligation === undefined ? {} : { obligation }),
    };
  });
}

/** What the words lack, the obligation's own file says. */
function told(finding: Finding, obligation: ObligationReport | undefined): Words {
  const words = wordsFor(finding.code, finding.data);
  const title =
    obligation === undefined || hasWords(finding.code) ? words.title : `Duty broken: ${obligation.title}`;
  const { cause = obligation?.usually, remedy = obligation?.remedy } = words;
  return { title, ...(cause === undefined ? {} : { cause }), ...(remedy === undefined ? {} : { remedy }) };
}

/** Sorts what a run found: first causes with what follows from them, advice, and what was not decided. */
export function sortFindings(report: RunReport): Sorted {
  const numbered = numberedFindings(report);
  const musts = fold(numbered.filter((one) => one.finding.level === 'must' && !stops(one.finding.code)));
  const advice = fold(numbered.filter((one) => one.finding.level === 'should'));
  const waiting = report.cases.flatMap((one) => stoppedBy(one) ?? []);
  const causes = musts.map((cause): Cause => {
    const stopped = waiting.filter((one) => one.root === cause.first.case?.id).map((one) => one.case);
    return { ...cause, stopped };
  });
  const folded = new Set(causes.flatMap((cause) => cause.stopped));
  const undecided = groupReasons(report.cases.filter((one) => !folded.has(one)));
  return { numbered, causes, advice, undecided };
}

/** Where to read about a case: the ids of its findings, or of the first cause for which it was not run. */
export function idsFor(
  sorted: Sorted,
  one: CaseReport,
): { readonly ids: readonly string[]; readonly stopped: boolean } {
  const root = sorted.causes.find((cause) => cause.stopped.includes(one));
  if (root !== undefined) return { ids: [root.first.id], stopped: true };
  const own = sorted.numbered.filter((finding) => finding.case === one && !stops(finding.finding.code));
  return { ids: own.map((finding) => finding.id), stopped: false };
}

function stops(code: string): boolean {
  return Object.hasOwn(STOPPED, code);
}

/** Which case a case was not run for. */
function stoppedBy(one: CaseReport): { readonly case: CaseReport; readonly root: string } | undefined {
  for (const { code, data } of [...(one.reason ? [one.reason] : []), ...one.findings]) {
    const name = Object.hasOwn(STOPPED, code) ? STOPPED[code] : undefined;
    const root = name === undefined ? undefined : textMember(data, name);
    if (root !== undefined) return { case: one, root };
  }
  return undefined;
}

/** Findings that say the same: one obligation broken in the same way, or one and the same sentence. */
function likeness(one: NumberedFinding): string {
  const { code, obligation } = one.finding;
  return obligation === undefined ? `${code}|${one.words.title}` : `${code}|${obligation}`;
}

function fold(findings: readonly NumberedFinding[]): readonly Cause[] {
  const causes: {
    first: NumberedFinding;
    consequences: NumberedFinding[];
    again: NumberedFinding[];
    stopped: [];
  }[] = [];
  for (const one of findings) {
    const same = causes.find((cause) => likeness(cause.first) === likeness(one));
    if (same !== undefined) {
      same.again.push(one);
      continue;
    }
    const own = one.case && causes.find((cause) => cause.first.case === one.case);
    if (own !== undefined && one.finding.level === 'must') own.consequences.push(one);
    else causes.push({ first: one, consequences: [], again: [], stopped: [] });
  }
  return causes;
}

function groupReasons(cases: readonly CaseReport[]): readonly Undecided[] {
  const groups = new Map<string, { words: Words; code: string; data: JsonObject; cases: CaseReport[] }>();
  for (const one of cases) {
    const reason = one.reason ?? one.findings.find((finding) => stops(finding.code));
    if (reason === undefined || one.verdict === 'failed' || one.verdict === 'passed') continue;
    const words = wordsFor(reason.code, reason.data);
    const key = `${one.verdict}|${reason.code}|${words.title}`;
    const group = groups.get(key) ?? { words, code: reason.code, data: reason.data, cases: [] };
    group.cases.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** One member that is not as it should be; `got` is absent where there was none. */
export interface Difference {
  readonly member: string;
  readonly expected?: string;
  readonly got?: string;
}

/** What was expected beside what came, as JSON texts. */
export function differencesOf(finding: Finding): readonly Difference[] {
  const { data } = finding;
  const listed = member(data, 'differences');
  if (Array.isArray(listed) && listed.length > 0)
    return listed.map((one) =>
      row(textMember(one, 'member') ?? '', member(one, 'expected'), member(one, 'got')),
    );
  const expected = member(data, 'expected');
  const got = member(data, 'got') ?? member(data, 'found');
  if (got === undefined) return [];
  return [
    row(
      textMember(data, 'what') ?? textMember(data, 'where') ?? textMember(data, 'member') ?? '',
      expected,
      got,
    ),
  ];
}

function row(name: string, expected: unknown, got: unknown): Difference {
  return {
    member: name,
    ...(expected === undefined ? {} : { expected: JSON.stringify(expected) }),
    ...(got === undefined ? {} : { got: JSON.stringify(got) }),
  };
}

/** The last lines of the client's log, where a finding or a reason has them. */
export function logLines(data: JsonObject): readonly string[] {
  const lines = member(data, 'stderr');
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
}

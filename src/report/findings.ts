import type { JsonObject } from '../model/json.ts';
import { textMember } from '../model/json.ts';
import type { Finding } from '../model/obligation.ts';
import type { CaseReport, ExchangeReport, ObligationReport, RunReport } from '../model/run.ts';
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

/** What of a report says what was found. */
export type Found = Pick<RunReport, 'cases' | 'findings' | 'obligations'>;

/** Every finding with its number. */
export function numberedFindings(report: Found): readonly NumberedFinding[] {
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

/** The numbers of the exchanges that a finding names, in the order of time. */
export function numbersOf(one: NumberedFinding): readonly number[] {
  return [...new Set(one.finding.exchanges)].sort((left, right) => left - right);
}

/** The exchanges that a finding names, in the order of time, as far as the report has them. */
export function exchangesOf(
  report: Pick<RunReport, 'exchanges'>,
  one: NumberedFinding,
): readonly ExchangeReport[] {
  const known = new Map(report.exchanges.map((exchange) => [exchange.exchange, exchange]));
  return numbersOf(one).flatMap((number) => known.get(number) ?? []);
}

/** Sorts what a run found: first causes with what follows from them, advice, and what was not decided. */
export function sortFindings(report: Found): Sorted {
  const numbered = numberedFindings(report);
  const musts = foldMusts(numbered.filter((one) => one.finding.level === 'must' && !stops(one.finding.code)));
  const advice = foldAdvice(numbered.filter((one) => one.finding.level === 'should'));
  const causes = withStopped(musts, report);
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

/** The id of the case for which a case was not run. */
function stoppedBy(one: CaseReport): string | undefined {
  for (const { code, data } of [...(one.reason ? [one.reason] : []), ...one.findings]) {
    const name = Object.hasOwn(STOPPED, code) ? STOPPED[code] : undefined;
    if (name !== undefined) return textMember(data, name);
  }
  return undefined;
}

/** Findings that say the same: one obligation broken in the same way, or one and the same sentence. */
function likeness(one: NumberedFinding): string {
  const { code, obligation } = one.finding;
  return obligation === undefined ? `${code}|${one.words.title}` : `${code}|${obligation}`;
}

interface Folding {
  readonly first: NumberedFinding;
  readonly consequences: NumberedFinding[];
  readonly again: NumberedFinding[];
  readonly stopped: CaseReport[];
}

const opened = (first: NumberedFinding): Folding => ({ first, consequences: [], again: [], stopped: [] });

/**
 * A case's first finding is its cause, and the others follow from it, unless they are causes that were met before. Where that first finding
 * was met before, in another case, what follows in this case is folded under the one cause too.
 */
function foldMusts(findings: readonly NumberedFinding[]): readonly Folding[] {
  const causes: Folding[] = [];
  const homes = new Map<CaseReport, Folding>();
  for (const one of findings) {
    const same = causes.find((cause) => likeness(cause.first) === likeness(one));
    const home = one.case && homes.get(one.case);
    if (same !== undefined) same.again.push(one);
    else if (home !== undefined) home.consequences.push(one);
    else causes.push(opened(one));
    const placed = same ?? home ?? causes.at(-1);
    if (one.case !== undefined && home === undefined && placed !== undefined) homes.set(one.case, placed);
  }
  return causes;
}

function foldAdvice(findings: readonly NumberedFinding[]): readonly Folding[] {
  const causes: Folding[] = [];
  for (const one of findings) {
    const same = causes.find((cause) => likeness(cause.first) === likeness(one));
    if (same === undefined) causes.push(opened(one));
    else same.again.push(one);
  }
  return causes;
}

/** Hangs each case that was not run under the cause that its case, or the case that this one waited for, failed by. */
function withStopped(causes: readonly Folding[], report: Found): readonly Cause[] {
  const homes = new Map<string, Folding>();
  for (const cause of causes)
    for (const one of [cause.first, ...cause.consequences, ...cause.again])
      if (one.case !== undefined && !homes.has(one.case.id)) homes.set(one.case.id, cause);
  for (const one of report.cases) {
    const root = stoppedBy(one);
    const home = root === undefined ? undefined : homes.get(root);
    if (home === undefined) continue;
    home.stopped.push(one);
    homes.set(one.id, home);
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

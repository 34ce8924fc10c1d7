import type { CaseReport, RunReport } from '../model/run.ts';
import { wordsFor } from '../words/words.ts';
import { numberedFindings, type NumberedFinding } from './findings.ts';
import { plainFinding } from './plain-finding.ts';
import { byFeature, clientPhrase, obligationsToMind } from './summary.ts';
import { cappedXmlText, CASE_LIMIT, xmlAttribute } from './xml-text.ts';

/** Longest file written: GitLab takes less than 30 MB a file (standards.md 2.1). */
const FILE_LIMIT = 20_000_000;

/**
 * JUnit XML in the dialect that both the Jenkins and the Ant schema accept (standards.md 2.1): a feature is a suite, a case a test case.
 * `failure`: the client broke a rule; `error`: poscert, the sandbox or the set-up; `skipped`: not decided, with the reason.
 */
export function junitReport(report: RunReport): string {
  const whole = write(report, CASE_LIMIT);
  return whole.length <= FILE_LIMIT
    ? whole
    : write(report, Math.max(256, Math.floor(FILE_LIMIT / 8 / (report.cases.length + 1))));
}

function write(report: RunReport, limit: number): string {
  const numbered = numberedFindings(report);
  const suites = byFeature(report).map(([feature, cases], id) => ({ feature, cases, id }));
  const stray = numbered.filter((one) => one.case === undefined);
  const lines = suites.map(({ feature, cases, id }) =>
    suite(
      report,
      feature,
      id,
      cases.map((one) => testCase(report, one, numbered, limit)),
      cases,
    ),
  );
  if (stray.length > 0 || openDuties(report).length > 0)
    lines.push(runSuite(report, suites.length, stray, limit));
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...lines, '</testsuites>', ''].join('\n');
}

/** What became of a case in the words of JUnit. */
type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

function outcomeOf(one: CaseReport): Outcome {
  switch (one.verdict) {
    case 'passed':
      return 'passed';
    case 'failed':
      return 'failure';
    case 'error':
      return 'error';
    case 'inconclusive':
    case 'unproven':
    case 'unsupported':
    case 'not applicable':
    case 'cancelled':
      return 'skipped';
  }
}

/** Seconds with three decimals, never an exponent, never below zero: the Jenkins schema takes no others. */
function seconds(ms: number): string {
  return (Number.isFinite(ms) ? Math.max(0, ms) / 1000 : 0).toFixed(3);
}

function suite(
  report: RunReport,
  name: string,
  id: number,
  testCases: readonly string[],
  cases: readonly CaseReport[],
): string {
  const count = (outcome: Outcome): number => cases.filter((one) => outcomeOf(one) === outcome).length;
  return [
    suiteStart(report, name, id, {
      tests: cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
      time: cases.reduce((sum, one) => sum + one.durationMs, 0),
    }),
    ...properties(report),
    ...testCases,
    SUITE_END,
  ].join('\n');
}

interface Sums {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly time: number;
}

const SUITE_END = '    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>';

function suiteStart(report: RunReport, name: string, id: number, sums: Sums): string {
  const attributes = [
    `name="${xmlAttribute(name)}"`,
    'package="poscert"',
    `id="${id}"`,
    `timestamp="${timestamp(report.startedAt)}"`,
    'hostname="localhost"',
    `tests="${sums.tests}"`,
    `failures="${sums.failures}"`,
    `errors="${sums.errors}"`,
    `skipped="${sums.skipped}"`,
    `time="${seconds(sums.time)}"`,
  ];
  return `  <testsuite ${attributes.join(' ')}>`;
}

/** Without zone and milliseconds, as the Ant schema wants it. */
function timestamp(rfc3339: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(rfc3339)?.[0] ?? '1970-01-01T00:00:00';
}

function properties(report: RunReport): string[] {
  const named: readonly (readonly [string, string])[] = [
    ['poscert.version', report.tool.version],
    ['poscert.run', report.run],
    ['poscert.verdict', report.verdict],
    ['poscert.client', clientPhrase(report)],
    ['poscert.pack', `${report.pack.id} ${report.pack.version}`],
    ['poscert.tier', report.tier],
  ];
  return [
    '    <properties>',
    ...named.map(([name, value]) => `      <property name="${name}" value="${xmlAttribute(value)}"/>`),
    '    </properties>',
  ];
}

/** At most one of failure, error and skipped stands in a test case: the Ant schema takes no more. */
function testCase(
  report: RunReport,
  one: CaseReport,
  numbered: readonly NumberedFinding[],
  limit: number,
): string {
  const name = one.id.startsWith(`${one.feature}/`) ? one.id.slice(one.feature.length + 1) : one.id;
  const start = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(one.feature)}" time="${seconds(one.durationMs)}"`;
  const outcome = outcomeOf(one);
  if (outcome === 'passed') return `${start}/>`;
  const reason = one.reason && wordsFor(one.reason.code, one.reason.data);
  if (outcome === 'skipped')
    return `${start}><skipped message="${xmlAttribute(`${one.verdict}: ${reason?.title ?? 'no reason given'}`)}"/></testcase>`;
  const own = numbered.filter((finding) => finding.case?.id === one.id);
  const musts = own.filter((finding) => finding.finding.level === 'must');
  const first = musts[0];
  const message = first?.words.title ?? reason?.title ?? one.verdict;
  const type = first?.finding.obligation ?? first?.finding.code ?? one.reason?.code ?? one.verdict;
  const text = [
    one.title,
    ...own.map((finding) => plainFinding(report, finding)),
    ...(own.length === 0 && reason?.remedy !== undefined ? [`to do: ${reason.remedy}`] : []),
  ].join('\n\n');
  return `${start}><${outcome} message="${xmlAttribute(message.slice(0, 2000))}" type="${xmlAttribute(type)}">${cappedXmlText(text, limit)}</${outcome}></testcase>`;
}

/** Obligations that make a run unproven although every case may have passed. */
function openDuties(report: RunReport): RunReport['obligations'] {
  return obligationsToMind(report).filter((one) => one.state !== 'broken');
}

/** What belongs to no case is a suite of its own, so that none of it is lost: stray findings, and duties that nothing proved. */
function runSuite(report: RunReport, id: number, stray: readonly NumberedFinding[], limit: number): string {
  const duties = openDuties(report);
  const musts = stray.filter((one) => one.finding.level === 'must').length;
  const tests = stray.length + duties.length;
  return [
    suiteStart(report, 'run', id, { tests, failures: musts, errors: 0, skipped: tests - musts, time: 0 }),
    ...properties(report),
    ...stray.map((one) => {
      const start = `    <testcase name="${one.id}" classname="run" time="0.000">`;
      const message = xmlAttribute(one.words.title.slice(0, 2000));
      return one.finding.level === 'must'
        ? `${start}<failure message="${message}" type="${xmlAttribute(one.finding.code)}">${cappedXmlText(plainFinding(report, one), limit)}</failure></testcase>`
        : `${start}<skipped message="${message}"/></testcase>`;
    }),
    ...duties.map((one) => {
      const message = xmlAttribute(`${one.state} (${one.level}): ${one.title}`);
      return `    <testcase name="${xmlAttribute(one.id)}" classname="run" time="0.000"><skipped message="${message}"/></testcase>`;
    }),
    SUITE_END,
  ].join('\n');
}

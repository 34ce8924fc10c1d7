import type { CaseReport, RunReport, StepReport } from '../model/run.ts';
import { wordsFor } from '../words/words.ts';
import { numberedFindings } from './findings.ts';
import { jsonText } from './json-text.ts';
import { plainFinding } from './plain-finding.ts';
import { tally } from './summary.ts';

/** CTRF calls itself a working draft until 1.0 (standards.md 2.2). */
export const CTRF_VERSION = '0.0.0';

type Status = 'passed' | 'failed' | 'skipped' | 'other';

/** The report in the Common Test Report Format: a case is a test, its feature the suite. Times are whole milliseconds. */
export function ctrfReport(report: RunReport): string {
  const numbered = numberedFindings(report);
  const tests = report.cases.map((one) => {
    const own = numbered.filter((finding) => finding.case === one);
    const reason = one.reason && wordsFor(one.reason.code, one.reason.data);
    const message = own.find((finding) => finding.finding.level === 'must')?.words.title ?? reason?.title;
    return {
      name: one.id,
      status: statusOf(one),
      duration: whole(one.durationMs),
      suite: [one.feature],
      ...(message === undefined ? {} : { message }),
      ...(own.length === 0
        ? {}
        : { trace: own.map((finding) => plainFinding(report, finding)).join('\n\n') }),
      rawStatus: one.verdict === 'error' ? 'errored' : one.verdict,
      tags: [one.tier, one.mark],
      filePath: `${report.pack.id}/${one.file}`,
      retries: Math.max(0, one.attempts - 1),
      steps: one.steps.map((step) => ({ name: step.title, status: stepStatus(step) })),
      extra: { title: one.title, lane: one.lane, findings: own.map((finding) => finding.id) },
    };
  });
  const count = (status: Status): number => tests.filter((one) => one.status === status).length;
  const start = Date.parse(report.startedAt);
  const version = report.client.declaredVersion ?? report.client.version;
  return `${jsonText(
    {
      reportFormat: 'CTRF',
      specVersion: CTRF_VERSION,
      timestamp: report.finishedAt,
      generatedBy: report.tool.name,
      results: {
        tool: { name: report.tool.name, version: report.tool.version },
        summary: {
          tests: tests.length,
          passed: count('passed'),
          failed: count('failed'),
          skipped: count('skipped'),
          pending: 0,
          other: count('other'),
          start: whole(start),
          stop: whole(start + report.durationMs),
        },
        tests,
        environment: {
          appName: report.client.configuredName ?? report.client.name ?? 'unknown',
          ...(version === undefined ? {} : { appVersion: version }),
          testEnvironment: report.target,
        },
        extra: {
          poscert: {
            run: report.run,
            verdict: report.verdict,
            exitCode: report.exitCode,
            features: report.features,
            pack: report.pack,
            verdicts: Object.fromEntries(tally(report.cases)),
            obligations: report.obligations.map(({ id, level, state, applicable }) => ({
              id,
              level,
              state,
              applicable,
            })),
            findings: numbered.filter((one) => one.case === undefined).map((one) => one.words.title),
            ...(report.certificate === undefined ? {} : { certificate: report.certificate.serial }),
          },
        },
      },
    },
    2,
  )}\n`;
}

/** The format takes integers only. */
function whole(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : 0;
}

function statusOf(one: CaseReport): Status {
  switch (one.verdict) {
    case 'passed':
    case 'failed':
      return one.verdict;
    case 'not applicable':
    case 'cancelled':
      return 'skipped';
    case 'error':
    case 'inconclusive':
    case 'unproven':
    case 'unsupported':
      return 'other';
  }
}

function stepStatus(step: StepReport): Status {
  switch (step.state) {
    case 'done':
      return 'passed';
    case 'failed':
      return 'failed';
    case 'skipped':
    case 'not reached':
      return 'skipped';
  }
}

import type { RunReport } from '../model/run.ts';
import { jsonOf } from './json.ts';
import { jsonText } from './json-text.ts';

/**
 * The report as events, one JSON object a line: `run`, then for each case `case` and its `finding`s, the findings of no case, the
 * `obligation`s, and `verdict` last. Members are those of the json report, beside `event`.
 */
export function ndjsonReport(report: RunReport): string {
  const {
    cases,
    findings,
    obligations,
    exchanges,
    verdict,
    exitCode,
    counts,
    certificate,
    noCertificate,
    time,
    warnings,
    ...run
  } = jsonOf(report) as {
    cases: Member[];
    findings: Member[];
    obligations: Member[];
    exchanges: Member[];
  } & Member;
  const known = new Set(cases.map((one) => one['id']));
  const events: readonly Member[] = [
    { event: 'run', ...run },
    ...cases.flatMap((one) => [
      { event: 'case', ...one },
      ...findings
        .filter((finding) => finding['case'] === one['id'])
        .map((finding) => ({ event: 'finding', ...finding })),
    ]),
    ...findings
      .filter((finding) => !known.has(finding['case']))
      .map((finding) => ({ event: 'finding', ...finding })),
    ...exchanges.map((one) => ({ event: 'exchange', ...one })),
    ...obligations.map((one) => ({ event: 'obligation', ...one })),
    { event: 'verdict', verdict, exitCode, counts, time, warnings, certificate, noCertificate },
  ];
  return events.map((event) => `${jsonText(event)}\n`).join('');
}

type Member = Record<string, unknown>;

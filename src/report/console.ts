import type { CaseReport, RunReport } from '../model/run.ts';
import { wordsFor } from '../words/words.ts';
import { duration } from '../words/phrases.ts';
import { caseLines, featureLine } from './case-lines.ts';
import { CURL_NOTE } from './exchange-text.ts';
import { listed, renderFinding } from './finding-lines.ts';
import { logLines } from './differences.ts';
import { idsFor, sortFindings, type Sorted, type Undecided } from './findings.ts';
import { copyable, EMPTY, fixed, flowing, labelled, paint, quoted, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';
import * as summary from './summary.ts';
import { lookOf } from './verdict-style.ts';

/** The report for a person at a terminal or in the log of a CI job (cli.md, "What the screen shows"). */
export function consoleReport(report: RunReport, options: ReportOptions): string {
  const sorted = sortFindings(report);
  return paint(
    [
      ...identification(report),
      ...selection(report),
      ...certification(report, sorted, options),
      ...causes(report, sorted, options),
      ...undecided(report, sorted, options),
      ...obligations(report, options),
      ...approval(report),
    ],
    options,
  );
}

const heading = (text: string): Line[] => [fixed(0, span(text, 'strong'))];

function identification(report: RunReport): Line[] {
  const { behaviours } = report.client;
  return [
    ...heading('1 Identification'),
    labelled(2, 'client', summary.clientPhrase(report)),
    ...(behaviours.length === 0 ? [] : [labelled(2, 'declares', behaviours.join(', '))]),
    labelled(2, 'target', report.target === 'embedded' ? 'the embedded sandbox' : 'a remote sandbox'),
    labelled(
      2,
      'poscert',
      `${report.tool.version}, pack ${report.pack.id} ${report.pack.version}, run ${report.run}`,
    ),
  ];
}

function selection(report: RunReport): Line[] {
  return [EMPTY, ...heading('2 Selection'), labelled(2, 'features', summary.selectionPhrase(report))];
}

/** A line a feature; the cases that did not pass with their steps, with -v all of them. */
function certification(report: RunReport, sorted: Sorted, options: ReportOptions): Line[] {
  const features = summary.byFeature(report);
  const width = Math.max(0, ...features.map(([feature]) => feature.length));
  const note = (one: CaseReport): string => {
    const { ids, stopped } = idsFor(sorted, one);
    return `${stopped ? 'not run: see ' : ''}${ids.join(', ')}`;
  };
  return [
    EMPTY,
    ...heading('3 Certification'),
    ...features.flatMap(([feature, cases]) => [
      featureLine(feature, cases, width),
      ...cases
        .filter((one) => options.verbose || (one.verdict !== 'passed' && one.verdict !== 'not applicable'))
        .flatMap((one) =>
          caseLines(one, note(one), options.verbose || one.verdict === 'failed' || one.verdict === 'error'),
        ),
    ]),
  ];
}

function causes(report: RunReport, sorted: Sorted, options: ReportOptions): Line[] {
  const blocks = (title: string, all: Sorted['causes']): Line[] =>
    all.length === 0
      ? []
      : [
          EMPTY,
          ...heading(title),
          ...all.flatMap((cause) => [EMPTY, ...renderFinding(report, cause, options)]),
        ];
  const any = [...sorted.causes, ...sorted.advice].some((cause) => cause.first.finding.exchanges.length > 0);
  return [
    ...blocks('Findings', sorted.causes),
    ...blocks('Advice (does not fail a case)', sorted.advice),
    ...(any ? [EMPTY, flowing(0, 0, span(CURL_NOTE, 'dim'))] : []),
  ];
}

function undecided(report: RunReport, sorted: Sorted, options: ReportOptions): Line[] {
  const shown = sorted.undecided.filter(
    (one) => options.verbose || one.cases[0]?.verdict !== 'not applicable',
  );
  if (shown.length === 0) return [];
  return [EMPTY, ...heading('Not decided'), ...shown.flatMap((one) => reasonLines(report, one, options))];
}

function reasonLines(report: RunReport, { words, data, cases }: Undecided, options: ReportOptions): Line[] {
  const first = cases[0];
  if (first === undefined) return [];
  const { sign, style } = lookOf(first.verdict);
  const log = logLines(data);
  return [
    EMPTY,
    flowing(2, 4, span(`${sign} ${first.verdict}  `, style), span(words.title, 'strong')),
    labelled(
      4,
      cases.length === 1 ? 'case' : 'cases',
      listed(
        cases.map((one) => one.id),
        options.verbose,
      ),
    ),
    ...quoted(6, log),
    ...(words.cause === undefined ? [] : [labelled(4, 'likely', words.cause)]),
    ...(words.remedy === undefined ? [] : [labelled(4, 'to do', words.remedy)]),
    ...(first.durationMs > 0 ? copyable(4, 'alone', [summary.aloneCommand(first.id, report.client)]) : []),
  ];
}

function obligations(report: RunReport, options: ReportOptions): Line[] {
  if (report.obligations.length === 0) return [];
  const shown = options.verbose ? report.obligations : summary.obligationsToMind(report);
  const width = Math.max(0, ...shown.map((one) => one.id.length));
  return [
    EMPTY,
    ...heading('Obligations'),
    flowing(2, 2, summary.obligationsPhrase(report)),
    ...shown.map((one) =>
      flowing(
        4,
        4 + width + 2,
        span(one.id.padEnd(width), one.state === 'broken' ? 'bad' : one.state === 'kept' ? 'good' : 'warn'),
        `  ${one.state} (${one.level}): ${one.title}`,
      ),
    ),
  ];
}

function approval(report: RunReport): Line[] {
  const { sign, style } = lookOf(report.verdict);
  const { clientMs, oursMs, longestLaneMs } = report.time;
  return [
    EMPTY,
    ...heading('4 Approval'),
    labelled(
      2,
      'verdict',
      span(`${sign} ${report.verdict.toUpperCase()}`, style),
      `  ${summary.verdictPhrase(report)}`,
    ),
    ...certificate(report),
    ...report.warnings.map((one) => {
      const { title, remedy } = wordsFor(one.code, one.data);
      return labelled(
        2,
        'warning',
        span([title, remedy].filter((text) => text !== undefined).join('. '), 'warn'),
      );
    }),
    labelled(
      2,
      'time',
      `${duration(report.durationMs)}; over all lanes the client took ${duration(clientMs)}, poscert ${duration(oursMs)}; the longest lane ${duration(longestLaneMs)}`,
    ),
    ...(report.journal === undefined ? [] : [labelled(2, 'journal', span(report.journal, 'accent'))]),
  ];
}

function certificate(report: RunReport): Line[] {
  if (report.certificate !== undefined) {
    const { folder, serial, signed } = report.certificate;
    const how = signed ? 'signed' : 'an unsigned statement, to be signed by your CI';
    return [labelled(2, 'certificate', span(folder, 'accent'), ` (serial ${serial}, ${how})`)];
  }
  if (report.noCertificate === undefined) return [];
  const { title, remedy } = wordsFor(report.noCertificate.code, report.noCertificate.data);
  return [
    labelled(2, 'certificate', `none: ${[title, remedy].filter((text) => text !== undefined).join('. ')}`),
  ];
}

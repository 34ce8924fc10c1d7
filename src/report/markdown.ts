import type { ExchangeReport, RunReport } from '../model/run.ts';
import { duration } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { answerPhrase, bodyLine, curlCommand, CURL_NOTE, faultPhrase, moment } from './exchange-text.ts';
import { differencesOf, logLines } from './differences.ts';
import {
  exchangesOf,
  idsFor,
  sortFindings,
  type Cause,
  type NumberedFinding,
  type Sorted,
} from './findings.ts';
import { markdownBlock, markdownCode, markdownText } from './markdown-text.ts';
import * as summary from './summary.ts';
import { lookOf } from './verdict-style.ts';

/** Bytes of a step summary: GitHub drops one beyond 1024 KiB as a whole (standards.md 2.5). */
export const SUMMARY_LIMIT = 900 * 1024;

/** The report as a document in GitHub's Markdown. */
export function markdownReport(report: RunReport): string {
  return `${blocks(report).join('\n\n')}\n`;
}

/** The report for `$GITHUB_STEP_SUMMARY`: whole blocks up to `limit` bytes, and a word on how many were left out. */
export function stepSummary(report: RunReport, limit: number = SUMMARY_LIMIT): string {
  const encoder = new TextEncoder();
  const all = blocks(report);
  const reserve = 200;
  let size = 0;
  const fitting = all.findIndex((block) => {
    size += encoder.encode(block).length + 2;
    return size > limit - reserve;
  });
  if (fitting === -1) return `${all.join('\n\n')}\n`;
  return [...all.slice(0, fitting), `${all.length - fitting} more parts are in the full report.\n`].join(
    '\n\n',
  );
}

function blocks(report: RunReport): readonly string[] {
  const sorted = sortFindings(report);
  const { causes, advice, undecided } = sorted;
  const shown = undecided.filter(({ cases }) => cases[0]?.verdict !== 'not applicable');
  const repeats = [...causes, ...advice].some((cause) => cause.first.finding.exchanges.length > 0);
  return [
    `# ${lookOf(report.verdict).sign} poscert: ${report.verdict}`,
    markdownText(summary.verdictPhrase(report)),
    about(report),
    '## Cases',
    ...summary.byFeature(report).map(([feature]) => featureTable(report, sorted, feature)),
    ...(causes.length === 0 ? [] : ['## Findings', ...causes.flatMap((cause) => causeBlocks(report, cause))]),
    ...(advice.length === 0 ? [] : ['## Advice', ...advice.flatMap((cause) => causeBlocks(report, cause))]),
    ...(repeats ? [CURL_NOTE] : []),
    ...(shown.length === 0
      ? []
      : [
          '## Not decided',
          ...shown.map(({ words, cases }) =>
            [
              `- **${cases[0]?.verdict ?? ''}** ${markdownText(words.title)}`,
              `  - ${cases.map((one) => markdownCode(one.id)).join(', ')}`,
              ...(words.remedy === undefined ? [] : [`  - to do: ${markdownText(words.remedy)}`]),
            ].join('\n'),
          ),
        ]),
    ...duties(report),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  return [head, head.map(() => '---'), ...rest].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function about(report: RunReport): string {
  const no = report.noCertificate && wordsFor(report.noCertificate.code, report.noCertificate.data);
  return table([
    ['', ''],
    ['client', markdownText(summary.clientPhrase(report))],
    ['features', markdownText(summary.selectionPhrase(report))],
    ['target', report.target],
    ['pack', `${markdownText(report.pack.id)} ${markdownText(report.pack.version)}`],
    ['run', markdownCode(report.run)],
    [
      'certificate',
      report.certificate
        ? markdownCode(report.certificate.folder)
        : `none${no ? `: ${markdownText(no.title)}` : ''}`,
    ],
    [
      'time',
      `${duration(report.durationMs)} (client ${duration(report.time.clientMs)}, poscert ${duration(report.time.oursMs)})`,
    ],
  ]);
}

function featureTable(report: RunReport, sorted: Sorted, feature: string): string {
  const cases = report.cases.filter((one) => one.feature === feature);
  return [
    `### ${markdownText(feature)}`,
    '',
    table([
      ['', 'case', 'verdict', 'findings', 'time'],
      ...cases.map((one) => [
        lookOf(one.verdict).sign,
        `${markdownText(one.title)} ${markdownCode(one.id)}`,
        one.verdict,
        idsFor(sorted, one).ids.join(', '),
        one.durationMs > 0 ? duration(one.durationMs) : '',
      ]),
    ]),
  ].join('\n');
}

function causeBlocks(report: RunReport, cause: Cause): readonly string[] {
  const { first } = cause;
  const exchanges = exchangesOf(report, first);
  const last = exchanges.at(-1);
  const log = logLines(first.finding.data);
  const differences = differencesOf(first.finding);
  return [
    `### ${first.id} (${first.finding.level}) ${markdownText(first.words.title)}`,
    ...(differences.length === 0
      ? []
      : [
          table([
            ['member', 'expected', 'came'],
            ...differences.map((row) => [
              row.member === '' ? '' : markdownCode(row.member),
              row.expected === undefined ? '' : markdownCode(row.expected),
              row.got === undefined ? 'absent' : markdownCode(row.got),
            ]),
          ]),
        ]),
    ...(exchanges.length === 0 ? [] : [markdownBlock(exchanges.map(exchangeText).join('\n'))]),
    ...(log.length === 0 ? [] : ['The last lines of its log:', markdownBlock(log.join('\n'))]),
    facts(report, first),
    ...(last === undefined ? [] : [markdownBlock(curlCommand(last).join('\n'), 'sh')]),
    ...(first.case === undefined
      ? []
      : [markdownBlock(summary.aloneCommand(first.case.id, report.client), 'sh')]),
    ...folded(cause),
  ];
}

function facts(report: RunReport, one: NumberedFinding): string {
  const line = one.finding.data['line'];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['case', one.case?.id],
    ['where', one.case && summary.casePlace(report, one.case, typeof line === 'number' ? line : undefined)],
    ['duty', one.obligation && `${one.obligation.id}: ${one.obligation.text ?? one.obligation.title}`],
    ['source', (one.obligation?.source ?? one.case?.source)?.join(', ')],
    ['likely', one.words.cause],
    ['to do', one.words.remedy],
  ];
  return rows
    .flatMap(([label, text]) => (text === undefined ? [] : [`- ${label}: ${markdownText(text)}`]))
    .join('\n');
}

function folded({ first, consequences, again, stopped }: Cause): readonly string[] {
  const lines = [
    ...consequences.map(
      (one) =>
        `- ${one.id} ${one.case === first.case || one.case === undefined ? '' : `in ${markdownCode(one.case.id)}: `}${markdownText(one.words.title)}`,
    ),
    ...(again.length === 0
      ? []
      : [
          `- again: ${again.map((one) => `${one.id} ${one.case === undefined ? '' : markdownCode(one.case.id)}`).join(', ')}`,
        ]),
    ...(stopped.length === 0
      ? []
      : [`- not run for it: ${stopped.map((one) => markdownCode(one.id)).join(', ')}`]),
  ];
  return lines.length === 0 ? [] : ['Under it:', lines.join('\n')];
}

function exchangeText(one: ExchangeReport): string {
  const fault = faultPhrase(one);
  const sent = bodyLine(one.requestBody);
  const came = bodyLine(one.answerBody);
  return [
    `#${one.exchange}  ${moment(one.at)}  ${one.method} ${one.target} → ${answerPhrase(one)}${fault === undefined ? '' : ` (${fault})`}`,
    ...(sent === undefined ? [] : [`    sent ${sent}`]),
    ...(came === undefined ? [] : [`    got  ${came}`]),
  ].join('\n');
}

function duties(report: RunReport): readonly string[] {
  const shown = summary.obligationsToMind(report);
  return [
    '## Obligations',
    markdownText(summary.obligationsPhrase(report)),
    ...(shown.length === 0
      ? []
      : [
          table([
            ['obligation', 'level', 'state', ''],
            ...shown.map((one) => [markdownCode(one.id), one.level, one.state, markdownText(one.title)]),
          ]),
        ]),
  ];
}

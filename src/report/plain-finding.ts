import type { ExchangeReport, RunReport } from '../model/run.ts';
import { answerPhrase, bodyText, faultPhrase, moment } from './exchange-text.ts';
import { differencesOf, logLines } from './differences.ts';
import { exchangesOf, type NumberedFinding } from './findings.ts';
import { aloneCommand, casePlace } from './summary.ts';

/** A finding as plain lines, for formats that take a block of text; the caller makes it harmless for its format. */
export function plainFinding(report: RunReport, one: NumberedFinding): string {
  const { finding, words, obligation } = one;
  const line = finding.data['line'];
  const log = logLines(finding.data);
  return [
    `${one.id} (${finding.level}) ${words.title}`,
    ...differencesOf(finding).map(
      (row) =>
        `  ${row.member === '' ? '' : `${row.member}: `}expected ${row.expected ?? '(nothing said)'}, came ${row.got ?? '(absent)'}`,
    ),
    ...exchangesOf(report, one).flatMap(plainExchange),
    ...(log.length === 0 ? [] : ['the last lines of its log:', ...log.map((text) => `| ${text}`)]),
    ...(obligation === undefined
      ? []
      : [
          `duty: ${obligation.id}: ${obligation.text ?? obligation.title}`,
          `source: ${(obligation.source ?? []).join(', ')}`,
        ]),
    ...(one.case === undefined
      ? []
      : [`where: ${casePlace(report, one.case, typeof line === 'number' ? line : undefined)}`]),
    ...(words.cause === undefined ? [] : [`likely: ${words.cause}`]),
    ...(words.remedy === undefined ? [] : [`to do: ${words.remedy}`]),
    ...(one.case === undefined ? [] : [`alone: ${aloneCommand(one.case.id)}`]),
  ].join('\n');
}

function plainExchange(exchange: ExchangeReport): string[] {
  const fault = faultPhrase(exchange);
  const sent = bodyText(exchange.requestBody);
  const came = bodyText(exchange.answerBody);
  const head = `${exchange.method} ${exchange.target} → ${answerPhrase(exchange)}`;
  return [
    `  #${exchange.exchange}  ${moment(exchange.at)}  ${head}${fault === undefined ? '' : ` (${fault})`}`,
    ...(sent === undefined ? [] : [`      sent ${sent}`]),
    ...(came === undefined ? [] : [`      got  ${came}`]),
  ];
}

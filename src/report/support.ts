import { ID_NAMES, type SupportExchange, type SupportFacts } from '../model/audit.ts';
import { duration } from '../words/phrases.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, fixed, labelled, paint, quoted, span, type Line } from './lines.ts';

/** The bundle for MobilePay's Developer Support as a text to be sent: no colour, nothing wrapped. */
export function supportText(facts: SupportFacts, tool: string): string {
  const { client, ids, errors, clientLog } = facts;
  const clientName = [client.name, client.version].filter((part) => part !== undefined).join(' ');
  return paint(
    [
      fixed(0, 'For MobilePay Developer Support'),
      fixed(
        0,
        `made by ${tool} from run ${facts.run}${facts.case === undefined ? '' : `, case ${facts.case}`}; secrets are redacted`,
      ),
      ...(facts.target === 'embedded'
        ? [
            fixed(
              0,
              "This run was made with poscert's embedded sandbox: MobilePay has seen nothing of it, and these ids are unknown there.",
            ),
          ]
        : []),
      EMPTY,
      row('time', `${facts.from} to ${facts.to} (UTC)`),
      row('client', clientName),
      row('client id', client.clientIds.join(', ')),
      row('merchant VAT', facts.merchantVat ?? ''),
      ...(facts.baseUrl === undefined ? [] : [row('base URL', facts.baseUrl)]),
      ...ID_NAMES.map((name) => row(name, ids[name].join(', '))),
      EMPTY,
      fixed(0, `Error answers (${String(errors.length)})`),
      ...errors.flatMap(errorLines),
      EMPTY,
      fixed(0, `Log (${String(facts.log.length)} requests)`),
      ...facts.log.map((one) => fixed(2, requestText(one))),
      ...(clientLog.length === 0 ? [] : [EMPTY, fixed(0, "The client's own log"), ...quoted(2, clientLog)]),
    ],
    { color: false, width: 100 },
  );
}

const WIDE = 14;

function row(label: string, text: string): Line {
  return fixed(0, span(label.padEnd(WIDE)), text === '' ? '(none)' : text);
}

function errorLines(one: SupportExchange): Line[] {
  return [
    fixed(2, requestText(one)),
    ...(one.idempotencyKey === undefined ? [] : [labelled(6, 'key', one.idempotencyKey)].map(unwrapped)),
    ...(one.correlationId === undefined
      ? []
      : [labelled(6, 'correlation', one.correlationId)].map(unwrapped)),
    ...(one.answer === undefined
      ? []
      : quoted(6, [typeof one.answer === 'string' ? one.answer : JSON.stringify(one.answer)])),
  ];
}

function unwrapped(line: Line): Line {
  return { spans: line.spans };
}

function requestText(one: SupportExchange): string {
  const took = one.tookMs === undefined ? '' : ` after ${duration(one.tookMs)}`;
  const fault = one.fault === undefined ? '' : ` (poscert's doing: ${one.fault})`;
  const answer = one.status === undefined ? 'no answer' : String(one.status);
  return `#${String(one.exchange)} ${one.time} ${one.method} ${one.target} → ${answer}${took}${fault}`;
}

/** The same for programs. */
export function supportJson(facts: SupportFacts): string {
  return `${jsonText({ schemaVersion: 1, ...facts }, 2)}\n`;
}

import { member } from '../model/json.ts';
import type { RunReport } from '../model/run.ts';
import { exchangeLines } from './exchange-lines.ts';
import { curlCommand } from './exchange-text.ts';
import { differencesOf, logLines, type Difference } from './differences.ts';
import { exchangesOf, numbersOf, type Cause, type NumberedFinding } from './findings.ts';
import { columns, copyable, EMPTY, fixed, flowing, labelled, quoted, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';
import { aloneCommand, casePlace, MARKS } from './summary.ts';

/** How many names are listed before the rest is counted. */
const NAMES = 6;

/** One first cause with everything a person needs to fix it, its consequences folded under it. */
export function renderFinding(report: RunReport, cause: Cause, options: ReportOptions): readonly Line[] {
  const { first } = cause;
  const brief = first.finding.level === 'should' && !options.verbose;
  const exchanges = exchangesOf(report, first);
  const last = exchanges.at(-1);
  const log = logLines(first.finding.data);
  return [
    headline(first),
    flowing(4, 4, span(first.words.title, 'strong')),
    ...differenceLines(differencesOf(first.finding), options.width),
    ...(exchanges.length > 0
      ? [EMPTY, ...exchangeLines(exchanges, options.verbose ? 'full' : brief ? 'bare' : 'last')]
      : []),
    ...(log.length > 0 ? [EMPTY, fixed(4, span('the last lines of its log', 'dim')), ...quoted(6, log)] : []),
    EMPTY,
    ...whereLines(report, first),
    ...dutyLines(first),
    ...(first.words.cause === undefined ? [] : [labelled(4, 'likely', first.words.cause)]),
    ...(first.words.remedy === undefined ? [] : [labelled(4, 'to do', first.words.remedy)]),
    ...(last === undefined || brief ? [] : copyable(4, 'repeat', curlCommand(last))),
    ...(first.case === undefined ? [] : copyable(4, 'alone', [aloneCommand(first.case.id, report.client)])),
    ...foldedLines(cause, options),
  ];
}

function headline(one: NumberedFinding): Line {
  const level = one.finding.level === 'must' ? span('must', 'bad') : span('should', 'warn');
  const owner =
    one.case === undefined ? ['between cases'] : [span(one.case.id, 'strong'), `  ${one.case.title}`];
  return flowing(0, 4, span(one.id.padEnd(4), 'strong'), level, '  ', ...owner);
}

/** Where in the case it came to light: the step that failed, the line of the script. */
function whereLines(report: RunReport, one: NumberedFinding): Line[] {
  if (one.case === undefined) return [];
  const index = one.case.steps.findIndex((step) => step.state === 'failed');
  const step = one.case.steps[index];
  const line = member(one.finding.data, 'line');
  const place = casePlace(report, one.case, typeof line === 'number' ? line : step?.line);
  const which = step === undefined ? '' : `step ${index + 1} of ${one.case.steps.length}, ${step.title}; `;
  return [labelled(4, 'where', which, span(place, 'accent'))];
}

/** The duty that was broken, with its source; a case of its own states the duty where no obligation was named. */
function dutyLines(one: NumberedFinding): Line[] {
  const { obligation } = one;
  if (obligation !== undefined)
    return [
      labelled(4, 'duty', `${obligation.id}: ${obligation.text ?? obligation.title}`),
      ...(obligation.source === undefined ? [] : [labelled(4, 'source', obligation.source.join(', '))]),
    ];
  if (one.finding.obligation !== undefined) return [labelled(4, 'duty', one.finding.obligation)];
  if (one.case === undefined || one.case.verdict === 'error') return [];
  return [
    labelled(4, 'why', one.case.why),
    labelled(4, 'source', `${one.case.source.join(', ')} (${MARKS[one.case.mark]})`),
  ];
}

/** What was expected beside what came: in columns where they fit, one under the other where they don't. */
export function differenceLines(differences: readonly Difference[], width: number): Line[] {
  if (differences.length === 0) return [];
  const rows = differences.map((one) => ({
    member: one.member,
    expected: one.expected ?? '',
    got: one.got ?? '(absent)',
  }));
  const longest = (texts: readonly string[]): number => Math.max(...texts.map(columns));
  const named = rows.some((row) => row.member !== '');
  const first = named ? longest(['member', ...rows.map((row) => row.member)]) + 2 : 0;
  const second = longest(['expected', ...rows.map((row) => row.expected)]);
  const third = longest(['came', ...rows.map((row) => row.got)]);
  const fits = 6 + first + second + 2 + third <= width;
  if (fits)
    return [
      EMPTY,
      fixed(6, span(`${(named ? 'member' : '').padEnd(first)}${'expected'.padEnd(second)}  came`, 'dim')),
      ...rows.map((row) =>
        fixed(6, pad(row.member, first), span(pad(row.expected, second), 'good'), '  ', span(row.got, 'bad')),
      ),
    ];
  return [
    EMPTY,
    ...rows.flatMap((row) => [
      ...(row.member === '' ? [] : [fixed(6, row.member)]),
      ...(row.expected === '' ? [] : [flowing(8, 18, span('expected  ', 'dim'), span(row.expected, 'good'))]),
      flowing(8, 18, span('came      ', 'dim'), span(row.got, 'bad')),
    ]),
  ];
}

function pad(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - columns(text)));
}

function foldedLines(cause: Cause, options: ReportOptions): Line[] {
  const again = cause.again.map((one) => (one.case === undefined ? one.id : `${one.id} in ${one.case.id}`));
  const lines = [
    ...cause.consequences.flatMap((one) => consequenceLines(one, cause.first, options)),
    ...(again.length > 0 ? [labelled(4, 'again', listed(again, options.verbose))] : []),
    ...(cause.stopped.length > 0
      ? [
          labelled(
            4,
            'not run',
            listed(
              cause.stopped.map((one) => one.id),
              options.verbose,
            ),
            ' (for this cause)',
          ),
        ]
      : []),
  ];
  return lines.length === 0 ? [] : [EMPTY, ...lines];
}

/** A finding that probably follows from the first cause: its title, and the duty with its remedy where it is another one. */
function consequenceLines(one: NumberedFinding, first: NumberedFinding, options: ReportOptions): Line[] {
  const numbers = numbersOf(one).map((number) => `#${number}`);
  const { obligation } = one;
  const where = one.case === first.case ? '' : ` in ${one.case?.id ?? 'no case'}:`;
  return [
    flowing(
      4,
      9,
      span('└ ', 'dim'),
      span(`${one.id}${where} `, 'dim'),
      one.words.title,
      span(numbers.length === 0 ? '' : ` (${numbers.join(', ')})`, 'dim'),
    ),
    ...(obligation === undefined || obligation === first.obligation
      ? []
      : [
          flowing(9, 11, span([`duty ${obligation.id}`, ...(obligation.source ?? [])].join(', '), 'dim')),
          ...(one.words.remedy === undefined
            ? []
            : [flowing(9, 11, span('to do ', 'dim'), one.words.remedy)]),
        ]),
    ...(options.verbose ? differenceLines(differencesOf(one.finding), options.width) : []),
  ];
}

/** Names in a row; without -v only the first few, then their number. */
export function listed(names: readonly string[], all: boolean): string {
  if (all || names.length <= NAMES + 1) return names.join(', ');
  return `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`;
}

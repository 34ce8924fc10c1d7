import type { Examination } from '../model/audit.ts';
import type { ObligationReport } from '../model/run.ts';
import { plural } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { differencesOf } from './differences.ts';
import { exchangeLines } from './exchange-lines.ts';
import { differenceLines } from './finding-lines.ts';
import { exchangesOf, sortFindings, type Cause } from './findings.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, fixed, flowing, labelled, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';
import { lookOf } from './verdict-style.ts';

/** `poscert check`: what was found in one file, and of every obligation whether it is kept, broken or unproven. */
export function checkText(file: string, found: Examination, options: ReportOptions): string {
  const sorted = sortFindings({ ...found, cases: [] });
  const { sign, style } = lookOf(found.verdict);
  const causes = [...sorted.causes, ...sorted.advice];
  return paint(
    [
      flowing(0, 2, span(file, 'strong'), `  ${plural(found.requests, 'request')} of the API`),
      ...causes.flatMap((cause) => [EMPTY, ...causeLines(found, cause, options)]),
      EMPTY,
      fixed(0, span('Obligations', 'strong')),
      ...obligationLines(found.obligations),
      EMPTY,
      labelled(0, 'verdict', span(`${sign} ${WORDS[found.verdict] ?? found.verdict}`, style)),
    ],
    options,
  );
}

const WORDS: Readonly<Record<string, string>> = {
  passed: 'nothing found against it, in what could be examined',
  failed: 'a duty is broken',
  inconclusive: 'the times in the file are too coarse to say',
  unproven: 'nothing was examined, so nothing is known',
};

function causeLines(found: Examination, { first, again }: Cause, options: ReportOptions): Line[] {
  const { words, finding, obligation } = first;
  const exchanges = exchangesOf(found, first);
  return [
    flowing(
      0,
      4,
      span(first.id.padEnd(4), 'strong'),
      finding.level === 'must' ? span('must  ', 'bad') : span('should  ', 'warn'),
      span(words.title, 'strong'),
    ),
    ...differenceLines(differencesOf(finding), options.width),
    ...(exchanges.length === 0 ? [] : exchangeLines(exchanges, options.verbose ? 'full' : 'last')),
    ...(obligation === undefined
      ? []
      : [
          labelled(4, 'duty', `${obligation.id}: ${obligation.text ?? obligation.title}`),
          labelled(4, 'source', (obligation.source ?? []).join(', ')),
        ]),
    ...(words.cause === undefined ? [] : [labelled(4, 'likely', words.cause)]),
    ...(words.remedy === undefined ? [] : [labelled(4, 'to do', words.remedy)]),
    ...(again.length === 0
      ? []
      : [labelled(4, 'again', `${String(again.length)} more: ${again.map((one) => one.id).join(', ')}`)]),
  ];
}

const STATES: readonly ObligationReport['state'][] = [
  'broken',
  'inconclusive',
  'kept',
  'unproven',
  'not observable',
];

/** Every obligation stands under its state: what is unproven is as much an answer as what is kept. */
function obligationLines(obligations: readonly ObligationReport[]): Line[] {
  return STATES.flatMap((state) => {
    const own = obligations.filter((one) => one.state === state);
    if (own.length === 0) return [];
    const style = state === 'broken' ? 'bad' : state === 'kept' ? 'good' : 'dim';
    const names = own.map((one) => (one.examined > 0 ? `${one.id} (${String(one.examined)})` : one.id));
    return [flowing(2, 18, span(state.padEnd(16), style), `${String(own.length)}: ${names.join(', ')}`)];
  });
}

/** The same for programs, of all files. */
export function checkJson(files: readonly (readonly [file: string, found: Examination])[]): string {
  const all = files.map(([file, found]) => ({
    file,
    ...found,
    findings: found.findings.map((one) => ({ ...one, ...wordsFor(one.code, one.data) })),
  }));
  return `${jsonText({ schemaVersion: 1, files: all }, 2)}\n`;
}

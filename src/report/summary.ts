import type { Mark } from '../model/case.ts';
import type { CaseReport, RunReport } from '../model/run.ts';
import { CASE_VERDICTS, type CaseVerdict } from '../model/verdict.ts';
import { EXIT_CODES } from '../words/exit-codes.ts';
import { plural } from '../words/phrases.ts';

/*
 * A run in a few words, the same in every format that people read.
 */

/** The cases of each feature, in reading order. */
export function byFeature(
  report: RunReport,
): readonly (readonly [feature: string, cases: readonly CaseReport[]])[] {
  const features = [...new Set([...report.cases.map((one) => one.feature)])];
  return features.map((feature) => [feature, report.cases.filter((one) => one.feature === feature)] as const);
}

/** How many cases came to each verdict, in the order of the verdicts, those that no case came to left out. */
export function tally(
  cases: readonly CaseReport[],
): readonly (readonly [verdict: CaseVerdict, count: number])[] {
  return CASE_VERDICTS.map(
    (verdict) => [verdict, cases.filter((one) => one.verdict === verdict).length] as const,
  ).filter(([, count]) => count > 0);
}

/** `18 passed, 2 failed, 1 unproven of 21 cases`. */
export function tallyPhrase(cases: readonly CaseReport[]): string {
  const counts = tally(cases).map(([verdict, count]) => `${count} ${verdict}`);
  return counts.length === 0 ? 'no cases' : `${counts.join(', ')} of ${plural(cases.length, 'case')}`;
}

/** `FAILED: 2 failed, 19 passed of 21 cases; exit code 1`. */
export function verdictPhrase(report: RunReport): string {
  const open = obligationsToMind(report).filter(
    (one) => one.state !== 'broken' && one.level === 'must',
  ).length;
  const duties = open > 0 && !report.partial ? `; ${plural(open, 'obligation')} unproven` : '';
  return `${tallyPhrase(report.cases)}${duties}; exit code ${report.exitCode}${meaning(report.exitCode)}`;
}

function meaning(code: number): string {
  const entry = EXIT_CODES.find((one) => one.code === code);
  return entry === undefined ? '' : ` (${entry.name})`;
}

/** Who was run: the configured name, what the client calls itself, the driver. */
export function clientPhrase(report: RunReport): string {
  const { configuredName, name, version, declaredVersion, driver } = report.client;
  const shown = [configuredName ?? name ?? 'the client', declaredVersion ?? version].filter(
    (one) => one !== undefined,
  );
  const says = [name, version].filter((one) => one !== undefined).join(' ');
  if (says === '') return `${shown.join(' ')} (driver ${driver}; it never answered initialize)`;
  const itself = says === shown.join(' ') ? '' : `; it calls itself ${says}`;
  return `${shown.join(' ')} (driver ${driver}${itself})`;
}

/** What was selected: features, tier, number of cases. */
export function selectionPhrase(report: RunReport): string {
  const which = report.partial
    ? 'only some cases'
    : report.tier === 'all'
      ? 'every tier'
      : 'certification tier';
  return `${report.features.join(', ')} (${which}): ${plural(report.cases.length, 'case')}`;
}

/** `41 kept, 2 broken, 1 unproven, 9 not observable`. */
export function obligationsPhrase(report: RunReport): string {
  const states = ['kept', 'broken', 'unproven', 'inconclusive', 'not observable'] as const;
  const parts = states.flatMap((state) => {
    const all = report.obligations.filter((one) => one.state === state);
    const asked =
      state === 'unproven' || state === 'inconclusive' ? all.filter((one) => one.applicable) : all;
    const rest = all.length - asked.length;
    return [
      ...(asked.length > 0 ? [`${asked.length} ${state}`] : []),
      ...(rest > 0 ? [`${rest} ${state} but not called for here`] : []),
    ];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/**
 * Obligations that a person has to look at: broken ones first, then those that count and are not proved. Where something failed, that they
 * are not proved follows from it and says nothing.
 */
export function obligationsToMind(report: RunReport): RunReport['obligations'] {
  const explained = ['failed', 'error', 'interrupted'].includes(report.verdict);
  return [
    ...report.obligations.filter((one) => one.state === 'broken'),
    ...report.obligations.filter(
      (one) => !explained && one.applicable && (one.state === 'unproven' || one.state === 'inconclusive'),
    ),
  ];
}

/** The command that runs one case alone, with the client of the run where no configuration file names it. */
export function aloneCommand(id: string, client?: Pick<RunReport['client'], 'flags'>): string {
  return ['poscert run', ...(client?.flags ?? []).map(quoted), `--case ${quoted(id)}`, '-v'].join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** Where a case's script is, with its line where one is known. */
export function casePlace(report: RunReport, one: CaseReport, line?: number): string {
  return `${report.pack.id}/${one.file}${line === undefined ? '' : `:${line}`}`;
}

/** How we know that it is asked, said so that nobody takes our reading for a published one. */
export const MARKS: Readonly<Record<Mark, string>> = {
  documented: 'documented',
  observed: 'observed in clients that were certified',
  inferred: 'inferred: our reading, no published case says so',
};

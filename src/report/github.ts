import type { RunReport } from '../model/run.ts';
import { sortFindings, type Cause, type Undecided } from './findings.ts';
import { commandMessage, commandProperty } from './github-text.ts';
import { aloneCommand, obligationsToMind, verdictPhrase } from './summary.ts';

/** GitHub shows ten annotations of a level a step, and drops the rest without a word (standards.md 2.5). */
const MOST = 9;

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/**
 * Annotations for GitHub Actions: at most nine, what broke the run first, and a notice with the verdict and how many more there are.
 * No file is named: the scripts of the cases stand in the package, not in the integrator's repository.
 */
export function githubReport(report: RunReport): string {
  const all = annotations(report);
  const rest = all.length - MOST;
  const more = rest > 0 ? `; and ${rest} more in the report` : '';
  const lines = [
    ...all.slice(0, MOST).map((one) => command(one.level, one.title, one.message)),
    command('notice', `poscert: ${report.verdict}`, `${verdictPhrase(report)}${more}`),
  ];
  return `${lines.join('\n')}\n`;
}

function command(level: string, title: string, message: string): string {
  return `::${level} title=${commandProperty(title)}::${commandMessage(message)}`;
}

function annotations(report: RunReport): readonly Annotation[] {
  const { causes, advice, undecided } = sortFindings(report);
  const duties = obligationsToMind(report).filter((one) => one.state !== 'broken' && one.level === 'must');
  const all: readonly Annotation[] = [
    ...causes.map((cause) => ofCause(report, 'error', cause)),
    ...undecided.filter(({ cases }) => cases[0]?.verdict !== 'not applicable').map(ofReason),
    ...(report.partial ? [] : duties).map((one): Annotation => ({
      level: 'warning',
      title: `${one.state}: ${one.id}`,
      message: one.title,
    })),
    ...advice.map((cause) => ofCause(report, 'warning', cause)),
  ];
  return [...all.filter((one) => one.level === 'error'), ...all.filter((one) => one.level === 'warning')];
}

function ofCause(
  report: RunReport,
  level: Annotation['level'],
  { first, again, stopped }: Cause,
): Annotation {
  const { title, remedy } = first.words;
  const others = again.length + stopped.length;
  return {
    level,
    title: `${first.id} ${first.case?.id ?? 'between cases'}`,
    message: [
      title,
      ...(remedy === undefined ? [] : [`To do: ${remedy}`]),
      ...(first.case === undefined ? [] : [`Alone: ${aloneCommand(first.case.id, report.client)}`]),
      ...(others > 0 ? [`The same in, or the cause of, ${others} more.`] : []),
    ].join('\n'),
  };
}

function ofReason({ words, cases }: Undecided): Annotation {
  const first = cases[0];
  return {
    level: first?.verdict === 'error' ? 'error' : 'warning',
    title: `${first?.verdict ?? 'undecided'}: ${first?.id ?? ''}${cases.length > 1 ? ` and ${cases.length - 1} more` : ''}`,
    message: [words.title, ...(words.remedy === undefined ? [] : [`To do: ${words.remedy}`])].join('\n'),
  };
}

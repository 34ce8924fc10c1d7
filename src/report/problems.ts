import type { Problem } from '../model/problem.ts';
import { wordsFor } from '../words/words.ts';
import { EMPTY, fixed, flowing, labelled, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';

/** Where a problem stands: `file:line:column`, as far as it is known. */
function placeOf(problem: Problem): string | undefined {
  const { place } = problem;
  if (place === undefined) return undefined;
  return [place.file, place.line, place.line === undefined ? undefined : place.column]
    .filter((part) => part !== undefined)
    .join(':');
}

/** A tab counts as one column in a place, so it must look like one above the caret. */
function frame(problem: Problem): Line[] {
  const { line, column, text, length } = problem.place ?? {};
  if (line === undefined || text === undefined || column === undefined) return [];
  const from = column > 100 ? column - 60 : 1;
  const number = String(line);
  const shown = text.replace(/\t/g, ' ').slice(from - 1, from + 139);
  const carets = '^'.repeat(Math.max(1, Math.min(length ?? 1, shown.length - (column - from))));
  return [
    fixed(2, span(`${number} | `, 'dim'), shown),
    fixed(2, span(`${' '.repeat(number.length)} | `, 'dim'), ' '.repeat(column - from), span(carets, 'bad')),
  ];
}

/**
 * Everything wrong in what a person gave us, all at once: what, where (file:line:column with the line and a caret), what was expected, what to do.
 * `label`: error or warning.
 */
export function problemsText(
  problems: readonly Problem[],
  label: 'error' | 'warning',
  options: Pick<ReportOptions, 'color' | 'width'>,
): string {
  const lines = problems.flatMap((problem, index) => {
    const words = wordsFor(problem.code, problem.data);
    const place = placeOf(problem);
    return [
      ...(index === 0 ? [] : [EMPTY]),
      flowing(0, 2, span(`${label}: `, label === 'error' ? 'bad' : 'warn'), span(words.title, 'strong')),
      ...(place === undefined ? [] : [fixed(2, span('at ', 'dim'), place)]),
      ...frame(problem),
      ...(words.cause === undefined ? [] : [labelled(2, 'why', words.cause)]),
      ...(words.remedy === undefined ? [] : [labelled(2, 'do', words.remedy)]),
    ];
  });
  return paint(lines, options);
}

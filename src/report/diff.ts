import type { Change, RunDifference, Side } from '../model/audit.ts';
import { duration, plural } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, fixed, flowing, labelled, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';

/** `poscert diff`: what changed from one run to another. */
export function diffText(found: RunDifference, options: Pick<ReportOptions, 'color' | 'width'>): string {
  const { before, after, times } = found;
  return paint(
    [
      sideLine('before', before),
      sideLine('after', after),
      ...section('Made of', found.facts.map(changeLine)),
      ...section('Cases', found.cases.map(changeLine)),
      ...section('Obligations', found.obligations.map(changeLine)),
      ...section(
        'New findings',
        found.appeared.map((one) => findingLine('+', one)),
      ),
      ...section(
        'Findings that are gone',
        found.gone.map((one) => findingLine('-', one)),
      ),
      ...section(
        'Times',
        times.map((one) => flowing(2, 4, `${one.id}: ${duration(one.beforeMs)} → ${duration(one.afterMs)}`)),
      ),
      EMPTY,
      labelled(0, 'in short', span(summary(found), found.worse ? 'bad' : 'good')),
    ],
    options,
  );
}

function summary(found: RunDifference): string {
  const compared = `${plural(found.compared, 'case')} in both`;
  if (found.compared === 0) return 'the runs have no case in common: nothing was compared';
  if (found.worse) return `something got worse; ${compared}`;
  const changed = found.cases.length + found.obligations.length + found.gone.length + found.appeared.length;
  return changed === 0 ? `no difference; ${compared}` : `nothing got worse; ${compared}`;
}

function sideLine(label: string, side: Side): Line {
  const { run, startedAt, verdict, durationMs } = side;
  return labelled(0, label, span(run, 'strong'), `  ${startedAt}  ${verdict}, ${duration(durationMs)}`);
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [EMPTY, fixed(0, span(title, 'strong')), ...lines];
}

function changeLine({ id, before, after, worse }: Change): Line {
  const to = span(after ?? '(not there)', worse ? 'bad' : 'strong');
  return flowing(2, 4, `${id}: ${before ?? '(not there)'} → `, to);
}

function findingLine(sign: string, one: RunDifference['appeared'][number]): Line {
  const { title } = wordsFor(one.code, one.data);
  const where = [one.case, one.obligation].filter((part) => part !== undefined).join(', ');
  return flowing(
    2,
    4,
    span(`${sign} ${one.level} `, one.level === 'must' ? 'bad' : 'warn'),
    title,
    span(where === '' ? '' : ` (${where})`, 'dim'),
  );
}

/** The same for programs. */
export function diffJson(found: RunDifference): string {
  const told = (all: RunDifference['appeared']): unknown =>
    all.map((one) => ({ ...one, ...wordsFor(one.code, one.data) }));
  return `${jsonText({ schemaVersion: 1, ...found, appeared: told(found.appeared), gone: told(found.gone) }, 2)}\n`;
}

import { AREAS, type Check } from '../model/diagnosis.ts';
import { plural } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, flowing, labelled, paint, quoted, span, type Line, type Span } from './lines.ts';
import type { ReportOptions } from './options.ts';

const MARKS: Readonly<Record<Check['state'], Span>> = {
  ok: span('✓ ', 'good'),
  warning: span('! ', 'warn'),
  usage: span('✗ ', 'bad'),
  error: span('✗ ', 'bad'),
};
const TITLES: Readonly<Record<(typeof AREAS)[number], string>> = {
  machine: 'This machine',
  configuration: 'Configuration',
  gateway: 'Gateway',
  target: 'Target',
  adapter: 'Adapter',
  certificate: 'Certificate',
};

/** `poscert doctor`: a line a check; what is not in order with its cause and remedy, and the client's last lines. */
export function doctorText(
  checks: readonly Check[],
  exitCode: number,
  options: Pick<ReportOptions, 'color' | 'width'>,
): string {
  const lines = AREAS.flatMap((area): Line[] => {
    const here = checks.filter((one) => one.area === area);
    if (here.length === 0) return [];
    return [flowing(0, 2, span(TITLES[area], 'strong')), ...here.flatMap(checkLines), EMPTY];
  });
  return paint([...lines, flowing(0, 2, `${summary(checks)}; exit code ${exitCode}`)], options);
}

function checkLines(check: Check): Line[] {
  const words = wordsFor(check.code, check.data);
  const mark = flowing(2, 4, MARKS[check.state], words.title);
  if (check.state === 'ok') return [mark];
  const at = placeOf(check);
  return [
    mark,
    ...(at === undefined ? [] : [labelled(4, 'at', at)]),
    ...(words.cause === undefined ? [] : [labelled(4, 'why', words.cause)]),
    ...(words.remedy === undefined ? [] : [labelled(4, 'do', words.remedy)]),
    ...(check.log === undefined
      ? []
      : [flowing(4, 4, span('its log ends:', 'dim')), ...quoted(4, check.log)]),
  ];
}

function placeOf({ place }: Check): string | undefined {
  if (place === undefined) return undefined;
  const parts = [place.file, place.line, place.line === undefined ? undefined : place.column];
  return parts.filter((part) => part !== undefined).join(':');
}

function summary(checks: readonly Check[]): string {
  const count = (...states: readonly Check['state'][]): number =>
    checks.filter((one) => states.includes(one.state)).length;
  const warnings = count('warning');
  const wrong = count('usage', 'error');
  return [
    `${plural(count('ok'), 'line')} in order`,
    ...(warnings === 0 ? [] : [`${warnings} to look at`]),
    wrong === 0 ? 'nothing to put right' : `${wrong} to put right`,
  ].join(', ');
}

/** As JSON: the checks with their words. */
export function doctorJson(checks: readonly Check[], exitCode: number): string {
  return jsonText({
    exitCode,
    checks: checks.map((check) => ({ ...check, ...wordsFor(check.code, check.data) })),
  });
}

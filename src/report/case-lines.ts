import type { CaseReport, StepReport } from '../model/run.ts';
import { duration } from '../words/phrases.ts';
import { fixed, flowing, span, type Line } from './lines.ts';
import { tally } from './summary.ts';
import { lookOf, stepLook } from './verdict-style.ts';

/** One line for a feature: its sign, its name, how its cases went, how long they took. */
export function featureLine(feature: string, cases: readonly CaseReport[], width: number): Line {
  const counts = tally(cases);
  const worst = WEIGHT.find((verdict) => counts.some(([one]) => one === verdict)) ?? 'passed';
  const { sign, style } = lookOf(worst);
  const passed = cases.filter((one) => one.verdict === 'passed').length;
  const rest = counts
    .filter(([verdict]) => verdict !== 'passed')
    .map(([verdict, count]) => `, ${count} ${verdict}`);
  const took = cases.reduce((sum, one) => sum + one.durationMs, 0);
  return fixed(
    2,
    span(`${sign} `, style),
    span(feature.padEnd(width), 'strong'),
    `  ${passed} of ${cases.length} passed${rest.join('')}`,
    span(`  ${duration(took)}`, 'dim'),
  );
}

const WEIGHT = [
  'error',
  'failed',
  'inconclusive',
  'unproven',
  'unsupported',
  'cancelled',
  'not applicable',
] as const;

/** One line for a case with a note (its findings), and its steps where they are wanted. */
export function caseLines(one: CaseReport, note: string, steps: boolean): Line[] {
  const { sign, style } = lookOf(one.verdict);
  const named = note === '' ? '' : ` (${note})`;
  const origin = one.origin === undefined || one.origin === 'client' ? '' : `, ${one.origin}`;
  const head = flowing(
    4,
    6,
    span(`${sign} `, style),
    one.id,
    span(one.verdict === 'passed' ? '' : `  ${one.verdict}${origin}`, style),
    span(named, 'dim'),
    span(one.tier === 'hardening' ? '  hardening' : '', 'dim'),
    span(one.attempts > 1 ? `  ran ${one.attempts} times: our own timing was too poor at first` : '', 'warn'),
    span(one.durationMs > 0 ? `  ${duration(one.durationMs)}` : '', 'dim'),
  );
  return steps ? [head, ...one.steps.flatMap((step, index) => stepLines(step, index + 1))] : [head];
}

function stepLines(step: StepReport, number: number): Line[] {
  const { sign, style } = stepLook(step.state);
  const note = step.state === 'done' || step.state === 'failed' ? '' : `  ${step.state}`;
  return [
    flowing(6, 11, span(`${sign} `, style), `${number} ${step.title}`, span(note, 'dim')),
    ...(step.state === 'not reached' ? [] : step.expectations.map((one) => expectationLine(one, step.state))),
  ];
}

function expectationLine(one: StepReport['expectations'][number], state: StepReport['state']): Line {
  const numbers = one.exchanges.map((number) => `#${number}`).join(' ');
  const look = one.met ? stepLook('done') : stepLook(state === 'failed' ? 'failed' : 'skipped');
  const came = numbers === '' ? (one.met ? 'left out, as it may be' : 'did not come') : numbers;
  return flowing(10, 12, span(`${look.sign} `, look.style), one.title, span(`  ${came}`, 'dim'));
}

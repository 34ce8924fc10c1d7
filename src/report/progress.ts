import type { Case } from '../model/case.ts';
import type { CaseRun } from '../model/outcome.ts';
import { duration } from '../words/phrases.ts';
import { fixed, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';
import { lookOf } from './verdict-style.ts';

/* How a run goes on, as text: state in, lines out. Whoever holds the terminal decides when they are written. */

/** What a lane says while it runs; the same shape as the engine's. */
export type ProgressEvent =
  | { readonly kind: 'case-started'; readonly lane: string; readonly case: Case }
  | { readonly kind: 'command'; readonly lane: string; readonly case: Case; readonly command: string }
  | { readonly kind: 'case-ended'; readonly lane: string; readonly run: CaseRun };

/** How far one feature is. */
export interface FeatureProgress {
  readonly feature: string;
  readonly total: number;
  readonly done: number;
  /** Cases ended that did not pass and are not merely not applicable. */
  readonly troubled: number;
  /** The case under way and its command. */
  readonly now?: string;
}

export type ProgressState = readonly FeatureProgress[];

/** Before the first case: features in reading order with the number of their cases. */
export function beginProgress(
  features: readonly { readonly feature: string; readonly total: number }[],
): ProgressState {
  return features.map(({ feature, total }) => ({ feature, total, done: 0, troubled: 0 }));
}

/** The state after an event. A case counts for its feature, whatever the lane is called. */
export function advanceProgress(state: ProgressState, event: ProgressEvent): ProgressState {
  const one = event.kind === 'case-ended' ? event.run.case : event.case;
  return state.map((feature) => (feature.feature === one.feature ? advanced(feature, event) : feature));
}

function advanced(feature: FeatureProgress, event: ProgressEvent): FeatureProgress {
  switch (event.kind) {
    case 'case-started':
      return { ...feature, now: event.case.title };
    case 'command':
      return { ...feature, now: `${event.case.title} · ${event.command}` };
    case 'case-ended': {
      const fine = event.run.outcome.kind === 'passed' || event.run.outcome.kind === 'not applicable';
      const { total, done, troubled } = feature;
      return { feature: feature.feature, total, done: done + 1, troubled: troubled + (fine ? 0 : 1) };
    }
  }
}

/** A line a feature for a live terminal, each cut to its width; `frame` is the sign of a feature under way. */
export function progressLines(
  state: ProgressState,
  frame: string,
  options: Pick<ReportOptions, 'color' | 'width'>,
): readonly string[] {
  const names = Math.max(0, ...state.map((one) => one.feature.length));
  const totals = Math.max(0, ...state.map((one) => String(one.total).length));
  return state.map((one) => {
    const ended = one.done >= one.total;
    const { sign, style } = ended
      ? lookOf(one.troubled > 0 ? 'failed' : 'passed')
      : { sign: one.now === undefined ? '·' : frame, style: 'accent' as const };
    const counted = `${String(one.done).padStart(totals)} of ${String(one.total).padEnd(totals)}`;
    const troubled = one.troubled > 0 ? `  ${one.troubled} not passed` : '';
    const head = `${sign} ${one.feature.padEnd(names)}  ${counted}${troubled}`;
    const room = options.width - head.length - 3;
    const now = one.now === undefined || room < 8 ? '' : `  ${cut(one.now, room)}`;
    const line = fixed(
      0,
      span(`${sign} `, style),
      one.feature.padEnd(names),
      span(`  ${counted}`, 'dim'),
      span(troubled, 'bad'),
      span(now, 'dim'),
    );
    return paint([line], options).trimEnd();
  });
}

/** The line that stays when a case has ended: `31 of 64  ✗ payments/complete-a-payment  failed  5.4 s`. */
export function endedLine(
  run: CaseRun,
  ended: number,
  total: number,
  options: Pick<ReportOptions, 'color' | 'width'>,
): string {
  const { sign, style } = lookOf(run.outcome.kind);
  const verdict = run.outcome.kind === 'passed' ? '' : `  ${run.outcome.kind}`;
  const counted = `${String(ended).padStart(String(total).length)} of ${total}  `;
  const took = run.attempts === 0 ? '' : `  ${duration(run.endedAt - run.startedAt)}`;
  const line: Line = fixed(
    0,
    span(counted, 'dim'),
    span(`${sign} `, style),
    run.case.id,
    span(verdict, style),
    span(took, 'dim'),
  );
  return paint([line], options);
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

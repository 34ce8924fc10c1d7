import type { StepReport } from '../model/run.ts';
import type { CaseVerdict, RunVerdict } from '../model/verdict.ts';
import type { Style } from './lines.ts';

/** How a verdict looks: a sign that needs no colour, and a colour that needs no sign. */
export interface Look {
  readonly sign: string;
  readonly style: Style;
}

const LOOKS: Readonly<Record<CaseVerdict | RunVerdict, Look>> = {
  passed: { sign: '✓', style: 'good' },
  failed: { sign: '✗', style: 'bad' },
  error: { sign: '!', style: 'bad' },
  inconclusive: { sign: '?', style: 'warn' },
  unproven: { sign: '?', style: 'warn' },
  unsupported: { sign: '–', style: 'warn' },
  'not applicable': { sign: '·', style: 'dim' },
  cancelled: { sign: '·', style: 'dim' },
  interrupted: { sign: '!', style: 'bad' },
};

/** The look of a verdict of a case or a run. */
export function lookOf(verdict: CaseVerdict | RunVerdict): Look {
  return LOOKS[verdict];
}

const STEPS: Readonly<Record<StepReport['state'], Look>> = {
  done: { sign: '✓', style: 'good' },
  failed: { sign: '✗', style: 'bad' },
  skipped: { sign: '–', style: 'dim' },
  'not reached': { sign: '·', style: 'dim' },
};

/** The look of a step. */
export function stepLook(state: StepReport['state']): Look {
  return STEPS[state];
}

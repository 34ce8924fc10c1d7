import type { Case } from './case.ts';
import type { JsonObject } from './json.ts';
import type { Finding } from './obligation.ts';
import type { StepReport } from './run.ts';
import type { Origin } from './verdict.ts';

/** What a case came to by the engine's step, before the rules have spoken. */
export type CaseOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly finding: Finding }
  | { readonly kind: 'error'; readonly origin: Origin; readonly finding: Finding; readonly need?: string }
  | {
      readonly kind: 'unproven' | 'unsupported' | 'cancelled' | 'not applicable' | 'inconclusive';
      readonly reason: { readonly code: string; readonly data: JsonObject };
    };

/** What happened to one case. Times in ms since the run began; `attempts` is 0 where it was never begun. */
export interface CaseRun {
  readonly case: Case;
  readonly lane: string;
  readonly outcome: CaseOutcome;
  readonly steps: readonly StepReport[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attempts: number;
}

/** The pseudo case under which needs that are made once a lane run: `needs/<id of the case they were made for>`. */
export const NEEDS_PREFIX = 'needs/';

import type { Place } from './problem.ts';
import type { JsonValue } from './json.ts';

/** What `poscert doctor` looks at, in this order. */
export const AREAS = ['machine', 'configuration', 'gateway', 'target', 'adapter', 'certificate'] as const;
export type Area = (typeof AREAS)[number];

/**
 * One line of `poscert doctor`. `code` has an entry in `words`. What is wrong has the exit code that a run would end with: usage where
 * something written has to be changed, error where something outside does.
 */
export interface Check {
  readonly area: Area;
  readonly state: 'ok' | 'warning' | 'usage' | 'error';
  readonly code: string;
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly place?: Place;
  /** The last lines of the client's log. */
  readonly log?: readonly string[];
}

/** What the checks come to: usage stands above error, since a run reads what was written before it starts anything. */
export function diagnosisOf(checks: readonly Check[]): 'passed' | 'usage' | 'error' {
  if (checks.some((one) => one.state === 'usage')) return 'usage';
  return checks.some((one) => one.state === 'error') ? 'error' : 'passed';
}

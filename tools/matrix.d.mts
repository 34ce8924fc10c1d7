import type { Habit } from '../test/clients/habits.d.mts';
import type { Defect } from '../test/clients/defects.d.mts';

export interface Outcome {
  readonly verdict: string;
  readonly first?: string;
  readonly cases: Readonly<Record<string, readonly string[]>>;
  readonly advice?: readonly string[];
}
export function matrixMarkdown(
  defects: readonly Defect[],
  outcomes: Readonly<Record<string, Outcome>>,
  habits: readonly Habit[],
  survivors: Readonly<Record<string, readonly string[]>>,
): string;
export function matrixHtml(defects: readonly Defect[], outcomes: Readonly<Record<string, Outcome>>): string;

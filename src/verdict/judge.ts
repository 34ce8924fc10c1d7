import type { Judgement, Rule, RuleContext } from '../model/obligation.ts';
import type { RunRecord } from '../model/recording.ts';

/** Lets every rule see the whole recording and say what it found. */
export function judge(
  rules: readonly Rule[],
  context: RuleContext,
  records: readonly RunRecord[],
): Judgement[] {
  const folds = rules.map((rule) => rule.begin(context));
  for (const record of records) for (const fold of folds) fold.see(record);
  return folds.map((fold) => fold.close());
}

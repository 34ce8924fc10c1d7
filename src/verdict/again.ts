import type { Case } from '../model/case.ts';
import type { CaseRun } from '../model/outcome.ts';
import type { Decision } from './decide.ts';

/**
 * The cases whose own timing was too poor to say, with those they continue, and those that continue them and so were never run: they run again,
 * alone.
 */
export function inconclusiveCases(decision: Decision, cases: readonly Case[]): Case[] {
  const wanted = new Set(decision.cases.filter((one) => one.verdict === 'inconclusive').map((one) => one.id));
  for (const one of [...cases].reverse())
    if (wanted.has(one.id) && one.after !== undefined) wanted.add(one.after);
  const cancelled = new Set(decision.cases.filter((one) => one.verdict === 'cancelled').map((one) => one.id));
  for (const one of cases)
    if (one.after !== undefined && wanted.has(one.after) && cancelled.has(one.id)) wanted.add(one.id);
  return cases.filter((one) => wanted.has(one.id));
}

/** The runs of a certification with those that ran again in the place of their first try. */
export function replaced(runs: readonly CaseRun[], again: readonly CaseRun[]): CaseRun[] {
  const second = new Map(again.map((run) => [run.case.id, run]));
  return runs.map((run) => {
    const other = second.get(run.case.id);
    return other === undefined ? run : { ...other, attempts: run.attempts + other.attempts };
  });
}

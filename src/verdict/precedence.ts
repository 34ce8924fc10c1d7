import type { CaseVerdict, RunVerdict } from '../model/verdict.ts';

/** The heavier stands further left (architecture.md, Verdict). */
const WEIGHT: readonly RunVerdict[] = [
  'interrupted',
  'error',
  'failed',
  'inconclusive',
  'unproven',
  'unsupported',
  'passed',
];

/** The exit code follows from the verdict alone (cli.md, Exit codes). */
const EXIT_CODES: Readonly<Record<RunVerdict, number>> = {
  passed: 0,
  failed: 1,
  inconclusive: 3,
  unproven: 3,
  unsupported: 3,
  error: 4,
  interrupted: 130,
};

/** What a case's verdict weighs in its run. A case that was not gone through proves nothing. */
function weightOf(verdict: CaseVerdict): RunVerdict | undefined {
  switch (verdict) {
    case 'not applicable':
      return undefined;
    case 'cancelled':
      return 'unproven';
    case 'passed':
    case 'failed':
    case 'error':
    case 'inconclusive':
    case 'unproven':
    case 'unsupported':
      return verdict;
  }
}

/** The heaviest of several verdicts; nothing at all is unproven: no cases, no pass. */
export function heaviest(verdicts: readonly RunVerdict[]): RunVerdict {
  return WEIGHT.find((candidate) => verdicts.includes(candidate)) ?? 'unproven';
}

/** The verdict of the cases of a run. */
export function verdictOfCases(cases: readonly CaseVerdict[]): RunVerdict {
  return heaviest(cases.map(weightOf).filter((verdict) => verdict !== undefined));
}

export function exitCodeOf(verdict: RunVerdict): number {
  return EXIT_CODES[verdict];
}

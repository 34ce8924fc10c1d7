/** The verdict of a case (architecture.md, the nouns). */
export const CASE_VERDICTS = [
  'passed',
  'failed',
  'error',
  'inconclusive',
  'unproven',
  'unsupported',
  'not applicable',
  'cancelled',
] as const;
export type CaseVerdict = (typeof CASE_VERDICTS)[number];

/** Who is to blame for an error. */
export type Origin = 'client' | 'environment' | 'harness';

/** The verdict of a run: the heaviest of its cases and obligations; `interrupted` stands above all. */
export type RunVerdict =
  'passed' | 'failed' | 'error' | 'inconclusive' | 'unproven' | 'unsupported' | 'interrupted';

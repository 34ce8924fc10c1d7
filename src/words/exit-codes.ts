/** An exit code of the command line (cli.md, "Exit codes"). */
export interface ExitCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

/** Every exit code there is; where several apply the heaviest is taken: 130, 4, 1, 3. */
export const EXIT_CODES = [
  { code: 0, name: 'passed', meaning: 'Everything selected passed.' },
  {
    code: 1,
    name: 'failed',
    meaning: 'A case failed: the client broke a duty or did not do what a case asks.',
  },
  {
    code: 2,
    name: 'usage',
    meaning: 'A flag, the configuration or a case script is wrong, or no case was selected.',
  },
  {
    code: 3,
    name: 'undecided',
    meaning: 'Inconclusive, unproven or unsupported: there is not enough evidence to say yes.',
  },
  {
    code: 4,
    name: 'error',
    meaning: 'The client could not be run, the target could not be reached, or poscert itself failed.',
  },
  { code: 130, name: 'interrupted', meaning: 'Interrupted before the end.' },
] as const satisfies readonly ExitCode[];

export type ExitCodeName = (typeof EXIT_CODES)[number]['name'];

/** The number of exit code `name`. */
export function exitCode(name: ExitCodeName): number {
  return EXIT_CODES.find((entry) => entry.name === name)?.code ?? 4;
}

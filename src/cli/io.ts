/** What the command line has of the outside world; the global process is read here and in main alone. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: { readonly out: boolean; readonly err: boolean };
  /** Where a person answers; absent where nobody can. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the first Ctrl-C is answered with, for a command that has no cases to end. */
  sayOnStop?(text: string): void;
}

/** Whether a stream gets colour: a terminal, unless NO_COLOR, TERM=dumb or --no-color say otherwise; FORCE_COLOR says it does. */
export function wantsColor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): boolean {
  if (argv.includes('--no-color')) return false;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Whether anything may move on the screen: never off a terminal, in CI or where colour is unwanted (cli.md). */
export function wantsMotion(io: Io): boolean {
  return (
    io.errIsTerminal &&
    (io.env['CI'] ?? '') === '' &&
    (io.env['NO_COLOR'] ?? '') === '' &&
    io.env['TERM'] !== 'dumb'
  );
}

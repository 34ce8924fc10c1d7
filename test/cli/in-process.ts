import { runCommandLine } from '../../src/cli/program.ts';
import type { Io } from '../../src/cli/io.ts';
import type { Ended } from './command-line.ts';

/** Runs a command line in this process: a second faster than the built program, with the same code behind it. */
export async function inProcess(
  args: readonly string[],
  cwd: string,
  more: Partial<Pick<Io, 'env' | 'outIsTerminal' | 'errIsTerminal' | 'signal'>> = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const { PATH = '' } = process.env;
  const code = await runCommandLine(args, {
    cwd,
    out: (text) => (out += text),
    err: (text) => (err += text),
    outIsTerminal: false,
    errIsTerminal: false,
    width: 100,
    color: { out: false, err: false },
    signal: new AbortController().signal,
    ...more,
    env: { PATH, HOME: cwd, XDG_CONFIG_HOME: cwd, CI: 'true', NO_COLOR: '1', ...more.env },
  });
  return { code, out, err };
}

import type { Problem } from '../model/problem.ts';
import { problemsText } from '../report/problems.ts';
import { exitCode } from '../words/exit-codes.ts';
import type { Io } from './io.ts';

/** Says everything that is wrong with what a person gave; exit code 2. */
export function refuse(problems: readonly Problem[], io: Io): number {
  io.err(problemsText(problems, 'error', { color: io.color.err, width: io.width }));
  return exitCode('usage');
}

/** Says what to look at, and goes on. */
export function warn(problems: readonly Problem[], io: Io): void {
  if (problems.length > 0)
    io.err(problemsText(problems, 'warning', { color: io.color.err, width: io.width }));
}

/** What poscert itself or its surroundings could not do; exit code 4, never a stack trace. */
export function breakDown(thrown: unknown, io: Io): number {
  const error = thrown as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly path?: unknown;
  } | null;
  const code = typeof error?.code === 'string' ? error.code : '';
  const message = typeof error?.message === 'string' ? error.message : String(thrown);
  const known = ['ENOSPC', 'EACCES', 'EROFS', 'EPERM', 'EDQUOT', 'ENOTDIR'].includes(code);
  const problem: Problem = {
    code: known ? 'not-writable' : 'poscert-failed',
    data: { message, ...(typeof error?.path === 'string' ? { path: error.path } : {}) },
  };
  io.err(problemsText([problem], 'error', { color: io.color.err, width: io.width }));
  if ((io.env['POSCERT_DEBUG'] ?? '') !== '' && thrown instanceof Error) io.err(`${thrown.stack ?? ''}\n`);
  return exitCode('error');
}

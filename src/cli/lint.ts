import { relative } from 'node:path';
import { lintFiles, shippedPack } from '../inspect.ts';
import { problemsText } from '../report/problems.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse, warn } from './failure.ts';
import type { Io } from './io.ts';
import { readText } from './settings.ts';
import { PACK_FOLDER } from './tool.ts';

/** `poscert lint`: every fault in every file at once; exit 0 or 2. */
export function lintCommand(files: readonly string[], io: Io): number {
  const pack = shippedPack(PACK_FOLDER);
  if (!pack.ok) return refuse(pack.problems, io);
  const linted = lintFiles(pack.value, PACK_FOLDER, files, readText);
  warn(linted.warnings, io);
  if (linted.problems.length > 0) {
    io.err(problemsText(linted.problems, 'error', { color: io.color.err, width: io.width }));
    io.err(`${linted.problems.length} wrong in ${linted.checked} files\n`);
    return exitCode('usage');
  }
  const where = files.length === 0 ? relative(io.cwd, PACK_FOLDER) || PACK_FOLDER : files.join(', ');
  io.out(`${linted.checked} case files are in order: ${where}\n`);
  return exitCode('passed');
}

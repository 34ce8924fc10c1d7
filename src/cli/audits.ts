import type { Audited, Judge, RunPlace } from '../audit.ts';
import { shippedPack } from '../inspect.ts';
import type { Parsed } from '../model/problem.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse, warn } from './failure.ts';
import type { Io } from './io.ts';
import { settings } from './settings.ts';
import { PACK_FOLDER, type Tool } from './tool.ts';

/** Where runs are looked for: beside poscert.yaml, else in the working directory. A faulty configuration is no matter here. */
export function runPlace(io: Io): RunPlace {
  const read = settings({}, io);
  return { root: read.ok ? read.value.config.root : io.cwd, cwd: io.cwd };
}

/** Who judges: the pack that is shipped, by this version. */
export function judgeOf(tool: Tool): Parsed<Judge> {
  const pack = shippedPack(PACK_FOLDER);
  return pack.ok ? { ...pack, value: { pack: pack.value, version: tool.version } } : pack;
}

/** What was asked for, with its warnings told; or the exit code: 2 where a person can set it right, 4 where a recording can't be believed. */
export function given<T>(audited: Audited<T>, io: Io): { readonly value: T } | { readonly code: number } {
  if (audited.ok) {
    warn(audited.warnings, io);
    return { value: audited.value };
  }
  const code = refuse(audited.problems, io);
  return { code: audited.damaged ? exitCode('error') : code };
}

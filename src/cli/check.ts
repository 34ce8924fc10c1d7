import { resolve } from 'node:path';
import { check } from '../audit.ts';
import { resolveFeatures } from '../inspect.ts';
import type { Examination } from '../model/audit.ts';
import { checkJson, checkText } from '../report/check.ts';
import { given, judgeOf } from './audits.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

/** Where files come to different codes, the heaviest counts (cli.md, Exit codes). */
const WEIGHT = [4, 2, 1, 3, 0];

/**
 * `poscert check FILE…`: judges recordings and HAR files by the obligations alone. Exit code 0: something was examined and no must-level duty is
 * broken; 1: one is; 3: nothing could be examined, or the times are too coarse to say.
 */
export async function checkCommand(
  files: readonly string[],
  flags: Flags,
  io: Io,
  tool: Tool,
): Promise<number> {
  const judge = judgeOf(tool);
  if (!judge.ok) return refuse(judge.problems, io);
  const names = (flags['features'] as string[] | undefined) ?? ['all'];
  const features = resolveFeatures(judge.value.pack, names);
  if (!features.ok) return refuse(features.problems, io);
  const codes: number[] = [];
  const found: (readonly [string, Examination])[] = [];
  try {
    for (const file of files) {
      const examined = given(await check(resolve(io.cwd, file), judge.value, features.value), io);
      codes.push('code' in examined ? examined.code : examined.value.exitCode);
      if ('value' in examined) found.push([file, examined.value]);
    }
  } catch (thrown) {
    return breakDown(thrown, io);
  }
  const look = { color: io.color.out, width: io.width, verbose: flags['verbose'] === true };
  if (flags['json'] === true) io.out(checkJson(found));
  else io.out(found.map(([file, one]) => checkText(file, one, look)).join('\n'));
  return WEIGHT.find((code) => codes.includes(code)) ?? 4;
}

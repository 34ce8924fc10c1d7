import { merge } from '../audit.ts';
import { given, judgeOf, runPlace } from './audits.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import { wantedReports, writeReports } from './report-files.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

/** `poscert merge RUN…`: joins the shards of one certification into one report; the exit code comes from what they come to together. */
export async function mergeCommand(
  runs: readonly string[],
  flags: Flags,
  io: Io,
  tool: Tool,
): Promise<number> {
  const judge = judgeOf(tool);
  const wanted = wantedReports((flags['report'] as string[] | undefined) ?? [], io.cwd);
  if (!judge.ok) return refuse(judge.problems, io);
  if (!wanted.ok) return refuse(wanted.problems, io);
  if (runs.length < 2) return refuse([{ code: 'merge-one-run', data: { runs: [...runs] } }], io);
  const verbose = flags['verbose'] === true;
  const all = verbose || wanted.value.some((one) => one.format === 'har' || one.format === 'html');
  try {
    const merged = given(await merge(runs, runPlace(io), judge.value, all), io);
    if ('code' in merged) return merged.code;
    writeReports(merged.value, wanted.value, io, verbose);
    return merged.value.exitCode;
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

import { retell } from '../audit.ts';
import { given, judgeOf, runPlace } from './audits.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import { askedReports, writeReports } from './report-files.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

/** `poscert report [RUN]`: any report of a run again, from its recording. The exit code is the run's own. */
export async function reportCommand(
  run: string | undefined,
  flags: Flags,
  io: Io,
  tool: Tool,
): Promise<number> {
  const judge = judgeOf(tool);
  const wanted = askedReports((flags['format'] as string[] | undefined) ?? [], io.cwd);
  if (!judge.ok) return refuse(judge.problems, io);
  if (!wanted.ok) return refuse(wanted.problems, io);
  const verbose = flags['verbose'] === true;
  const all = verbose || wanted.value.some((one) => one.format === 'har' || one.format === 'html');
  try {
    const told = given(await retell(run, runPlace(io), judge.value, all), io);
    if ('code' in told) return told.code;
    // What the run itself has told its pipeline isn't told twice.
    writeReports(told.value.report, wanted.value, { ...io, env: {} }, verbose);
    return told.value.report.exitCode;
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

import { difference, retell } from '../audit.ts';
import { diffJson, diffText } from '../report/diff.ts';
import { exitCode } from '../words/exit-codes.ts';
import { given, judgeOf, runPlace } from './audits.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

/** `poscert diff RUN RUN`: what changed. Exit code 0: nothing got worse; 1: something did; 3: they have no case in common. */
export async function diffCommand(
  runs: readonly [before: string, after: string],
  flags: Flags,
  io: Io,
  tool: Tool,
): Promise<number> {
  const judge = judgeOf(tool);
  if (!judge.ok) return refuse(judge.problems, io);
  const place = runPlace(io);
  try {
    const before = given(await retell(runs[0], place, judge.value, false), io);
    if ('code' in before) return before.code;
    const after = given(await retell(runs[1], place, judge.value, false), io);
    if ('code' in after) return after.code;
    const found = difference(before.value.report, after.value.report);
    const look = { color: io.color.out, width: io.width };
    io.out(flags['json'] === true ? diffJson(found) : diffText(found, look));
    if (found.compared === 0) return exitCode('undecided');
    return found.worse ? exitCode('failed') : exitCode('passed');
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

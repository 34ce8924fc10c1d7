import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { support } from '../audit.ts';
import { supportJson, supportText } from '../report/support.ts';
import { exitCode } from '../words/exit-codes.ts';
import { given, judgeOf, runPlace } from './audits.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

/** `poscert support [RUN] [CASE]`: what Developer Support asks for, redacted. A single name with a slash that is no run is a case of the last run. */
export async function supportCommand(
  names: readonly (string | undefined)[],
  flags: Flags,
  io: Io,
  tool: Tool,
): Promise<number> {
  const judge = judgeOf(tool);
  if (!judge.ok) return refuse(judge.problems, io);
  const [first, second] = names;
  const isCase = second === undefined && judge.value.pack.cases.some((one) => one.id === first);
  const [run, caseId] = isCase ? [undefined, first] : [first, second];
  try {
    const facts = given(await support(run, caseId, runPlace(io), judge.value), io);
    if ('code' in facts) return facts.code;
    const text =
      flags['json'] === true
        ? supportJson(facts.value)
        : supportText(facts.value, `${tool.name} ${tool.version}`);
    const file = flags['out'];
    if (typeof file !== 'string') io.out(text);
    else writeFileSync(resolve(io.cwd, file), text, { mode: 0o600 });
    return exitCode('passed');
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeAgain } from '../../src/audit.ts';
import { readJournal } from '../../src/journal/read-back.ts';
import type { CaseReport, RunReport } from '../../src/model/run.ts';
import { certifyOnboarding, configIn, pack, temporaryFolder, TILL } from './certified.ts';

/* A recording alone comes to what the run came to: also where the client failed, never started, or could not do what was asked. */

const told = (cases: readonly CaseReport[]): unknown[] =>
  cases.map(({ id, verdict, origin, reason, steps, findings, lane, attempts }) => ({
    id,
    verdict,
    origin,
    reason,
    steps,
    findings,
    lane,
    attempts,
  }));

async function run(
  args: readonly string[],
  ids?: readonly string[],
): Promise<{ report: RunReport; again: ReturnType<typeof judgeAgain> }> {
  const root = temporaryFolder();
  const report = await certifyOnboarding(
    configIn(root, { command: [process.execPath, TILL, ...args], patienceMs: 2000 }),
    undefined,
    ids,
  );
  const { records, chain } = readJournal(readFileSync(join(root, report.journal ?? '')));
  expect(chain.kind).toBe('whole');
  return { report, again: judgeAgain(records, pack) };
}

// Each run has a folder and a till of its own, and waits more than it works.
describe('judged again', () => {
  it.concurrent.each([
    ['a lawful client', []],
    ['a client without a bearer token', ['--defect', 'no-bearer']],
    ['a client that never starts', ['--defect', 'no-such-defect']],
    ['a client that dies when it is restarted', ['--defect', 'crashes-on-restart']],
    ['a client that forgets everything in a power cut', ['--defect', 'keeps-nothing']],
    ['a client that offers no command', ['--defect', 'greeting-without-commands']],
    ['a client that hangs on a write', ['--defect', 'hangs-on-a-write']],
  ])(
    '%s comes to the same',
    async (_, args) => {
      const { report, again } = await run(args);
      expect(again.otherPlans).toBe(0);
      expect(again.decision.verdict).toBe(report.verdict);
      expect(told(again.decision.cases)).toEqual(told(report.cases));
      expect(again.decision.obligations).toEqual(report.obligations);
    },
    60_000,
  );

  it.concurrent(
    'comes to the same where an act made what the case goes on with',
    async () => {
      const { report, again } = await run(
        [],
        ['payments/clean-up-an-active-payment', 'notifications/check-in-notification'],
      );
      expect(report.cases.map((one) => one.verdict)).toEqual(['passed', 'passed']);
      expect(told(again.decision.cases)).toEqual(told(report.cases));
    },
    60_000,
  );
});

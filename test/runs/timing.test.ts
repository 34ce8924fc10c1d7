import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/recording.ts';
import type { CaseReport } from '../../src/model/run.ts';
import { runTill } from './run-till.ts';

/*
 * Timing is judged honestly: with every processor busy no lawful client fails and none that polls too fast passes. What cannot be said is
 * inconclusive. POSCERT_TIMING_RUNS: how often each is taken through (the suite has few; a hundred takes a quarter of an hour).
 */

const RUNS = Number(process.env['POSCERT_TIMING_RUNS'] ?? 4);
const SIDE_BY_SIDE = 4;
const BUSY = 3;
const CASES = ['payments/keep-the-poll-delay', 'payments/complete-a-payment'];
const PATIENCE_MS = 20_000;
/** The delay of complete-a-payment less what the rule tolerates: 20 ms, and as much lag of ours. */
const LEAST_MS = 260;

const busy: ChildProcess[] = [];
beforeAll(() => {
  // It ends by itself, should nobody be left to end it.
  const burn = `const end = Date.now() + ${String(RUNS * 60_000)}; while (Date.now() < end);`;
  for (let count = 0; count < BUSY; count += 1)
    busy.push(spawn(process.execPath, ['-e', burn], { stdio: 'ignore' }));
});
afterAll(() => {
  for (const one of busy) one.kill('SIGKILL');
});

interface Taken {
  readonly case: CaseReport;
  /** Time between the arrivals of polls in a row, ms, of the run that counts. */
  readonly gaps: readonly number[];
}

/** The cases of all runs with one till. */
async function taken(args: readonly string[]): Promise<Taken[]> {
  const cases: Taken[] = [];
  let left = RUNS;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { report, records } = await runTill(CASES, args, PATIENCE_MS);
      for (const one of report.cases) cases.push({ case: one, gaps: gapsOf(records, one) });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return cases;
}

function gapsOf(records: readonly RunRecord[], { id, lane }: CaseReport): number[] {
  const polls = records.filter(
    (one) =>
      one.kind === 'request' && one.operation === 'queryPayment' && one.case === id && one.lane === lane,
  );
  return polls.slice(1).map((one, index) => Math.round(one.at - (polls[index]?.at ?? 0)));
}

const count = (cases: readonly Taken[], verdict: string): number =>
  cases.filter((one) => one.case.verdict === verdict).length;

function told(name: string, cases: readonly Taken[]): string {
  const again = cases.filter((one) => one.case.attempts > 1).length;
  return `${name}: ${cases.length} cases, ${count(cases, 'passed')} passed, ${count(cases, 'failed')} failed, ${count(cases, 'inconclusive')} inconclusive, ${again} ran again`;
}

const brief = ({ case: one, gaps }: Taken): unknown => ({
  case: one.id,
  verdict: one.verdict,
  gaps,
  findings: one.findings.map(({ code, data }) => ({ code, data })),
});

describe('with every processor busy', () => {
  it(
    'no lawful client fails',
    async () => {
      const cases = await taken([]);
      console.log(told('lawful', cases));
      const fair = ['passed', 'inconclusive'];
      expect(cases.filter((one) => !fair.includes(one.case.verdict)).map(brief)).toEqual([]);
      expect(cases).toHaveLength(RUNS * CASES.length);
    },
    RUNS * 60_000,
  );

  it.each(['polls-too-fast', 'ignores-changed-delay'])(
    'none with %s passes',
    async (defect) => {
      const cases = await taken(['--defect', defect]);
      console.log(told(defect, cases));
      const passed = cases.filter((one) => one.case.verdict === 'passed');
      expect(passed.filter((one) => one.case.id === 'payments/keep-the-poll-delay').map(brief)).toEqual([]);
      // With a delay of 300 ms all the while, a client that is starved may keep it against its will: then each poll did come late enough.
      expect(passed.filter((one) => one.gaps.some((gap) => gap < LEAST_MS)).map(brief)).toEqual([]);
      const failed = cases.filter((one) => one.case.verdict === 'failed');
      for (const one of failed)
        expect(one.case.findings.map((finding) => finding.code)).toContain('polled-too-early');
    },
    RUNS * 60_000,
  );
});

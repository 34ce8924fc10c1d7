import { ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../src/clients/child.ts';
import type { RunReport } from '../../src/model/run.ts';
import type { SandboxState } from '../../src/sandbox/pos-v10/state.ts';
import { exitCodeOf } from '../../src/verdict/precedence.ts';
import { inFolder, lastReport, ROOT, TILL, type Ended } from '../cli/command-line.ts';
import { inProcess } from '../cli/in-process.ts';
import { pack, runTill } from '../runs/run-till.ts';

/*
 * poscert itself broken on purpose, one thing at a time: what comes is an error with the one to blame and exit code 4, and never a word for or
 * against the client.
 */

const CASE = 'payments/cancel-a-payment';
const RUN = ['run', '--case', CASE, '--client', TILL, '--no-certificate'];

afterEach(() => vi.restoreAllMocks());

function blamed(report: RunReport): readonly (string | undefined)[] {
  return report.cases.map((one) => `${one.verdict} of ${one.origin ?? 'nobody'}`);
}

function expectError(report: RunReport, origin: string, said: RegExp): void {
  expect(report.verdict).toBe('error');
  expect(exitCodeOf(report.verdict)).toBe(4);
  expect(blamed(report)).toEqual([`error of ${origin}`]);
  expect(
    JSON.stringify(report.cases.map((one) => [one.reason, one.findings, one.steps])) +
      JSON.stringify(report.findings),
  ).toMatch(said);
}

/** Neither for nor against the client, and no stack trace. */
function expectBrokenDown(ended: Ended, said: RegExp): void {
  expect(ended.code).toBe(4);
  expect(ended.err).toMatch(said);
  expect(ended.err + ended.out).not.toMatch(/PASSED|FAILED|\n {4}at /);
}

describe('the harness, whole', () => {
  it('passes the till that is taken here', async () => {
    const { report } = await runTill([CASE]);
    expect(report.verdict).toBe('passed');
  });
});

describe('a sandbox that throws', () => {
  const broken = (change: Partial<typeof pack.simulation>): typeof pack => ({
    ...pack,
    simulation: { ...pack.simulation, ...change },
  });
  const crash = (): never => {
    throw new Error('the state is torn');
  };

  it('while it works out an answer', async () => {
    const step: typeof pack.simulation.step = (state: SandboxState, request, now, ids) =>
      request.method === 'POST' && request.path.endsWith('/payments')
        ? crash()
        : pack.simulation.step(state, request, now, ids);
    const { report } = await runTill([CASE], [], 10_000, { pack: broken({ step }) });
    expectError(report, 'harness', /the state is torn/);
  });

  it('while it acts', async () => {
    const { report } = await runTill(['payments/cancelled-by-user'], [], 10_000, {
      pack: broken({ act: crash }),
    });
    expectError(report, 'harness', /the state is torn/);
  });

  it('while it is asked for the truth', async () => {
    // What is true is not known then: there is no report at all, and the command line ends with 4 (src/cli/failure.ts).
    await expect(runTill([CASE], [], 10_000, { pack: broken({ ask: crash }) })).rejects.toThrow(
      'the state is torn',
    );
  });
});

describe('a port that is taken', () => {
  it('is the environment’s, with its number', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      await inFolder(async (folder) => {
        await writeFile(join(folder, 'poscert.yaml'), `gateway: { port: ${port} }\n`);
        const ended = await inProcess([...RUN, '--lanes', '1'], folder);
        expect(ended.code).toBe(4);
        expect(ended.out).toContain('port is taken');
        expect(ended.out).toContain(String(port));
        const report = await lastReport(folder);
        expect(report.verdict).toBe('error');
        expect(blamed(report)).toEqual(['error of environment']);
      });
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });
});

describe('a disk that is full', () => {
  // A limit on the size of files does what a full disk does, without being root: writing fails in the middle of the journal.
  const limited = (folder: string, kilobytes: number): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const command = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
      const args = ['-c', command, process.execPath, join(ROOT, 'bin/poscert.js'), ...RUN];
      const child = spawn('bash', args, { cwd: folder, env: { ...process.env, NO_COLOR: '1', CI: 'true' } });
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it.each([
    ['at the first record', 1],
    ['in the middle of a case', 24],
  ])('%s', async (_, kilobytes) => {
    await inFolder(async (folder) => {
      expectBrokenDown(await limited(folder, kilobytes), /journal|written|EFBIG|file too large/i);
    });
  });
});

describe('a folder that cannot be written', () => {
  it.each([
    ['where runs belong is a file', '.poscert'],
    ['where the runs are is a file', '.poscert/runs'],
  ])('%s', async (_, place) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, place, '..'), { recursive: true });
      await writeFile(join(folder, place), '');
      expectBrokenDown(await inProcess(RUN, folder), /\.poscert/);
    });
  });
});

describe('a journal that was cut', () => {
  it('is told as a run that was interrupted, and nobody passes by it', async () => {
    await inFolder(async (folder) => {
      expect((await inProcess([...RUN, '--quiet'], folder)).code).toBe(0);
      const { journal = '' } = await lastReport(folder);
      const bytes = await readFile(join(folder, journal));
      for (const share of [0.2, 0.5, 0.98]) {
        await writeFile(join(folder, 'cut.jsonl'), bytes.subarray(0, Math.floor(bytes.length * share)));
        const told = await inProcess(['report', 'cut.jsonl'], folder);
        expect([4, 130]).toContain(told.code);
        expect(told.out).not.toMatch(/✓ PASSED|✗ FAILED/);
        const joined = await inProcess(['merge', 'cut.jsonl'], folder);
        expect([2, 4, 130]).toContain(joined.code);
      }
    });
  });
});

describe('a clock that jumps', () => {
  /** After every so many looks the clock says `jumpMs` more: others look at it before a run does, so one jump could come too early. */
  function jumping(every: number, jumpMs: number): void {
    const real = performance.now.bind(performance);
    let looks = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      looks += 1;
      return real() + jumpMs * Math.floor(looks / every);
    });
  }

  it('back: nothing that was measured by it is judged', async () => {
    jumping(20, -20_000);
    await inFolder(async (folder) => {
      expectBrokenDown(await inProcess(RUN, folder), /clock went back by/);
    });
  });

  it('forth: the client is not blamed for the time that was lost', async () => {
    jumping(20, 3_600_000);
    const { report } = await runTill([CASE]);
    expect(['passed', 'inconclusive']).toContain(report.verdict);
    expect(report.findings.filter((finding) => finding.level === 'must')).toEqual([]);
  });

  it('of the wall: nothing is measured by it', async () => {
    let looks = 0;
    const wallClock = (): Date => new Date(Date.UTC(2026, 0, 1) + ((looks += 1) % 2 === 0 ? -1 : 1) * 9e9);
    const { report } = await runTill([CASE], [], 10_000, { wallClock });
    expect(report.verdict).toBe('passed');
  });
});

describe('an adapter that floods us', () => {
  const till = (said: string): readonly string[] => [
    process.execPath,
    '-e',
    `process.stdin.on('data', () => { const more = () => { while (${said}.write(block)); ${said}.once('drain', more); }; more(); });
     const block = Buffer.alloc(1 << 20, process.argv[1]);`,
  ];

  it.each([
    ['with one line that never ends', [...till('process.stdout'), 'x'], /client-line-too-long/],
    ['with its log', [...till('process.stderr'), `${'x'.repeat(4000)}\n`], /client-flood|client-silent/],
  ])('%s: an error of the client, in little memory', async (_, command, code) => {
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
    try {
      const { report } = await runTill([CASE], [], 5_000, { command });
      expectError(report, 'client', code);
    } finally {
      clearInterval(watch);
    }
    expect(most - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('a child that cannot be killed', () => {
  it('that asks for no ending and leaves children behind: the run ends all the same', async () => {
    // The grandchild is of another group and holds our pipes; it ends by itself.
    const script = `
      const { spawn } = require('node:child_process');
      process.on('SIGTERM', () => {}).on('SIGHUP', () => {}).on('SIGINT', () => {});
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], { detached: true, stdio: 'inherit' }).unref();
      process.stdin.on('data', () => {});
      setInterval(() => {}, 1000);`;
    const { report } = await runTill([CASE], [], 600, { command: [process.execPath, '-e', script] });
    expectError(report, 'client', /client-silent/);
  });

  it('since it is somebody else’s: poscert says so, and ends', async () => {
    const env = { PATH: process.env['PATH'] ?? '' };
    const child = await startChild({ command: ['sleep', '60'], cwd: ROOT, env });
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    const killOne = vi.spyOn(ChildProcess.prototype, 'kill').mockReturnValue(false);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const killed = expect(child.kill()).rejects.toThrow(/process \d+ could not be ended/);
      await vi.advanceTimersByTimeAsync(5000);
      await killed;
    } finally {
      vi.useRealTimers();
      kill.mockRestore();
      killOne.mockRestore();
      await child.kill();
    }
  });
});

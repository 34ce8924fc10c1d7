import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFolder, lastReport, poscert, ROOT } from '../cli/command-line.ts';
import { carryOut, isHere, queue } from './runtime.ts';

/** A complete till of examples/, run through the real command line. Python's is run where the docs are. */
interface Till {
  readonly language: string;
  /** The program without which it can't be tried, and how to ask for it. */
  readonly needs: readonly [program: string, ...args: string[]];
  readonly driver?: 'oneshot';
  readonly command: (built: string) => readonly string[];
  /** Compiles it into a folder, so that it need not be at every start. */
  readonly build?: (built: string) => readonly [program: string, ...args: string[]];
  /** Seconds for an answer; the JVM's first request takes longer than 0.2 s, and so may a process for each, where the machine is busy. */
  readonly timeouts?: { readonly read: string; readonly write: string };
}

const example = (path: string): string => join(ROOT, 'examples', path);
/** The longest first. */
const TILLS: readonly Till[] = [
  {
    language: 'shell',
    needs: ['curl', '--version'],
    driver: 'oneshot',
    command: () => ['bash', example('shell/till.sh')],
    timeouts: { read: '0.5', write: '0.6' },
  },
  {
    language: 'java',
    needs: ['javac', '-version'],
    command: (built) => ['java', '-XX:TieredStopAtLevel=1', '-cp', built, 'Till'],
    build: (built) => ['javac', '-d', built, example('java/Till.java')],
    timeouts: { read: '0.6', write: '0.8' },
  },
  { language: 'php', needs: ['php', '-r', 'curl_init();'], command: () => ['php', example('php/till.php')] },
  { language: 'node', needs: ['node', '--version'], command: () => ['node', example('node/till.mjs')] },
  {
    language: 'csharp',
    needs: ['dotnet', '--version'],
    command: (built) => ['dotnet', join(built, 'Till.dll')],
    build: (built) => ['dotnet', 'build', example('csharp'), '-c', 'Release', '-o', built],
    timeouts: { read: '0.6', write: '0.8' },
  },
];
const SHORT = { read: '0.2', write: '0.25' };

/** Two at a time: tests of others run beside these. */
const inTurn = queue(2);
let built = '';
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'poscert-built-'));
});
afterAll(() => rm(built, { recursive: true, force: true }));

async function certified(till: Till): Promise<void> {
  const { driver = 'process', timeouts = SHORT, command, build, language } = till;
  const folder = join(built, language);
  if (build !== undefined) {
    const [program, ...args] = build(folder);
    await carryOut(program, args);
  }
  await inFolder(async (cwd) => {
    const env = `{ TILL_READ_TIMEOUT: "${timeouts.read}", TILL_WRITE_TIMEOUT: "${timeouts.write}", TILL_RETRY_DELAY: "0.05" }`;
    const argv = JSON.stringify(command(folder));
    const client = `client:\n  name: T\n  version: "1.0.0"\n  driver: ${driver}\n  command: ${argv}\n  env: ${env}\n`;
    await writeFile(join(cwd, 'poscert.yaml'), client);
    const { code, out } = await poscert(
      ['run', '--features', 'payments,refunds', '--no-certificate', '--quiet'],
      { cwd },
    );
    expect(out).toContain('exit code 0 (passed)');
    expect(code).toBe(0);
    const { cases } = await lastReport(cwd);
    expect(cases.length).toBeGreaterThan(30);
    expect(cases.filter((one) => one.verdict !== 'passed')).toEqual([]);
  });
}

describe('a complete till passes onboarding, payments and refunds', () => {
  for (const till of TILLS) {
    const there = isHere(...till.needs);
    const why = there ? '' : `: not tried, ${till.needs[0]} is not on this machine`;
    const tried = there ? it.concurrent : it.skip;
    tried(`in ${till.language}${why}`, { timeout: 180_000 }, () => inTurn(() => certified(till)));
  }
});

import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestSpecification } from 'vitest/node';

/** Files that run whole programs wait more than they work: they begin first, so that none of them is left alone at the end. */
const LONG = [
  'examples/',
  'self-test/',
  'harness/',
  'clients-drivers/',
  'certificate/',
  'operator/',
  'cli/',
  'runs/',
  'remote/',
  'clients/',
  'docs/',
  'doctor/',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((folder) => moduleId.includes(`/test/${folder}`));
      return found === -1 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** How long this machine takes to start a process, ms: the tests start some thousands, and many of them keep time. */
function startMs(): number {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    return performance.now() - began;
  });
  return times.sort((one, two) => one - two)[2] ?? 0;
}

const SLOW_MS = 80;
const start = startMs();
const slow = start > SLOW_MS;
if (slow)
  console.log(
    `This machine is slow or busy: a process takes ${start.toFixed(0)} ms to start. One file at a time, and what fails is tried up to twice more.`,
  );

/** Says which tests passed only when they were tried again: that is no plain pass. */
const triedAgain: Reporter = {
  onTestRunEnd(modules) {
    const names = modules
      .flatMap((module) => [...module.children.allTests('passed')])
      .filter((test) => test.diagnostic()?.flaky === true)
      .map((test) => `  ${test.module.relativeModuleId} > ${test.fullName}`);
    if (names.length > 0) console.log(`${names.length} passed only when tried again:\n${names.join('\n')}`);
  },
};

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Twice the processors of the smallest machine: half of the time is spent in waits that tills impose. On a slow one files would keep
    // each other from keeping time.
    maxWorkers: slow ? 1 : 4,
    retry: slow ? 2 : 0,
    // No test changes a module; loading all of them anew for every file would take longer than most files do.
    isolate: false,
    sequence: { sequencer: LongFirst },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', triedAgain, ['json', { outputFile: 'node_modules/.cache/poscert/tests.json' }]],
  },
});

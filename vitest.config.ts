import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/temporary.ts'],
    pool: 'forks',
    // Twice the processors of the smallest machine: half of the time is spent in waits that tills impose.
    maxWorkers: 4,
    // No test changes a module; loading all of them anew for every file would take longer than most files do.
    isolate: false,
    sequence: { sequencer: LongFirst },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/poscert/tests.json' }]],
  },
});

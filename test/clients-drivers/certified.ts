import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { certify, type LaneProgress } from '../../src/certify.ts';
import { selectCases, shippedPack } from '../../src/inspect.ts';
import { readJournal } from '../../src/journal/read-back.ts';
import type { Config } from '../../src/model/config.ts';
import type { Operator } from '../../src/model/operator.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import type { RunReport } from '../../src/model/run.ts';

const CASES = fileURLToPath(new URL('../../cases/pos-v10', import.meta.url));
export const TILL = fileURLToPath(new URL('../clients/till.mjs', import.meta.url));
/** Python's time-outs and pauses are those of real life; the test till's are short, so that a day at the till takes a moment. */
export const BRISK = ['--write-timeout=250', '--read-timeout=250', '--backoff=30', '--quiet'];

export interface Certified {
  readonly report: RunReport;
  readonly records: readonly RunRecord[];
  /** The journal as it was written. */
  readonly journal: string;
}

export interface RunOptions {
  readonly cases: readonly string[];
  readonly client: Partial<Config['client']>;
  readonly target?: Config['target'];
  readonly gateway?: Partial<Config['gateway']>;
  readonly clientSecret?: string;
  readonly operator?: Operator;
  readonly progress?: (event: LaneProgress) => void;
  readonly signal?: AbortSignal;
  /** Hears where the run is written, so that its journal can be looked at meanwhile. */
  readonly began?: (root: string) => void;
}

export const pack = opened();

function opened(): Extract<ReturnType<typeof shippedPack>, { ok: true }>['value'] {
  const found = shippedPack(CASES);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.value;
}

/** One run in a folder of its own, as the command line would do it, with its recording read back. */
export async function run(options: RunOptions): Promise<Certified> {
  const root = await mkdtemp(join(tmpdir(), 'poscert-run-'));
  options.began?.(root);
  const selected = selectCases(
    pack,
    pack.features.map((one) => one.id),
    'all',
    options.cases,
  );
  if (!selected.ok) throw new Error(JSON.stringify(selected.problems));
  const features = [...new Set(['onboarding', ...selected.value.map((one) => one.feature)])];
  try {
    const report = await certify(
      {
        config: {
          root,
          client: {
            name: 'Test till',
            version: '2.1.0',
            driver: 'process',
            cwd: root,
            env: {},
            patienceMs: options.client.driver === 'operator' ? 200_000_000 : 10_000,
            lanes: 1,
            ...options.client,
          },
          merchant: { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' },
          target: options.target ?? { kind: 'embedded' },
          gateway: { host: '127.0.0.1', port: 0, allowRemote: false, allowPlain: false, ...options.gateway },
          certificate: { folder: join(root, 'certificates'), wanted: false },
          features,
          tier: 'all',
          cases: options.cases,
          maxLanes: 1,
          bail: false,
          seed: 'the same each time',
        },
        pack,
        features,
        cases: selected.value,
        partial: true,
        tool: { name: 'poscert', version: '0.0.0', node: process.version },
        environment: process.env,
        sdkCommand: [
          process.execPath,
          fileURLToPath(new URL('../../bin/poscert-sdk-till.js', import.meta.url)),
        ],
        ids: randomUUID,
        wallClock: () => new Date(),
        progress: options.progress ?? (() => undefined),
        signal: options.signal ?? new AbortController().signal,
        ...(options.operator === undefined ? {} : { operator: options.operator }),
        ...(options.clientSecret === undefined ? {} : { clientSecret: options.clientSecret }),
      },
      true,
    );
    const file = join(root, '.poscert', 'runs', report.run, 'run.jsonl');
    const journal = await readFile(file, 'utf8');
    return { report, records: readJournal(Buffer.from(journal)).records, journal };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Case to its verdict, with the code of its first finding or reason: short enough to compare and to read. */
export function verdicts(report: RunReport): Record<string, string> {
  return Object.fromEntries(
    report.cases.map((one) => {
      const why = one.reason?.code ?? one.findings[0]?.code;
      return [one.id, why === undefined || one.verdict === 'passed' ? one.verdict : `${one.verdict}: ${why}`];
    }),
  );
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { certify, type RunInput } from '../../src/certify.ts';
import { selectCases, shippedPack } from '../../src/inspect.ts';
import { readJournal } from '../../src/journal/read-back.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import type { RunReport } from '../../src/model/run.ts';
import type { SandboxState } from '../../src/sandbox/pos-v10/state.ts';

const opened = shippedPack(fileURLToPath(new URL('../../cases/pos-v10', import.meta.url)));
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
export const pack = opened.value;

const TILL = fileURLToPath(new URL('../clients/till.mjs', import.meta.url));

/** A run of some cases with the test till, in this process, against the embedded sandbox. */
export async function runTill(
  ids: readonly string[],
  args: readonly string[] = [],
  patienceMs = 10_000,
  more: Partial<Pick<RunInput<SandboxState>, 'pack' | 'wallClock'>> & {
    readonly command?: readonly string[];
  } = {},
): Promise<{ readonly report: RunReport; readonly records: readonly RunRecord[] }> {
  const root = await mkdtemp(join(tmpdir(), 'poscert-run-'));
  const cases = selectCases(pack, [], 'all', ids);
  if (!cases.ok) throw new Error(JSON.stringify(cases.problems));
  const features = pack.features
    .map((one) => one.id)
    .filter((id) => id === 'onboarding' || cases.value.some((one) => one.feature === id));
  try {
    const report = await certify(
      {
        config: {
          root,
          client: {
            driver: 'process',
            command: more.command ?? [process.execPath, TILL, ...args],
            cwd: root,
            env: {},
            patienceMs,
            lanes: 1,
          },
          merchant: { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' },
          target: { kind: 'embedded' },
          gateway: { host: '127.0.0.1', port: 0, allowRemote: false, allowPlain: false },
          certificate: { folder: join(root, 'certificates'), wanted: false },
          features,
          tier: 'all',
          cases: ids,
          maxLanes: 1,
          bail: false,
        },
        pack: more.pack ?? pack,
        features,
        cases: cases.value,
        partial: true,
        tool: { name: 'poscert', version: '0.0.0', node: process.version },
        environment: process.env,
        sdkCommand: [],
        ids: randomUUID,
        wallClock: more.wallClock ?? (() => new Date()),
        progress: () => undefined,
        signal: new AbortController().signal,
      },
      true,
    );
    const { records } = readJournal(await readFile(join(root, report.journal ?? '')));
    return { report, records };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

// Cases in which one of our own answers (a fault, a status, a patched body) is left out, gone through again by the till: no recording made before can
// tell what that leads to. Noticed is a case that the lawful till no longer passes, or that a broken till comes out of otherwise than the matrix says.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defectTable } from '../test/clients/defects.mjs';
import { certify } from '../dist/certify.js';
import { jsonOf } from '../dist/report/json.js';
import { outcomeOf } from './self-test.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const TILL = join(root, 'test/clients/till.mjs');
/** Most broken tills that are asked about one mutant. */
const MOST = 6;

/** Ids of the mutants that no till notices. */
export async function playedAway(mutants, pack, expected) {
  const left = [];
  for (const { id, case: caseId, mutant } of mutants) {
    const [lawful] = await played(mutant, pack, []);
    if (lawful !== 'passed' || (await noticedByDefect(caseId, mutant, pack, expected))) continue;
    left.push(id);
    console.log(`not noticed  ${id}`);
  }
  return left;
}

async function noticedByDefect(caseId, mutant, pack, expected) {
  const asked = defectTable.filter((one) => expected[one.name]?.cases[caseId]?.[0] === 'failed');
  // First those that the case was chosen for.
  asked.sort((left, right) => Number(right.seenIn === caseId) - Number(left.seenIn === caseId));
  for (const { name } of asked.slice(0, MOST)) {
    const got = await played(mutant, pack, ['--defect', name]);
    if (got[0] === 'inconclusive') continue;
    if (JSON.stringify(got) !== JSON.stringify(expected[name].cases[caseId])) return true;
  }
  return false;
}

/** Takes the till through one case, in this process; its verdict and the checks of level must that found something. */
async function played(one, pack, flags) {
  const folder = await mkdtemp(join(tmpdir(), 'poscert-play-'));
  const features = [...new Set(['onboarding', one.feature])];
  try {
    const report = await certify(
      {
        config: {
          root: folder,
          client: {
            driver: 'process',
            command: [process.execPath, TILL, ...flags],
            cwd: folder,
            env: {},
            patienceMs: 10_000,
            lanes: 1,
          },
          merchant: { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' },
          target: { kind: 'embedded' },
          gateway: { host: '127.0.0.1', port: 0, allowRemote: false, allowPlain: false },
          certificate: { folder: join(folder, 'certificates'), wanted: false },
          features,
          tier: 'all',
          cases: [one.id],
          maxLanes: 1,
          bail: false,
        },
        pack,
        features,
        cases: [one],
        partial: true,
        tool: { name: 'poscert', version: '0.0.0', node: process.version },
        environment: process.env,
        sdkCommand: [],
        ids: randomUUID,
        wallClock: () => new Date(),
        progress: () => undefined,
        signal: new AbortController().signal,
      },
      true,
    );
    return outcomeOf(jsonOf(report)).cases[one.id] ?? ['passed'];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

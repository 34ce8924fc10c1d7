import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyFiles, type Judge } from '../../src/audit.ts';
import { readCertificate } from '../../src/assembly/certificate-folder.ts';
import { generateKey, readSigner, type Signer } from '../../src/certificate/keys.ts';
import { certify } from '../../src/certify.ts';
import { shippedPack } from '../../src/inspect.ts';
import type { TrustedKey } from '../../src/model/certificate.ts';
import type { Config } from '../../src/model/config.ts';
import type { RunReport } from '../../src/model/run.ts';

/* A certificate as a run makes it: the test till goes through the cases of onboarding, for real. */

const opened = shippedPack(fileURLToPath(new URL('../../cases/pos-v10', import.meta.url)));
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
export const pack = opened.value;
export const TILL = fileURLToPath(new URL('../clients/till.mjs', import.meta.url));
export const VERSION = '0.1.0';
export const judge: Judge = { pack, version: VERSION };

export const IDS = {
  sandbox: '7c0f8a5e-1111-4222-8333-444455556666',
  production: '0f1e8a5e-1111-4222-8333-444455556666',
};

/** A new signer, and the trust that a person has in their own key. */
export function newSigner(): { signer: Signer; trusted: TrustedKey[]; privateKey: string } {
  const { privateKey } = generateKey();
  const read = readSigner(privateKey);
  if (!read.ok) throw new Error(read.code);
  const { signer } = read;
  return { signer, trusted: [{ spkiPem: signer.publicKey, assurance: 'self' }], privateKey };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'poscert-certificate-'));
}

/** What a person wrote, as far as a certificate needs it. */
export function configIn(root: string, client: Partial<Config['client']> = {}): Config {
  return {
    file: join(root, 'poscert.yaml'),
    root,
    client: {
      name: 'Acme POS',
      version: '2.4.1',
      sandboxClientId: IDS.sandbox,
      productionClientId: IDS.production,
      driver: 'process',
      command: [process.execPath, TILL],
      cwd: root,
      env: {},
      patienceMs: 20_000,
      lanes: 1,
      ...client,
    },
    merchant: { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' },
    target: { kind: 'embedded' },
    gateway: { host: '127.0.0.1', port: 0, allowRemote: false, allowPlain: false },
    certificate: { folder: join(root, 'poscert-certificates'), wanted: true },
    features: [],
    tier: 'certification',
    cases: [],
    maxLanes: 1,
    bail: false,
  };
}

/** Runs onboarding, or the cases given, with the configuration given. */
export async function certifyOnboarding(
  config: Config,
  signer: Signer | undefined,
  ids?: readonly string[],
): Promise<RunReport> {
  const cases = pack.cases.filter(
    (one) => ids?.includes(one.id) ?? (one.feature === 'onboarding' && one.tier === 'certification'),
  );
  return certify(
    {
      config,
      pack,
      features: [...new Set(cases.map((one) => one.feature))],
      cases,
      partial: ids !== undefined,
      tool: { name: 'poscert', version: VERSION, node: process.version },
      environment: { PATH: process.env['PATH'] },
      sdkCommand: [
        process.execPath,
        fileURLToPath(new URL('../../bin/poscert-sdk-till.js', import.meta.url)),
      ],
      ids: randomUUID,
      wallClock: () => new Date(),
      progress: () => undefined,
      signal: new AbortController().signal,
      ...(signer === undefined ? {} : { signer: () => signer }),
    },
    false,
  );
}

/** Reads a certificate's folder. */
export async function filesOf(folder: string): Promise<Map<string, Uint8Array>> {
  const read = await readCertificate(folder);
  if (read === undefined) throw new Error(`no certificate in ${folder}`);
  return new Map(read.files);
}

/** The codes of everything found wrong with a whole folder's files. */
export function codes(
  files: ReadonlyMap<string, Uint8Array>,
  trusted: readonly TrustedKey[],
  by: Judge = judge,
): string[] {
  const { problems, doubts } = verifyFiles({ files, whole: true }, trusted, by);
  return [...problems, ...doubts].map((one) => one.code);
}

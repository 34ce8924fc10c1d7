import { homedir } from 'node:os';
import { resolve } from 'node:path';
import {
  currentKeyFile,
  generateKey,
  keyFolder,
  KeyFileError,
  publicKeys,
  readKeyFile,
  readSigner,
  writeKey,
  type Signer,
} from '../inspect.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Io } from './io.ts';

/** What of the environment is a secret of the signer. */
export interface SigningSecrets {
  readonly key?: string;
  readonly keyFile?: string;
  readonly passphrase?: string;
}

const VARIABLES = {
  key: 'POSCERT_SIGNING_KEY',
  keyFile: 'POSCERT_SIGNING_KEY_FILE',
  passphrase: 'POSCERT_SIGNING_KEY_PASSPHRASE',
} as const;

/**
 * Takes the signer's variables out of the environment, before anything is started that could inherit them (certificate.md, Keys). Called once,
 * first thing.
 */
export function takeSigningSecrets(env: Record<string, string | undefined>): SigningSecrets {
  const taken: Record<string, string> = {};
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (value !== undefined && value !== '') taken[name] = value;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- process.env knows no other way
    delete env[variable];
  }
  return taken;
}

/** Whether a machine runs us: there no key is made. */
export function inCi(env: Io['env']): boolean {
  return !['', 'false', '0'].includes((env['CI'] ?? '').toLowerCase()) || env['GITHUB_ACTIONS'] === 'true';
}

/** The folder of this person's keys. */
export function ownKeyFolder(io: Io): string {
  const home = io.env['HOME'] ?? '';
  return keyFolder(io.env, home === '' ? homedir() : home);
}

/**
 * The signer: POSCERT_SIGNING_KEY_FILE, then POSCERT_SIGNING_KEY, then the person's own key; undefined where there is none. The private key is in
 * memory from here on and no file of it stays open.
 */
export async function findSigner(secrets: SigningSecrets, io: Io): Promise<Parsed<Signer | undefined>> {
  const named = secrets.keyFile === undefined ? undefined : resolve(io.cwd, secrets.keyFile);
  try {
    if (named === undefined && secrets.key !== undefined)
      return signerIn(
        secrets.key.includes('\n') ? secrets.key : secrets.key.replace(/\\n/g, '\n'),
        secrets,
        undefined,
      );
    const path = named ?? currentKeyFile(ownKeyFolder(io));
    const text = await readKeyFile(path);
    if (text !== undefined) return signerIn(text, secrets, path);
    if (named === undefined) return { ok: true, value: undefined, warnings: [] };
    return { ok: false, problems: [{ code: 'key-file-missing', data: { path: named } }] };
  } catch (thrown) {
    return { ok: false, problems: [keyProblem(thrown)] };
  }
}

/** A key file's fault as a problem; throws everything else on. */
export function keyProblem(thrown: unknown): Problem {
  if (thrown instanceof KeyFileError) return { code: thrown.code, data: { path: thrown.path } };
  throw thrown;
}

function signerIn(text: string, secrets: SigningSecrets, path: string | undefined): Parsed<Signer> {
  const read = readSigner(text, secrets.passphrase);
  if (read.ok) return { ok: true, value: read.signer, warnings: [] };
  const place = path === undefined ? {} : { place: { file: path } };
  return { ok: false, problems: [{ code: read.code, ...place, data: {} }] };
}

/** The signer of a run: in CI and off a terminal only a key that is there; a person's first run makes one and says so. */
export async function signerOfRun(secrets: SigningSecrets, io: Io): Promise<Parsed<Signer | undefined>> {
  const found = await findSigner(secrets, io);
  if (!found.ok || found.value !== undefined) return found;
  if (inCi(io.env) || !io.errIsTerminal || !io.outIsTerminal) return found;
  return makeKey(secrets, io);
}

/** Makes this person's key and says where. */
export async function makeKey(secrets: SigningSecrets, io: Io): Promise<Parsed<Signer>> {
  const key = generateKey(secrets.passphrase);
  try {
    const path = await writeKey(ownKeyFolder(io), key);
    io.err(`Made a key to sign certificates with: ${path}\n`);
    return signerIn(key.privateKey, secrets, path);
  } catch (thrown) {
    return { ok: false, problems: [keyProblem(thrown)] };
  }
}

/** One's own public keys, those put aside too: without a trust file they alone are trusted, as `self`. */
export async function ownPublicKeys(secrets: SigningSecrets, io: Io): Promise<string[]> {
  const handed = secrets.key !== undefined || secrets.keyFile !== undefined;
  const signer = handed ? await findSigner(secrets, io) : undefined;
  const own = signer?.ok === true && signer.value !== undefined ? [signer.value.publicKey] : [];
  return [...own, ...(await publicKeys(ownKeyFolder(io)))];
}

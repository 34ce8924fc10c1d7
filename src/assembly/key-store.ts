import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { platform, userInfo } from 'node:os';
import { join } from 'node:path';

/** Something about a key file that keeps it from being used: a code in `words`. */
export class KeyFileError extends Error {
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.name = 'KeyFileError';
    this.code = code;
    this.path = path;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const CURRENT = 'signing-key';
const MAX_BYTES = 65_536;

/** Where a person's keys lie: `$XDG_CONFIG_HOME/poscert/keys`, `~/.config/poscert/keys`, or below %APPDATA%. */
export function keyFolder(environment: Environment, home: string): string {
  const configured = platform() === 'win32' ? environment['APPDATA'] : environment['XDG_CONFIG_HOME'];
  const base = configured === undefined || configured === '' ? join(home, '.config') : configured;
  return join(base, 'poscert', 'keys');
}

/** The current key's file in a folder of keys. */
export function currentKeyFile(folder: string): string {
  return join(folder, `${CURRENT}.pem`);
}

/**
 * Reads a private key's file. Throws KeyFileError where it is a link, where others could read it, where it is another user's or none (the habit
 * of OpenSSH); undefined where there is no file. Windows has no such modes.
 */
export async function readKeyFile(path: string): Promise<string | undefined> {
  const seen = await lstat(path).catch(() => undefined);
  if (seen === undefined) return undefined;
  if (seen.isSymbolicLink()) throw new KeyFileError('key-file-link', path);
  if (!seen.isFile() || seen.size > MAX_BYTES) throw new KeyFileError('key-file-kind', path);
  const file = await open(path, constants.O_RDONLY | (platform() === 'win32' ? 0 : constants.O_NOFOLLOW));
  try {
    // The file that was opened is looked at, not the one that was seen: it could have been exchanged in between.
    const { mode, uid } = await file.stat();
    if (platform() !== 'win32') {
      if ((mode & 0o077) !== 0) throw new KeyFileError('key-file-open', path);
      const own = userInfo().uid;
      if (uid !== own && own !== 0) throw new KeyFileError('key-file-foreign', path);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Makes the current key: the file 0600 and not there before, its folder 0700. Throws KeyFileError where there is one. */
export async function writeKey(
  folder: string,
  key: { readonly privateKey: string; readonly publicKey: string },
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const seen = await lstat(folder);
  if (seen.isSymbolicLink()) throw new KeyFileError('key-file-link', folder);
  if (platform() !== 'win32') await chmod(folder, 0o700);
  const path = currentKeyFile(folder);
  await writeNew(path, key.privateKey, 0o600);
  await writeNew(join(folder, `${CURRENT}.pub`), key.publicKey, 0o644).catch((thrown: unknown) =>
    unlink(path).then(() => Promise.reject(thrown as Error)),
  );
  return path;
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode).catch((thrown: unknown) => {
    throw (thrown as { code?: unknown }).code === 'EEXIST' ? new KeyFileError('key-exists', path) : thrown;
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts the current key aside under its fingerprint; it signs nothing any more, its public half goes on verifying. Answers its new place. */
export async function retireKey(folder: string, keyId: string, at: Date): Promise<string> {
  const mark = keyId
    .replace(/^SHA256:/, '')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 8);
  const name = await freeName(folder, `retired-${at.toISOString().slice(0, 10)}-${mark}`);
  await rename(join(folder, `${CURRENT}.pub`), join(folder, `${name}.pub`)).catch(() => undefined);
  const path = join(folder, `${name}.pem`);
  await rename(currentKeyFile(folder), path);
  return path;
}

/** A name that no key in the folder bears: a rename would replace it. */
async function freeName(folder: string, name: string): Promise<string> {
  const taken = await readdir(folder);
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : `${name}-${count}`;
    if (!taken.includes(`${free}.pem`) && !taken.includes(`${free}.pub`)) return free;
  }
}

/** The public halves in a folder of keys, the current one first. */
export async function publicKeys(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pub')).sort();
  const ordered = [
    ...names.filter((name) => name === `${CURRENT}.pub`),
    ...names.filter((name) => name !== `${CURRENT}.pub`),
  ];
  const texts: string[] = [];
  for (const name of ordered) {
    const file = await open(join(folder, name), 'r').catch(() => undefined);
    if (file === undefined) continue;
    try {
      const { size } = await file.stat();
      if (size <= MAX_BYTES) texts.push(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  }
  return texts;
}

import { randomBytes } from 'node:crypto';
import {
  access,
  constants,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What is written of a certificate. */
export interface WrittenCertificate {
  readonly line: string;
  readonly serial: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** Nobody changes a certificate: its files are for reading. */
const READ_ONLY = 0o444;
/** A recording of a whole run has a few megabytes; more is no file of ours. */
const MAX_BYTES = 256 * 1024 * 1024;
const FILE_NAME =
  /^(?:certificate(?:\.sigstore|\.statement)?\.json|certificate\.html|claim-\d{1,3}\.json|run\.jsonl|pack\.sha256|poscert\.pub|test-result\.(?:intoto|statement)\.json)$/;

/**
 * Writes a new certificate below `root`, never over another: `<root>/<line>/<serial>/`. Answers the folder. All of it is there or nothing: it is
 * written beside its place and then renamed. The journal is copied in: it is the evidence that the certificate names. Throws where something
 * stands in its place already, and what the file system throws.
 */
export async function writeCertificate(
  root: string,
  certificate: WrittenCertificate,
  journal: string,
): Promise<string> {
  const line = join(root, certificate.line);
  const folder = join(line, certificate.serial);
  await mkdir(line, { recursive: true });
  if (await isThere(folder))
    throw new Error(`${folder} is there already: a certificate is never overwritten`);
  const part = join(line, `.${certificate.serial}.${randomBytes(4).toString('hex')}.part`);
  await mkdir(part);
  try {
    for (const file of certificate.files) await writeNew(join(part, file.name), file.text);
    await copyFile(journal, join(part, 'run.jsonl'));
    await settle(join(part, 'run.jsonl'));
    // A folder with files in it is never replaced by a rename: two runs that end at once can't overwrite one another.
    await rename(part, folder);
  } catch (thrown) {
    await rm(part, { recursive: true, force: true });
    throw thrown;
  }
  await syncFolder(line);
  return folder;
}

/** Sees before a run that certificates can be written below `root`, which need not be there yet. Throws what the file system says against it. */
export async function seeStore(root: string): Promise<void> {
  for (let place = root; ; place = dirname(place)) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined && dirname(place) !== place) continue;
    // With a stroke at its end a name is that of a folder: of a file the system says so itself.
    await access(`${place}/.`, constants.W_OK);
    return;
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', READ_ONLY);
  try {
    await file.writeFile(text);
    await file.chmod(READ_ONLY);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function settle(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.chmod(READ_ONLY);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders, and its file systems keep names with the file.
  }
}

/** A certificate as it lies on the disk. */
export interface ReadCertificate {
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** A folder was named: everything has to be there. Where one file was named, what lies beside it is looked at as well. */
  readonly whole: boolean;
  /** Names of ours that are links, or anything else that is no file; they are not followed. */
  readonly links: readonly string[];
}

/**
 * Reads a certificate's files by the names that we know; others are passed over, and links are not followed. `path`: the folder, or certificate.json,
 * or a link to either: whoever names it means it. Undefined where there is no certificate. Throws what else the file system throws.
 */
export async function readCertificate(path: string): Promise<ReadCertificate | undefined> {
  const found = await stat(path).catch(() => undefined);
  // A pipe or a device could be read for ever.
  if (found === undefined || !(found.isDirectory() || found.isFile())) return undefined;
  const whole = found.isDirectory();
  if (!whole && !FILE_NAME.test(basename(path))) {
    const bytes = found.size > MAX_BYTES ? new Uint8Array() : await readFile(path);
    return { folder: dirname(path), files: new Map([['certificate.json', bytes]]), whole: false, links: [] };
  }
  const folder = whole ? path : dirname(path);
  const files = new Map<string, Uint8Array>();
  const links: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!FILE_NAME.test(entry.name)) continue;
    if (!entry.isFile()) {
      links.push(entry.name);
      continue;
    }
    const { size } = await lstat(join(folder, entry.name));
    files.set(entry.name, size > MAX_BYTES ? new Uint8Array() : await readFile(join(folder, entry.name)));
  }
  if (
    !['certificate.json', 'certificate.statement.json', 'certificate.sigstore.json'].some((name) =>
      files.has(name),
    )
  )
    return undefined;
  return { folder, files, whole, links };
}

/** The folders of all certificates below `root`, by line and serial; none where there is no such folder. */
export async function certificateFolders(root: string): Promise<string[]> {
  const folders: string[] = [];
  for (const line of await foldersIn(root))
    for (const serial of await foldersIn(join(root, line))) folders.push(join(root, line, serial));
  return folders;
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

import { mkdir, rmdir, statfs, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Check } from '../../model/diagnosis.ts';
import { checksOf, systemError } from './check.ts';

/** The oldest Node whose releases every package of ours accepts. */
const OLDEST_NODE = [20, 19] as const;
/** A run of every feature writes about 5 MB. */
const LEAST_ROOM = 50 * 1024 * 1024;

const check = checksOf('machine');

/** Node's own version, as `process.version` says it. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor, leastMinor] = OLDEST_NODE;
  const old = major < leastMajor || (major === leastMajor && minor < leastMinor);
  const data = { version, least: OLDEST_NODE.join('.') };
  return old ? check('error', 'doctor-node-old', data) : check('ok', 'doctor-node', data);
}

/** Whether what a run writes can be written: its journal, its certificates, the client's folders. `wanted`: certificates are. */
export async function folderChecks(
  root: string,
  certificates: string | undefined,
  temporary = tmpdir(),
): Promise<Check[]> {
  const folders = [
    { folder: join(root, '.poscert', 'runs'), what: 'runs' },
    ...(certificates === undefined ? [] : [{ folder: certificates, what: 'certificates' }]),
    { folder: temporary, what: 'temporary files' },
  ];
  const checks: Check[] = [];
  for (const { folder, what } of folders) {
    const message = await unwritable(folder);
    const data = { folder, what };
    if (message !== undefined) checks.push(check('error', 'doctor-folder-unwritable', { ...data, message }));
  }
  if (checks.length > 0) return checks;
  const free = await room(root);
  const short = free !== undefined && free < LEAST_ROOM;
  return [
    check('ok', 'doctor-folders', { root }),
    ...(short ? [check('warning', 'doctor-disk-full', { root, bytes: free })] : []),
  ];
}

/** Tries it: rights, quotas and read-only disks can't all be read off. Leaves nothing behind. */
async function unwritable(folder: string): Promise<string | undefined> {
  let made: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true, mode: 0o700 });
    const probe = join(folder, `.poscert-doctor-${Math.random().toString(36).slice(2)}`);
    await writeFile(probe, 'x', { flag: 'wx' });
    await unlink(probe);
    return undefined;
  } catch (thrown) {
    return systemError(thrown).message;
  } finally {
    if (made !== undefined) await removeEmpty(folder, made);
  }
}

/** Takes away the folders from `folder` up to `top` that were made for the trial. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let here = folder; here.length >= top.length; here = dirname(here)) {
    const gone = await rmdir(here).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}

async function room(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

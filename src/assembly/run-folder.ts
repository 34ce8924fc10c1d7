import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Where one run is written: `.poscert/runs/<id>/`. */
export interface RunFolder {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly journal: string;
  /** The journal relative to the root, for reports. */
  readonly journalName: string;
}

/** Makes the folder of a new run (0700) below `root`. Throws what the file system throws. */
export async function createRunFolder(root: string, startedAt: Date, unique: string): Promise<RunFolder> {
  const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const id = `${stamp}-${unique.replace(/-/g, '').slice(0, 6)}`;
  const path = join(root, '.poscert', 'runs', id);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const journal = join(path, 'run.jsonl');
  return { id, path, journal, journalName: relative(root, journal) };
}

/** Makes `.poscert/last` name the newest run, atomically. */
export async function rememberLast(root: string, id: string): Promise<void> {
  const last = join(root, '.poscert', 'last');
  await writeFile(`${last}.${id}`, `${id}\n`, { mode: 0o600 });
  await rename(`${last}.${id}`, last);
}

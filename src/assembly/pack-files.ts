import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { PackReader } from '../packs/load.ts';

/** Reads a pack's folder from the disk. */
export const packFiles: PackReader = {
  list: (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  read: (path) => readFileSync(path),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
};

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { PackReader } from '../../src/packs/load.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The folders of this machine. */
export const disk: PackReader = {
  list: (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  read: (path) => readFileSync(path),
  sha256,
};

/** A folder `pack` in memory. */
export function memory(files: Readonly<Record<string, string>>): PackReader {
  return {
    list: () => Object.keys(files),
    read: (path) => new TextEncoder().encode(files[path.slice('pack/'.length)] ?? ''),
    sha256,
  };
}

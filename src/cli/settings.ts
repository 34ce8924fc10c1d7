import { readFileSync } from 'node:fs';
import type { Config } from '../model/config.ts';
import type { Parsed } from '../model/problem.ts';
import { resolveConfig, type Resolved } from '../config/resolve.ts';
import type { Io } from './io.ts';

/** What commander made of the command line. */
export type Flags = Readonly<Record<string, unknown>>;

/** A file's text, or undefined where there is none. Throws what else the system says. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (
      (thrown as NodeJS.ErrnoException).code === 'ENOENT' ||
      (thrown as NodeJS.ErrnoException).code === 'ENOTDIR'
    )
      return undefined;
    throw thrown;
  }
}

/** Flags, environment and poscert.yaml as one configuration. */
export function settings(flags: Flags, io: Io): Parsed<Resolved> {
  return resolveConfig({ cwd: io.cwd, flags: flags, environment: io.env, read: readText });
}

export type { Config };

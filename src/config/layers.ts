import type { SettingSource } from '../model/config.ts';
import type { Place, Problem } from '../model/problem.ts';
import { fileProblem, type Found, type ReadFile } from './file.ts';
import type { Environment, Flags, Given } from './settings.ts';

/** What a configuration is made of, and what comes of it on the way. */
export interface Layers {
  readonly flags: Flags;
  readonly environment: Environment;
  readonly found: Found | undefined;
  /** The folder of the file, else the working directory. */
  readonly root: string;
  readonly cwd: string;
  readonly read: ReadFile;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly sources: Record<string, SettingSource>;
}

/** Where a setting stands: in the file, unless a flag or variable gave it. */
export function placeFor(
  layers: Layers,
  given: Given | undefined,
  path: readonly string[],
): { readonly place?: Place } {
  if (given !== undefined || layers.found === undefined) return {};
  const { place } = fileProblem(layers.found, path, '');
  return place === undefined ? {} : { place };
}

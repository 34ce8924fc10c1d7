import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What we are: name and version from our own package file. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  readonly node: string;
}

export function toolOf(): Tool {
  const file = new URL('../../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return { name, version, node: process.version };
}

/** The folder of the case pack that is shipped. */
export const PACK_FOLDER = fileURLToPath(new URL('../../cases/pos-v10', import.meta.url));

/** The argument list that starts the reference client behind the client protocol. */
export function sdkCommand(): string[] {
  return [process.execPath, fileURLToPath(new URL('../../bin/poscert-sdk-till.js', import.meta.url))];
}

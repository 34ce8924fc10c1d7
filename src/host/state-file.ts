import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { decodeUtf8, parseJson, sha256Hex } from '../std/bytes.ts';
import { jsonPieces } from './json-pieces.ts';

/** `damaged`: it was left as it is; `held`: another process keeps its state there. */
export type StateFileFault = 'damaged' | 'unreadable' | 'unwritable' | 'held';

/** Why a state file can't be used. */
export class StateFileError extends Error {
  readonly kind: StateFileFault;
  constructor(kind: StateFileFault, message: string) {
    super(message);
    this.name = 'StateFileError';
    this.kind = kind;
  }
}

const FORMAT = 'poscert-sandbox-state';
const VERSION = 2;

/** Bytes; many times what a sandbox comes to in a year. */
const MOST_BYTES = 1_000_000_000;
/** A state nests less deep than this. */
const MOST_DEPTH = 32;

/** Reads what `writeStateFile` wrote; undefined where there is no file. Throws StateFileError. */
export async function readStateFile(file: string): Promise<JsonObject | undefined> {
  let bytes: Uint8Array;
  try {
    const { size, isFile } = await kindOf(file);
    // A device or a pipe would be read for ever, and replaced when the state is written.
    if (!isFile) throw new StateFileError('unreadable', 'it is no regular file');
    if (size > MOST_BYTES) throw new StateFileError('unreadable', 'it is too large for a state');
    bytes = await readFile(file);
  } catch (thrown) {
    if (thrown instanceof StateFileError) throw thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new StateFileError('unreadable', message);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new StateFileError('damaged', 'it is not UTF-8');
  const end = text.indexOf('\n');
  const head = parsed(text.slice(0, end < 0 ? text.length : end));
  if (!isJsonObject(head) || head['format'] !== FORMAT)
    throw new StateFileError('damaged', 'it does not begin like a state file of poscert');
  if (head['version'] !== VERSION)
    throw new StateFileError('damaged', `its version is ${JSON.stringify(head['version'])}, not ${VERSION}`);
  const body = text.slice(end + 1);
  if (end < 0 || sha256Hex(body) !== head['sha256'])
    throw new StateFileError('damaged', 'its contents do not match the digest in its first line');
  const value = parsed(body);
  if (!isJsonObject(value)) throw new StateFileError('damaged', 'it holds no state');
  return value;
}

async function kindOf(file: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const found = await stat(file);
  return { size: found.size, isFile: found.isFile() };
}

function parsed(text: string): unknown {
  return parseJson(text, MOST_DEPTH);
}

const HEAD = (sha256: string): string => `${JSON.stringify({ format: FORMAT, version: VERSION, sha256 })}\n`;
const NO_DIGEST = '0'.repeat(64);
/** Characters that are gathered before they are written. */
const PIECE = 128 * 1024;

/**
 * Writes beside the file, syncs, and puts it in the file's place, so that there is always a whole one; in pieces, so that requests are
 * answered meanwhile. Rejects with the system's error, or with the signal's reason where it was given up: the file is then as it was.
 */
export async function writeStateFile(file: string, value: JsonValue, givenUp?: AbortSignal): Promise<void> {
  const beside = `${file}.new`;
  // What a process that was killed has left; whatever else stands there is not written through, links least of all.
  await unlink(beside).catch(() => undefined);
  // It holds client secrets: nobody else may read it.
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(HEAD(NO_DIGEST));
    const digest = createHash('sha256');
    let gathered = '';
    const flush = async (): Promise<void> => {
      givenUp?.throwIfAborted();
      digest.update(gathered);
      await handle.writeFile(gathered);
      gathered = '';
    };
    for (const piece of jsonPieces(value)) {
      gathered += piece;
      if (gathered.length >= PIECE) await flush();
    }
    gathered += '\n';
    await flush();
    await handle.write(HEAD(digest.digest('hex')), 0);
    await handle.sync();
  } catch (thrown) {
    await handle.close();
    await unlink(beside).catch(() => undefined);
    throw thrown;
  }
  await handle.close();
  await rename(beside, file);
  await syncFolder(dirname(file));
}

/** The rename itself is safe only when the folder is; where folders can't be opened (Windows) there is nothing to sync. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

import { createHash } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Journal } from '../model/ports.ts';
import type { RunRecord } from '../model/recording.ts';
import { FIRST_PREV, lineOf, linkOf } from './line.ts';

/** What a certificate states about a finished journal. */
export interface JournalSeal {
  readonly records: number;
  /** The SHA-256 of the last line's bytes without its line feed; 64 zeros where there is none. */
  readonly head: string;
  /** The SHA-256 of the whole file. */
  readonly digest: string;
}

export interface OpenJournal extends Journal {
  /** Hands the record to the system at once and has it on the disk soon. Throws where it cannot be written, ever after too. */
  append(record: RunRecord): void;
  /** Resolves when everything appended so far is on the disk. */
  sync(): Promise<void>;
  /** Syncs, closes, and says what was written. */
  close(): Promise<JournalSeal>;
}

const syncData = promisify(fdatasync);
/** Records of one group share one sync: it costs milliseconds on some disks, and lanes keep time meanwhile. */
const GROUP_MS = 50;

/**
 * Opens a new journal: the file 0600 and not there before, its folder 0700, the folder's entry on the disk before this returns.
 * A killed process loses nothing that was appended; a power cut at most the last `GROUP_MS`, and nothing from before the last `case-ended`.
 * Throws the system's error where the file exists or cannot be made. Source: standards.md 4.2.
 */
export function openJournal(file: string): OpenJournal {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'wx', 0o600);
  syncFolder(folder);

  const whole = createHash('sha256');
  let head = FIRST_PREV;
  let records = 0;
  let failure: unknown;
  let seal: Promise<JournalSeal> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> = Promise.resolve();
  let dirty = false;

  const sync = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (dirty) {
      dirty = false;
      syncing = syncing
        .then(() => syncData(descriptor))
        .catch((error: unknown) => {
          failure ??= error;
        });
    }
    return syncing.then(() => {
      refuseAfterFailure();
    });
  };

  const refuseAfterFailure = (): void => {
    if (failure !== undefined) throw new Error('the journal could not be written', { cause: failure });
  };

  /** Its failure is kept and thrown by the next append, sync or close. */
  const syncBehind = (): void => {
    sync().catch(() => undefined);
  };

  const closeOnce = async (): Promise<JournalSeal> => {
    try {
      await sync();
    } finally {
      closeSync(descriptor);
    }
    return { records, head, digest: whole.digest('hex') };
  };

  return {
    append: (record) => {
      refuseAfterFailure();
      if (seal) throw new Error('the journal is closed');
      if (record.seq !== records) {
        throw new Error(`record ${String(record.seq)} came where ${String(records)} was due`);
      }
      const line = lineOf(record, head);
      const bytes = Buffer.from(`${line}\n`, 'utf8');
      try {
        writeAll(descriptor, bytes);
      } catch (error) {
        failure = error;
        refuseAfterFailure();
      }
      whole.update(bytes);
      head = linkOf(line);
      records++;
      dirty = true;
      if (record.kind === 'case-ended' || record.kind === 'run-finished') syncBehind();
      else timer ??= setTimeout(syncBehind, GROUP_MS).unref();
    },
    sync,
    close: () => (seal ??= closeOnce()),
  };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(descriptor, bytes, offset);
}

/** Puts a new name on the disk: without it a power cut can lose the file though its bytes were synced. */
function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, 'r');
  } catch {
    // Windows opens no folders, and its file systems keep names with the file.
    return;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

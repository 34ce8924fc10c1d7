import { randomBytes } from 'node:crypto';
import { textMember } from '../model/json.ts';
import type { Operation } from '../model/operation.ts';
import type { Problem } from '../model/problem.ts';
import type { RunRecord } from '../model/recording.ts';
import { looksLikeRecording, MAX_HAR_BYTES, readHar } from '../journal/har.ts';
import { readJournal } from '../journal/read-back.ts';
import { createRedactor } from '../journal/redact.ts';
import { bytesOf, refused, type Audited } from './runs.ts';

/** Traffic that was recorded anywhere, as the rules read it. */
export interface Traffic {
  readonly records: readonly RunRecord[];
  readonly declaredVersion?: string;
}

const MAX_BYTES = 256 * 1024 * 1024;
/** How many numbers of entries are told. */
const TOLD = 10;

/** Reads a recording of ours or a HAR file, by what it holds. Throws what the file system throws. */
export async function readTraffic(path: string, operations: readonly Operation[]): Promise<Audited<Traffic>> {
  const bytes = await bytesOf(path, MAX_BYTES);
  if (bytes === undefined) return refused({ code: 'recording-missing', data: { path } });
  const recording = bytes !== 'too large' && looksLikeRecording(bytes);
  const limit = recording ? MAX_BYTES : MAX_HAR_BYTES;
  if (bytes === 'too large' || bytes.length > limit)
    return refused({ code: 'file-too-large', data: { path, limitMiB: limit / 1048576 } });
  return recording ? readRecording(path, bytes) : readForeign(path, bytes, operations);
}

function readRecording(path: string, bytes: Uint8Array): Audited<Traffic> {
  const { records, chain } = readJournal(bytes);
  if (chain.kind === 'damaged') {
    const { line, fault } = chain.damage;
    return refused({ code: 'recording-damaged', data: { path, line, fault } }, true);
  }
  const started = records.find((record) => record.kind === 'run-started');
  const declaredVersion = textMember(started?.config['client'], 'version');
  return {
    ok: true,
    value: { records, ...(declaredVersion === undefined ? {} : { declaredVersion }) },
    warnings:
      chain.kind === 'torn' ? [{ code: 'recording-cut-off', data: { run: path, line: chain.line } }] : [],
  };
}

function readForeign(path: string, bytes: Uint8Array, operations: readonly Operation[]): Audited<Traffic> {
  const har = readHar(bytes, operations, createRedactor({ secrets: [], key: randomBytes(32) }));
  if (!har.ok) return refused({ ...har.problem, data: { ...har.problem.data, path } });
  const warnings: Problem[] = [];
  if (har.foreign > 0) warnings.push({ code: 'har-foreign', data: { path, count: har.foreign } });
  if (har.unreadable.length > 0)
    warnings.push({ code: 'har-unreadable', data: { path, entries: har.unreadable.slice(0, TOLD) } });
  return { ok: true, value: { records: har.records }, warnings };
}

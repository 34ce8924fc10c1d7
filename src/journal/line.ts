import type { RunRecord } from '../model/recording.ts';
import { canonicalJson, sha256Hex, wellFormedJson } from '../std/bytes.ts';

/*
 * One line of a journal is one record as canonical JSON (RFC 8785), ended by a line feed:
 *
 *   {"at":…,"case":…,"data":{…},"kind":…,"lane":…,"prev":…,"seq":…,"v":1}
 *
 * `at`, `case`, `kind`, `lane` and `seq` are the record's own (case and lane where it has them), `data` is every other member of the record,
 * `prev` the lowercase hex SHA-256 of the previous line's bytes without its line feed (64 zeros in the first), `v` the version of this layout.
 */

export const FIRST_PREV = '0'.repeat(64);
export const LAYOUT_VERSION = 1;

/** A record as the text of its line, without the line feed. What has no canonical form in it is made well-formed. */
export function lineOf(record: RunRecord, prev: string): string {
  const { seq, at, kind, lane, case: caseId, ...data } = record;
  const line = { at, case: caseId, data, kind, lane, prev, seq, v: LAYOUT_VERSION };
  try {
    return canonicalJson(line);
  } catch {
    // A client's bytes must not stop the run: lone surrogates and the like are replaced.
    return canonicalJson(wellFormedJson(line));
  }
}

/** What the next line's `prev` must be. */
export function linkOf(line: string | Uint8Array): string {
  return sha256Hex(line);
}

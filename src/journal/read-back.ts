import { isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { RunRecord } from '../model/recording.ts';
import { MAX_DEPTH, canonicalJson, decodeUtf8, parseJson, sha256Hex } from '../std/bytes.ts';
import { FIRST_PREV, LAYOUT_VERSION, linkOf } from './line.ts';
import { shapeFault } from './record-shape.ts';

/** What is wrong with a journal. `line` counts from 1; `record` is the `seq` due there. `fault` says what was found in our words. */
export interface JournalDamage {
  readonly line: number;
  readonly record: number;
  readonly code:
    | 'no-utf8'
    | 'no-json'
    | 'not-canonical'
    | 'unknown-layout'
    | 'chain-broken'
    | 'out-of-order'
    | 'unknown-record'
    | 'empty';
  readonly fault: string;
}

/** The state of the chain. */
export type ChainVerdict =
  | { readonly kind: 'whole' }
  /** The last line was cut off while it was written; it is left out, everything before it stands. */
  | { readonly kind: 'torn'; readonly line: number; readonly bytesDropped: number; readonly fault: string }
  /** Not what was written: nothing after the damage is believed. */
  | { readonly kind: 'damaged'; readonly damage: JournalDamage };

export interface ReadBack {
  /** Every record up to the damage, if any. */
  readonly records: readonly RunRecord[];
  readonly chain: ChainVerdict;
  /** The run was recorded to its end: the last record is `run-finished`. False tells of a journal cut at a line's end. */
  readonly finished: boolean;
  /** The SHA-256 of the last believed line; with `digest` and the number of records it is compared with a certificate. */
  readonly head: string;
  /** The SHA-256 of all bytes given. */
  readonly digest: string;
}

const LINE_FEED = 0x0a;

/**
 * Reads a journal back. Never throws, whatever the bytes. The chain covers every line but the last by itself; a change of the last line
 * that leaves it well-formed shows only against the head or the digest that the certificate holds.
 */
export function readJournal(bytes: Uint8Array): ReadBack {
  const records: RunRecord[] = [];
  let head = FIRST_PREV;
  let from = 0;
  let chain: ChainVerdict = { kind: 'whole' };
  while (from < bytes.length) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const line = bytes.subarray(from, feed < 0 ? bytes.length : feed);
    const read = readLine(line, records.length, head);
    const isLast = feed < 0 || feed === bytes.length - 1;
    if (feed < 0) {
      const fault = 'the last line has no end';
      chain = { kind: 'torn', line: records.length + 1, bytesDropped: line.length, fault };
      break;
    }
    if (!read.ok) {
      chain =
        isLast && isTear(read.damage)
          ? torn(read.damage, line.length + 1)
          : { kind: 'damaged', damage: read.damage };
      break;
    }
    records.push(read.record);
    head = linkOf(line);
    from = feed + 1;
  }
  if (bytes.length === 0) {
    chain = { kind: 'damaged', damage: { line: 1, record: 0, code: 'empty', fault: 'the journal is empty' } };
  }
  return {
    records,
    chain,
    finished: records.at(-1)?.kind === 'run-finished',
    head,
    digest: sha256Hex(bytes),
  };
}

/** A power cut leaves bytes that were never written as they should be; it forges no well-formed record. */
function isTear(damage: JournalDamage): boolean {
  return damage.code === 'no-utf8' || damage.code === 'no-json';
}

function torn(damage: JournalDamage, bytesDropped: number): ChainVerdict {
  return { kind: 'torn', line: damage.line, bytesDropped, fault: damage.fault };
}

type Line =
  { readonly ok: true; readonly record: RunRecord } | { readonly ok: false; readonly damage: JournalDamage };

function readLine(bytes: Uint8Array, due: number, head: string): Line {
  const refuse = (code: JournalDamage['code'], fault: string): Line => ({
    ok: false,
    damage: { line: due + 1, record: due, code, fault },
  });
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse('no-utf8', 'the line is no UTF-8');
  const value = parseJson(text, MAX_DEPTH);
  if (!isJsonObject(value)) return refuse('no-json', 'the line is no JSON object');
  if (canonicalOrNothing(value) !== text) return refuse('not-canonical', 'the line is not in canonical form');
  const { at, case: caseId, data, kind, lane, prev, seq, v, ...others } = value;
  if (v !== LAYOUT_VERSION)
    return refuse('unknown-layout', `the layout is not version ${String(LAYOUT_VERSION)}`);
  if (Object.keys(others).length > 0 || !isJsonObject(data))
    return refuse('unknown-layout', 'the line has other members');
  if (prev !== head) return refuse('chain-broken', 'the line does not follow from the one before it');
  if (seq !== due) return refuse('out-of-order', 'the line does not say that it is the record due here');
  const record: JsonObject = { ...data, ...present({ at, case: caseId, kind, lane, seq }) };
  const fault = shapeFault(record);
  if (fault !== undefined) return refuse('unknown-record', fault);
  return { ok: true, record: record as unknown as RunRecord };
}

function present(members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, JsonObject[string]] => entry[1] !== undefined),
  );
}

function canonicalOrNothing(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

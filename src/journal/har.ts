import type { Header } from '../model/http.ts';
import { member, textMember, type JsonObject } from '../model/json.ts';
import { classify, type Operation } from '../model/operation.ts';
import type { Problem } from '../model/problem.ts';
import type { AnswerContent, Happening, RequestRecord, RunRecord } from '../model/recording.ts';
import { decodeUtf8, fromBase64, jsonDepth, wellFormed } from '../std/bytes.ts';
import type { Redactor } from './redact.ts';

/** What a HAR file comes to: records that the rules can judge, and what of it was left out. */
export type HarReading =
  | {
      readonly ok: true;
      readonly records: readonly RunRecord[];
      /** Entries that are no traffic of this API. */
      readonly foreign: number;
      /** Numbers (from 1) of entries of this API that can't be read. */
      readonly unreadable: readonly number[];
      /** RFC 3339 UTC; absent without entries. */
      readonly startedAt?: string;
    }
  | { readonly ok: false; readonly problem: Problem };

/** Standards 3.4: a HAR is untrusted data. */
export const MAX_HAR_BYTES = 50 * 1024 * 1024;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 64;
/** Answers later than this after their request are no measurement, ms. */
const MAX_TIME_MS = 3_600_000;
/** HAR times are whole milliseconds as a rule. */
const GRAIN_MS = 1;
/** Prefixes of a base address, as of a proxy or the self-certification API. */
const MAX_PREFIX = 6;

interface Entry {
  readonly startedAt: number;
  readonly takes: number;
  readonly lane: string;
  readonly request: Omit<RequestRecord, 'kind' | 'exchange' | 'connection' | 'lagMs' | 'plan'>;
  /** Absent where no answer came. */
  readonly answer?: AnswerContent;
}

/**
 * Turns a HAR 1.2 file made elsewhere into records: each entry a request, its answer worked out, and delivered or abandoned, in the order of
 * time. What only poscert can know (commands, results, faults, the truth) is not there, so obligations that need it stay unproven. Nothing
 * is ever sent anywhere. Source of the limits: standards.md 3.4.
 */
export function readHar(bytes: Uint8Array, operations: readonly Operation[], redactor: Redactor): HarReading {
  const refuse = (code: string, data: JsonObject): HarReading => ({ ok: false, problem: { code, data } });
  const text = decodeUtf8(bytes)?.replace(/^\uFEFF/, '');
  if (text === undefined) return refuse('har-no-json', { fault: 'it is no UTF-8' });
  if (jsonDepth(text) > MAX_DEPTH)
    return refuse('har-no-json', { fault: `it nests deeper than ${String(MAX_DEPTH)}` });
  const entries = member(member(parsed(text), 'log'), 'entries');
  if (entries === undefined) return refuse('har-no-json', { fault: 'it has no log.entries' });
  if (!Array.isArray(entries)) return refuse('har-no-json', { fault: 'log.entries is no list' });
  if (entries.length > MAX_ENTRIES)
    return refuse('har-too-many', { entries: entries.length, limit: MAX_ENTRIES });
  const roots = rootsOf(operations);
  const read: Entry[] = [];
  const unreadable: number[] = [];
  const bodiless: number[] = [];
  let foreign = 0;
  for (const [index, entry] of entries.entries()) {
    const found = entryOf(entry, operations, roots, redactor);
    if (found === 'foreign') foreign += 1;
    else if (found === 'unreadable') unreadable.push(index + 1);
    else {
      read.push(found);
      if (lacksBody(member(entry, 'response'))) bodiless.push(index + 1);
    }
  }
  // Without what the API said, a till would be blamed for what it rightly did.
  if (bodiless.length > 0) return refuse('har-without-bodies', { entries: bodiless.slice(0, 10) });
  const startedAt = read.reduce((least, one) => Math.min(least, one.startedAt), Infinity);
  return {
    ok: true,
    records: recordsOf(read, startedAt),
    foreign,
    unreadable,
    ...(Number.isFinite(startedAt) ? { startedAt: new Date(startedAt).toISOString() } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `/pos/v10/` and the like: what begins so is this API's, also where the pack knows no such operation. */
function rootsOf(operations: readonly Operation[]): ReadonlySet<string> {
  return new Set(operations.map((operation) => operation.path.split('/').slice(0, 3).join('/')));
}

function entryOf(
  entry: unknown,
  operations: readonly Operation[],
  roots: ReadonlySet<string>,
  redactor: Redactor,
): Entry | 'foreign' | 'unreadable' {
  const request = member(entry, 'request');
  const method = textMember(request, 'method')?.toUpperCase();
  const url = urlOf(textMember(request, 'url'));
  if (method === undefined || url === undefined) return 'foreign';
  const path = apiPath(method, url.pathname, operations, roots);
  if (path === undefined) return 'foreign';
  const startedAt = Date.parse(textMember(entry, 'startedDateTime') ?? '');
  const takes = member(entry, 'time');
  if (!Number.isFinite(startedAt) || typeof takes !== 'number' || takes < 0 || takes > MAX_TIME_MS)
    return 'unreadable';
  const headers = headersOf(member(request, 'headers'));
  const body = bodyOf(member(request, 'postData'));
  const found = classify(operations, method, path);
  const answer = answerOf(member(entry, 'response'), redactor);
  const own = textMember(member(entry, '_poscert'), 'lane');
  const target = redactor.target(path + url.search);
  return {
    startedAt,
    takes,
    lane: own === undefined ? 'har' : wellFormed(own).slice(0, 100),
    request: {
      ...(found === undefined ? {} : { operation: found.operation.name }),
      params: found?.params ?? {},
      method,
      target,
      query: queryOf(target),
      headers: redactor.headers(withHost(headers, url)),
      ...redactor.body(headers, body),
    },
    ...(answer === undefined ? {} : { answer }),
  };
}

function urlOf(text: string | undefined): URL | undefined {
  const url = text === undefined || !URL.canParse(text) ? undefined : new URL(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}

/** The path from the API's root on, without the prefix of a base address; undefined where it is none of this API. */
function apiPath(
  method: string,
  path: string,
  operations: readonly Operation[],
  roots: ReadonlySet<string>,
): string | undefined {
  let rest = path;
  for (let cut = 0; cut < MAX_PREFIX; cut += 1) {
    if (classify(operations, method, rest) !== undefined) return rest;
    if (roots.has(rest.toLowerCase().split('/').slice(0, 3).join('/'))) return rest;
    const next = rest.indexOf('/', 1);
    if (next < 0) return undefined;
    rest = rest.slice(next);
  }
  return undefined;
}

function headersOf(value: unknown): Header[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one): Header[] => {
    const name = textMember(one, 'name');
    const text = textMember(one, 'value');
    // `:authority` and the like are HTTP/2's own.
    return name === undefined || text === undefined || name.startsWith(':') ? [] : [[name, text]];
  });
}

function withHost(headers: readonly Header[], url: URL): Header[] {
  return headers.some(([name]) => name.toLowerCase() === 'host')
    ? [...headers]
    : [['Host', url.host], ...headers];
}

function bodyOf(postData: unknown): Uint8Array {
  const text = textMember(postData, 'text');
  if (text !== undefined && text !== '')
    return textMember(postData, 'encoding') === 'base64'
      ? (fromBase64(text) ?? new Uint8Array())
      : Buffer.from(text, 'utf8');
  const params = member(postData, 'params');
  if (!Array.isArray(params)) return new Uint8Array();
  const form = new URLSearchParams(
    params.map((one): [string, string] => [textMember(one, 'name') ?? '', textMember(one, 'value') ?? '']),
  );
  return Buffer.from(form.toString(), 'utf8');
}

/** An answer had a body, and the file leaves it out. */
function lacksBody(response: unknown): boolean {
  const content = member(response, 'content');
  const size = member(content, 'size');
  return typeof size === 'number' && size > 0 && textMember(content, 'text') === undefined;
}

/** Undefined where there was none: status 0, or no response at all. */
function answerOf(response: unknown, redactor: Redactor): AnswerContent | undefined {
  const status = member(response, 'status');
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599)
    return undefined;
  const headers = headersOf(member(response, 'headers'));
  return {
    status,
    headers: redactor.headers(headers),
    ...redactor.body(headers, bodyOf(member(response, 'content'))),
  };
}

function queryOf(target: string): Record<string, string | string[]> {
  const start = target.indexOf('?');
  const result = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : target.slice(start + 1))) {
    const before = result.get(name);
    result.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]);
  }
  return Object.fromEntries(result);
}

/** The records of all entries in the order of time; where times are the same, an answer comes before a request. */
function recordsOf(entries: readonly Entry[], startedAt: number): RunRecord[] {
  const happenings = entries.flatMap((entry, index) => {
    const exchange = index + 1;
    const at = entry.startedAt - startedAt;
    const ended = at + entry.takes;
    const { answer, lane } = entry;
    const moment = (when: number, order: number, happening: Happening) => ({
      when,
      order,
      exchange,
      lane,
      happening,
    });
    return [
      moment(at, 2, {
        kind: 'request',
        exchange,
        ...entry.request,
        connection: 0,
        lagMs: GRAIN_MS,
        plan: { kind: 'forward' },
      }),
      moment(ended, entry.takes === 0 ? 3 : 0, {
        kind: 'answered',
        exchange,
        processed: answer !== undefined,
        ...(answer === undefined ? {} : { upstream: answer, planned: answer }),
      }),
      moment(ended, entry.takes === 0 ? 4 : 1, {
        kind: 'delivered',
        exchange,
        outcome: answer === undefined ? 'abandoned' : 'delivered',
        reachedClient: answer !== undefined,
        ...(answer === undefined ? {} : { answer }),
        lagMs: GRAIN_MS,
      }),
    ];
  });
  happenings.sort(
    (one, other) => one.when - other.when || one.order - other.order || one.exchange - other.exchange,
  );
  // Exchanges are numbered in the order in which they began, as in a recording of our own.
  const numbers = new Map<number, number>();
  for (const { happening, exchange } of happenings)
    if (happening.kind === 'request') numbers.set(exchange, numbers.size + 1);
  return happenings.map(
    ({ when, lane, happening, exchange }, seq) =>
      ({ ...happening, exchange: numbers.get(exchange) ?? exchange, seq, at: when, lane }) as RunRecord,
  );
}

/** Whether bytes are a recording of ours and no HAR: a first line that holds a record. */
export function looksLikeRecording(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(0x0a);
  const line = Buffer.from(bytes.subarray(0, end < 0 ? Math.min(bytes.length, 65_536) : end)).toString(
    'utf8',
  );
  return /^\{"at":/.test(line) && /"kind":"/.test(line);
}

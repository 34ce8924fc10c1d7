import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, retell } from '../../src/audit.ts';
import { PACK_FOLDER } from '../../src/cli/tool.ts';
import { shippedPack } from '../../src/inspect.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import { readHar } from '../../src/journal/har.ts';
import { createRedactor } from '../../src/journal/redact.ts';
import { OPERATIONS, STORE } from '../rules/recording-builder.ts';

const SECRET = 'a-token-that-nobody-may-see-0123456789';
const redactor = () => createRedactor({ secrets: [], key: new Uint8Array(32) });

type Entry = Record<string, unknown>;
const entry = (path: string, more: Entry = {}, answer: Entry = {}): Entry => ({
  startedDateTime: '2024-05-01T10:00:00.000Z',
  time: 40,
  request: {
    method: 'GET',
    url: `https://api.sandbox.mobilepay.dk${path}`,
    headers: [
      { name: ':authority', value: 'x' },
      { name: 'Authorization', value: `Bearer ${SECRET}` },
    ],
  },
  response: {
    status: 200,
    headers: [],
    content: { size: 2, mimeType: 'application/json', text: '{}' },
    ...answer,
  },
  ...more,
});
const har = (...entries: readonly Entry[]): Uint8Array =>
  Buffer.from(JSON.stringify({ log: { version: '1.2', entries } }));
const read = (bytes: Uint8Array) => readHar(bytes, OPERATIONS, redactor());
const codeOf = (bytes: Uint8Array): string | undefined => {
  const found = read(bytes);
  return found.ok ? undefined : found.problem.code;
};

describe('a HAR made elsewhere', () => {
  it('becomes requests with answers in the order of time, without secrets', () => {
    const later = entry(`/pos/v10/stores/${STORE}`, { startedDateTime: '2024-05-01T10:00:01.000Z' });
    const lost = entry(
      '/pos/v10/stores',
      { startedDateTime: '2024-05-01T10:00:02.000Z', time: 500 },
      { status: 0, content: {} },
    );
    const found = read(har(later, lost, entry('/pos/v10/stores')));
    if (!found.ok) throw new Error('refused');
    expect(found.records.map((one) => [one.kind, one.at, 'exchange' in one ? one.exchange : 0])).toEqual([
      ['request', 0, 1],
      ['answered', 40, 1],
      ['delivered', 40, 1],
      ['request', 1000, 2],
      ['answered', 1040, 2],
      ['delivered', 1040, 2],
      ['request', 2000, 3],
      ['answered', 2500, 3],
      ['delivered', 2500, 3],
    ]);
    expect(found.records[3]).toMatchObject({ operation: 'queryStore', params: { storeId: STORE } });
    expect(found.records[8]).toMatchObject({ outcome: 'abandoned', reachedClient: false });
    expect(JSON.stringify(found.records)).not.toContain(SECRET);
    expect(JSON.stringify(found.records)).not.toContain(':authority');
  });

  it('is read below the prefix of a base address, and other traffic is left out', () => {
    const found = read(
      har(
        entry('/pos-self-certification-api/pos/v10/stores'),
        entry('/favicon.ico'),
        entry('/pos/v10/something-unknown'),
      ),
    );
    if (!found.ok) throw new Error('refused');
    expect(found.foreign).toBe(1);
    const requests = found.records.filter((one) => one.kind === 'request');
    expect(requests.map((one) => [one.operation, one.target])).toEqual([
      ['queryStores', '/pos/v10/stores'],
      [undefined, '/pos/v10/something-unknown'],
    ]);
  });

  it('takes forms as texts and as lists of fields', () => {
    const form = (postData: Entry): Entry => ({
      ...entry(''),
      request: {
        method: 'POST',
        url: 'https://api.mobilepay.dk/integrator-authentication/connect/token',
        headers: [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
        postData,
      },
    });
    const found = read(
      har(
        form({ text: `grant_type=client_credentials&client_secret=${SECRET}` }),
        form({ params: [{ name: 'grant_type', value: 'client_credentials' }] }),
      ),
    );
    if (!found.ok) throw new Error('refused');
    const texts = found.records.flatMap((one) => (one.kind === 'request' ? [one.text] : []));
    expect(texts[0]).toMatch(/^grant_type=client_credentials&client_secret=\[redacted:[0-9a-f]{8}\]$/);
    expect(texts[1]).toBe('grant_type=client_credentials');
  });

  it('is refused whole where it can not be believed', () => {
    expect(codeOf(Buffer.from('not json'))).toBe('har-no-json');
    expect(codeOf(Buffer.from([0xff, 0xfe, 0]))).toBe('har-no-json');
    expect(codeOf(Buffer.from('{"log":{"entries":{}}}'))).toBe('har-no-json');
    expect(codeOf(Buffer.from('['.repeat(100_000)))).toBe('har-no-json');
    expect(codeOf(Buffer.from(JSON.stringify({ log: { entries: Array(10_001).fill(0) } })))).toBe(
      'har-too-many',
    );
    expect(codeOf(har(entry('/pos/v10/stores', {}, { content: { size: 300 } })))).toBe('har-without-bodies');
    expect(codeOf(har(entry('/pos/v10/stores')))).toBeUndefined();
  });

  it('never throws and blames nobody for entries of another shape', () => {
    const strange: unknown[] = [
      null,
      7,
      {},
      { request: [] },
      { request: { method: 'GET', url: 'javascript:alert(1)' } },
      entry('/pos/v10/stores', { time: 'soon' }),
      entry('/pos/v10/stores', { time: -1 }),
      entry('/pos/v10/stores', { startedDateTime: 'yesterday' }),
      entry('/pos/v10/stores', { response: null }),
      {
        ...entry(''),
        request: { method: 'GET', url: 'https://h/pos/v10/%E0%A4%A', headers: [{ name: 1 }, 2] },
      },
    ];
    const found = read(Buffer.from(JSON.stringify({ log: { entries: strange } })));
    if (!found.ok) throw new Error('refused');
    expect(found.unreadable).toEqual([6, 7, 8]);
    expect(found.records.filter((one) => one.kind === 'request')).toHaveLength(2);
  });
});

describe('a recording made by somebody else', () => {
  it('is refused where its records hold what no rule can read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'poscert-hostile-'));
    const journal = openJournal(join(folder, 'run.jsonl'));
    const strange: unknown[] = [
      {
        kind: 'lane-started',
        generation: 0,
        feature: 'x',
        restarted: false,
        client: {},
        driver: '',
        given: {},
      },
      { kind: 'result', command: 1, reply: {}, truth: null },
      { kind: 'case-ended', complete: true, leaves: [], truth: { payments: [null, 7, { id: {} }] } },
    ];
    for (const [seq, record] of strange.entries())
      journal.append({ seq, at: seq, lane: 'a', ...(record as object) } as RunRecord);
    await journal.close();
    const pack = shippedPack(PACK_FOLDER);
    if (!pack.ok) throw new Error('the pack is faulty');
    const judge = { pack: pack.value, version: '0.0.0' };
    const found = await check(join(folder, 'run.jsonl'), judge, ['onboarding']);
    if (found.ok) expect(found.value.exitCode).toBe(3);
    else expect(found.problems.map((one) => one.code)).toEqual(['recording-unusable']);
    const told = await retell(join(folder, 'run.jsonl'), { root: folder, cwd: folder }, judge, false);
    expect(told).toMatchObject({ ok: false, damaged: true });
    await rm(folder, { recursive: true });
  });
});

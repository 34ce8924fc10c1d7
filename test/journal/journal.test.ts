import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { JournalSeal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read-back.ts';
import { sha256Hex } from '../../src/std/bytes.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let files = 0;
const fresh = (): string => join(root, String(++files), 'run.jsonl');

async function written(records: readonly RunRecord[]): Promise<{ bytes: Buffer; seal: JournalSeal }> {
  const file = fresh();
  const journal = openJournal(file);
  for (const record of records) journal.append(record);
  const seal = await journal.close();
  return { bytes: readFileSync(file), seal };
}

const command = (seq: number, params: JsonObject = {}): RunRecord => ({
  kind: 'command',
  seq,
  at: seq * 1.5,
  lane: 'payments',
  case: 'payments/complete-a-payment',
  command: seq,
  step: 0,
  method: 'initiatePayment',
  params,
});
const finished = (seq: number): RunRecord => ({
  kind: 'run-finished',
  seq,
  at: seq,
  finishedAt: '2026-11-21T08:00:10Z',
  interrupted: false,
});
const short = [command(0, { amount: 100.5, 'ø"': ['\u2028', null, true] }), command(1), finished(2)];

describe('writing', () => {
  it('makes a file of its own, 0600 in a folder 0700, and never opens one that is there', async () => {
    const file = fresh();
    const journal = openJournal(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect(() => openJournal(file)).toThrow(/EEXIST/);
    await journal.close();
  });

  it('hands every record to the system at once, as one canonical line chained to the one before', async () => {
    const file = fresh();
    const journal = openJournal(file);
    journal.append(command(0, { b: 1, a: 2 }));
    const [line = ''] = readFileSync(file, 'utf8').split('\n');
    expect(line).toBe(
      '{"at":0,"case":"payments/complete-a-payment","data":{"command":0,"method":"initiatePayment","params":{"a":2,"b":1},"step":0},' +
        `"kind":"command","lane":"payments","prev":"${'0'.repeat(64)}","seq":0,"v":1}`,
    );
    journal.append(finished(1));
    const [, second = ''] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(second)).toMatchObject({ prev: sha256Hex(line), seq: 1 });
    expect(await journal.close()).toEqual({
      records: 2,
      head: sha256Hex(second),
      digest: sha256Hex(readFileSync(file)),
    });
  });

  it('refuses a record out of order, and any after the end', async () => {
    const journal = openJournal(fresh());
    journal.append(command(0));
    expect(() => {
      journal.append(command(2));
    }).toThrow(/record 2 came where 1 was due/);
    await journal.sync();
    const seal = await journal.close();
    expect(await journal.close()).toEqual(seal);
    expect(() => {
      journal.append(command(1));
    }).toThrow(/closed/);
  });

  it('writes what a hostile client says without failing', async () => {
    let deep: JsonValue = 1;
    for (let level = 0; level < 10_000; level++) deep = [deep];
    const { bytes } = await written([command(0, { text: '\ud800', deep }), finished(1)]);
    const { chain, records } = readJournal(bytes);
    expect(chain).toEqual({ kind: 'whole' });
    expect(records[0]).toMatchObject({ params: { text: '\ufffd' } });
  });
});

describe('reading back', () => {
  it('gives the records that were written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }), async (values) => {
        const plain = JSON.parse(JSON.stringify(values)) as JsonValue[];
        const records = [...plain.map((value, seq) => command(seq, { value })), finished(plain.length)];
        const { bytes, seal } = await written(records);
        const back = readJournal(bytes);
        expect(back).toMatchObject({
          chain: { kind: 'whole' },
          finished: true,
          head: seal.head,
          digest: seal.digest,
        });
        expect(back.records).toEqual(records);
      }),
      { numRuns: 30 },
    );
  });

  it('tells of every flipped byte', async () => {
    const { bytes, seal } = await written(short);
    const lastLine = bytes.lastIndexOf('\n', bytes.length - 2);
    for (let index = 0; index < bytes.length; index++) {
      for (const bit of [1, 0x20, 0x80]) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ bit;
        const back = readJournal(changed);
        // The last line is held by the head alone: nothing follows it in the chain.
        if (index < lastLine) expect(back.chain.kind, `byte ${String(index)}`).toBe('damaged');
        else
          expect(back.chain.kind === 'whole' && back.head === seal.head, `byte ${String(index)}`).toBe(false);
        expect(back.digest).not.toBe(seal.digest);
      }
    }
  });

  it('names the record that is damaged and believes none after it', async () => {
    const { bytes } = await written(short);
    const changed = Buffer.from(bytes.toString('latin1').replace('"command":0,', '"command":7,'), 'latin1');
    const back = readJournal(changed);
    expect(back.chain).toEqual({
      kind: 'damaged',
      damage: {
        line: 2,
        record: 1,
        code: 'chain-broken',
        fault: 'the line does not follow from the one before it',
      },
    });
    expect(back.records).toHaveLength(1);
    expect(back.finished).toBe(false);
  });

  it('tells of every truncation', async () => {
    const { bytes } = await written(short);
    for (let length = 0; length < bytes.length; length++) {
      const back = readJournal(bytes.subarray(0, length));
      expect(back.finished, `${String(length)} bytes`).toBe(false);
      const atLineEnd = length > 0 && bytes[length - 1] === 0x0a;
      expect(back.chain.kind).toBe(length === 0 ? 'damaged' : atLineEnd ? 'whole' : 'torn');
    }
  });

  it('leaves a torn last line out and says how much was dropped', async () => {
    const { bytes } = await written(short);
    const torn = Buffer.concat([bytes, Buffer.from('{"at":3,"da\0\0\0\n')]);
    expect(readJournal(torn).chain).toMatchObject({ kind: 'torn', line: 4, bytesDropped: 15 });
    expect(readJournal(torn).records).toHaveLength(3);
  });

  it('refuses lines left out, doubled, exchanged or in another order of members', async () => {
    const { bytes } = await written(short);
    const [a = '', b = '', c = ''] = bytes.toString().split('\n');
    for (const lines of [
      [b, c],
      [a, c],
      [a, a, b, c],
      [b, a, c],
      [a.replace('{"at":0,', '{ "at":0,'), b, c],
    ]) {
      expect(readJournal(Buffer.from(`${lines.join('\n')}\n`)).chain.kind).toBe('damaged');
    }
  });

  it('refuses a last line, well-chained, that is not canonical, out of order or of another layout', () => {
    const line = (change: (text: string) => string): Buffer =>
      Buffer.from(change(`{"at":0,"data":{},"kind":"killed","prev":"${'0'.repeat(64)}","seq":0,"v":1}\n`));
    expect(readJournal(line((text) => text)).chain).toEqual({ kind: 'whole' });
    for (const [from, to, code] of [
      ['{"at":0', '{ "at":0', 'not-canonical'],
      ['"data":{}', '"data":{},"data":{}', 'not-canonical'],
      ['"seq":0', '"seq":1', 'out-of-order'],
      ['"v":1', '"v":2', 'unknown-layout'],
      ['"at":0', '"a":1,"at":0', 'unknown-layout'],
    ] as const) {
      const { chain } = readJournal(line((text) => text.replace(from, to)));
      expect(chain, to).toMatchObject({ kind: 'damaged', damage: { code } });
    }
  });

  it('never throws, whatever the bytes', () => {
    const line = (members: string): string => `{"at":0,${members}"prev":"${'0'.repeat(64)}","seq":0,"v":1}\n`;
    const texts = [
      '',
      '\n',
      '\n\n',
      `${'['.repeat(200_000)}\n`,
      `${'{"a":'.repeat(200_000)}\n`,
      line('"data":{},"kind":"__proto__",'),
      line('"data":{},"kind":"toString",'),
      line('"data":{},"kind":"request",'),
      line('"data":{"__proto__":1},"kind":"killed",'),
      line('"data":[],"kind":"killed",'),
    ];
    for (const text of texts) expect(readJournal(Buffer.from(text)).finished).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readJournal(bytes).records).toEqual([]);
      }),
    );
  });

  it.each([
    [{ kind: 'mystery' }, /no record of kind "mystery"/],
    [{ method: 7 }, /command: the member method is not what it must be/],
    [{ params: undefined }, /the member params is missing/],
    [{ at: 'now' }, /the member at is not what it must be/],
  ])('refuses a well-chained record that is none: %j', async (change, fault) => {
    const { bytes } = await written([{ ...command(0), ...change } as unknown as RunRecord, finished(1)]);
    expect(readJournal(bytes).chain).toMatchObject({
      kind: 'damaged',
      damage: { code: 'unknown-record', fault: expect.stringMatching(fault) as string },
    });
  });
});

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedPack } from '../../src/inspect.ts';
import type { Case } from '../../src/model/case.ts';
import { packFileSchema } from '../../src/model/pack.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import { packLockSchema, type PackLock } from '../../src/model/pack.ts';
import { changesSince, lockOf, mayRelock } from '../../src/packs/lock.ts';
import { demandText } from '../../src/packs/demand.ts';
import { parseCase } from '../../src/script/parse-case.ts';
import { parse } from 'yaml';

const FOLDER = fileURLToPath(new URL('../../cases/pos-v10', import.meta.url));
const LOCK = `${FOLDER}/pack.lock.json`;
const opened = shippedPack(FOLDER);
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
const pack = opened.value;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const now = lockOf(pack, sha256);
const { operations } = packFileSchema.parse(parse(readFileSync(`${FOLDER}/pack.yaml`, 'utf8')));

describe('the lock of the pack', () => {
  it('holds what each case demands; UPDATE=1 writes it where the version was raised or a case is new', () => {
    const lock = packLockSchema.parse(JSON.parse(readFileSync(LOCK, 'utf8')));
    if (process.env['UPDATE'] === '1' && mayRelock(lock, now))
      writeFileSync(LOCK, `${JSON.stringify(now, undefined, 2)}\n`);
    const locked = packLockSchema.parse(JSON.parse(readFileSync(LOCK, 'utf8')));
    const hint =
      'a demand changed: raise `version` in pack.yaml, say it in CHANGELOG.md, and run this test with UPDATE=1';
    expect(changesSince(locked, now), hint).toEqual([]);
    expect(locked, hint).toEqual(now);
  });

  it('names the version and every case in the change log, and says of every id that is gone that it is', () => {
    const log = readFileSync(`${FOLDER}/CHANGELOG.md`, 'utf8');
    expect(log).toMatch(new RegExp(`^## ${pack.version.replaceAll('.', '\\.')}$`, 'm'));
    expect(pack.cases.filter((one) => !log.includes(`\`${one.id}\``)).map((one) => one.id)).toEqual([]);
    const named = [...log.matchAll(/`([a-z0-9-]+\/[a-z0-9-]+)`/g)].map((match) => match[1] ?? '');
    const gone = named.filter((id) => !pack.cases.some((one) => one.id === id));
    expect(gone.filter((id) => !log.includes(`gone: \`${id}\``))).toEqual([]);
  });
});

describe('a change of the pack', () => {
  const lock = (version: string, cases: Record<string, string>): PackLock => ({ pack: 'p', version, cases });
  const before = lock('1.9.0', { 'a/one': '1', 'a/two': '2' });
  it.each([
    ['nothing', lock('1.9.0', before.cases), [], true],
    ['another demand', lock('1.9.0', { 'a/one': '9', 'a/two': '2' }), ['changed a/one'], false],
    [
      'another demand in a higher version',
      lock('1.10.0', { 'a/one': '9', 'a/two': '2' }),
      ['changed a/one'],
      true,
    ],
    [
      'another demand in a lower one',
      lock('1.8.9', { 'a/one': '9', 'a/two': '2' }),
      ['changed a/one'],
      false,
    ],
    ['a case less', lock('1.9.0', { 'a/one': '1' }), ['gone a/two'], false],
    ['a case more', lock('1.9.0', { ...before.cases, 'a/three': '3' }), ['new a/three'], true],
    [
      'a case more and another demand',
      lock('1.9.0', { 'a/one': '9', 'a/two': '2', 'a/three': '3' }),
      ['changed a/one', 'new a/three'],
      false,
    ],
  ] as const)('%s', (_, after, changes, may) => {
    expect(changesSince(before, after).map((one) => `${one.change} ${one.case}`)).toEqual(changes);
    expect(mayRelock(before, after)).toBe(may);
  });
});

const TEXT = `# a comment
title: A title
why: A reason.
tier: certification
mark: inferred
source: [api_principles]
steps:
  - client: capturePayment
    with: { paymentId: p, amount: 1.00 }
    traffic:
      - expect: capturePayment
        name: The first
        path: { paymentId: p }
        times: 1..2
        answer: { fault: timeout, processed: false }
      - customer: approve
      - expect: capturePayment
        body: { amount: 1.00 }
        answeredWith: 409
    ends: { state: Captured }
  - check:
      - payment: { id: p, state: Captured }
`;

function read(text: string): Case {
  const parsed = parseCase(text, 'payments/01-a.yaml', posV10Vocabulary, operations);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

describe('what a case demands', () => {
  const demand = demandText(read(TEXT));
  it.each([
    ['# a comment', '# another'],
    ['A title', 'Another'],
    ['A reason.', 'Others.'],
    ['The first', 'Once'],
    ['        name: The first\n', ''],
    ['[api_principles]', '[best_practices]'],
    ['mark: inferred', 'mark: observed'],
    ['steps:\n', '\n\nsteps:\n'],
    ['amount: 1.00', 'amount: 1'],
    ['{ paymentId: p, amount: 1.00 }', '{ amount: 1.00, paymentId: p }'],
  ])('%j read as %j changes nothing', (from, to) => {
    expect(TEXT).toContain(from);
    expect(demandText(read(TEXT.replace(from, to)))).toBe(demand);
  });

  it.each([
    ['tier: certification', 'tier: hardening'],
    ['times: 1..2', 'times: 1..3'],
    ['times: 1..2', 'times: 0..2'],
    ['fault: timeout', 'fault: reset'],
    ['processed: false', 'processed: true'],
    ['answeredWith: 409', 'answeredWith: [409, 200]'],
    ['body: { amount: 1.00 }', 'body: { amount: 2.00 }'],
    ['path: { paymentId: p }', 'path: { paymentId: q }'],
    ['expect: capturePayment', 'expect: cancelPayment'],
    ['with: { paymentId: p, amount: 1.00 }', 'with: { paymentId: p, amount: 1.50 }'],
    ['customer: approve', 'customer: reject'],
    ['ends: { state: Captured }', 'ends: [refused, { state: Captured }]'],
    ['{ id: p, state: Captured }', '{ id: p, state: Reserved }'],
    ['steps:', 'needs: { pointOfSale: true }\nsteps:'],
    ['steps:', 'evidence: [{ polls: 2 }]\nsteps:'],
    ['steps:', 'leaves: [payment]\nsteps:'],
    ['steps:', 'unless: { behaviour: capturesWhenReserved }\nsteps:'],
    ['steps:', 'after: payments/b\nsteps:'],
    ['    ends: { state', '    allow: [cancelPayment]\n    ends: { state'],
  ])('%j read as %j is another demand', (from, to) => {
    expect(TEXT).toContain(from);
    expect(demandText(read(TEXT.replace(from, to)))).not.toBe(demand);
  });
});

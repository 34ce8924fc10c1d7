import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { EXIT_CODES, exitCode } from '../../src/words/exit-codes.ts';
import { brief, choice, duration, plural, series, span, word } from '../../src/words/phrases.ts';
import { hasWords, knownCodes, WORD_TABLES, wordsFor } from '../../src/words/words.ts';

const SOURCES = new URL('../../src/', import.meta.url);
const ROOMS = ['engine', 'clients', 'rules', 'script', 'config', 'packs', 'assembly', 'verdict'];

/** Codes that are no matter for words: an act of the clock that came to nothing is told with its message. */
const NO_WORDS = new Set(['clock']);

/** Codes that two tables may have. */
const USED_TWICE: string[] = [];

/** The codes that stand as `code: '…'` in the rooms that find things. */
function codesInSources(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const room of ROOMS)
    for (const file of readdirSync(new URL(`${room}/`, SOURCES), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(new URL(`${room}/${file}`, SOURCES), 'utf8');
      for (const [, code = ''] of text.matchAll(/\bcode: '([a-z][a-z0-9]*(?:-[a-z0-9]+)*)'/g))
        codes.set(code, `${room}/${file}`);
    }
  return codes;
}

/** The value that a union of literals of the rules room names as a finding; every entry has a title of one line. */
const values = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant({ state: 'Captured' })), {
    maxLength: 3,
  }),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
);
const NAMES = [
  'expected',
  'operation',
  'line',
  'method',
  'target',
  'where',
  'got',
  'differences',
  'what',
  'command',
  'rpcCode',
  'message',
  'truth',
  'act',
  'code',
  'ms',
  'signal',
  'first',
  'id',
  'missing',
  'problem',
  'limit',
  'ours',
  'theirs',
  'member',
  'url',
  'status',
  'bytes',
  'behaviour',
  'fault',
  'expectation',
  'polls',
  'seen',
  'need',
  'firstCause',
  'cause',
  'case',
  'lagMs',
  'feature',
  'cases',
  'name',
  'known',
  'nearest',
];
const data = fc.dictionary(fc.constantFrom(...NAMES), values) as fc.Arbitrary<JsonObject>;

describe('words', () => {
  it('has an entry for every code that the rooms use', () => {
    const codes = codesInSources();
    expect(codes.size).toBeGreaterThan(40);
    const lacking = [...codes].filter(([code]) => !hasWords(code) && !NO_WORDS.has(code));
    expect(lacking).toEqual([]);
  });

  it('has one entry a code', () => {
    const all = WORD_TABLES.flatMap((table) => Object.keys(table));
    const doubles = all.filter((code, index) => all.indexOf(code) !== index);
    expect(doubles).toEqual(USED_TWICE);
    expect(knownCodes()).toEqual([...new Set(all)].sort());
  });

  it('tells every code on one line, whatever data there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...knownCodes(), 'a-code-of-tomorrow'), data, (code, one) => {
        const { title, cause = 'x', remedy = 'x' } = wordsFor(code, one);
        expect(title.trim()).not.toBe('');
        expect(cause.trim()).not.toBe('');
        expect(remedy.trim()).not.toBe('');
        expect(title).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 2000 },
    );
    for (const code of knownCodes()) {
      const { title, cause = '', remedy = '' } = wordsFor(code, {});
      expect(`${title}${cause}${remedy}`, code).not.toMatch(/undefined|NaN|\[object|\n/);
      expect(title, code).toMatch(/\S/);
    }
  });

  it('tells an unknown code by its name and data', () => {
    expect(wordsFor('a-code-of-tomorrow', {})).toEqual({ title: 'a-code-of-tomorrow' });
    expect(wordsFor('a-code-of-tomorrow', { n: 1, to: 'x' }).title).toBe('a-code-of-tomorrow: n 1, to "x"');
    expect(wordsFor('toString', {}).title).toBe('toString');
  });

  it('says what it was about', () => {
    expect(wordsFor('client-exited', { code: 3, signal: null, command: 'recover' }).title).toBe(
      'The client exited with code 3 during recover',
    );
    expect(wordsFor('client-exited', { code: null, signal: 'SIGSEGV' }).title).toBe(
      'The client was ended by SIGSEGV',
    );
    expect(wordsFor('client-not-json', { line: 'INFO up', first: true }).cause).toBe(
      'The client prints its log on standard output.',
    );
    expect(wordsFor('client-not-json', { line: 'INFO up', first: false }).cause).not.toBe(
      'The client prints its log on standard output.',
    );
    expect(
      wordsFor('client-protocol-mismatch', { ours: { min: 1, max: 1 }, theirs: { min: 2, max: 3 } }).title,
    ).toBe('No common protocol version: poscert speaks version 1, the client versions 2 to 3');
    expect(
      wordsFor('wrong-ending', {
        command: 'awaitPayment',
        expected: [{ state: 'Reserved' }, 'gaveUp'],
        got: { state: 'Captured' },
      }).title,
    ).toBe('awaitPayment ended with state Captured, expected state Reserved or gaveUp');
    const lacks = [{ member: 'posId', expected: 'x' }];
    expect(wordsFor('wrong-ending', { command: 'restart', got: {}, differences: lacks }).title).toBe(
      'The result of recover lacks posId',
    );
    const differs = [{ member: 'state', expected: 'x', got: 'y' }];
    expect(wordsFor('wrong-ending', { command: 'settle', got: {}, differences: differs }).title).toBe(
      'settle answered, but state is not as expected',
    );
    expect(wordsFor('client-bad-result', { command: 'initialize', missing: ['name', 'version'] }).title).toBe(
      'The result of initialize lacks name and version',
    );
    expect(wordsFor('not-a-retry', { operation: 'Capture', what: 'key' }).title).toBe(
      'Capture was repeated with another idempotency key',
    );
  });
});

describe('phrases', () => {
  it('tells times', () => {
    const told = [0, 12.4, 999, 1000, 59_949, 59_951, 61_000, 3_600_000, 5_400_000, NaN, -3].map(duration);
    expect(told).toEqual([
      '0 ms',
      '12 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1 min 0 s',
      '1 min 1 s',
      '1 h 0 min',
      '1 h 30 min',
      '0 ms',
      '0 ms',
    ]);
    expect(duration(999.6)).toBe('1.0 s');
    expect(span({ ms: 'soon' }, 'ms', 'a while')).toBe('a while');
  });

  it('tells lists and values', () => {
    expect(choice({ of: ['a', 'b', 'c'] }, 'of', '-')).toBe('a, b or c');
    expect(series({ of: ['a', 'b'] }, 'of', '-')).toBe('a and b');
    expect(choice({ of: [] }, 'of', 'nothing')).toBe('nothing');
    expect(word({ of: '' }, 'of', 'nothing')).toBe('nothing');
    expect(brief(undefined)).toBe('(absent)');
    expect(brief('x'.repeat(200), 10)).toBe('"xxxxxxxxx…');
    expect([plural(1, 'poll'), plural(2, 'poll')]).toEqual(['1 poll', '2 polls']);
  });
});

describe('exit codes', () => {
  it('are those of the design', () => {
    expect(EXIT_CODES.map((one) => one.code)).toEqual([0, 1, 2, 3, 4, 130]);
    expect(exitCode('undecided')).toBe(3);
    expect(exitCode('interrupted')).toBe(130);
  });
});

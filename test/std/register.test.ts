import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  emptyRegister,
  recordAt,
  recordOf,
  recordsOf,
  withRecord,
  type Register,
} from '../../src/std/register.ts';

/** A model that is copied with every change. */
interface Version {
  readonly register: Register<number>;
  readonly model: ReadonlyMap<string, number>;
}

const EMPTY: Version = { register: emptyRegister(), model: new Map() };
const id = fc.oneof(fc.nat(120).map(String), fc.constantFrom('', '__proto__', 'constructor'));
const change = fc.record({
  id,
  record: fc.nat(9),
  /** How far back the version is that it starts from: mostly the newest, as in a sandbox's life. */
  back: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(60)),
});

function same({ register, model }: Version): void {
  expect(register.size).toBe(model.size);
  expect(recordsOf(register)).toEqual([...model.values()]);
  [...model].forEach(([name, record], place) => {
    expect([recordOf(register, name), recordAt(register, place)]).toEqual([record, record]);
  });
  expect([recordAt(register, model.size), recordOf(register, 'absent')]).toEqual([undefined, undefined]);
}

function after({ register, model }: Version, name: string, record: number): Version {
  return { register: withRecord(register, name, record), model: new Map(model).set(name, record) };
}

test('it holds what a Map holds in its order, and every earlier version stays as it was, whichever was changed since', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const versions = [EMPTY];
      for (const { id: name, record, back } of changes) {
        const from = versions.at(-1 - Math.min(back, versions.length - 1)) ?? EMPTY;
        versions.push(after(from, name, record));
      }
      versions.forEach(same);
    }),
    { numRuns: 200 },
  );
});

test('a version does not see what another one that went on from the same has added under the same id', () => {
  const begin = withRecord(emptyRegister<string>(), 'a', 'first');
  const one = withRecord(begin, 'b', 'of one');
  const two = withRecord(begin, 'c', 'of two');
  const three = withRecord(begin, 'b', 'of three');
  expect([begin, one, two, three].map((each) => recordOf(each, 'b'))).toEqual([
    undefined,
    'of one',
    undefined,
    'of three',
  ]);
});

test.each([1, 31, 32, 33, 1023, 1024, 1025, 32_768, 32_769])('%i records stand in their order', (size) => {
  let register = emptyRegister<number>();
  for (let place = 0; place < size; place += 1) register = withRecord(register, `r${String(place)}`, place);
  const replaced = withRecord(register, `r${String(size - 1)}`, -1);
  expect(recordsOf(register)).toEqual(Array.from({ length: size }, (_, place) => place));
  expect([recordAt(register, size - 1), recordAt(replaced, size - 1), replaced.size]).toEqual([
    size - 1,
    -1,
    size,
  ]);
});

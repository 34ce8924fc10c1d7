import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allPiled, emptyPiles, pileOf, putOn, topOf, type Piles } from '../../src/std/piles.ts';

interface Version {
  readonly piles: Piles<number>;
  readonly model: readonly (readonly [string, number])[];
}

const EMPTY: Version = { piles: emptyPiles(), model: [] };
const name = fc.constantFrom('a', 'b', 'c', '', '__proto__');
const change = fc.record({
  name,
  value: fc.nat(9),
  /** How far back the version is that it starts from: mostly the newest, as in a sandbox's life. */
  back: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(60)),
});

function same({ piles, model }: Version): void {
  expect(piles.count).toBe(model.length);
  expect(allPiled(piles)).toEqual(model);
  for (const pile of ['a', 'b', 'c', '', '__proto__']) {
    const values = model.filter(([on]) => on === pile).map(([, value]) => value);
    expect([pileOf(piles, pile), topOf(piles, pile)?.value]).toEqual([values, values.at(-1)]);
  }
}

test('everything lies where it was put, and every earlier version stays as it was, whichever was changed since', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 150 }), (changes) => {
      const versions = [EMPTY];
      for (const { name: pile, value, back } of changes) {
        const { piles, model } = versions.at(-1 - Math.min(back, versions.length - 1)) ?? EMPTY;
        versions.push({ piles: putOn(piles, pile, value), model: [...model, [pile, value]] });
      }
      versions.forEach(same);
    }),
    { numRuns: 300 },
  );
});

test('what went on from the same version knows nothing of each other', () => {
  const begin = putOn(emptyPiles<string>(), 'a', 'first');
  const one = putOn(begin, 'a', 'of one');
  const two = putOn(begin, 'a', 'of two');
  expect([begin, one, two].map((piles) => pileOf(piles, 'a'))).toEqual([
    ['first'],
    ['first', 'of one'],
    ['first', 'of two'],
  ]);
});

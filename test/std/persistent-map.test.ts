import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  emptyMap,
  entriesOf,
  getIn,
  removeIn,
  setIn,
  valuesOf,
  type PersistentMap,
} from '../../src/std/persistent-map.ts';

/** Different texts with one hash, found by search: without them collisions would never be tested. */
function colliding(): string[] {
  const seen = new Map<string, string>();
  // The hash is private, but two texts whose map of two is a single collision node have the same one.
  for (let number = 0; seen.size === 0 && number < 400_000; number += 1) groups.add(number);
  return groups.found;
}

const groups = {
  byHash: new Map<number, string>(),
  found: [] as string[],
  add(number: number): void {
    const key = `${String(number)} ${String(number * 7919)}`;
    const { root } = setIn(emptyMap<number>(), key, 0);
    const hash = root?.kind === 'leaf' ? root.hash : 0;
    const other = this.byHash.get(hash);
    if (other !== undefined) this.found.push(other, key);
    this.byHash.set(hash, key);
  },
};

const collisions = colliding();
const key = fc.oneof(
  fc.string({ maxLength: 2 }),
  fc.constantFrom('__proto__', 'constructor', '', ...collisions.slice(0, 6)),
);
const change = fc.record({ key, value: fc.option(fc.nat(9)) });

test('there are texts that collide', () => {
  expect(collisions.length).toBeGreaterThan(1);
});

test('it holds what a Map holds, and every earlier map stays as it was', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const model = new Map<string, number>();
      let map: PersistentMap<number> = emptyMap();
      const history: [PersistentMap<number>, [string, number][]][] = [];
      for (const { key: name, value } of changes) {
        history.push([map, [...model].sort()]);
        if (value === null) {
          model.delete(name);
          map = removeIn(map, name);
        } else {
          model.set(name, value);
          map = setIn(map, name, value);
        }
        expect(map.size).toBe(model.size);
        expect(getIn(map, name)).toBe(model.get(name));
      }
      history.push([map, [...model].sort()]);
      for (const [then, entries] of history) {
        expect([...entriesOf(then)].sort()).toEqual(entries);
        for (const [name, value] of entries) expect(getIn(then, name)).toBe(value);
      }
    }),
    { numRuns: 200 },
  );
});

test('emptied to the last entry it has no root, and removing nothing changes nothing', () => {
  let map = emptyMap<number>();
  for (let number = 0; number < 2000; number += 1) map = setIn(map, String(number), number);
  expect(removeIn(map, 'absent')).toBe(map);
  expect(valuesOf(map).reduce((sum, value) => sum + value, 0)).toBe(1_999_000);
  for (let number = 0; number < 2000; number += 1) map = removeIn(map, String(number));
  expect(map).toEqual({ size: 0, root: undefined });
});

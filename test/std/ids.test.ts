import { expect, test } from 'vitest';
import { randomIds, seededIds } from '../../src/std/ids.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test.each([
  ['seeded', seededIds('seed')],
  ['random', randomIds()],
])('%s ids are GUIDs and do not repeat', (_, ids) => {
  const made = Array.from({ length: 5000 }, ids);
  expect(new Set(made).size).toBe(5000);
  for (const id of made) expect(id).toMatch(GUID);
});

test('the seed alone decides the row', () => {
  const row = (seed: string) => Array.from({ length: 5 }, seededIds(seed));
  expect(row('a')).toEqual(row('a'));
  expect(row('a')).not.toEqual(row('b'));
  expect(row('ab')).not.toEqual(row('ba'));
});

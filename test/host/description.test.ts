import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { parse } from 'yaml';
import { CATALOGUE } from '../../src/sandbox/pos-v10/catalogue.ts';
import { officialDescription, ownDescription, ownText } from './description.ts';
import { startBench } from './bench.ts';

const own = ownDescription();
const official = officialDescription();

interface Packed {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

const pack = parse(readFileSync(new URL('../../cases/pos-v10/pack.yaml', import.meta.url), 'utf8')) as {
  operations: Packed[];
};

function everyNode(node: unknown, see: (node: Record<string, unknown>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) see(node as Record<string, unknown>);
  for (const inner of Object.values(node)) everyNode(inner, see);
}

test('it is an OpenAPI 3.1 description whose references lead somewhere', () => {
  expect(own.document['openapi']).toBe('3.1.0');
  expect(own.document['info']).toMatchObject({
    title: expect.any(String) as unknown,
    version: expect.any(String) as unknown,
  });
  const used = new Set<string>();
  everyNode(own.document, (node) => {
    if (typeof node['$ref'] !== 'string') return;
    used.add(node['$ref']);
    expect(own.at(node['$ref']), node['$ref']).toBeDefined();
  });
  for (const kind of ['schemas', 'parameters', 'responses'])
    for (const name of Object.keys(own.at(`#/components/${kind}`) as object))
      expect(used, 'a component that nobody refers to').toContain(`#/components/${kind}/${name}`);
});

/** What the linter finds, strictly. Conditions (`then`, `else`) name members that are described beside them, which it does not see. */
async function lint(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  return (await lintFromString({ source, config }))
    .map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer ?? ''}`)
    .filter((found) => !/^no-required-\S+ #\/components\/schemas\/Payment\/(then|else)\//.test(found));
}

test('a linter of others finds nothing in it, and something where something is broken', async () => {
  expect(await lint(ownText)).toEqual([]);
  for (const [whole, broken] of [
    ['      operationId: queryRefund\n', '      operationId: captureRefund\n'],
    ["$ref: '#/components/schemas/Refund'", "$ref: '#/components/schemas/Refunds'"],
    ['      required: [beaconId]\n', '      required: [beaconID]\n'],
    ["    parameters:\n      - $ref: '#/components/parameters/refundId'\n", ''],
  ] as const) {
    expect(ownText).toContain(whole);
    expect(await lint(ownText.replace(whole, broken)), broken).not.toEqual([]);
  }
});

test('every operation of the pack is described under its own name, and no other', () => {
  const described = own.operations.map(({ operationId, method, path }) => ({
    name: operationId,
    method,
    path,
  }));
  const packed = pack.operations.map(({ name, method, path }) => ({ name, method, path }));
  const sorted = (list: readonly Packed[]): Packed[] =>
    [...list].sort((one, two) => (one.name < two.name ? -1 : 1));
  expect(sorted(described)).toEqual(sorted(packed));
});

test('every operation has a summary, a tag that exists, its path parameters, and answers with a text', () => {
  const tags = (own.document['tags'] as { name: string }[]).map(({ name }) => name);
  for (const { operationId, path, node } of own.operations) {
    expect(node['summary'], operationId).toEqual(expect.any(String));
    for (const tag of node['tags'] as string[]) expect(tags).toContain(tag);
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(
      ([, name]) => `#/components/parameters/${name ?? ''}`,
    );
    const shared = (own.document['paths'] as Record<string, { parameters?: { $ref: string }[] }>)[path]
      ?.parameters;
    expect(shared?.map(({ $ref }) => $ref) ?? []).toEqual(wanted);
    for (const [status, answer] of Object.entries(node['responses'] as Record<string, { $ref?: string }>)) {
      const found = answer.$ref === undefined ? answer : own.at(answer.$ref);
      expect(found, `${operationId} ${status}`).toMatchObject({ description: expect.any(String) as unknown });
    }
  }
});

test('every code of the catalogue stands under its status, and no other code does', () => {
  const listed = new Map<string, Set<string>>();
  for (const { node } of own.operations)
    for (const [status, answer] of Object.entries(
      node['responses'] as Record<string, { 'x-codes'?: string[] }>,
    ))
      for (const code of answer['x-codes'] ?? [])
        listed.set(code, (listed.get(code) ?? new Set()).add(status));
  const expected = Object.entries(CATALOGUE).map(([code, { status }]) => [code, [String(status)]]);
  expect(Object.fromEntries([...listed].map(([code, statuses]) => [code, [...statuses]]))).toEqual(
    Object.fromEntries(expected),
  );
});

test('it tells an answer that fits from one that does not', () => {
  const fine = '{"paymentIds":[]}';
  expect(own.faults('GET', '/pos/v10/payments', 200, fine)).toEqual([]);
  for (const [status, body] of [
    [200, '{"paymentIds":["x"]}'],
    [200, '{"paymentIds":[],"more":1}'],
    [200, ''],
    [201, fine],
    [401, fine],
    [400, '{"code":"1301","message":"m","correlationId":"9d0a9c45-1793-4e82-9410-b0ee6779ab60"}'],
  ] as const)
    expect(own.faults('GET', '/pos/v10/payments', status, body), body).not.toEqual([]);
});

test.runIf(official !== undefined)(
  'the official description has the same operations, and is held to as well',
  () => {
    const shape = ({ method, path }: { method: string; path: string }): string =>
      `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
    const api = own.operations.filter(({ operationId }) => operationId !== 'getToken').map(shape);
    expect(api.sort()).toEqual(official?.operations.map(shape).sort());
    expect(official?.faults('GET', '/pos/v10/payments', 200, '{"paymentIds":["x"]}')).not.toEqual([]);
    expect(official?.faults('GET', '/pos/v10/stores', 401, '')).toEqual([]);
  },
);

test('the sandbox serves it', async () => {
  const bench = await startBench();
  const answer = await fetch(`${bench.host.apiOrigin}/openapi.yaml`);
  expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
    'application/yaml; charset=utf-8',
    ownText,
  ]);
  await bench.host.stop();
});

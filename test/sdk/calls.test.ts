import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PosGaveUp, PosRefused } from '../../src/sdk/index.ts';
import type { Call, Fault } from './fake-api.ts';
import type { TillAtWork } from './till-at-work.ts';
import { tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
const qr = { supportedBeaconTypes: ['QR'] } as const;
const create = 'POST /pointofsales';

beforeEach(async () => {
  till = await tillAtWork();
});
afterEach(async () => {
  await till.stop();
});

/** Goes wrong for the first calls of a name, in this order. */
function failing(name: string, ...faults: readonly (Fault | undefined)[]): void {
  till.api.onCall = (call, nth) => (call.name === name ? faults[nth - 1] : undefined);
}

function keysOf(calls: readonly Call[]): unknown[] {
  return calls.map((call) => call.headers['x-mobilepay-idempotency-key']);
}

test('a server with twenty tills at once is warned of no leak', async () => {
  const warned: string[] = [];
  const listen = (warning: Error): void => void warned.push(warning.name);
  process.on('warning', listen);
  const client = till.open();
  await Promise.all(Array.from({ length: 20 }, () => client.createPointOfSale(qr)));
  // Warnings come a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  expect(warned).toEqual([]);
});

describe('a creating call', () => {
  test.each([
    ['a 500', { kind: 'answer', status: 500 }],
    ['a 500 that was carried out', { kind: 'answer', status: 500, after: true }],
    ['a reset', { kind: 'reset' }],
    ['a truncated answer', { kind: 'truncate', after: true }],
    ['malformed JSON', { kind: 'answer', status: 200, text: '{"posId":', after: true }],
    ['an answer without the id', { kind: 'answer', status: 200, text: '{}', after: true }],
    ['an HTML page', { kind: 'answer', status: 502, text: '<html>Bad gateway</html>' }],
    ['a redirect', { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ] as const)('is repeated after %s, with the same key and body', async (_, fault) => {
    failing(create, fault, { kind: 'answer', status: 500 });
    const { posId = '' } = await till.open().createPointOfSale(qr);
    const calls = till.api.named(create);
    expect(calls).toHaveLength(3);
    expect(new Set(keysOf(calls)).size).toBe(1);
    expect(keysOf(calls)[0]).toMatch(/^[\da-f-]{36}$/);
    expect(new Set(calls.map((call) => call.text)).size).toBe(1);
    expect([...till.api.pointsOfSale.keys()]).toEqual([posId]);
    // Doubled, with half of the half that chance may add: 100 and 200 ms, each a quarter more.
    expect(till.clock.slept).toEqual([125, 250]);
  });

  test('is repeated after a time-out', async () => {
    failing(create, { kind: 'silence', after: true });
    const { posId = '' } = await till.open({ writeTimeoutMs: 80 }).createPointOfSale(qr);
    expect(new Set(keysOf(till.api.named(create))).size).toBe(1);
    expect([...till.api.pointsOfSale.keys()]).toEqual([posId]);
  });

  test('gives up after three attempts', async () => {
    till.api.onCall = (call) => (call.name === create ? { kind: 'answer', status: 500 } : undefined);
    await expect(till.open().createPointOfSale(qr)).rejects.toThrow(PosGaveUp);
    expect(till.api.named(create)).toHaveLength(3);
  });

  test.each([400, 403, 404, 409, 429])('is not repeated after %d', async (status) => {
    till.api.onCall = (call) =>
      call.name === create ? { kind: 'answer', status, text: '<p>no</p>' } : undefined;
    await expect(till.open().createPointOfSale(qr)).rejects.toThrow(PosRefused);
    expect(till.api.named(create)).toHaveLength(1);
  });

  test('waits as long as Retry-After says, within reason', async () => {
    const busy = (seconds: string): Fault => ({
      kind: 'answer',
      status: 503,
      headers: { 'retry-after': seconds },
    });
    failing(create, busy('3'), busy('7200'));
    await till.open().createPointOfSale(qr);
    expect(till.clock.slept).toEqual([3000, 10_000]);
  });

  test('has another key for another PoS', async () => {
    const client = till.open();
    await client.createPointOfSale(qr);
    await client.createPointOfSale(qr);
    expect(new Set(keysOf(till.api.named(create))).size).toBe(2);
  });
});

describe('the token', () => {
  test('is fetched once, carries no header of the PoS API, and outlives a restart', async () => {
    await till.open().createPointOfSale(qr);
    await till.open().createPointOfSale(qr);
    const calls = till.api.named('POST /integrator-authentication/connect/token');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.text).toBe('grant_type=client_credentials');
    expect(Object.keys(calls[0]?.headers ?? {}).filter((name) => name.startsWith('x-mobilepay'))).toEqual([]);
  });

  test('is renewed after a 401 and the call repeated with its key, once', async () => {
    const client = till.open();
    await client.createPointOfSale(qr);
    till.api.onCall = (call) => {
      if (call.name === create && till.api.named(create).length === 2) till.api.tokens.clear();
      return undefined;
    };
    await client.createPointOfSale(qr);
    const repeated = till.api.named(create).slice(1);
    expect(repeated).toHaveLength(2);
    expect(new Set(keysOf(repeated)).size).toBe(1);
    expect(till.clock.slept).toEqual([]);
  });

  test('that is never taken ends in a refusal', async () => {
    till.api.onCall = (call) => (call.name === create ? { kind: 'answer', status: 401 } : undefined);
    await expect(till.open().createPointOfSale(qr)).rejects.toMatchObject({ circumstances: { status: 401 } });
    expect(till.api.named(create)).toHaveLength(2);
  });

  test('is renewed before it ends', async () => {
    const client = till.open();
    await client.createPointOfSale(qr);
    till.clock.advance(3200 * 1000);
    await client.createPointOfSale(qr);
    expect(till.api.named('POST /integrator-authentication/connect/token')).toHaveLength(2);
  });

  test('that cannot be had is not asked for again by every retry', async () => {
    till.api.onCall = (call) => (call.path.endsWith('/token') ? { kind: 'answer', status: 500 } : undefined);
    await expect(till.open().createPointOfSale(qr)).rejects.toThrow(PosGaveUp);
    expect(till.api.calls).toHaveLength(3);
  });

  test('never goes to another origin', async () => {
    const seen: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    till.api.onCall = (call) =>
      call.name === 'GET /stores'
        ? { kind: 'answer', status: 302, headers: { location: `http://127.0.0.1:${String(port)}/` } }
        : undefined;
    await expect(till.open().createPointOfSale(qr)).rejects.toThrow(PosGaveUp);
    expect(seen).toEqual([]);
    elsewhere.close();
  });
});

test('every call says who calls, for whom, and with which version', async () => {
  await till.open().createPointOfSale(qr);
  const calls = till.api.calls.filter((call) => call.path.startsWith('/pos/v10'));
  expect(calls.map((call) => call.name)).toEqual(['GET /stores', create, 'GET /pointofsales/:id']);
  for (const { headers } of calls) {
    expect(headers).toMatchObject({
      authorization: 'Bearer token-1',
      'x-mobilepay-client-system-version': '2.1.0',
      'x-mobilepay-merchant-vat-number': 'DK90000028',
    });
  }
  expect(calls[0]?.headers).not.toHaveProperty('x-mobilepay-idempotency-key');
});

test.each([{ retries: 6 }, { systemVersion: '2.1' }, { readTimeoutMs: 0 }])(
  'does not open with %o',
  (wrong) => {
    expect(() => till.open(wrong)).toThrow(RangeError);
  },
);

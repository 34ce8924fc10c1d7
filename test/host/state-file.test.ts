import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonPieces } from '../../src/host/json-pieces.ts';
import { readStateFile, StateFileError, writeStateFile } from '../../src/host/state-file.ts';
import { createStateKeeper } from '../../src/host/state-keeper.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { loadState } from '../../src/sandbox/pos-v10/saved-state.ts';
import { startBench } from './bench.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poscert-state-'));
  file = join(folder, 'sandbox.state');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('everything goes on after a restart: payments, tokens, keys, the clock, callbacks and who may do what', async () => {
  const first = await startBench({ stateFile: file, settings: { pollDelayInMs: 50 } });
  const gone = await first.createPos({ merchantPosId: 'gone' });
  await first.api('DELETE', `/pointofsales/${gone}`);
  const posId = await first.createPos({ merchantPosId: 'till', beaconId: '123456789012345' });
  const captured = await first.captured(posId, { orderId: 'A-1' });
  const key = crypto.randomUUID();
  const body = { paymentId: captured, refundOrderId: 'r', amount: 3, currencyCode: 'DKK' };
  const refund = await first.api('POST', '/refunds', { body, key });
  const active = await first.initiate(posId);
  await first.control('POST', `/pointofsales/${posId}/check-in`, { loyaltyIds: ['L'] });
  await first.control('POST', '/clock', { advance: 'PT60S' });
  await first.control('PUT', '/callbacks/acme', { url: 'http://localhost:1/' });
  const state = (await first.control('GET', '/state')).body;
  await first.host.stop();

  const second = await startBench({ stateFile: file });
  second.token = first.token;
  expect((await second.control('GET', '/state')).body).toEqual(state);
  expect((await second.api('POST', '/refunds', { body, key })).body).toEqual(refund.body);
  expect((await second.api('GET', '/pointofsales?merchantPosId=till')).body).toEqual({ posIds: [posId] });
  expect((await second.api('GET', '/pointofsales?merchantPosId=gone')).body).toEqual({ posIds: [] });
  expect((await second.api('DELETE', `/pointofsales/${gone}`)).status).toBe(200);
  expect((await second.api('GET', `/payments?posId=${posId}`)).body).toEqual({ paymentIds: [active] });
  expect((await second.api('GET', '/payments?orderId=A-1&state=Captured')).body).toEqual({
    paymentIds: [captured],
  });
  expect((await second.api('GET', `/payments/${active}`)).body).toMatchObject({
    status: 'IssuedToUser',
    loyaltyIds: ['L'],
    pollDelayInMs: 50,
  });
  expect((await second.control('POST', `/payments/${active}/approve`)).status).toBe(200);
  expect((await second.getToken(undefined, undefined, 'another secret')).status).toBe(401);
  await second.host.stop();
});

test('a setting that is given goes before what the file says', async () => {
  const first = await startBench({ stateFile: file, settings: { pollDelayInMs: 50, tokenLifetime: 100 } });
  await first.host.stop();
  const second = await startBench({ stateFile: file, settings: { pollDelayInMs: 77 } });
  expect((await second.control('GET', '/settings')).body).toMatchObject({
    pollDelayInMs: 77,
    tokenLifetime: 100,
  });
  await second.host.stop();
});

test('it is written a little after each change, in whole, for its owner alone', async () => {
  const bench = await startBench({ stateFile: file });
  const posId = await bench.createPos();
  await expect
    .poll(async () => JSON.stringify(await readStateFile(file).catch(() => undefined)), { timeout: 5000 })
    .toContain(posId);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await bench.host.stop();
  expect(await readdir(folder)).toEqual(['sandbox.state']);
});

test('a damaged file is refused and left as it is', async () => {
  const bench = await startBench({ stateFile: file });
  await bench.createPos();
  await bench.host.stop();
  const good = await readFile(file, 'utf8');
  const digest = /"sha256":"\w+"/;
  const damaged: [string, string][] = [
    ['cut off', good.slice(0, -20)],
    ['one letter changed', good.replace('"till', '"tilL').replace('Till', 'Tilt')],
    ['empty', ''],
    ['another file', '{"hello":"world"}\n'],
    ['no JSON', 'client:\n  name: Acme\n'],
    ['a later version', good.replace('"version":2', '"version":3')],
    ['the digest is missing', good.replace(digest, '"sha256":""')],
  ];
  for (const [name, text] of damaged) {
    expect(text, name).not.toBe(good);
    await writeFile(file, text);
    await expect(startBench({ stateFile: file }), name).rejects.toMatchObject({ kind: 'damaged' });
    expect(await readFile(file, 'utf8'), name).toBe(text);
  }
  await writeFile(file, new Uint8Array([0xff, 0xfe, 0]));
  await expect(startBench({ stateFile: file })).rejects.toBeInstanceOf(StateFileError);
});

test.each<[string, unknown]>([
  ['nothing', {}],
  ['no state', { offsetMs: 0, callbacks: {} }],
  ['a state of another shape', { offsetMs: 0, callbacks: {}, state: { settings: {}, payments: 7 } }],
  ['a payment of another shape', async () => 0],
])('whole but wrong inside (%s) is refused as well', async (name, value) => {
  if (typeof value === 'function') {
    const bench = await startBench({ stateFile: file });
    await bench.initiate(await bench.createPos());
    await bench.host.stop();
    const saved = (await readStateFile(file)) as { state: { payments: { posId?: string }[] } };
    delete saved.state.payments[0]?.posId;
    await writeStateFile(file, saved);
  } else await writeStateFile(file, value as never);
  await expect(startBench({ stateFile: file }), name).rejects.toMatchObject({ kind: 'damaged' });
});

test('each member of each record with another kind of value is refused, and so is what leads nowhere', async () => {
  const bench = await startBench({ stateFile: file });
  const posId = await bench.createPos({ callbackAlias: 'acme' });
  const captured = await bench.captured(posId, {
    merchantPaymentLabel: 'L',
    restrictions: { debitCardDisallowed: true },
  });
  const body = { paymentId: captured, refundOrderId: 'r', amount: 3, currencyCode: 'DKK' };
  await bench.api(
    'GET',
    `/refunds/${String((await bench.api('POST', '/refunds', { body })).body['refundId'])}`,
  );
  await bench.getToken('grant_type=client_credentials&merchant_vat=DK90000028');
  await bench.control('POST', `/pointofsales/${posId}/check-in`, { phone: '20031804', partialCapture: true });
  await bench.host.stop();
  const { state } = (await readStateFile(file)) as unknown as { state: JsonValue };
  loadState(state);
  let tried = 0;
  const refuses = (wrong: JsonValue, name: string): void => {
    tried += 1;
    expect(() => loadState(wrong), name).toThrow(/saved state|no setting/);
  };
  /** The state with what stands at a path replaced by something of another kind. */
  const everywhere = (value: JsonValue, path: readonly (string | number)[]): void => {
    // What a call with a key had asked for is compared and not trusted.
    if (path.at(-1) === 'request') return;
    if (path.length > 0) refuses(changed(state, path, typeof value === 'object' ? 7 : {}), path.join('.'));
    if (typeof value !== 'object' || value === null) return;
    const inner = Array.isArray(value)
      ? value.slice(0, 1).map((item, at) => [at, item] as const)
      : Object.entries(value);
    for (const [name, item] of inner) everywhere(item, [...path, name]);
  };
  everywhere(state, []);
  expect(tried).toBeGreaterThan(120);
  refuses(changed(state, ['payments', 0, 'posId'], '9d0a9c45-1793-4e82-9410-b0ee6779ab61'), 'no such till');
  refuses(changed(state, ['refunds', 0, 'paymentId'], 'nobody'), 'no such payment');
  refuses(changed(state, ['pointsOfSale', 0, 'storeId'], 'nowhere'), 'no such store');
  refuses(changed(state, ['payments', 0, 'more'], 1), 'an unknown member');
  refuses(changed(state, ['payments', 0, 'capturedAt'], undefined), 'captured, but when');
  refuses(changed(state, ['payments', 0, 'terms'], undefined), 'captured, but what');
});

/** A copy with another value at a path; undefined takes it away. */
function changed(
  value: JsonValue,
  [name, ...rest]: readonly (string | number)[],
  to: JsonValue | undefined,
): JsonValue {
  if (name === undefined) return to ?? null;
  const copy = structuredClone(value) as Record<string | number, JsonValue>;
  if (rest.length > 0) copy[name] = changed(copy[name] ?? null, rest, to);
  else if (to === undefined) Reflect.deleteProperty(copy, name);
  else copy[name] = to;
  return copy;
}

test('a clock or a callback that cannot be is damage, and the file stays as it is', async () => {
  const bench = await startBench({ stateFile: file });
  await bench.host.stop();
  const good = (await readStateFile(file)) as Record<string, JsonValue>;
  for (const wrong of [
    { offsetMs: 1e300 },
    { offsetMs: -1 },
    { offsetMs: 0.5 },
    { callbacks: { acme: 'ftp://x' } },
    { callbacks: { acme: 7 } },
  ]) {
    await writeStateFile(file, { ...good, ...wrong });
    const before = await readFile(file, 'utf8');
    await expect(startBench({ stateFile: file }), JSON.stringify(wrong)).rejects.toMatchObject({
      kind: 'damaged',
    });
    expect(await readFile(file, 'utf8')).toBe(before);
  }
});

test('a link stays one and its target is kept; what lies beside the file is not written through', async () => {
  const target = join(folder, 'target.state');
  const victim = join(folder, 'victim');
  await (await startBench({ stateFile: target })).host.stop();
  await writeFile(victim, 'mine');
  await symlink(victim, `${target}.new`);
  await symlink(target, file);
  const second = await startBench({ stateFile: file });
  const posId = await second.createPos();
  await second.host.stop();
  expect(JSON.stringify(await readStateFile(target))).toContain(posId);
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect(await readFile(victim, 'utf8')).toBe('mine');
});

test('what is no file is neither read nor replaced', async () => {
  const socket = createServer().listen(file);
  await once(socket, 'listening');
  await expect(startBench({ stateFile: file })).rejects.toMatchObject({
    kind: 'unreadable',
    message: 'it is no regular file',
  });
  expect((await lstat(file)).isSocket()).toBe(true);
  socket.close();
});

test('one sandbox at a time keeps its state in a file', async () => {
  const first = await startBench({ stateFile: file });
  await expect(startBench({ stateFile: join(folder, '.', 'sandbox.state') })).rejects.toMatchObject({
    kind: 'held',
  });
  await first.host.stop();
  await (await startBench({ stateFile: file })).host.stop();
});

test('a folder in its place is unreadable', async () => {
  await mkdir(file);
  await expect(startBench({ stateFile: file })).rejects.toMatchObject({ kind: 'unreadable' });
});

test('a large state is written as JSON writes it, and what is given up leaves the file as it was', async () => {
  const value = {
    none: {},
    empty: [],
    left: undefined as unknown as JsonValue,
    list: Array.from({ length: 1001 }, (_, at) => ({ at, text: '"\u2028æ' })),
    deep: { list: Array.from({ length: 401 }, () => [1, [2]]), other: null },
    text: 'x'.repeat(300_000),
  };
  expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
  await writeStateFile(file, value);
  expect(await readStateFile(file)).toEqual(JSON.parse(JSON.stringify(value)));
  const before = await readFile(file, 'utf8');
  const stop = new AbortController();
  const writing = writeStateFile(file, { other: value.text }, stop.signal);
  stop.abort(new Error('given up'));
  await expect(writing).rejects.toThrow('given up');
  expect([await readFile(file, 'utf8'), await readdir(folder)]).toEqual([before, ['sandbox.state']]);
});

test('a writing that fails is said, and tried again when it ends', async () => {
  const failures: string[] = [];
  const timers: (() => void)[] = [];
  const lost = join(folder, 'nowhere', 'file');
  const keeper = createStateKeeper(
    lost,
    () => ({ a: 1 }),
    (message) => failures.push(message),
    (_, ring) => {
      timers.push(ring);
      return () => undefined;
    },
  );
  keeper.changed();
  keeper.changed();
  expect(timers).toHaveLength(1);
  timers[0]?.();
  await expect.poll(() => failures).toEqual([expect.stringContaining('ENOENT')]);
  await expect(keeper.stop()).rejects.toThrow('ENOENT');
  await mkdir(join(folder, 'nowhere'));
  await keeper.stop();
  expect(await readStateFile(lost)).toEqual({ a: 1 });
});

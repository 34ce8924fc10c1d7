import { afterEach, beforeEach, expect, test } from 'vitest';
import { durationFrom } from '../../src/host/control/duration.ts';
import { NOBODY, payment, startBench, STORE, type HostBench } from './bench.ts';

let bench: HostBench;
let wall = Date.UTC(2026, 0, 1, 9);
beforeEach(async () => {
  wall = Date.UTC(2026, 0, 1, 9);
  bench = await startBench({ wallClock: () => wall });
});
afterEach(async () => {
  await bench.host.stop();
});

const DAY = 86_400_000;

test('customer and backend act by the control API', async () => {
  const posId = await bench.createPos();
  const paymentId = await bench.initiate(posId);
  const at = `/pointofsales/${posId}`;
  expect(
    (await bench.control('POST', `${at}/check-in`, { card: 'debit', partialCapture: true })).body,
  ).toEqual({
    paymentId,
    state: 'IssuedToUser',
  });
  expect((await bench.control('POST', `/payments/${paymentId}/reject`)).body).toEqual({
    paymentId,
    state: 'CancelledByUser',
  });
  const next = await bench.initiate(posId);
  const cancelled = await bench.control('POST', `/payments/${next}/cancel-by-mobilepay`);
  expect(cancelled.body).toEqual({ paymentId: next, state: 'CancelledByMobilePay' });
  expect((await bench.control('POST', `${at}/check-in`)).status).toBe(200);
  expect((await bench.control('POST', `${at}/leave`)).status).toBe(200);
  expect((await bench.control('DELETE', at)).body).toEqual({ posId });
  expect((await bench.api('GET', at)).status).toBe(404);
});

test('what is impossible is 409, says why, and changes nothing', async () => {
  const paymentId = await bench.captured(await bench.createPos());
  const before = (await bench.control('GET', '/state')).text;
  const refused = await bench.control('POST', `/payments/${paymentId}/approve`);
  expect(refused.status).toBe(409);
  expect(refused.body).toEqual({
    code: 'notIssued',
    message: expect.stringContaining('it is Captured') as unknown,
  });
  for (const act of ['reject', 'cancel-by-mobilepay'])
    expect((await bench.control('POST', `/payments/${paymentId}/${act}`)).status).toBe(409);
  expect((await bench.control('GET', '/state')).text).toBe(before);
});

test('of several changes asked for at once none is made where one is impossible', async () => {
  const wrong = await bench.control('PATCH', `/stores/${STORE}`, { balance: 5, activated: 'no' });
  expect(wrong.status).toBe(400);
  const bad = await bench.control('PATCH', '/settings', { pollDelayInMs: 5, nonsense: 1 });
  expect(bad).toMatchObject({ status: 400, code: 'unsupported' });
  expect((await bench.control('GET', '/settings')).body).toMatchObject({ pollDelayInMs: 1000 });
  const state = (await bench.control('GET', '/state')).body['stores'] as { id: string; balance: number }[];
  expect(state.find(({ id }) => id === STORE)?.balance).toBe(1_000_000);
});

test('what the path names and is not there is 404; what cannot be understood 400', async () => {
  for (const [method, path, body] of [
    ['POST', `/payments/${NOBODY}/approve`, undefined],
    ['POST', `/pointofsales/${NOBODY}/check-in`, undefined],
    ['POST', `/refunds/${NOBODY}/reserve`, undefined],
    ['PATCH', `/stores/${NOBODY}`, { balance: 1 }],
    ['DELETE', `/pointofsales/${NOBODY}`, undefined],
  ] as const)
    expect((await bench.control(method, path, body)).status, path).toBe(404);
  const posId = await bench.createPos();
  for (const [method, path, body] of [
    ['POST', `/pointofsales/${posId}/check-in`, { card: 'gold' }],
    ['POST', `/pointofsales/${posId}/check-in`, { crad: 'debit' }],
    ['POST', '/clock', { advance: '8 days' }],
    ['POST', '/clock', { advance: 8 }],
    ['POST', '/clock', {}],
    ['POST', '/clock', '{'],
    ['POST', '/clock', '[]'],
    ['POST', '/clock', '['.repeat(100_000)],
    ['PATCH', '/settings', {}],
    ['PATCH', '/settings', { tokens: 'revoked' }],
    ['PATCH', `/stores/${STORE}`, {}],
    ['PATCH', `/stores/${STORE}`, { balance: -1 }],
    ['PUT', '/callbacks/alias', { url: 'http://example.com/' }],
  ] as const)
    expect((await bench.control(method, path, body)).status, JSON.stringify(body)).toBe(400);
  expect((await bench.control('GET', '/nowhere')).status).toBe(404);
  const wrong = await bench.control('GET', '/reset');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
});

test('the clock ages tokens, payments and refunds, and runs on with real time', async () => {
  const posId = await bench.createPos();
  const paymentId = await bench.reserved(posId);
  wall += 60 * 60_000;
  expect(await bench.status(paymentId)).toBe('Reserved');
  const moved = await bench.control('POST', '/clock', { advance: 'P8D' });
  expect(moved.body).toEqual({ now: '2026-01-09T10:00:00.000Z', offsetMs: 8 * DAY });
  expect((await bench.api('GET', `/payments/${paymentId}`)).status).toBe(401);
  await bench.getToken();
  expect(await bench.status(paymentId)).toBe('ExpiredAndCancelled');
  wall -= 2 * 60 * 60_000;
  expect((await bench.control('GET', '/clock')).body['now']).toBe('2026-01-09T10:00:00.000Z');
  for (let century = 0; century < 90; century += 1)
    await bench.control('POST', '/clock', { advance: 'P100Y' });
  const last = await bench.control('POST', '/clock', { advance: 'P100Y' });
  expect(last).toMatchObject({ status: 409, code: 'endOfTime' });
  await bench.getToken();
  expect((await bench.api('GET', '/stores')).status).toBe(200);
});

test.each([
  ['P8D', 8 * DAY],
  ['+8d', 8 * DAY],
  ['8d', 8 * DAY],
  ['PT90M', 5_400_000],
  ['P1DT1H1M1.5S', DAY + 3_661_500],
  ['P2W', 14 * DAY],
  ['P1M', 31 * DAY],
  ['P1Y', 365 * DAY],
  ['500ms', 500],
  ['PT0S', 0],
])('%s moves the clock by %d ms', (text, ms) => {
  expect(durationFrom(text, Date.UTC(2026, 0, 1))).toBe(ms);
});

test.each(['P', 'PT', 'P8', '8', '-8d', 'P-8D', '-P8D', 'P200Y', '1e9d', '', 'P1D ', '+', 'P9999999999D'])(
  '%j is no duration to move a clock by',
  (text) => {
    expect(durationFrom(text, 0)).toBeUndefined();
  },
);

test('what the settings say can be said to them', async () => {
  const before = await bench.control('GET', '/settings');
  expect(before.body).toMatchObject({ tokenLifetime: 3700, beaconTaken: false, merchantPosIdTaken: false });
  const wanted = { ...before.body, tokenLifetime: 60, beaconTaken: true };
  expect((await bench.control('PATCH', '/settings', wanted)).body).toEqual(wanted);
  expect((await bench.control('GET', '/settings')).body).toEqual(wanted);
  expect((await bench.getToken()).body).toMatchObject({ expires_in: 60 });
});

test('settings, stores, tokens and the next failure', async () => {
  const posId = await bench.createPos();
  const paymentId = await bench.initiate(posId);
  expect((await bench.control('PATCH', '/settings', { pollDelayInMs: 200 })).body).toMatchObject({
    pollDelayInMs: 200,
  });
  expect((await bench.api('GET', `/payments/${paymentId}`)).body['pollDelayInMs']).toBe(200);
  await bench.control('PATCH', '/settings', { failNext: 1 });
  expect(await bench.api('GET', `/payments/${paymentId}`)).toMatchObject({ status: 500, code: '2000' });
  expect((await bench.api('GET', `/payments/${paymentId}`)).status).toBe(200);
  const store = await bench.control('PATCH', `/stores/${STORE}`, { balance: 12.5, activated: false });
  expect(store.body).toMatchObject({ id: STORE, balance: 12.5, activated: false });
  expect((await bench.api('POST', '/payments', { body: payment(await bench.createPos()) })).code).toBe(
    '1204',
  );
  await bench.control('POST', '/tokens/revoke');
  expect((await bench.api('GET', '/stores')).status).toBe(401);
});

test('a refund is reserved when it is said so', async () => {
  await bench.control('PATCH', '/settings', { refundReservedAtQuery: 1000 });
  const paymentId = await bench.captured(await bench.createPos());
  const body = { paymentId, refundOrderId: 'r', amount: 1, currencyCode: 'DKK' };
  const refundId = String((await bench.api('POST', '/refunds', { body })).body['refundId']);
  expect((await bench.control('POST', `/refunds/${refundId}/reserve`)).body).toEqual({
    refundId,
    state: 'Reserved',
  });
  expect((await bench.control('POST', `/refunds/${refundId}/reserve`)).status).toBe(409);
  expect((await bench.api('POST', `/refunds/${refundId}/capture`)).status).toBe(200);
});

test('the state is the whole truth without secrets; a reset goes back to the start', async () => {
  const first = (await bench.control('GET', '/state')).body;
  const paymentId = await bench.captured(await bench.createPos());
  await bench.control('POST', '/clock', { advance: 'P1D' });
  const state = await bench.control('GET', '/state');
  expect(state.body).toMatchObject({
    now: '2026-01-02T09:00:00.000Z',
    payments: [{ id: paymentId, state: 'Captured' }],
  });
  for (const secret of [bench.token, 'secret']) expect(state.text).not.toContain(secret);
  expect((await bench.control('POST', '/reset')).body).toMatchObject({ offsetMs: 0 });
  expect((await bench.control('GET', '/state')).body).toEqual(first);
  expect((await bench.api('GET', '/stores')).status).toBe(401);
});

test('a request that names an Origin is refused, and so is one from another site or to another host', async () => {
  const own = bench.host.controlOrigin;
  for (const origin of ['http://evil.example', 'null', own, bench.host.apiOrigin])
    expect((await bench.control('POST', '/reset', {}, { Origin: origin })).status, origin).toBe(403);
  expect((await bench.control('GET', '/state', undefined, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
    403,
  );
  const page = await (await fetch(`${own}/`)).text();
  const token = /name="poscert-token" content="([^"]+)"/.exec(page)?.[1] ?? '';
  const withToken = (origin: string): Record<string, string> => ({ Origin: origin, 'X-Poscert-Page': token });
  expect((await bench.control('POST', '/reset', {}, withToken(own))).status).toBe(200);
  for (const origin of ['http://evil.example', bench.host.apiOrigin, `${own}0`])
    expect((await bench.control('POST', '/reset', {}, withToken(origin))).status, origin).toBe(403);
});

test('the API has no control paths, and the control API none of the API', async () => {
  for (const path of ['/reset', '/state', '/clock', '/'])
    expect((await fetch(bench.host.apiOrigin + path, { method: 'GET' })).status).toBe(404);
  expect((await bench.control('GET', '/pos/v10/stores')).status).toBe(404);
});

test('a check-in is told to the URL of the callback alias', async () => {
  const url = 'http://127.0.0.1:9/notify';
  expect((await bench.control('PUT', '/callbacks/acme', { url })).body).toEqual({ acme: url });
  const posId = await bench.createPos({ callbackAlias: 'acme', merchantPosId: 'till' });
  await bench.control('POST', `/pointofsales/${posId}/check-in`);
  expect(bench.sent).toEqual([
    {
      url,
      order: {
        alias: 'acme',
        headers: [['Content-Type', 'application/json; charset=utf-8']],
        body: {
          MerchantId: expect.any(String) as unknown,
          MerchantBrandId: 'MPPOSCERT1',
          MerchantLocationId: '00001',
          MerchantPosId: 'till',
          PosId: posId,
        },
      },
    },
  ]);
  await bench.control('DELETE', '/callbacks/acme');
  await bench.control('POST', `/pointofsales/${posId}/notify`, { times: 2 });
  expect(bench.sent).toHaveLength(1);
  expect(bench.warnings).toContain('no URL is registered for the callback alias "acme"');
});

test('a check-in by the user simulation is told as well', async () => {
  const beaconId = crypto.randomUUID();
  await bench.control('PUT', '/callbacks/acme', { url: 'http://127.0.0.1:9/notify' });
  await bench.createPos({ callbackAlias: 'acme', beaconId });
  const body = { beaconId, phoneNumber: '+4520031801' };
  const headers = { 'Content-Type': 'application/json' };
  // The second time the customer is there already.
  for (let time = 0; time < 2; time += 1) {
    await bench.send('POST', '/pos/app/usersimulation/checkin', { body, headers });
    expect(bench.sent).toHaveLength(1);
  }
});

test('a byte order mark before a body is passed over everywhere', async () => {
  const beaconId = crypto.randomUUID();
  await bench.control('PUT', '/callbacks/acme', '\uFEFF{"url":"http://127.0.0.1:9/notify"}');
  await bench.createPos({ callbackAlias: 'acme', beaconId });
  const raw = `\uFEFF${JSON.stringify({ beaconId, phoneNumber: '20031801' })}`;
  const headers = { 'Content-Type': 'application/json' };
  expect((await bench.send('POST', '/pos/app/usersimulation/checkin', { raw, headers })).status).toBe(200);
  expect(bench.sent).toHaveLength(1);
});

test('help lists every call that there is, and what is unknown leads to it', async () => {
  const { calls } = (await bench.control('GET', '/help')).body as {
    calls: { call: string; effect: string }[];
  };
  for (const { call, effect } of calls) {
    const [method = '', path = ''] = call.replace('{id}', NOBODY).split(' ');
    if (path === '/reset') continue;
    const answered = await bench.control(method, path);
    expect([404, 405].includes(answered.status) && answered.code === 'unknownPath', call).toBe(false);
    expect(answered.status, call).not.toBe(405);
    expect(effect).not.toBe('');
  }
  expect(await bench.control('POST', '/approve')).toMatchObject({ status: 404, code: 'unknownPath' });
});

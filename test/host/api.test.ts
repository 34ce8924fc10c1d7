import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  idOf,
  INACTIVE_STORE,
  NOBODY,
  OTHER_STORE,
  payment,
  startBench,
  STORE,
  type HostBench,
} from './bench.ts';

/*
 * The API over HTTP (pos-v10.md 1 and 2). Every answer on the way is held against our description and, where there is one, against the
 * official one (bench.ts).
 */

let bench: HostBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await bench.host.stop();
});

describe('the token', () => {
  test('any GUID with any secret, and then that secret alone', async () => {
    const id = crypto.randomUUID();
    const first = await bench.getToken(undefined, id, 'one');
    expect(first.body).toMatchObject({ expires_in: 3700, token_type: 'Bearer', scope: 'integrator_scope' });
    expect((await bench.getToken(undefined, id, 'two')).status).toBe(401);
    expect((await bench.getToken(undefined, 'no-guid', 'one')).status).toBe(401);
    expect((await bench.getToken('grant_type=password')).body).toEqual({ error: 'unsupported_grant_type' });
    expect((await bench.getToken('merchant_vat=DK90000028')).status).toBe(400);
    await bench.getToken();
  });

  test('one with a merchant needs no VAT header, and fits no other merchant', async () => {
    const without = ['X-MobilePay-Merchant-VAT-Number'];
    await bench.getToken('grant_type=client_credentials&merchant_vat=DK90000028');
    expect((await bench.api('GET', '/stores', { without })).status).toBe(200);
    expect((await bench.api('GET', '/stores', { headers: { [without[0] ?? '']: 'DK12345678' } })).code).toBe(
      '1159',
    );
    await bench.getToken('grant_type=client_credentials&merchant_vat=90000028');
    expect((await bench.api('GET', '/stores', { without })).code).toBe('1182');
    await bench.getToken();
    expect((await bench.api('GET', '/stores', { without })).code).toBe('1151');
  });
});

describe('headers', () => {
  test.each<[string, Record<string, string>, string]>([
    ['VAT twice', { 'X-MobilePay-Merchant-VAT-Number': 'DK90000028, DK90000028' }, '1155'],
    ['VAT without a country', { 'X-MobilePay-Merchant-VAT-Number': '90000028' }, '1159'],
    ['version of two parts', { 'X-MobilePay-Client-System-Version': '2.1' }, '1161'],
    ['version twice', { 'X-MobilePay-Client-System-Version': '2.1.0, 2.1.0' }, '1157'],
  ])('%s', async (_, headers, code) => {
    expect(await bench.api('GET', '/stores', { headers })).toMatchObject({ status: 400, code });
  });

  test('no version, no token, a wrong one', async () => {
    const version = ['X-MobilePay-Client-System-Version'];
    expect((await bench.api('GET', '/stores', { without: version })).code).toBe('1153');
    for (const call of [{ without: ['Authorization'] }, { headers: { Authorization: 'Bearer x' } }])
      expect(await bench.api('GET', '/stores', call)).toMatchObject({ status: 401, text: '' });
  });

  test('keys', async () => {
    const posId = await bench.createPos();
    const body = payment(posId);
    const name = 'X-MobilePay-Idempotency-Key';
    expect((await bench.api('POST', '/payments', { body, without: [name] })).code).toBe('1164');
    expect((await bench.api('POST', '/payments', { body, key: 'x'.repeat(37) })).code).toBe('1162');
    const twice = `${NOBODY}, ${NOBODY}`;
    expect((await bench.api('POST', '/payments', { body, key: twice })).code).toBe('1163');
    const key = crypto.randomUUID();
    const first = await bench.api('POST', '/payments', { body, key });
    expect((await bench.api('POST', '/payments', { body, key })).body).toEqual(first.body);
    expect((await bench.api('POST', '/payments', { body: { ...body, amount: 1 }, key })).code).toBe('1306');
  });
});

test('stores', async () => {
  expect((await bench.api('GET', '/stores')).body).toEqual({ storeIds: [STORE, INACTIVE_STORE] });
  const one = await bench.api('GET', '/stores?merchantBrandId=MPPOSCERT1&merchantLocationId=00001');
  expect(one.body).toEqual({ storeIds: [STORE] });
  expect((await bench.api('GET', '/stores/detailed')).body).toMatchObject([
    { storeId: STORE },
    { storeId: INACTIVE_STORE },
  ]);
  expect((await bench.api('GET', `/stores/${STORE}`)).body).toMatchObject({ merchantLocationId: '00001' });
  expect(await bench.api('GET', `/stores/${OTHER_STORE}`)).toMatchObject({ status: 404, text: '' });
  for (const [query, code] of [
    ['merchantBrandId=MPPOSCERT1', '1122'],
    ['merchantBrandId=X', '1119'],
    ['merchantLocationId=1', '1120'],
  ])
    for (const path of ['/stores', '/stores/detailed'])
      expect((await bench.api('GET', `${path}?${query ?? ''}`)).code).toBe(code);
});

describe('points of sale', () => {
  test('from creation to deletion', async () => {
    const merchantPosId = 'till-1';
    const posId = await bench.createPos({ merchantPosId, callbackAlias: 'alias', name: 'Kasse Å' });
    const pos = (await bench.api('GET', `/pointofsales/${posId}`)).body;
    expect(pos).toMatchObject({
      posId,
      merchantPosId,
      storeId: STORE,
      name: 'Kasse Å',
      callbackAlias: 'alias',
    });
    expect(pos['beaconId']).toMatch(/^[0-9a-f-]{36}$/);
    for (const query of [`merchantPosId=${merchantPosId}`, `beaconId=${String(pos['beaconId'])}`])
      expect((await bench.api('GET', `/pointofsales?${query}`)).body).toEqual({ posIds: [posId] });
    expect((await bench.api('GET', '/pointofsales?merchantPosId=none')).body).toEqual({ posIds: [] });
    expect((await bench.api('GET', '/pointofsales')).code).toBe('1121');
    expect((await bench.api('GET', `/pointofsales/${posId}/checkin`)).body).toEqual({
      isUserCheckedIn: false,
      pollDelayInMs: 1000,
    });
    for (let time = 0; time < 2; time += 1)
      expect(await bench.api('DELETE', `/pointofsales/${posId}`)).toMatchObject({ status: 200, text: '' });
    expect((await bench.api('GET', `/pointofsales/${posId}`)).status).toBe(404);
    expect((await bench.api('DELETE', `/pointofsales/${NOBODY}`)).status).toBe(404);
  });

  test.each<[object, number, string]>([
    [{ storeId: NOBODY }, 409, '1002'],
    [{ storeId: OTHER_STORE }, 403, '1403'],
    [{ beaconId: 'x' }, 400, '1100'],
    [{ merchantPosId: '' }, 400, '1111'],
    [{ name: 'a\nb' }, 400, '1112'],
    [{ callbackAlias: '€' }, 400, '1116'],
    [{ supportedBeaconTypes: ['BluetoothMP1'] }, 400, '1099'],
  ])('refused: %j', async (members, status, code) => {
    const right = { merchantPosId: 'refused', storeId: STORE, name: 'Till', supportedBeaconTypes: ['QR'] };
    const answered = await bench.api('POST', '/pointofsales', { body: { ...right, ...members } });
    expect(answered).toMatchObject({ status, code });
  });

  test('a merchantPosId or beacon that is taken', async () => {
    await bench.createPos({ merchantPosId: 'taken', beaconId: '123456789012345' });
    const body = { merchantPosId: 'taken', storeId: STORE, name: 'Till', supportedBeaconTypes: [] };
    expect((await bench.api('POST', '/pointofsales', { body })).code).toBe('1200');
    const other = { ...body, merchantPosId: 'free', beaconId: '123456789012345' };
    expect((await bench.api('POST', '/pointofsales', { body: other })).code).toBe('1202');
  });
});

describe('payments', () => {
  test('initiated, issued, reserved, captured', async () => {
    const posId = await bench.createPos();
    const orderId = crypto.randomUUID();
    const body = {
      ...payment(posId),
      orderId,
      merchantPaymentLabel: 'label',
      restrictions: { debitCardDisallowed: true },
    };
    const id = idOf(await bench.api('POST', '/payments', { body }), 'paymentId');
    expect(await bench.status(id)).toBe('Initiated');
    expect((await bench.api('GET', `/payments?posId=${posId}`)).body).toEqual({ paymentIds: [id] });
    expect((await bench.api('POST', '/payments', { body })).code).toBe('1301');
    expect((await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 100 } })).code).toBe('1304');
    expect((await bench.api('POST', `/payments/${id}/ready`, { body: ready(1) })).code).toBe('1303');
    await bench.control('POST', `/pointofsales/${posId}/check-in`, { card: 'debit', loyaltyIds: ['L1'] });
    expect(await bench.status(id)).toBe('IssuedToUser');
    expect((await bench.api('GET', `/pointofsales/${posId}/checkin`)).body).toMatchObject({
      isUserCheckedIn: true,
      loyaltyIds: ['L1'],
    });
    const refused = await bench.control('POST', `/payments/${id}/approve`);
    expect(refused.body).toMatchObject({ state: 'IssuedToUser', note: 'the debit card is not allowed' });
    expect((await bench.control('POST', `/payments/${id}/approve`, { card: 'credit' })).body).toMatchObject({
      state: 'Reserved',
    });
    expect((await bench.api('GET', `/payments/${id}`)).body).toMatchObject({
      status: 'Reserved',
      amount: 100,
      loyaltyIds: ['L1'],
      partialCapturePossible: false,
      paymentExpiresAt: '2026-01-08T09:00:00.0000000+00:00',
    });
    expect((await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 50 } })).code).toBe('1308');
    expect((await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 200 } })).code).toBe('1305');
    expect((await bench.api('POST', `/payments/${id}/capture`, { body: {} })).code).toBe('1102');
    for (let time = 0; time < 2; time += 1)
      expect(await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 100 } })).toMatchObject({
        status: 200,
        text: '',
      });
    expect((await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 99 } })).code).toBe('1307');
    expect((await bench.api('POST', `/payments/${id}/cancel`)).code).toBe('1300');
    const captured = await bench.api('GET', `/payments?orderId=${orderId}&state=Captured`);
    expect(captured.body).toEqual({ paymentIds: [id] });
  });

  test('prepared, paired, ready, cancelled', async () => {
    const posId = await bench.createPos();
    const id = idOf(
      await bench.api('POST', '/payments/prepare', { body: { posId, orderId: 'o' } }),
      'paymentId',
    );
    expect((await bench.api('GET', `/payments/${id}`)).body).not.toHaveProperty('amount');
    await bench.control('POST', `/pointofsales/${posId}/check-in`);
    expect(await bench.status(id)).toBe('Paired');
    expect((await bench.api('POST', `/payments/${id}/ready`, { body: ready(0) })).code).toBe('1102');
    for (let time = 0; time < 2; time += 1)
      expect((await bench.api('POST', `/payments/${id}/ready`, { body: ready(12.5) })).status).toBe(200);
    expect(await bench.status(id)).toBe('IssuedToUser');
    for (let time = 0; time < 2; time += 1)
      expect((await bench.api('POST', `/payments/${id}/cancel`)).status).toBe(200);
    expect(await bench.status(id)).toBe('CancelledByClient');
  });

  test.each<[object, number, string]>([
    [{ posId: NOBODY }, 409, '1000'],
    [{ posId: 'x' }, 400, '1099'],
    [{ amount: 0 }, 400, '1102'],
    [{ amount: '10' }, 400, '1102'],
    [{ amount: 1.001 }, 400, '1102'],
    [{ orderId: '' }, 400, '1113'],
    [{ merchantPaymentLabel: 'x'.repeat(37) }, 400, '1117'],
    [{ currencyCode: 'SEK' }, 400, '1099'],
  ])('refused: %j', async (members, status, code) => {
    const posId = await bench.createPos();
    expect(await bench.api('POST', '/payments', { body: { ...payment(posId), ...members } })).toMatchObject({
      status,
      code,
    });
  });

  test('what is not there, or cannot be read', async () => {
    expect(await bench.api('GET', `/payments/${NOBODY}`)).toMatchObject({ status: 404, text: '' });
    expect((await bench.api('GET', '/payments/no-guid')).code).toBe('1099');
    expect((await bench.api('GET', '/payments')).code).toBe('1109');
    for (const raw of [
      '{',
      '[]',
      'null',
      '',
      '{"posId":1,"posId":2}',
      '['.repeat(5000),
      new Uint8Array([0xff, 0xfe]),
    ])
      expect(await bench.api('POST', '/payments', { raw })).toMatchObject({ status: 400, code: '1099' });
    expect(
      (await bench.api('POST', '/payments', { body: {}, headers: { 'Content-Type': 'text/plain' } })).code,
    ).toBe('1099');
  });

  test('a store that is not activated; somebody else', async () => {
    const idle = await bench.createPos({ storeId: INACTIVE_STORE });
    expect((await bench.api('POST', '/payments', { body: payment(idle) })).code).toBe('1204');
    const posId = await bench.createPos();
    const id = await bench.initiate(posId);
    await bench.getToken(undefined, '22222222-2222-4222-8222-222222222222');
    for (const [method, path, code] of [
      ['GET', `/payments/${id}`, '1401'],
      ['POST', `/payments/${id}/cancel`, '1401'],
      ['GET', `/pointofsales/${posId}`, '1400'],
      ['GET', `/pointofsales/${posId}/checkin`, '1400'],
      ['DELETE', `/pointofsales/${posId}`, '1400'],
    ] as const)
      expect(await bench.api(method, path), path).toMatchObject({ status: 403, code });
    expect((await bench.api('POST', '/payments', { body: payment(posId) })).code).toBe('1400');
    await bench.getToken();
    const headers = { 'X-MobilePay-Merchant-VAT-Number': 'DK12345678' };
    expect((await bench.api('GET', `/payments/${id}`, { headers })).code).toBe('1411');
    expect((await bench.api('POST', `/payments/${id}/capture`, { headers, body: { amount: 1 } })).code).toBe(
      '1407',
    );
    expect((await bench.api('POST', `/payments/${id}/cancel`, { headers })).code).toBe('1408');
    expect((await bench.api('POST', `/payments/${id}/ready`, { headers, body: ready(1) })).code).toBe('1406');
    expect((await bench.api('DELETE', `/pointofsales/${posId}`, { headers })).code).toBe('1409');
    expect((await bench.api('GET', `/pointofsales/${posId}`, { headers })).code).toBe('1410');
  });
});

describe('refunds', () => {
  const refund = (paymentId: string, members: object = {}): object => ({
    paymentId,
    refundOrderId: 'back',
    amount: 10,
    currencyCode: 'DKK',
    ...members,
  });

  test('created, reserved, captured; created, cancelled', async () => {
    const paymentId = await bench.captured(await bench.createPos());
    const first = idOf(await bench.api('POST', '/refunds', { body: refund(paymentId) }), 'refundId');
    expect((await bench.api('POST', `/refunds/${first}/capture`)).code).toBe('1351');
    expect((await bench.api('GET', `/refunds/${first}`)).body).toMatchObject({
      status: 'Initiated',
      amount: 10,
    });
    expect((await bench.api('GET', `/refunds/${first}`)).body).toMatchObject({ status: 'Reserved' });
    for (let time = 0; time < 2; time += 1)
      expect((await bench.api('POST', `/refunds/${first}/capture`)).status).toBe(200);
    expect((await bench.api('POST', `/refunds/${first}/cancel`)).code).toBe('1352');
    const second = idOf(
      await bench.api('POST', '/refunds', { body: refund(paymentId, { amount: 90 }) }),
      'refundId',
    );
    expect((await bench.api('POST', '/refunds', { body: refund(paymentId, { amount: 1 }) })).code).toBe(
      '1367',
    );
    for (let time = 0; time < 2; time += 1)
      expect((await bench.api('POST', `/refunds/${second}/cancel`)).status).toBe(200);
    expect((await bench.api('GET', `/refunds?paymentId=${paymentId}`)).body).toEqual({
      refundIds: [first, second],
    });
    await bench.getToken(undefined, '33333333-3333-4333-8333-333333333333');
    expect((await bench.api('GET', `/refunds/${first}`)).code).toBe('1402');
    expect((await bench.api('POST', '/refunds', { body: refund(paymentId) })).code).toBe('1401');
    await bench.getToken();
  });

  test('refused', async () => {
    const posId = await bench.createPos();
    const open = await bench.reserved(posId);
    const done = await bench.captured(await bench.createPos());
    const asked = async (body: object): Promise<string | undefined> => {
      const { code, body: error } = await bench.api('POST', '/refunds', { body });
      expect(error['origin']).toBe('PoS');
      return code;
    };
    expect(await asked(refund(NOBODY))).toBe('1001');
    expect(await asked(refund(open))).toBe('1354');
    expect(await asked(refund(done, { currencyCode: 'EUR' }))).toBe('1365');
    expect(await asked(refund(done, { refundOrderId: '' }))).toBe('1114');
    expect(await asked(refund(done, { amount: -1 }))).toBe('1102');
    await bench.control('PATCH', `/stores/${STORE}`, { balance: 1 });
    expect(await asked(refund(done))).toBe('1368');
    await bench.control('PATCH', `/stores/${STORE}`, { balance: 1_000_000 });
    expect(await bench.api('POST', `/refunds/${NOBODY}/capture`)).toMatchObject({
      status: 404,
      code: '1004',
    });
    expect(await bench.api('POST', `/refunds/${NOBODY}/cancel`)).toMatchObject({ status: 404, text: '' });
    expect((await bench.api('GET', '/refunds')).code).toBe('1110');
  });
});

test('the user simulations, with and without /pos', async () => {
  const beaconId = crypto.randomUUID();
  const posId = await bench.createPos({ beaconId });
  const id = await bench.initiate(posId);
  const simulate = (name: string, body: object) =>
    bench.send('POST', `/pos/app/usersimulation/${name}`, {
      body,
      headers: { 'Content-Type': 'application/json' },
    });
  const phoneNumber = '+4520031805';
  expect((await simulate('acceptpayment', { beaconId, phoneNumber })).status).toBe(500);
  expect((await simulate('checkin', { beaconId, phoneNumber })).status).toBe(200);
  expect((await simulate('acceptpayment', { beaconId, phoneNumber })).status).toBe(200);
  expect((await bench.api('GET', `/payments/${id}`)).body).toMatchObject({
    status: 'Reserved',
    partialCapturePossible: true,
  });
  expect((await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 40 } })).status).toBe(200);
  const next = await bench.initiate(posId);
  await simulate('checkin', { beaconId, phoneNumber: '20031804' });
  expect((await bench.api('GET', `/payments/${next}`)).body).toMatchObject({ loyaltyIds: ['20031804'] });
  expect((await simulate('cancelpaymentbyuser', { beaconId })).status).toBe(200);
  expect(await bench.status(next)).toBe('CancelledByUser');
  for (const body of [{ phoneNumber }, { beaconId: 5, phoneNumber }, { beaconId }, []])
    expect(await simulate('checkin', body)).toMatchObject({ status: 500, text: '' });
  expect(bench.warnings).toContain('user simulation: beaconId must be a text');
  const plain = await fetch(`${bench.host.apiOrigin}/app/usersimulation/checkin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ beaconId, phoneNumber }),
  });
  expect(plain.status).toBe(200);
});

test('another path is 404, another method 405, and the certification prefix serves the same', async () => {
  const other = await fetch(`${bench.host.apiOrigin}/pos/v11/payments`);
  expect([other.status, await other.text()]).toEqual([404, '']);
  const wrong = await bench.api('DELETE', '/stores');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  const headers = {
    Authorization: `Bearer ${bench.token}`,
    'X-MobilePay-Merchant-VAT-Number': 'DK90000028',
    'X-MobilePay-Client-System-Version': '2.1.0',
  };
  expect((await bench.send('GET', '/pos-self-certification-api/pos/v10/stores', { headers })).status).toBe(
    200,
  );
});

test('an unknown member is tolerated and said in the log', async () => {
  const posId = await bench.createPos();
  await bench.initiate(posId, { surprise: 1 });
  expect(bench.warnings).toContain('unknown member "surprise" was ignored');
});

function ready(amount: number): object {
  return { amount, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
}

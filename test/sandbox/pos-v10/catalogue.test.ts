import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/sandbox/pos-v10/catalogue.ts';
import {
  Bench,
  DAY,
  INACTIVE_STORE,
  NOBODY,
  OTHER_STORE,
  payment,
  STORE,
  type Answered,
  type TestClient,
  type Variation,
} from './bench.ts';

/*
 * Every code of the catalogue, provoked by a request or an act (pos-v10.md 1.15), at every endpoint that the catalogue names for it.
 */

interface Scene {
  readonly bench: Bench;
  readonly till: TestClient;
  /** Another integrator with the same merchant; the same integrator with another merchant. */
  readonly rival: TestClient;
  readonly branch: TestClient;
  readonly posId: string;
}

function scene(): Scene {
  const bench = new Bench();
  const till = bench.client();
  return {
    bench,
    till,
    rival: bench.client({ clientId: '22222222-2222-4222-8222-222222222222' }),
    branch: bench.client({ vat: 'DK12345678' }),
    posId: till.createPos(),
  };
}

type Provocation = (scene: Scene) => Answered;

const pos = { merchantPosId: 'till-9', storeId: STORE, name: 'Till 9', supportedBeaconTypes: ['QR'] };
const initiate =
  (members: object): Provocation =>
  ({ till, posId }) =>
    till.post('/payments', { ...payment(posId), ...members });
const create =
  (members: object): Provocation =>
  ({ till }) =>
    till.post('/pointofsales', { ...pos, ...members });
const header =
  (name: string, ...values: string[]): Provocation =>
  ({ till }) =>
    till.get('/stores', { headers: { [name]: values } });
const keyed =
  (path: string, body: (posId: string) => object, ...values: string[]): Provocation =>
  ({ till, posId }) => {
    const variation: Variation = { headers: { 'X-MobilePay-Idempotency-Key': values } };
    return till.post(path, body(posId), variation);
  };
const keyedPaths: readonly [string, (posId: string) => object][] = [
  ['/payments', payment],
  ['/payments/prepare', (posId) => ({ posId, orderId: 'o' })],
  ['/pointofsales', () => pos],
  ['/refunds', () => ({ paymentId: NOBODY, refundOrderId: 'r', amount: 1, currencyCode: 'DKK' })],
];
const everyKeyed = (...values: string[]): Provocation[] =>
  keyedPaths.map(([path, body]) => keyed(path, body, ...values));
const terms = { amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
const long = 'x'.repeat(37);

const VAT = 'X-MobilePay-Merchant-VAT-Number';
const VERSION = 'X-MobilePay-Client-System-Version';

const PROVOCATIONS: Readonly<Record<string, readonly Provocation[]>> = {
  '1000': [
    ({ till }) => till.post('/payments', payment(NOBODY)),
    ({ till }) => till.post('/payments/prepare', { posId: NOBODY, orderId: 'o' }),
    ({ till, posId }) => {
      till.call('DELETE', `/pointofsales/${posId}`);
      return till.post('/payments', payment(posId));
    },
  ],
  '1001': [({ till }) => till.refund(NOBODY)],
  '1002': [create({ storeId: NOBODY })],
  '1004': [({ till }) => till.post(`/refunds/${NOBODY}/capture`)],
  '1099': [
    ({ till }) => till.get('/payments/not-a-guid'),
    ({ till }) => till.get('/payments?posId=nonsense'),
    ({ till, posId }) => till.get(`/payments?posId=${posId}&state=Reserved`),
    ({ till }) => till.call('POST', '/payments', { raw: '{' }),
    initiate({ posId: 'nonsense' }),
    initiate({ currencyCode: 'SEK' }),
    initiate({ plannedCaptureDelay: 'Never' }),
    initiate({ restrictions: [] }),
    initiate({ restrictions: { debitCardDisallowed: 'yes' } }),
    create({ supportedBeaconTypes: ['BluetoothMP1'] }),
    create({ supportedBeaconTypes: ['QR', 'QR'] }),
    create({ supportedBeaconTypes: 'QR' }),
    create({ requirePaymentBeforeCheckin: 'no' }),
  ],
  '1100': [
    create({ beaconId: '12345678901234' }),
    create({ beaconId: 'beacon' }),
    create({ beaconId: 123456789012345 }),
  ],
  '1102': [
    ...[0, -1, 1.001, '10', null, 1e300, true].map((amount) => initiate({ amount })),
    ({ till, posId }) => till.post(`/payments/${till.prepare(posId)}/ready`, { ...terms, amount: 0 }),
    ({ till, posId }) => till.post(`/payments/${till.reserved(posId)}/capture`, {}),
    ({ till, posId }) => till.refund(till.captured(posId), { amount: -5 }),
  ],
  '1109': [
    ({ till }) => till.get('/payments'),
    ({ till }) => till.get('/payments?state=Captured'),
    ({ till }) => till.get('/payments?posId='),
  ],
  '1110': [({ till }) => till.get('/refunds'), ({ till, posId }) => till.get(`/refunds?posId=${posId}`)],
  '1111': [
    create({ merchantPosId: long }),
    create({ merchantPosId: '' }),
    create({ merchantPosId: 'kasse😀' }),
    create({ merchantPosId: 7 }),
  ],
  '1112': [create({ name: long }), create({ name: 'Kiosk – 1' }), create({ name: null })],
  '1113': [
    initiate({ orderId: long }),
    initiate({ orderId: 'a\tb' }),
    initiate({ orderId: '' }),
    ({ till, posId }) => till.post('/payments/prepare', { posId }),
  ],
  '1114': [({ till, posId }) => till.refund(till.captured(posId), { refundOrderId: long })],
  '1116': [create({ callbackAlias: long }), create({ callbackAlias: '€' })],
  '1117': [
    initiate({ merchantPaymentLabel: long }),
    ({ till, posId }) =>
      till.post(`/payments/${till.prepare(posId)}/ready`, { ...terms, merchantPaymentLabel: '\u00a0' }),
  ],
  '1119': [
    ({ till }) => till.get('/stores?merchantBrandId=BRAND&merchantLocationId=00001'),
    ({ till }) => till.get('/stores/detailed?merchantBrandId=XX'),
  ],
  '1120': [({ till }) => till.get('/stores?merchantBrandId=MPPOSCERT1&merchantLocationId=1')],
  '1121': [({ till }) => till.get('/pointofsales')],
  '1122': [
    ({ till }) => till.get('/stores?merchantBrandId=MPPOSCERT1'),
    ({ till }) => till.get('/stores/detailed?merchantLocationId=00001'),
  ],
  '1151': [header(VAT)],
  '1153': [header(VERSION)],
  '1155': [header(VAT, 'DK90000028', 'DK90000028'), header(VAT, 'DK90000028, DK90000028')],
  '1157': [header(VERSION, '2.1.0', '2.1.0'), header(VERSION, '2.1.0,2.2.0')],
  '1159': [
    header(VAT, 'DK90000028\u00a0'),
    header(VAT, '90000028'),
    header(VAT, 'DK9000,0028'),
    header(VAT, 'DK-90000028'),
    header(VAT, 'SE12345678'),
  ],
  '1161': [
    header(VERSION, '\u00a02.1.0'),
    header(VERSION, '2.1'),
    header(VERSION, '2,1,0'),
    header(VERSION, '2.1.0-beta'),
    header(VERSION, 'v2.1.0'),
  ],
  '1162': [...everyKeyed(long), ...everyKeyed('k\u0001'), ...everyKeyed('k\u00a0')],
  '1163': [...everyKeyed('a', 'b'), ...everyKeyed('a, a'), ...everyKeyed(`${NOBODY},${STORE}`)],
  '1164': everyKeyed(),
  '1182': [({ bench }) => bench.client({ claim: 'DK-90000028' }).get('/stores')],
  '1200': [
    (it) => {
      create({})(it);
      return create({ beaconId: null })(it);
    },
    (it) => {
      it.bench.act('world', 'merchantPosIdTaken', { value: true });
      return create({})(it);
    },
    (it) => {
      it.bench.act('world', 'merchantPosIdTaken', { value: 'till-9' });
      return create({})(it);
    },
  ],
  '1202': [
    ({ till, rival }) => {
      rival.createPos({ beaconId: '123456789012345' });
      return till.post('/pointofsales', { ...pos, beaconId: '123456789012345' });
    },
    (it) => {
      it.bench.act('world', 'beaconTaken', { value: true });
      return create({ beaconId: NOBODY })(it);
    },
    (it) => {
      it.bench.act('world', 'beaconTaken', { value: NOBODY });
      return create({ beaconId: NOBODY })(it);
    },
  ],
  '1204': [
    ({ till }) => till.post('/payments', payment(till.createPos({ storeId: INACTIVE_STORE }))),
    ({ till, bench, posId }) => {
      bench.act('world', 'storeActivated', { value: false });
      return till.post('/payments/prepare', { posId, orderId: 'o' });
    },
  ],
  '1300': [({ till, posId }) => till.post(`/payments/${till.captured(posId)}/cancel`)],
  '1301': [
    ({ till, posId }) => {
      till.initiate(posId);
      return till.post('/payments', payment(posId));
    },
    ({ till, bench, posId }) => {
      bench.act('world', 'activePaymentFromBefore', { orderId: 'order', amount: 75 });
      return till.post('/payments/prepare', { posId, orderId: 'o' });
    },
  ],
  '1303': [({ till, posId }) => till.post(`/payments/${till.initiate(posId)}/ready`, terms)],
  '1304': [({ till, posId }) => till.post(`/payments/${till.initiate(posId)}/capture`, { amount: 100 })],
  '1305': [({ till, posId }) => till.post(`/payments/${till.reserved(posId)}/capture`, { amount: 100.01 })],
  '1306': keyedPaths.slice(0, 3).map(([path, body]) => ({ till, posId }) => {
    expect(till.post(path, body(posId), { key: 'k' }).status).toBe(200);
    return till.post(path, { ...body(posId), orderId: 'another', merchantPosId: 'another' }, { key: 'k' });
  }),
  '1307': [({ till, posId }) => till.post(`/payments/${till.captured(posId)}/capture`, { amount: 99 })],
  '1308': [({ till, posId }) => till.post(`/payments/${till.reserved(posId)}/capture`, { amount: 99.99 })],
  '1351': [({ till, posId }) => till.post(`/refunds/${till.refunded(till.captured(posId))}/capture`)],
  '1352': [
    ({ till, posId, bench }) => {
      const refundId = till.refunded(till.captured(posId));
      bench.act('mobilepay', 'cancelRefund');
      return till.post(`/refunds/${refundId}/cancel`);
    },
  ],
  '1354': [({ till, posId }) => till.refund(till.reserved(posId))],
  '1365': [({ till, posId }) => till.refund(till.captured(posId), { currencyCode: 'EUR' })],
  '1366': [
    ({ till, posId, bench }) => {
      const paymentId = till.captured(posId);
      bench.now += 91 * DAY;
      return bench.client().refund(paymentId);
    },
  ],
  '1367': [
    ({ till, posId }) => {
      const paymentId = till.captured(posId);
      till.refunded(paymentId, { amount: 60 });
      return till.refund(paymentId, { amount: 40.01 });
    },
  ],
  '1368': [
    ({ till, posId, bench }) => {
      const paymentId = till.captured(posId);
      bench.act('world', 'storeBalance', { value: 9.99 });
      return till.refund(paymentId);
    },
  ],
  '1400': [
    ({ rival, posId }) => rival.post('/payments', payment(posId)),
    ({ branch, posId }) => branch.post('/payments/prepare', { posId, orderId: 'o' }),
    ({ rival, posId }) => rival.get(`/pointofsales/${posId}`),
    ({ rival, posId }) => rival.call('DELETE', `/pointofsales/${posId}`),
    ({ rival, posId }) => rival.get(`/pointofsales/${posId}/checkin`),
    ({ branch, posId }) => branch.get(`/pointofsales/${posId}/checkin`),
  ],
  '1401': [
    ({ till, rival, posId }) => rival.get(`/payments/${till.initiate(posId)}`),
    ({ till, rival, posId }) => rival.post(`/payments/${till.prepare(posId)}/ready`, terms),
    ({ till, rival, posId }) => rival.post(`/payments/${till.reserved(posId)}/capture`, { amount: 100 }),
    ({ till, rival, posId }) => rival.post(`/payments/${till.initiate(posId)}/cancel`),
    ({ till, rival, posId }) => rival.refund(till.captured(posId)),
  ],
  '1402': [
    ({ till, rival, posId }) => rival.get(`/refunds/${till.refunded(till.captured(posId))}`),
    ({ till, branch, posId }) => branch.post(`/refunds/${till.refunded(till.captured(posId))}/capture`),
    ({ till, rival, posId }) => rival.post(`/refunds/${till.refunded(till.captured(posId))}/cancel`),
  ],
  '1403': [create({ storeId: OTHER_STORE })],
  '1406': [({ till, branch, posId }) => branch.post(`/payments/${till.prepare(posId)}/ready`, terms)],
  '1407': [
    ({ till, branch, posId }) => branch.post(`/payments/${till.reserved(posId)}/capture`, { amount: 100 }),
  ],
  '1408': [({ till, branch, posId }) => branch.post(`/payments/${till.initiate(posId)}/cancel`)],
  '1409': [({ branch, posId }) => branch.call('DELETE', `/pointofsales/${posId}`)],
  '1410': [({ branch, posId }) => branch.get(`/pointofsales/${posId}`)],
  '1411': [({ till, branch, posId }) => branch.get(`/payments/${till.initiate(posId)}`)],
  '2000': [
    ({ till, bench, posId }) => {
      bench.act('world', 'failNext', { value: 1 });
      return till.post('/payments', payment(posId));
    },
  ],
};

test('every code of the catalogue has a provocation, and every provocation a code', () => {
  expect(Object.keys(PROVOCATIONS).sort()).toEqual(Object.keys(CATALOGUE).sort());
});

describe.each(Object.entries(CATALOGUE))('%s', (code, { status }) => {
  test.each((PROVOCATIONS[code] ?? []).map((provocation, index) => [index, provocation] as const))(
    'way %i',
    (_, provocation) => {
      const it = scene();
      const answered = provocation(it);
      expect([answered.code, answered.status]).toEqual([code, status]);
      const refund = it.bench.asked.startsWith('/pos/v10/refunds');
      expect(Object.keys(answered.body ?? {})).toEqual([
        'code',
        'message',
        'correlationId',
        ...(refund ? ['origin'] : []),
      ]);
      expect(answered.body).toMatchObject(refund ? { origin: 'PoS' } : {});
    },
  );
});

describe('refusals without a body', () => {
  test.each([
    ['/payments', 404],
    ['/pointofsales', 404],
    ['/stores', 404],
    ['/refunds', 404],
  ])('an unknown id under %s', (path, status) => {
    const answered = scene().till.get(`${path}/${NOBODY}`);
    expect([answered.status, answered.body]).toEqual([status, undefined]);
  });

  test.each([
    ['no token', []],
    ['another scheme', ['Basic eDp5']],
    ['an unknown token', ['Bearer nonsense']],
    ['two of them', ['Bearer a', 'Bearer b']],
  ])('%s is 401', (_, authorization) => {
    const answered = scene().till.get('/stores', { headers: { Authorization: authorization } });
    expect([answered.status, answered.body]).toEqual([401, undefined]);
  });

  test('401 comes before everything that is wrong with headers and body', () => {
    const { till } = scene();
    const wrong = { Authorization: [], [VAT]: [], [VERSION]: [], 'X-MobilePay-Idempotency-Key': [] };
    expect(till.call('POST', '/payments', { raw: '{', headers: wrong }).status).toBe(401);
  });

  test('a token ends after 3700 s, and all of them when they are revoked', () => {
    const { till, bench } = scene();
    bench.now += 3_699_999;
    expect(till.get('/stores').status).toBe(200);
    bench.now += 1;
    expect(till.get('/stores').status).toBe(401);
    const again = bench.client();
    bench.act('world', 'tokens', { value: 'revoked' });
    expect(again.get('/stores').status).toBe(401);
  });

  test('a token does not age where the settings say so', () => {
    const bench = new Bench({ tokensAge: false });
    const till = bench.client();
    bench.now += 91 * DAY;
    expect(till.get('/stores').status).toBe(200);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Header } from '../../../src/model/http.ts';
import { shelf } from '../../../src/sandbox/pos-v10/records.ts';
import { saveState } from '../../../src/sandbox/pos-v10/saved-state.ts';
import { posV10Sandbox } from '../../../src/sandbox/pos-v10/simulation.ts';
import { idsOn } from '../../../src/sandbox/pos-v10/turn.ts';
import { seededIds } from '../../../src/std/ids.ts';
import { Bench, DAY, MINUTE, NOBODY, payment, STORE, type TestClient } from './bench.ts';

/** Freezes everything but the tops of piles, which all versions share (piles.test.ts). */
function deepFreeze<Value>(value: Value, seen = new Set<unknown>()): Value {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value;
  seen.add(value);
  if (!ArrayBuffer.isView(value) && !('byName' in value)) Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner, seen);
  return value;
}

/** A bench with something of everything in it. */
function busy(): { bench: Bench; till: TestClient; posId: string; ids: Record<string, string> } {
  const bench = new Bench({ tokensAge: false });
  const till = bench.client();
  const posId = till.createPos({ callbackAlias: 'alias', beaconId: '123456789012345' });
  const captured = till.captured(posId);
  const refund = till.refunded(captured);
  const reserved = till.reserved(posId);
  const active = till.initiate(posId);
  bench.act('customer', 'checkIn', { loyaltyAfterPolls: 2 });
  return { bench, till, posId, ids: { captured, refund, reserved, active } };
}

test('no call, act or question changes the state that it was given', () => {
  const { bench, till, posId, ids } = busy();
  const { captured = '', refund = '', reserved = '', active = '' } = ids;
  const frozen = deepFreeze(bench.state);
  const told = JSON.stringify(bench.ask('everything'));
  const saved = JSON.stringify(saveState(frozen));
  const simulation = { prefix: '/pos', body: { beaconId: '123456789012345', phoneNumber: '+4520031801' } };
  const calls: (() => unknown)[] = [
    () => bench.client(),
    () => till.get(`/payments/${active}`),
    () => till.get(`/payments?posId=${posId}`),
    () => till.post('/payments', payment(posId)),
    () => till.post('/payments/prepare', { posId, orderId: 'o' }),
    () =>
      till.post(`/payments/${active}/ready`, { amount: 1, currencyCode: 'DKK', plannedCaptureDelay: 'None' }),
    () => till.post(`/payments/${reserved}/capture`, { amount: 100 }),
    () => till.post(`/payments/${active}/cancel`),
    () =>
      till.post('/pointofsales', {
        merchantPosId: 'new',
        storeId: STORE,
        name: 'N',
        supportedBeaconTypes: [],
      }),
    () => till.get(`/pointofsales/${posId}`),
    () => till.get(`/pointofsales?storeId=${STORE}`),
    () => till.get(`/pointofsales/${posId}/checkin`),
    () => till.call('DELETE', `/pointofsales/${posId}`),
    () => till.get('/stores'),
    () => till.refund(captured),
    () => till.get(`/refunds/${refund}`),
    () => till.get(`/refunds/${refund}`),
    () => till.post(`/refunds/${refund}/cancel`),
    () => till.call('POST', '/app/usersimulation/checkin', simulation),
    () => till.call('POST', '/app/usersimulation/acceptpayment', simulation),
    () => till.call('POST', '/app/usersimulation/cancelpaymentbyuser', simulation),
    () => bench.act('customer', 'checkIn'),
    () => bench.act('customer', 'approve'),
    () => bench.act('customer', 'reject'),
    () => bench.act('customer', 'leave'),
    () => bench.act('mobilepay', 'cancelPayment'),
    () => bench.act('mobilepay', 'reserveRefund'),
    () => bench.act('mobilepay', 'cancelRefund'),
    () => bench.act('callback', 'checkIn'),
    () => bench.act('world', 'storeBalance', { value: 1 }),
    () => bench.act('world', 'partialCapturePossible', { value: true }),
    () => bench.act('world', 'pointOfSaleGone', { value: true }),
    () => bench.act('world', 'beaconTaken', { value: NOBODY }),
    () => bench.act('world', 'tokens', { value: 'revoked' }),
    () => bench.ask('about', { ids: [posId] }),
  ];
  for (const later of [0, 8 * DAY])
    for (const call of calls) {
      bench.state = frozen;
      bench.now += later;
      call();
      bench.now -= later;
      expect(JSON.stringify(posV10Sandbox.ask(frozen, 'everything', {}, bench.now))).toBe(told);
      expect(JSON.stringify(saveState(frozen))).toBe(saved);
    }
});

test('the same calls with the same ids give the same answers, in sequence too', () => {
  const play = () => {
    const { bench, till, posId } = busy();
    return [till.get(`/payments?posId=${posId}`), till.get('/pos', {}), bench.ask('everything')];
  };
  expect(play()).toEqual(play());
});

const METHODS = [
  'GET',
  'POST',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'constructor',
  '__proto__',
  '',
];
const PATHS = [
  '/pos/v10/payments',
  '/pos/v10/payments/prepare',
  `/pos/v10/payments/${NOBODY}/capture`,
  '/pos/v10/payments/%ff/cancel',
  '/pos/v10/payments/%/ready',
  '/pos/v10/pointofsales',
  '/pos/v10/stores',
  '/pos/v10/stores/detailed',
  '/pos/v10/refunds',
  '/pos/app/usersimulation/checkin',
  '/integrator-authentication/connect/token',
  '//',
];
const DOCUMENTED = [200, 400, 401, 403, 404, 405, 409, 500];
const HEADER_NAMES = [
  'X-MobilePay-Merchant-VAT-Number',
  'X-MobilePay-Client-System-Version',
  'X-MobilePay-Idempotency-Key',
  'Content-Type',
  'Authorization',
  '__proto__',
];

const hostileBody = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom(
      '{"a":1,"a":2}',
      '{"\\u0061":1,"a":2}',
      '{"__proto__":{"posId":1}}',
      '[]',
      'null',
      '"',
      '{"a',
      '\uFEFF{}',
      '{"amount":1e999}',
      '['.repeat(65),
      '['.repeat(5000) + ']'.repeat(5000),
      '{"a":'.repeat(70) + '1' + '}'.repeat(70),
    )
    .map((text) => new TextEncoder().encode(text)),
);

test('whatever comes is answered as documented, and nothing is made of nonsense', () => {
  const { bench, till } = busy();
  const { state } = bench;
  const right: Header[] = [
    ['Authorization', `Bearer ${till.token}`],
    ['X-MobilePay-Merchant-VAT-Number', 'DK90000028'],
    ['X-MobilePay-Client-System-Version', '2.1.0'],
    ['X-MobilePay-Idempotency-Key', 'key'],
    ['Content-Type', 'application/json'],
  ];
  const header = fc.tuple(fc.constantFrom(...HEADER_NAMES), fc.string({ unit: 'binary', maxLength: 50 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...METHODS),
      fc.oneof(fc.constantFrom(...PATHS), fc.string({ unit: 'binary', maxLength: 20 })),
      fc.oneof(fc.constant(''), fc.string({ unit: 'binary', maxLength: 40 }), fc.webQueryParameters()),
      fc.oneof(
        fc.constant(right),
        fc.array(header, { maxLength: 4 }).map((extra) => [...right, ...extra]),
        fc.array(header, { maxLength: 4 }),
      ),
      hostileBody,
      (method, path, query, headers, body) => {
        const request = { method, target: path, path, query, headers, body };
        const { answer, state: after } = posV10Sandbox.step(state, request, bench.now, seededIds('hostile'));
        expect(DOCUMENTED).toContain(answer.status);
        if (answer.status >= 400 && answer.body.length > 0)
          expect(JSON.parse(new TextDecoder().decode(answer.body))).toSatisfy(
            (refusal: object) => 'code' in refusal || 'error' in refusal,
          );
        expect(posV10Sandbox.ask(after, 'everything', {}, bench.now)).toEqual(
          posV10Sandbox.ask(state, 'everything', {}, bench.now),
        );
        expect(({} as Record<string, unknown>)['posId']).toBeUndefined();
      },
    ),
    { numRuns: 1500 },
  );
});

test.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a member twice', '{"posId":1,"posId":2}'],
  ['a member twice, written differently', '{"posId":1,"pos\\u0049d":2}'],
  ['__proto__', '{"__proto__":{}}'],
  ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
])('a body with %s is 400 1099', (_, raw) => {
  const { till } = busy();
  expect(till.call('POST', '/payments', { raw })).toMatchObject({ status: 400, code: '1099' });
});

test.each([
  [[]],
  [['text/plain']],
  [['application/x-www-form-urlencoded']],
  [['application/json', 'application/json']],
])('Content-Type %j is 400 1099', (types) => {
  const { till, posId } = busy();
  const answered = till.post('/payments', payment(posId), { headers: { 'Content-Type': types } });
  expect(answered.code).toBe('1099');
});

test.each([
  'application/json; charset=utf-8',
  'application/*+json',
  'text/json',
  'application/json-patch+json',
])('Content-Type %s is read, unknown members with a warning', (type) => {
  const { till } = busy();
  const answered = till.post(
    '/payments',
    { ...payment(till.createPos()), more: { deep: [1] } },
    { headers: { 'Content-Type': [type] } },
  );
  expect([answered.status, answered.warnings]).toEqual([200, ['unknown member "more" was ignored']]);
});

test.each([
  [63, 200],
  [64, 400],
])('a right body with a member of %i lists in one another is %i', (lists, status) => {
  const { till } = busy();
  const right = JSON.stringify(payment(till.createPos())).slice(0, -1);
  const raw = `${right},"more":${'['.repeat(lists)}${']'.repeat(lists)}}`;
  expect(till.call('POST', '/payments', { raw }).status).toBe(status);
});

test('indexes keep nothing that is over, so that a step costs the same after many payments', () => {
  const bench = new Bench({ tokensAge: false });
  const till = bench.client();
  const posId = till.createPos();
  for (let count = 0; count < 20; count += 1) {
    till.captured(posId);
    till.post(`/payments/${till.initiate(posId)}/cancel`);
    till.initiate(posId);
    bench.now += 5 * MINUTE;
    till.get(`/payments?posId=${posId}`);
  }
  const shelves = [shelf.paymentsOn(posId), shelf.paymentsOfOrder('order'), shelf.allPayments];
  for (const name of shelves)
    for (const compartment of ['open', 'active'] as const)
      expect(idsOn(bench.state, name, compartment)).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { member, textMember } from '../../../src/model/json.ts';
import {
  Bench,
  created,
  DAY,
  HOUR,
  MINUTE,
  NOBODY,
  payment,
  SECOND,
  STORE,
  type TestClient,
} from './bench.ts';

/*
 * The rows of the tables in pos-v10.md 2.1 and 2.2, and what 1.3, 1.7 and 1.8 say about queries, repeats and deletions.
 */

function open(settings = {}): { bench: Bench; till: TestClient; posId: string } {
  const bench = new Bench(settings);
  const till = bench.client();
  return { bench, till, posId: till.createPos() };
}

const terms = { amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' };

describe('a payment moves', () => {
  test('Initiated, IssuedToUser, Reserved, Captured', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId);
    expect(till.status(id)).toBe('Initiated');
    bench.act('customer', 'checkIn');
    expect(till.status(id)).toBe('IssuedToUser');
    bench.act('customer', 'approve');
    expect(till.status(id)).toBe('Reserved');
    expect(till.post(`/payments/${id}/capture`, { amount: 100 })).toMatchObject({
      status: 200,
      body: undefined,
    });
    expect(till.status(id)).toBe('Captured');
  });

  test('at once to a customer who is there already', () => {
    const { bench, till, posId } = open();
    bench.act('customer', 'checkIn');
    expect(till.status(till.initiate(posId))).toBe('IssuedToUser');
  });

  test('Prepared, Paired, IssuedToUser; or ready first', () => {
    const { bench, till, posId } = open();
    const id = till.prepare(posId);
    expect(till.status(id)).toBe('Prepared');
    expect(member(till.get(`/payments/${id}`).body, 'amount')).toBeUndefined();
    bench.act('customer', 'checkIn');
    expect(till.status(id)).toBe('Paired');
    expect(till.post(`/payments/${id}/ready`, terms).status).toBe(200);
    expect(till.status(id)).toBe('IssuedToUser');
    till.post(`/payments/${id}/cancel`);
    const other = till.prepare(posId);
    expect(till.post(`/payments/${other}/ready`, terms).status).toBe(200);
    expect(till.status(other)).toBe('Initiated');
    till.post(`/payments/${other}/cancel`);
    bench.act('customer', 'checkIn');
    expect(till.status(till.prepare(posId))).toBe('Paired');
  });

  test.each(['Prepared', 'Initiated', 'Paired', 'IssuedToUser', 'Reserved'])(
    'from %s to CancelledByClient',
    (from) => {
      const { bench, till, posId } = open();
      const id = from === 'Prepared' || from === 'Paired' ? till.prepare(posId) : till.initiate(posId);
      if (from === 'Paired' || from === 'IssuedToUser' || from === 'Reserved')
        bench.act('customer', 'checkIn');
      if (from === 'Reserved') bench.act('customer', 'approve');
      expect(till.status(id)).toBe(from);
      expect(till.post(`/payments/${id}/cancel`).status).toBe(200);
      expect(till.status(id)).toBe('CancelledByClient');
      expect(till.post(`/payments/${id}/cancel`).status).toBe(200);
    },
  );

  test.each([
    ['Prepared', 5 * MINUTE],
    ['Initiated', 5 * MINUTE],
    ['Paired', 2 * MINUTE],
    ['IssuedToUser', 2 * MINUTE],
  ])('from %s to CancelledByMobilePay after %i ms of nothing', (from, limit) => {
    const { bench, till, posId } = open();
    const id = from === 'Prepared' || from === 'Paired' ? till.prepare(posId) : till.initiate(posId);
    if (from === 'Paired' || from === 'IssuedToUser') bench.act('customer', 'checkIn');
    bench.now += limit - 1;
    expect(till.status(id)).toBe(from);
    bench.now += 1;
    expect(till.status(id)).toBe('CancelledByMobilePay');
    expect(till.post(`/payments/${id}/cancel`).code).toBe('1300');
    expect(till.get(`/payments?posId=${posId}`).body).toEqual({ paymentIds: [] });
    expect(till.get(`/pointofsales/${posId}/checkin`).body).toMatchObject({ isUserCheckedIn: false });
  });

  test('from Reserved to ExpiredAndCancelled after seven days', () => {
    const { bench, till, posId } = open({ tokensAge: false });
    const id = till.reserved(posId);
    expect(till.get(`/payments/${id}`).body).toMatchObject({
      paymentExpiresAt: '2026-01-08T09:00:00.0000000+00:00',
      partialCapturePossible: false,
    });
    bench.now += 7 * DAY - 1;
    expect(till.status(id)).toBe('Reserved');
    bench.now += 1;
    expect(till.post(`/payments/${id}/capture`, { amount: 100 }).code).toBe('1304');
    expect(till.status(id)).toBe('ExpiredAndCancelled');
    expect(till.get(`/payments/${id}`).body).not.toHaveProperty('partialCapturePossible');
  });

  test('a card that is not allowed leaves it IssuedToUser, another reserves', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId, {
      restrictions: { debitCardDisallowed: true, creditCardDisallowed: null },
    });
    bench.act('customer', 'checkIn', { card: 'debit' });
    expect(bench.act('customer', 'approve')).toMatchObject({
      kind: 'done',
      result: { state: 'IssuedToUser' },
    });
    expect(till.get(`/payments/${id}`).body).toMatchObject({ restrictions: { debitCardDisallowed: true } });
    bench.act('customer', 'approve', { card: 'credit' });
    expect(till.status(id)).toBe('Reserved');
  });

  test('a smaller capture works where the customer can have one', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId);
    bench.act('customer', 'checkIn', { partialCapture: true });
    bench.act('customer', 'approve');
    expect(till.get(`/payments/${id}`).body).toMatchObject({ partialCapturePossible: true });
    expect(till.post(`/payments/${id}/capture`, { amount: 40 }).status).toBe(200);
    expect(till.post(`/payments/${id}/capture`, { amount: 40 }).status).toBe(200);
    expect(bench.ask('payment', { id })).toMatchObject({ amount: 100, capturedAmount: 40 });
  });

  test('the newest word about partial capture counts', () => {
    const { bench, till, posId } = open();
    const id = till.reserved(posId);
    bench.act('world', 'partialCapturePossible', { value: true });
    expect(till.get(`/payments/${id}`).body).toMatchObject({ partialCapturePossible: true });
    bench.act('world', 'partialCapturePossible', { value: false });
    expect(till.post(`/payments/${id}/capture`, { amount: 1 }).code).toBe('1308');
  });

  test('ready again with the same terms succeeds, with others it does not', () => {
    const { till, posId } = open();
    const id = till.prepare(posId);
    till.post(`/payments/${id}/ready`, terms);
    expect(till.post(`/payments/${id}/ready`, { ...terms, merchantPaymentLabel: null }).status).toBe(200);
    expect(till.post(`/payments/${id}/ready`, { ...terms, amount: 99 }).code).toBe('1303');
  });

  test('a Reserved payment does not block the next', () => {
    const { till, posId } = open();
    const first = till.reserved(posId);
    const second = till.initiate(posId);
    expect(till.get(`/payments?posId=${posId}`).body).toEqual({ paymentIds: [first, second] });
  });
});

describe('payments are found', () => {
  test('by point of sale, by order, and when captured', () => {
    const { till, posId } = open();
    const other = till.createPos();
    const id = till.captured(posId, { orderId: 'A&B' });
    const here = till.initiate(posId, { orderId: 'C' });
    const there = till.initiate(other, { orderId: 'C' });
    const found = (query: string) => till.get(`/payments?${query}`).body;
    expect(found(`posId=${posId.toUpperCase()}`)).toEqual({ paymentIds: [here] });
    expect(found('orderId=C')).toEqual({ paymentIds: [there] });
    expect(found(`orderId=C&posId=${posId}`)).toEqual({ paymentIds: [here] });
    expect(found('orderId=A%26B')).toEqual({ paymentIds: [] });
    expect(found('orderId=A%26B&state=Captured')).toEqual({ paymentIds: [id] });
    expect(found(`posId=${posId}&state=Captured`)).toEqual({ paymentIds: [id] });
    expect(found(`posId=${NOBODY}`)).toEqual({ paymentIds: [] });
  });

  test('only by their own integrator and merchant', () => {
    const { bench, till, posId } = open();
    till.initiate(posId);
    for (const other of [bench.client({ clientId: NOBODY }), bench.client({ vat: 'DK12345678' })]) {
      expect(other.get(`/payments?posId=${posId}`).body).toEqual({ paymentIds: [] });
      expect(other.get('/payments?orderId=order').body).toEqual({ paymentIds: [] });
    }
  });
});

describe('whoever may ask for tokens cannot fill the memory', () => {
  const form = 'grant_type=client_credentials';
  const basic = (clientId: string, secret = 'secret'): string => `Basic ${btoa(`${clientId}:${secret}`)}`;
  const clientId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

  test('long secrets, merchants and forms are refused', () => {
    const bench = new Bench();
    expect(bench.token(form, basic(NOBODY, 'x'.repeat(513))).status).toBe(401);
    expect(bench.token(`${form}&merchant_vat=${'D'.repeat(41)}`, basic(NOBODY)).status).toBe(400);
    expect(bench.token(`${form}&more=${'x'.repeat(8192)}`, basic(NOBODY)).status).toBe(400);
    expect(bench.token(`${form}&merchant_vat=${'D'.repeat(40)}`, basic(NOBODY, 'x'.repeat(512))).status).toBe(
      200,
    );
  });

  test('of very many tokens those that have ended go, then the older half', () => {
    const bench = new Bench();
    const early = bench.client();
    bench.now += 3_700_000;
    const next = bench.client();
    for (let count = 2; count < 10_000; count += 1) bench.token(form, basic(NOBODY));
    expect(bench.state.tokens.size).toBe(10_000);
    expect(next.get('/stores').status).toBe(200);
    bench.now += 1000;
    const last = bench.client();
    expect(bench.state.tokens.size).toBe(5001);
    expect(last.get('/stores').status).toBe(200);
    expect(early.get('/stores').warnings).toEqual(['401: the token is unknown here, or was revoked']);
  });

  test('there are so many integrators and no more; those that are there go on', () => {
    const bench = new Bench();
    for (let number = 0; number < 10_000; number += 1) bench.token(form, basic(clientId(number)));
    const refused = bench.token(form, basic(clientId(10_000)));
    expect([refused.status, refused.warnings]).toEqual([401, ['401: there are 10000 integrators already']]);
    expect(bench.token(form, basic(clientId(3))).status).toBe(200);
  });

  test('little is noted of much, and long names are cut', () => {
    const { till, posId } = open();
    const strange = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`${'x'.repeat(300)}${at}`, at]),
    );
    const { status, warnings } = till.post('/payments', { ...payment(posId), ...strange });
    expect([status, warnings.length]).toEqual([200, 5]);
    expect(Math.max(...warnings.map((warning) => warning.length))).toBeLessThan(210);
  });

  test('a customer has no more loyalty ids than a person can', () => {
    const { bench, posId } = open();
    const checkIn = (args: object) => bench.act('customer', 'checkIn', { posId, ...args });
    for (const wrong of [
      { loyaltyIds: Array.from({ length: 21 }, () => 'x') },
      { loyaltyIds: ['x'.repeat(101)] },
      { phone: 5 },
    ])
      expect(checkIn(wrong)).toMatchObject({ kind: 'impossible', code: 'badArguments' });
    expect(checkIn({ loyaltyIds: Array.from({ length: 20 }, () => 'x'.repeat(100)) }).kind).toBe('done');
  });
});

test('a reservation at the end of all dates has an end that can be written', () => {
  const { bench, till, posId } = open({ tokensAge: false });
  bench.now = Date.UTC(9999, 11, 31);
  const id = till.reserved(posId);
  expect(till.get(`/payments/${id}`).body).toMatchObject({
    paymentExpiresAt: '9999-12-31T23:59:59.9990000+00:00',
  });
});

describe('why a call is 401 is noted', () => {
  test.each([
    [[], 'there is no Authorization header'],
    [['Basic eDp5'], 'Authorization is not one Bearer token'],
    [['Bearer a', 'Bearer b'], 'Authorization is not one Bearer token'],
    [['Bearer nonsense'], 'the token is unknown here, or was revoked'],
  ])('%j', (values, why) => {
    const { till } = open();
    expect(till.get('/stores', { headers: { Authorization: values } }).warnings).toEqual([`401: ${why}`]);
  });

  test('a token that has ended', () => {
    const { bench, till } = open();
    bench.now += 3_700_000;
    expect(till.get('/stores').warnings).toEqual(['401: the token has ended, 3700 s after it was given']);
  });
});

describe('an idempotency key', () => {
  test.each(['payments', 'payments/prepare', 'pointofsales', 'refunds'])(
    'of %s repeats the id, refuses another body',
    (path) => {
      const { till, posId } = open();
      const body =
        path === 'refunds'
          ? { paymentId: till.captured(posId), refundOrderId: 'R', amount: 1, currencyCode: 'DKK' }
          : path === 'pointofsales'
            ? { merchantPosId: 'two', storeId: STORE, name: 'Two', supportedBeaconTypes: ['QR'] }
            : path === 'payments'
              ? payment(posId)
              : { posId, orderId: 'order' };
      const first = till.post(`/${path}`, body, { key: 'key' });
      expect(first.status).toBe(200);
      const reordered = Object.fromEntries(Object.entries(body).reverse());
      expect(till.post(`/${path}`, reordered, { key: 'key' }).body).toEqual(first.body);
      const changed =
        path === 'refunds'
          ? { refundOrderId: 'S' }
          : path === 'pointofsales'
            ? { name: 'Three' }
            : { orderId: 'other' };
      expect(till.post(`/${path}`, { ...body, ...changed }, { key: 'key' }).code).toBe('1306');
    },
  );

  test('is remembered for 24 hours and for calls that created something', () => {
    const { bench, till, posId } = open({ tokensAge: false });
    const stands = till.initiate(posId, { orderId: 'old' });
    expect(till.post('/payments', payment(posId), { key: 'key' }).code).toBe('1301');
    till.post(`/payments/${stands}/cancel`);
    const id = created(till.post('/payments', payment(posId), { key: 'key' }), 'paymentId');
    till.post(`/payments/${id}/cancel`);
    bench.now += DAY;
    expect(till.post('/payments', payment(posId), { key: 'key' }).body).toEqual({ paymentId: id });
    bench.now += 1;
    expect(created(till.post('/payments', payment(posId), { key: 'key' }), 'paymentId')).not.toBe(id);
  });

  test('belongs to one operation, integrator and merchant, and is harmless elsewhere', () => {
    const { bench, till, posId } = open();
    const rival = bench.client({ clientId: NOBODY });
    const body = { merchantPosId: 'm', storeId: STORE, name: 'n', supportedBeaconTypes: [] };
    const key = 'key';
    const mine = created(till.post('/pointofsales', body, { key }), 'posId');
    expect(created(rival.post('/pointofsales', body, { key }), 'posId')).not.toBe(mine);
    const id = created(till.post('/payments', payment(posId), { key }), 'paymentId');
    expect(till.get(`/payments/${id}`, { key }).status).toBe(200);
    expect(till.post(`/payments/${id}/cancel`, undefined, { key }).status).toBe(200);
  });

  test.each(['7,7', ',', 'a, b'])('may be %j', (key) => {
    const { till, posId } = open();
    const first = till.post('/payments', payment(posId), { key });
    expect(first.status).toBe(200);
    expect(till.post('/payments', payment(posId), { key: `\t${key.trim()} ` }).body).toEqual(first.body);
  });

  test('takes beacon types for the set that they are', () => {
    const { till } = open();
    const body = { merchantPosId: 'm', storeId: STORE, name: 'n', supportedBeaconTypes: ['QR', 'NFC'] };
    const first = till.post('/pointofsales', body, { key: 'key' });
    const again = (types: string[]) =>
      till.post('/pointofsales', { ...body, supportedBeaconTypes: types }, { key: 'key' });
    expect(again(['NFC', 'QR']).body).toEqual(first.body);
    expect(again(['QR']).code).toBe('1306');
    expect(till.get(`/pointofsales/${created(first, 'posId')}`).body).toMatchObject(body);
  });

  test('still answers with a point of sale that was deleted', () => {
    const { till } = open();
    const body = { merchantPosId: 'm', storeId: STORE, name: 'n', supportedBeaconTypes: ['QR'] };
    const first = till.post('/pointofsales', body, { key: 'key' });
    till.call('DELETE', `/pointofsales/${created(first, 'posId')}`);
    expect(till.post('/pointofsales', body, { key: 'key' }).body).toEqual(first.body);
  });
});

describe('a point of sale', () => {
  test('is shown with a beacon of our own where it came without one', () => {
    const { till } = open();
    const posId = till.createPos({ merchantPosId: 'm', beaconId: null, callbackAlias: null });
    const answered = till.get(`/pointofsales/${posId}`).body;
    expect(answered).toEqual({
      posId,
      merchantPosId: 'm',
      storeId: STORE,
      name: 'Till',
      beaconId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      supportedBeaconTypes: ['QR'],
      requirePaymentBeforeCheckin: false,
    });
    const beaconId = textMember(answered, 'beaconId') ?? '';
    for (const query of [
      `beaconId=${beaconId.toUpperCase()}`,
      'merchantPosId=m',
      `storeId=${STORE}&merchantPosId=m`,
    ])
      expect(till.get(`/pointofsales?${query}`).body).toEqual({ posIds: [posId] });
    expect(till.get(`/pointofsales?storeId=${NOBODY}&merchantPosId=m`).body).toEqual({ posIds: [] });
    expect(till.get(`/pointofsales?merchantPosId=M`).body).toEqual({ posIds: [] });
  });

  test('deleted: twice is 200, its names are free, its Reserved payments can be finished', () => {
    const { till } = open();
    const members = { merchantPosId: 'm', beaconId: '123456789012345' };
    const posId = till.createPos(members);
    const one = till.reserved(posId);
    const two = till.reserved(posId);
    for (let time = 0; time < 2; time += 1)
      expect(till.call('DELETE', `/pointofsales/${posId}`)).toMatchObject({ status: 200, body: undefined });
    expect(till.call('DELETE', `/pointofsales/${NOBODY}`).status).toBe(404);
    expect(till.get(`/pointofsales/${posId}`).status).toBe(404);
    expect(till.get(`/pointofsales/${posId}/checkin`).status).toBe(404);
    expect(till.get('/pointofsales?merchantPosId=m').body).toEqual({ posIds: [] });
    expect(till.post(`/payments/${one}/capture`, { amount: 100 }).status).toBe(200);
    expect(till.post(`/payments/${two}/cancel`).status).toBe(200);
    expect(till.refund(one).status).toBe(200);
    expect(till.createPos(members)).not.toBe(posId);
  });

  test('lets nobody check in before a payment where it says so', () => {
    const { bench, till } = open();
    const posId = till.createPos({ requirePaymentBeforeCheckin: true });
    expect(bench.act('customer', 'checkIn')).toMatchObject({
      kind: 'impossible',
      code: 'paymentRequiredFirst',
    });
    const id = till.initiate(posId);
    bench.act('customer', 'checkIn');
    expect(till.status(id)).toBe('IssuedToUser');
  });
});

describe('a check-in', () => {
  test('lasts five minutes', () => {
    const { bench, till, posId } = open();
    const checkIn = () => till.get(`/pointofsales/${posId}/checkin`).body;
    expect(checkIn()).toEqual({ isUserCheckedIn: false, pollDelayInMs: 1000 });
    bench.act('customer', 'checkIn');
    expect(checkIn()).toMatchObject({ isUserCheckedIn: true, loyaltyIds: [], customerReceiptToken: '' });
    bench.now += 5 * MINUTE - 1;
    expect(checkIn()).toMatchObject({ isUserCheckedIn: true });
    bench.now += 1;
    expect(checkIn()).toEqual({ isUserCheckedIn: false, pollDelayInMs: 1000 });
    expect(till.status(till.initiate(posId))).toBe('Initiated');
  });

  test('shows the customer after so many polls, wherever they are made', () => {
    const { bench, till, posId } = open();
    const id = till.prepare(posId);
    bench.act('customer', 'checkIn', { loyaltyIds: ['7'], loyaltyAfterPolls: 2 });
    expect(till.get(`/payments/${id}`).body).not.toHaveProperty('loyaltyIds');
    expect(till.get(`/pointofsales/${posId}/checkin`).body).not.toHaveProperty('customerToken');
    expect(till.get(`/payments/${id}`).body).toMatchObject({ status: 'Paired', loyaltyIds: ['7'] });
    expect(till.get(`/pointofsales/${posId}/checkin`).body).toMatchObject({ loyaltyIds: ['7'] });
  });

  test('ends with leave, and with the payment it was used for', () => {
    const { bench, till, posId } = open();
    const there = () => member(till.get(`/pointofsales/${posId}/checkin`).body, 'isUserCheckedIn');
    bench.act('customer', 'checkIn');
    bench.act('customer', 'leave');
    expect(there()).toBe(false);
    expect(bench.act('customer', 'leave')).toMatchObject({ kind: 'impossible' });
    till.reserved(posId);
    expect(there()).toBe(false);
    till.initiate(posId);
    bench.act('customer', 'checkIn');
    bench.act('customer', 'reject');
    expect(there()).toBe(false);
  });
});

describe('a refund', () => {
  test('is Reserved at its second query, captured once, and the sum is kept', () => {
    const { bench, till, posId } = open();
    const paymentId = till.captured(posId);
    const refundId = till.refunded(paymentId, { amount: 60.5 });
    const status = () => member(till.get(`/refunds/${refundId}`).body, 'status');
    expect(status()).toBe('Initiated');
    expect(status()).toBe('Reserved');
    for (let time = 0; time < 2; time += 1)
      expect(till.post(`/refunds/${refundId}/capture`, { amount: 1 })).toMatchObject({
        status: 200,
        body: undefined,
      });
    expect(till.post(`/refunds/${refundId}/cancel`)).toMatchObject({ code: '1352', body: { origin: 'PoS' } });
    expect(till.get(`/refunds/${refundId}`).body).toEqual({
      refundId,
      paymentId,
      refundOrderId: 'back',
      amount: 60.5,
      currencyCode: 'DKK',
      status: 'Captured',
      pollDelayInMs: 1000,
    });
    expect(bench.ask('payment', { id: paymentId })).toMatchObject({ refundedAmount: 60.5 });
    expect(till.get(`/refunds?paymentId=${paymentId}`).body).toEqual({ refundIds: [refundId] });
    expect(bench.ask('store', { id: STORE })).toMatchObject({ balance: 999_939.5 });
  });

  test('expires into capture after 24 hours', () => {
    const { bench, till, posId } = open({ tokensAge: false });
    const refundId = till.refunded(till.captured(posId));
    bench.act('mobilepay', 'reserveRefund');
    bench.now += DAY - 1;
    expect(till.get(`/refunds/${refundId}`).body).toMatchObject({ status: 'Reserved' });
    bench.now += 1;
    expect(till.get(`/refunds/${refundId}`).body).toMatchObject({ status: 'ExpiredAndCaptured' });
    expect(till.post(`/refunds/${refundId}/capture`).code).toBe('1351');
    expect(till.post(`/refunds/${refundId}/cancel`).code).toBe('1352');
  });

  test('cancelled gives its amount back', () => {
    const { bench, till, posId } = open();
    const paymentId = till.captured(posId);
    const refundId = till.refunded(paymentId, { amount: 100 });
    expect(till.refund(paymentId, { amount: 0.01 }).code).toBe('1367');
    for (let time = 0; time < 2; time += 1) expect(till.post(`/refunds/${refundId}/cancel`).status).toBe(200);
    expect(bench.ask('store', { id: STORE })).toMatchObject({ balance: 1_000_000 });
    expect(till.refund(paymentId, { amount: 100 }).status).toBe(200);
  });

  test('is possible for 90 days', () => {
    const { bench, till, posId } = open({ tokensAge: false });
    const paymentId = till.captured(posId);
    bench.now += 90 * DAY;
    expect(till.refund(paymentId).status).toBe(200);
    bench.now += SECOND;
    expect(till.refund(paymentId).code).toBe('1366');
  });
});

describe('the token endpoint', () => {
  const basic = (secret: string) => `Basic ${btoa(`${NOBODY}:${secret}`)}`;
  const form = 'grant_type=client_credentials';

  test('answers as documented and knows the secret from then on', () => {
    const bench = new Bench();
    const { status, body } = bench.token(form, basic('one'));
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String) as unknown,
        expires_in: 3700,
        token_type: 'Bearer',
        scope: 'integrator_scope',
      },
    ]);
    expect(bench.token(form, basic('two'))).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(bench.token(form, basic('one')).status).toBe(200);
  });

  test.each([
    [401, form, ''],
    [401, form, 'Basic !!!'],
    [401, form, `Basic ${btoa('not-a-guid:secret')}`],
    [401, form, `Basic ${btoa(`${NOBODY}:`)}`],
    [400, 'grant_type=password', basic('one')],
    [400, '', basic('one')],
    [400, `${form}&${form}`, basic('one')],
  ])('%i for %s with %s', (status, body, authorization) => {
    expect(new Bench().token(body, authorization).status).toBe(status);
  });

  test('400 for a body that is no form', () => {
    expect(new Bench().token('{}', basic('one'), 'application/json').status).toBe(400);
  });

  test('a merchant_vat makes the header unnecessary, and wrong where it differs', () => {
    const locked = new Bench().client({ claim: 'DK90000028' });
    expect(member(locked.get('/stores').body, 'storeIds')).toHaveLength(2);
    const vat = (value: string) => ({ headers: { 'X-MobilePay-Merchant-VAT-Number': [value] } });
    expect(locked.get('/stores', vat('DK90000028')).status).toBe(200);
    expect(locked.get('/stores', vat('FI90000040')).code).toBe('1159');
  });
});

describe('stores', () => {
  test('all of the merchant, or the one', () => {
    const { till, bench } = open();
    expect(till.get('/stores?merchantBrandId=MPPOSCERT1&merchantLocationId=00001').body).toEqual({
      storeIds: [STORE],
    });
    expect(till.get('/stores?merchantBrandId=MPPOSCERT1&merchantLocationId=99999').body).toEqual({
      storeIds: [],
    });
    const shown = till.get(`/stores/${STORE}`).body;
    expect(shown).toMatchObject({ storeId: STORE, merchantLocationId: '00001' });
    expect(till.get('/stores/detailed?merchantBrandId=MPPOSCERT1&merchantLocationId=00001').body).toEqual([
      shown,
    ]);
    expect(bench.client({ vat: 'FI90000040' }).get(`/stores/${STORE}`).status).toBe(404);
  });
});

describe('user simulation', () => {
  const simulate = (till: TestClient, name: string, body: object, prefix = '/pos') =>
    till.post(`/app/usersimulation/${name}`, body, { prefix, headers: { Authorization: [] } }).status;

  test.each(['/pos', '', '/pos-self-certification-api/pos', '/pos-self-certification-api'])(
    'under %s',
    (prefix) => {
      const { till } = open();
      const beaconId = '123456789012345';
      const posId = till.createPos({ beaconId });
      const id = till.initiate(posId, { restrictions: { creditCardDisallowed: true } });
      expect(simulate(till, 'checkin', { beaconId, phoneNumber: '+4520031802' }, prefix)).toBe(200);
      expect(till.status(id)).toBe('IssuedToUser');
      expect(simulate(till, 'acceptpayment', { beaconId, phoneNumber: '+4520031801' }, prefix)).toBe(500);
      expect(simulate(till, 'acceptpayment', { beaconId, phoneNumber: '20031802' }, prefix)).toBe(200);
      expect(till.status(id)).toBe('Reserved');
      const other = till.initiate(posId);
      expect(simulate(till, 'cancelpaymentbyuser', { beaconId }, prefix)).toBe(500);
      expect(simulate(till, 'checkin', { beaconId, phoneNumber: '+358200318005' }, prefix)).toBe(200);
      expect(simulate(till, 'cancelpaymentbyuser', { beaconId }, prefix)).toBe(200);
      expect(till.status(other)).toBe('CancelledByUser');
    },
  );

  test('refuses what it does not know', () => {
    const { till } = open();
    expect(simulate(till, 'checkin', { beaconId: '000000000000000', phoneNumber: '+4520031801' })).toBe(500);
    expect(simulate(till, 'checkin', { beaconId: '000000000000000' })).toBe(500);
    const bad = { prefix: '/pos', headers: { Authorization: ['Bearer x'] } };
    expect(till.post('/app/usersimulation/checkin', {}, bad).status).toBe(401);
  });

  test.each([
    ['+4520031801', false, []],
    ['+4520031804', false, ['20031804']],
    ['+358 200318005', true, []],
  ])('%s can do what is documented', (phoneNumber, partial, loyaltyIds) => {
    const { till } = open();
    const beaconId = NOBODY;
    const id = till.initiate(till.createPos({ beaconId }));
    simulate(till, 'checkin', { beaconId, phoneNumber });
    simulate(till, 'acceptpayment', { beaconId, phoneNumber });
    expect(till.get(`/payments/${id}`).body).toMatchObject({ partialCapturePossible: partial, loyaltyIds });
  });
});

describe('paths', () => {
  test.each([
    ['GET', '/pos/v10/payments', '/pos-self-certification-api', 400],
    ['GET', '/pos/v10/stores', '/pos-self-certification-api', 200],
    ['GET', '/POS/V10/Stores', '', 200],
    ['GET', '/pos/v10/nothing', '', 404],
    ['GET', '/pos/v10/stores/', '', 404],
    ['GET', '/', '', 404],
    ['GET', '*', '', 404],
    ['POST', '/integrator-authentication/connect/token', '/pos-self-certification-api', 404],
    ['GET', '/integrator-authentication/connect/token', '', 405],
    ['PUT', '/pos/v10/payments', '', 405],
    ['HEAD', '/pos/v10/payments', '', 405],
    ['GET', '/pos/v10/payments/prepare', '', 405],
    ['constructor', '/pos/v10/payments', '', 405],
  ])('%s %s under %s is %i', (method, path, prefix, status) => {
    const { till } = open();
    expect(till.call(method, path, { prefix }).status).toBe(status);
  });

  test('405 says what is allowed', () => {
    const { till } = open();
    expect(till.call('PATCH', '/payments').headers).toContainEqual(['Allow', 'GET, POST']);
  });
});

describe('time', () => {
  test('does not wait: an hour later everything active is over and a new payment fits', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId);
    bench.now += HOUR;
    const next = till.initiate(posId);
    expect([till.status(id), till.status(next)]).toEqual(['CancelledByMobilePay', 'Initiated']);
  });
});

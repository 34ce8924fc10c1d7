import { describe, expect, test } from 'vitest';
import { member, textMember, type JsonObject } from '../../../src/model/json.ts';
import {
  paymentTruthSchema,
  pointOfSaleTruthSchema,
  refundTruthSchema,
  storeTruthSchema,
  TRUTHS,
  worldTruthSchema,
} from '../../../src/model/pos-v10/truth.ts';
import { posV10Sandbox } from '../../../src/sandbox/pos-v10/simulation.ts';
import { Bench, MINUTE, NOBODY, STORE, type TestClient } from './bench.ts';

function open(): { bench: Bench; till: TestClient; posId: string } {
  const bench = new Bench({ pollDelayInMs: 300 });
  const till = bench.client();
  return { bench, till, posId: till.createPos({ merchantPosId: 'm', callbackAlias: 'alias' }) };
}

describe('an act that is impossible changes nothing and says why', () => {
  test.each<[string, string, JsonObject, string]>([
    ['customer', 'approve', {}, 'noPayment'],
    ['customer', 'approve', { payment: NOBODY }, 'noPayment'],
    ['customer', 'approve', { card: 'gold' }, 'badArguments'],
    ['customer', 'reject', {}, 'noPayment'],
    ['customer', 'leave', {}, 'notCheckedIn'],
    ['customer', 'checkIn', { posId: NOBODY }, 'noPointOfSale'],
    ['customer', 'checkIn', { loyaltyAfterPolls: -1 }, 'badArguments'],
    ['customer', 'checkIn', { phone: '12345678' }, 'badArguments'],
    ['mobilepay', 'cancelPayment', {}, 'noPayment'],
    ['mobilepay', 'reserveRefund', {}, 'noRefund'],
    ['mobilepay', 'cancelRefund', { refund: NOBODY }, 'noRefund'],
    ['world', 'storeBalance', { value: 'much' }, 'badArguments'],
    ['world', 'pollDelayInMs', { value: -1 }, 'badArguments'],
    ['world', 'tokens', { value: 'stolen' }, 'badArguments'],
    ['callback', 'checkIn', { times: 0 }, 'badArguments'],
  ])('%s: %s %j', (group, name, args, code) => {
    const { bench } = open();
    const before = bench.state;
    expect(bench.act(group, name, args)).toMatchObject({ kind: 'impossible', code });
    expect(bench.state).toBe(before);
  });

  test('approving a captured payment, cancelling a Reserved one for the client', () => {
    const { bench, till, posId } = open();
    const captured = till.captured(posId);
    expect(bench.act('customer', 'approve', { payment: captured })).toMatchObject({ code: 'notIssued' });
    const reserved = till.reserved(posId);
    expect(bench.act('mobilepay', 'cancelPayment', { payment: reserved })).toMatchObject({
      code: 'notActive',
    });
    till.initiate(posId);
    expect(bench.act('world', 'activePaymentFromBefore')).toMatchObject({ code: 'activePayment' });
    expect(bench.act('customer', 'reject')).toMatchObject({ code: 'notWithCustomer' });
  });

  test('unknown acts are unsupported', () => {
    const { bench } = open();
    expect(bench.act('customer', 'dance')).toMatchObject({ kind: 'unsupported' });
    expect(bench.act('world', 'weather', { value: 'rain' })).toMatchObject({ kind: 'unsupported' });
  });
});

describe('acts find what they mean', () => {
  test('the newest point of sale that stands, or the one named', () => {
    const { bench, till, posId } = open();
    const newer = till.createPos();
    till.call('DELETE', `/pointofsales/${till.createPos()}`);
    const first = till.initiate(posId);
    const second = till.initiate(newer);
    bench.act('customer', 'checkIn');
    bench.act('customer', 'checkIn', { posId: posId.toUpperCase() });
    bench.act('customer', 'approve', { payment: first });
    bench.act('customer', 'reject');
    expect([till.status(first), till.status(second)]).toEqual(['Reserved', 'CancelledByUser']);
  });

  test('the only open payment, wherever it is; several must be named', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId);
    till.createPos();
    expect(bench.act('mobilepay', 'cancelPayment')).toMatchObject({
      kind: 'done',
      result: { paymentId: id },
    });
    till.initiate(posId);
    till.initiate(till.createPos());
    till.createPos();
    expect(bench.act('mobilepay', 'cancelPayment')).toMatchObject({ code: 'severalPayments' });
  });
});

describe('the stage', () => {
  test('a payment from before can be found and cancelled by the client', () => {
    const { bench, till, posId } = open();
    const acted = bench.act('world', 'activePaymentFromBefore', { orderId: 'o', amount: 75, save: 'old' });
    const id = acted.kind === 'done' ? (textMember(acted.result, 'paymentId') ?? '') : '';
    expect(till.get(`/payments?posId=${posId}&orderId=o`).body).toEqual({ paymentIds: [id] });
    expect(till.get(`/payments/${id}`).body).toMatchObject({ amount: 75, status: 'Initiated' });
    expect(till.post(`/payments/${id}/cancel`).status).toBe(200);
    expect(bench.ask('payment', { id })).toMatchObject({ createdBy: 'stage', state: 'CancelledByClient' });
  });

  test('the point of sale vanishes; a taken merchantPosId can be adopted', () => {
    const { bench, till, posId } = open();
    bench.act('world', 'pointOfSaleGone', { value: true });
    expect(till.get('/pointofsales?merchantPosId=m').body).toEqual({ posIds: [] });
    expect(till.get(`/pointofsales/${posId}`).status).toBe(404);
    bench.act('world', 'merchantPosIdTaken', { value: 'm' });
    expect(member(till.get('/pointofsales?merchantPosId=m').body, 'posIds')).toHaveLength(1);
    expect(bench.ask('pointsOfSale', { merchantPosId: 'm' })).toMatchObject([
      { id: posId, deleted: true },
      { createdBy: 'stage', deleted: false },
    ]);
  });

  test('the poll delay is in every answer that is polled', () => {
    const { bench, till, posId } = open();
    bench.act('world', 'pollDelayInMs', { value: 900 });
    expect(bench.ask('settingsInForce')).toEqual({ pollDelayInMs: 900 });
    expect(till.get(`/pointofsales/${posId}/checkin`).body).toMatchObject({ pollDelayInMs: 900 });
    expect(till.get(`/payments/${till.initiate(posId)}`).body).toMatchObject({ pollDelayInMs: 900 });
  });

  test('stores change by id, or the one of the point of sale', () => {
    const { bench } = open();
    bench.act('world', 'storeActivated', { value: false });
    bench.act('world', 'storeBalance', { value: 12.5, storeId: STORE });
    expect(bench.ask('store', { id: STORE })).toMatchObject({ activated: false, balance: 12.5 });
  });

  test('the notification has the documented body', () => {
    const { bench, posId } = open();
    const { callbacks } = posV10Sandbox.act(
      bench.state,
      'callback',
      'checkIn',
      { times: 2, answered: 200 },
      bench.now,
      bench.ids,
    );
    expect(callbacks).toHaveLength(2);
    expect(callbacks?.[0]).toMatchObject({
      alias: 'alias',
      body: {
        MerchantId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        MerchantBrandId: 'MPPOSCERT1',
        MerchantLocationId: '00001',
        MerchantPosId: 'm',
        PosId: posId,
      },
    });
  });
});

describe('the truth', () => {
  test('answers every question in its shape, or null', () => {
    const { bench, till, posId } = open();
    const id = till.captured(posId, { orderId: 'Order', merchantPaymentLabel: 'Å' });
    const refundId = till.refunded(id);
    const active = till.prepare(posId, 'next');
    expect(paymentTruthSchema.parse(bench.ask('payment', { id: id.toUpperCase() }))).toMatchObject({
      orderId: 'Order',
      state: 'Captured',
      amount: 100,
      card: 'credit',
      everReserved: true,
    });
    expect(paymentTruthSchema.parse(bench.ask('activePayment', { posId }))).toMatchObject({
      id: active,
      amount: null,
    });
    expect(paymentTruthSchema.array().parse(bench.ask('paymentsOfOrder', { orderId: 'Order' }))).toHaveLength(
      1,
    );
    expect(bench.ask('paymentsOfOrder', { orderId: 'order' })).toEqual([]);
    expect(refundTruthSchema.parse(bench.ask('refund', { id: refundId }))).toMatchObject({
      state: 'Initiated',
    });
    expect(refundTruthSchema.array().parse(bench.ask('refundsOfPayment', { paymentId: id }))).toHaveLength(1);
    expect(
      pointOfSaleTruthSchema.array().parse(bench.ask('pointsOfSale', { merchantPosId: 'm' })),
    ).toHaveLength(1);
    expect(storeTruthSchema.parse(bench.ask('store', { id: STORE }))).toMatchObject({
      merchantBrandId: 'MPPOSCERT1',
    });
    for (const [truth, { by, list }] of Object.entries(TRUTHS))
      expect(bench.ask(truth, { [by[0]]: NOBODY })).toEqual(list ? [] : null);
    expect(bench.ask('weather')).toBeNull();
  });

  test('about finds things by any of their ids, whatever the case', () => {
    const { bench, till, posId } = open();
    const id = till.captured(posId, { orderId: 'Order' });
    const refundId = till.refunded(id);
    till.initiate(till.createPos(), { orderId: 'elsewhere' });
    const about = (...ids: string[]) => worldTruthSchema.parse(bench.ask('about', { ids }));
    expect(about(id.toUpperCase())).toMatchObject({
      payments: [{ id }],
      refunds: [{ id: refundId }],
      pointsOfSale: [],
    });
    expect(about('ORDER', 'order', 'nothing').payments).toHaveLength(1);
    expect(about(posId)).toMatchObject({ payments: [{ id }], refunds: [], pointsOfSale: [{ id: posId }] });
    expect(about(refundId)).toMatchObject({ payments: [], refunds: [{ id: refundId }] });
    const all = worldTruthSchema.parse(bench.ask('everything'));
    expect([all.payments.length, all.refunds.length, all.pointsOfSale.length]).toEqual([2, 1, 2]);
  });

  test('is told as it is now, and telling it changes nothing', () => {
    const { bench, till, posId } = open();
    const id = till.initiate(posId);
    bench.now += 5 * MINUTE;
    const before = bench.state;
    expect(bench.ask('payment', { id })).toMatchObject({ state: 'CancelledByMobilePay' });
    expect(bench.ask('activePayment', { posId })).toBeNull();
    expect(bench.state).toBe(before);
  });
});

test('the truth of a customer whose payment time has ended is that they are gone, before anybody looks and after', () => {
  const bench = new Bench();
  const till = bench.client();
  const posId = till.createPos();
  till.initiate(posId);
  bench.act('customer', 'checkIn', { posId });
  const shown = (): unknown => bench.ask('pointOfSaleOfBeacon', { beaconId: beaconOf(till, posId) });
  expect(shown()).toMatchObject({ isUserCheckedIn: true });
  expect(bench.ask('guest', { posId })).toMatchObject({ card: 'credit' });
  bench.now += 2 * MINUTE;
  expect(shown()).toMatchObject({ isUserCheckedIn: false });
  expect(bench.ask('guest', { posId })).toBeNull();
  expect(till.get(`/pointofsales/${posId}/checkin`).body).toMatchObject({ isUserCheckedIn: false });
});

function beaconOf(till: TestClient, posId: string): string {
  return textMember(till.get(`/pointofsales/${posId}`).body, 'beaconId') ?? '';
}

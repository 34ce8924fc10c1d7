import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PosClient } from '../../src/sdk/index.ts';
import { PosGaveUp, PosRefused } from '../../src/sdk/index.ts';
import type { TillAtWork } from './till-at-work.ts';
import { reservedPayment, tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
let client: PosClient;
let posId: string;
const charge = { amount: 10_000, currencyCode: 'DKK' } as const;
const poll = 'GET /payments/:id';
const broken = { kind: 'answer', status: 500 } as const;

beforeEach(async () => {
  till = await tillAtWork();
  client = till.open();
  posId = (await client.createPointOfSale({ supportedBeaconTypes: ['QR'] })).posId ?? '';
});
afterEach(async () => {
  await till.stop();
});

/** What stands in the ledger on the disk. */
function onDisk(): Record<string, unknown>[] {
  const folder = join(till.stateDir, 'ledger');
  return readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>,
  );
}

describe('initiate', () => {
  test('has its key and body on the disk before the request is there', async () => {
    let kept: unknown;
    till.api.onCall = (call) => {
      const key = call.headers['x-mobilepay-idempotency-key'];
      if (call.name === 'POST /payments') kept = onDisk().find((entry) => entry['id'] === key)?.['body'];
      return undefined;
    };
    await client.initiatePayment({ posId, orderId: 'A-1', ...charge });
    expect(kept).toEqual({
      posId,
      orderId: 'A-1',
      amount: 100,
      currencyCode: 'DKK',
      plannedCaptureDelay: 'None',
    });
  });

  test('cancels what blocks the PoS, and nothing else, and goes out again with the same key', async () => {
    const blocking = till.api.addPayment({ posId, orderId: 'A-1', status: 'Initiated' });
    const reserved = till.api.addPayment({ posId, status: 'Reserved' });
    const elsewhere = till.api.addPayment({ posId: 'another', status: 'Initiated' });
    const { paymentId = '' } = await client.initiatePayment({ posId, orderId: 'A-1', ...charge });
    expect(till.api.payment(paymentId)).toMatchObject({ status: 'Initiated', amount: 100 });
    expect([blocking, reserved, elsewhere].map(({ status }) => status)).toEqual([
      'CancelledByClient',
      'Reserved',
      'Initiated',
    ]);
    const keys = till.api.named('POST /payments').map((call) => call.headers['x-mobilepay-idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('does not clean up for ever', async () => {
    till.api.onCall = (call) =>
      call.name === 'POST /payments' ? { kind: 'answer', status: 409, text: '{"code":"1301"}' } : undefined;
    const attempt = client.initiatePayment({ posId, ...charge });
    await expect(attempt).rejects.toMatchObject({ circumstances: { apiCode: '1301' } });
    expect(till.api.named('POST /payments')).toHaveLength(3);
  });

  test('whose answer stays lost is found by its order and cancelled', async () => {
    till.api.onCall = (call, nth) =>
      call.name === 'POST /payments' ? { ...broken, after: nth === 1 } : undefined;
    const attempt = client.initiatePayment({ posId, orderId: 'A-1', ...charge });
    await expect(attempt).rejects.toMatchObject({ circumstances: { state: 'CancelledByClient' } });
    expect([...till.api.payments.values()].map(({ status }) => status)).toEqual(['CancelledByClient']);
    expect(till.api.named('GET /payments')[0]?.query).toEqual({ posId, orderId: 'A-1' });
  });

  test('that cannot be looked up either is cancelled by the next settle', async () => {
    let isDown = true;
    till.api.onCall = (call, nth) => {
      if (call.name === 'POST /payments') return { ...broken, after: nth === 1 };
      return isDown && call.name === 'GET /payments' ? broken : undefined;
    };
    await expect(client.initiatePayment({ posId, ...charge })).rejects.toThrow(PosGaveUp);
    isDown = false;
    const { payments } = await till.open().settle();
    expect(payments.map(({ state }) => state)).toEqual(['CancelledByClient']);
  });

  test('is refused when the API says so, with its code, and leaves nothing to settle', async () => {
    till.api.onCall = (call) =>
      call.name === 'POST /payments' ? { kind: 'answer', status: 409, text: '{"code":"1204"}' } : undefined;
    const attempt = client.initiatePayment({ posId, ...charge });
    await expect(attempt).rejects.toMatchObject({ circumstances: { apiCode: '1204', status: 409 } });
    expect(till.api.named('POST /payments')).toHaveLength(1);
    expect(await client.settle()).toEqual({ payments: [], refunds: [] });
  });

  test('sends no text that MobilePay would not take', async () => {
    for (const orderId of ['', 'x'.repeat(37), 'tab\there', '€', 'soft\u00adhyphen']) {
      await expect(client.initiatePayment({ posId, orderId, ...charge })).rejects.toThrow(PosRefused);
    }
    expect(till.api.named('POST /payments')).toEqual([]);
    await client.initiatePayment({ posId, orderId: 'Blåbær Š'.padEnd(36, 'ž'), ...charge });
  });
});

describe('polling', () => {
  test('keeps the last delay, also after a lost poll, and ends at Reserved', async () => {
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    const delays = [300, 900, 900, 200];
    till.api.onCall = (call, nth) => {
      if (call.name !== poll) return undefined;
      till.api.pollDelayInMs = delays[nth - 1] ?? 200;
      if (nth === 4) till.api.payment(paymentId).status = 'Reserved';
      return nth === 3 ? { kind: 'reset' } : undefined;
    };
    expect(await client.awaitPayment(paymentId)).toEqual({ state: 'Reserved' });
    expect(till.clock.slept).toEqual([310, 910, 910]);
    expect(till.api.named(poll)).toHaveLength(4);
  });

  test('goes on over states, members and pages that it does not know', async () => {
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    till.api.onCall = (call, nth) => {
      if (call.name !== poll) return undefined;
      if (nth === 1) return { kind: 'patch', members: { status: 'Pondering', mood: { good: true } } };
      if (nth === 2) return { kind: 'answer', status: 200, text: '<html>' };
      till.api.payment(paymentId).status = 'CancelledByUser';
      return undefined;
    };
    expect(await client.awaitPayment(paymentId)).toEqual({ state: 'CancelledByUser' });
  });

  test('answers the present state when its time is over', async () => {
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    expect(await client.awaitPayment(paymentId, { forMs: 100 })).toEqual({ state: 'Initiated' });
    expect(till.api.named(poll)).toHaveLength(3);
  });

  test('cancels the payment after six polls without an answer', async () => {
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    till.api.onCall = (call) => (call.name === poll ? broken : undefined);
    expect(await client.awaitPayment(paymentId)).toEqual({ state: 'CancelledByClient' });
    expect(till.api.named(poll)).toHaveLength(6);
    expect(till.api.payment(paymentId).status).toBe('CancelledByClient');
  });

  test('waits out the delay after a restart', async () => {
    till.api.pollDelayInMs = 700;
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    await client.awaitPayment(paymentId, { forMs: 1 });
    const slept = till.clock.slept.length;
    await till.open().awaitPayment(paymentId, { forMs: 1 });
    expect(till.clock.slept[slept]).toBe(710);
  });

  test('keeps the delay between two who ask for the same payment', async () => {
    till.api.pollDelayInMs = 300;
    const { paymentId = '' } = await client.initiatePayment({ posId, ...charge });
    await Promise.all([
      client.awaitPayment(paymentId, { forMs: 1 }),
      client.awaitPayment(paymentId, { forMs: 1 }),
    ]);
    expect(till.clock.slept.filter((ms) => ms === 310).length).toBe(till.api.named(poll).length - 1);
  });
});

describe('a prepared payment', () => {
  test('waits for loyalty ids that are known, then gets its amount', async () => {
    const { paymentId = '' } = await client.preparePayment({ posId });
    till.api.onCall = (call, nth) => {
      if (call.name !== poll) return undefined;
      const payment = till.api.payment(paymentId);
      if (nth === 2) payment.status = 'Paired';
      if (nth === 3) payment.loyaltyIds = [];
      return undefined;
    };
    expect(await client.awaitPairing(paymentId, { loyalty: true })).toEqual({
      state: 'Paired',
      loyaltyIds: [],
    });
    await client.readyPayment(paymentId, { ...charge, restrictions: { debitCardDisallowed: true } });
    expect(till.api.named('POST /payments/:id/ready')[0]?.body).toMatchObject({
      amount: 100,
      restrictions: { debitCardDisallowed: true },
    });
  });

  test('is not given its amount twice when only the answers were lost', async () => {
    const { paymentId = '' } = await client.preparePayment({ posId });
    till.api.onCall = (call) => (call.path.endsWith('/ready') ? { ...broken, after: true } : undefined);
    await client.readyPayment(paymentId, charge);
    till.api.onCall = (call) => (call.path.endsWith('/ready') ? broken : undefined);
    till.api.payment(paymentId).status = 'Paired';
    await expect(client.readyPayment(paymentId, charge)).rejects.toThrow(PosGaveUp);
  });
});

describe('capture and cancel', () => {
  const capture = 'POST /payments/:id/capture';
  let paymentId: string;

  beforeEach(async () => {
    ({ paymentId } = await reservedPayment(till, client));
  });

  test('repeats a capture without a key until it gets through', async () => {
    till.api.onCall = (call, nth) => (call.name === capture && nth < 3 ? { kind: 'reset' } : undefined);
    expect(await client.capturePayment(paymentId, 10_000)).toBe('Captured');
    expect(till.api.named(capture).map((call) => call.text)).toEqual([
      '{"amount":100}',
      '{"amount":100}',
      '{"amount":100}',
    ]);
    expect(till.api.named(capture)[0]?.headers).not.toHaveProperty('x-mobilepay-idempotency-key');
  });

  test('keeps a capture that hangs, and settles it with its amount, once', async () => {
    Object.assign(till.api.payment(paymentId), { partialCapturePossible: true });
    const entries = await till.open().awaitPayment(paymentId);
    expect(entries).toEqual({ state: 'Reserved', partialCapturePossible: true });
    const again = till.open();
    till.api.onCall = (call) => (call.name === capture ? broken : undefined);
    await expect(again.capturePayment(paymentId, 6_000)).rejects.toMatchObject({
      circumstances: { state: 'Reserved' },
    });
    expect((await again.settle()).payments.map(({ state }) => state)).toEqual(['Reserved']);
    till.api.onCall = () => undefined;
    const later = till.open();
    expect((await later.settle()).payments.map(({ state }) => state)).toEqual(['Captured']);
    expect(till.api.payment(paymentId).captured).toBe(60);
    expect(await later.settle()).toEqual({ payments: [], refunds: [] });
  });

  test('settles a cancel that hangs as a cancel', async () => {
    till.api.onCall = (call) => (call.path.endsWith('/cancel') ? broken : undefined);
    await expect(client.cancelPayment(paymentId)).rejects.toThrow(PosGaveUp);
    till.api.onCall = () => undefined;
    await till.open().settle();
    expect(till.api.payment(paymentId).status).toBe('CancelledByClient');
    expect(till.api.named(capture)).toEqual([]);
  });

  test('sees that a capture was done though no answer came', async () => {
    till.api.onCall = (call, nth) => (call.name === capture ? { ...broken, after: nth === 1 } : undefined);
    expect(await client.capturePayment(paymentId, 10_000)).toBe('Captured');
  });

  test('captures no part where none is possible: refuses, or cancels if told so', async () => {
    await expect(client.capturePayment(paymentId, 6_000)).rejects.toThrow(PosRefused);
    expect(await client.capturePayment(paymentId, 6_000, { whenPartImpossible: 'cancel' })).toBe(
      'CancelledByClient',
    );
    expect(till.api.named(capture)).toEqual([]);
  });

  test('captures neither more than was reserved nor nothing', async () => {
    await expect(client.capturePayment(paymentId, 10_001)).rejects.toThrow(PosRefused);
    await expect(client.capturePayment(paymentId, 0)).rejects.toThrow(PosRefused);
    expect(till.api.named(capture)).toEqual([]);
  });

  test('captures nothing that it has not seen Reserved', async () => {
    await client.cancelPayment(paymentId);
    const { paymentId: next = '' } = await client.initiatePayment({ posId, ...charge });
    await expect(client.capturePayment(next, 10_000)).rejects.toThrow('Initiated');
    expect(till.api.named(capture)).toEqual([]);
  });

  test('asks what is true after a conflict', async () => {
    till.api.payment(paymentId).status = 'ExpiredAndCancelled';
    await expect(client.capturePayment(paymentId, 10_000)).rejects.toMatchObject({
      circumstances: { apiCode: '1304', state: 'ExpiredAndCancelled' },
    });
    expect(till.api.named(capture)).toHaveLength(1);
    expect(await client.cancelPayment(paymentId)).toBe('ExpiredAndCancelled');
  });

  test('does not take a capture of another sum for its own', async () => {
    Object.assign(till.api.payment(paymentId), { status: 'Captured', captured: 30 });
    await expect(client.capturePayment(paymentId, 10_000)).rejects.toMatchObject({
      circumstances: { apiCode: '1307', state: 'Captured' },
    });
  });

  test('answers a cancel of what has ended with its state, and refuses one of what was captured', async () => {
    till.api.payment(paymentId).status = 'CancelledByMobilePay';
    expect(await client.cancelPayment(paymentId)).toBe('CancelledByMobilePay');
    const other = await reservedPayment(till, client);
    await client.capturePayment(other.paymentId, 10_000);
    await expect(client.cancelPayment(other.paymentId)).rejects.toThrow(PosRefused);
  });
});

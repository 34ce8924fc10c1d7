import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PosClient } from '../../src/sdk/index.ts';
import { PosGaveUp, PosRefused } from '../../src/sdk/index.ts';
import type { TillAtWork } from './till-at-work.ts';
import { reservedPayment, tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
let client: PosClient;
let paymentId: string;
const start = 'POST /refunds';
const broken = { kind: 'answer', status: 500 } as const;
const part = { amount: 4_000, currencyCode: 'DKK' } as const;

beforeEach(async () => {
  till = await tillAtWork();
  client = till.open();
  ({ paymentId } = await reservedPayment(till, client));
  await client.capturePayment(paymentId, 10_000);
});
afterEach(async () => {
  await till.stop();
});

test('a refund is started once, polled to Reserved and captured without a body', async () => {
  till.api.onCall = (call, nth) => {
    if (call.name === start && nth === 1) return { ...broken, after: true };
    return call.path.endsWith('/capture') && nth < 2 ? broken : undefined;
  };
  const { refundId = '' } = await client.initiateRefund({ paymentId, refundOrderId: 'R-1', ...part });
  expect(await client.awaitRefund(refundId)).toBe('Reserved');
  expect(await client.captureRefund(refundId)).toBe('Captured');
  expect(till.api.named(start).map((call) => call.body)).toEqual(
    Array(2).fill({ paymentId, refundOrderId: 'R-1', amount: 40, currencyCode: 'DKK' }),
  );
  expect(till.api.refunds.size).toBe(1);
  expect(till.api.named('POST /refunds/:id/capture').map((call) => call.text)).toEqual(['', '']);
});

test('one whose answer stays lost is found by its payment and taken over', async () => {
  till.api.onCall = (call, nth) => (call.name === start ? { kind: 'reset', after: nth === 1 } : undefined);
  const { refundId = '' } = await client.initiateRefund({ paymentId, ...part });
  expect([...till.api.refunds.keys()]).toEqual([refundId]);
  expect(till.api.named('GET /refunds')[0]?.query).toEqual({ paymentId });
  expect(await client.cancelRefund(refundId)).toBe('CancelledByClient');
});

test('one that turns up after the till gave up is cancelled', async () => {
  let isDown = true;
  till.api.onCall = (call, nth) => {
    if (call.name === start) return { ...broken, after: nth === 1 };
    return isDown && call.name === 'GET /refunds' ? broken : undefined;
  };
  await expect(client.initiateRefund({ paymentId, ...part })).rejects.toThrow(PosGaveUp);
  isDown = false;
  expect((await client.settle()).refunds.map(({ state }) => state)).toEqual(['CancelledByClient']);
});

test('a lost payment is found by its order, among the captured', async () => {
  const orderId = till.api.payment(paymentId).orderId;
  await client.initiateRefund({ orderId, ...part });
  expect(till.api.named('GET /payments').at(-1)?.query).toEqual({ orderId, state: 'Captured' });
  await expect(client.initiateRefund({ orderId: 'unheard of', ...part })).rejects.toThrow(PosRefused);
});

test('refunds stay within what was captured, and a cancelled one makes room', async () => {
  const { refundId = '' } = await client.initiateRefund({ paymentId, amount: 7_000, currencyCode: 'DKK' });
  await expect(client.initiateRefund({ paymentId, ...part })).rejects.toThrow('more than was captured');
  const made = till.api.refunds.get(refundId);
  if (made !== undefined) made.status = 'CancelledByMobilePay';
  await client.initiateRefund({ paymentId, ...part });
  expect(till.api.named(start)).toHaveLength(2);
});

test('what was not captured, or in another currency, is not refunded', async () => {
  const other = await reservedPayment(till, client);
  await expect(client.initiateRefund({ paymentId: other.paymentId, ...part })).rejects.toThrow('Reserved');
  const euro = { amount: 100, currencyCode: 'EUR' } as const;
  await expect(client.initiateRefund({ paymentId, ...euro })).rejects.toThrow('DKK');
  expect(till.api.named(start)).toEqual([]);
});

test('what the API refuses is refused with its code, after a look at the payment', async () => {
  till.api.onCall = (call) =>
    call.name === start ? { kind: 'answer', status: 409, text: '{"code":"1368"}' } : undefined;
  const looked = till.api.named('GET /payments/:id').length;
  await expect(client.initiateRefund({ paymentId, ...part })).rejects.toMatchObject({
    circumstances: { apiCode: '1368' },
  });
  expect(till.api.named(start)).toHaveLength(1);
  expect(till.api.named('GET /payments/:id')).toHaveLength(looked + 1);
});

test('a decision that hangs is settled as decided', async () => {
  const { refundId = '' } = await client.initiateRefund({ paymentId, ...part });
  await client.awaitRefund(refundId);
  till.api.onCall = (call) => (call.name === 'POST /refunds/:id/capture' ? broken : undefined);
  await expect(client.captureRefund(refundId)).rejects.toThrow(PosGaveUp);
  till.api.onCall = () => undefined;
  expect((await till.open().settle()).refunds).toMatchObject([{ refundId, state: 'Captured' }]);
});

test('one that expired has been paid out, and the till knows', async () => {
  const { refundId = '' } = await client.initiateRefund({ paymentId, ...part });
  await client.awaitRefund(refundId);
  till.api.onCall = (call) => {
    if (call.name === 'POST /refunds/:id/capture')
      return { kind: 'answer', status: 409, text: '{"code":"1351"}' };
    const refund = till.api.refunds.get(refundId);
    if (refund !== undefined) refund.status = 'ExpiredAndCaptured';
    return undefined;
  };
  expect(await client.captureRefund(refundId)).toBe('ExpiredAndCaptured');
  await expect(client.cancelRefund(refundId)).rejects.toThrow(PosRefused);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PosClient } from '../../src/sdk/index.ts';
import { PosGaveUp } from '../../src/sdk/index.ts';
import type { TillAtWork } from './till-at-work.ts';
import { reservedPayment, tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
let client: PosClient;
const charge = { amount: 10_000, currencyCode: 'DKK' } as const;

beforeEach(async () => {
  till = await tillAtWork();
  client = till.open();
});
afterEach(async () => {
  await till.stop();
});

/** Starts something and pulls the plug when its request has come in; resolves then. */
async function cutAt(name: string, isCarriedOut: boolean, work: () => Promise<unknown>): Promise<void> {
  const arrived = new Promise<void>((resolve) => {
    till.api.onCall = (call) => {
      if (call.name !== name) return undefined;
      resolve();
      return { kind: 'silence', after: isCarriedOut };
    };
  });
  const killed = work().catch(() => undefined);
  await arrived;
  await client.close();
  await killed;
  till.api.onCall = () => undefined;
}

describe('after a power cut while initiating', () => {
  test.each([
    [true, ['CancelledByClient']],
    [false, []],
  ])('(carried out: %s) nothing is left standing', async (isCarriedOut, states) => {
    const { posId = '' } = await client.createPointOfSale({ supportedBeaconTypes: ['QR'] });
    await cutAt(
      'POST /payments',
      isCarriedOut,
      async () => await client.initiatePayment({ posId, ...charge }),
    );
    const next = till.open();
    const { payments } = await next.recover();
    expect(payments.map(({ state }) => state)).toEqual(states);
    expect([...till.api.payments.values()].map(({ status }) => status)).toEqual(states);
    await next.initiatePayment({ posId, ...charge });
    expect(till.api.payments.size).toBe(states.length + 1);
  });

  test('looks again later, for the request may still have been on its way', async () => {
    const { posId = '' } = await client.createPointOfSale({ supportedBeaconTypes: ['QR'] });
    const order = { posId, orderId: 'A-1', ...charge };
    await cutAt('POST /payments', false, async () => await client.initiatePayment(order));
    const next = till.open();
    await next.recover();
    const late = till.api.addPayment({ posId, orderId: 'A-1', status: 'IssuedToUser' });
    expect((await next.settle()).payments.map(({ paymentId }) => paymentId)).toEqual([late.id]);
    expect(late.status).toBe('CancelledByClient');
  });

  test('stops looking after a minute', async () => {
    const { posId = '' } = await client.createPointOfSale({ supportedBeaconTypes: ['QR'] });
    await cutAt('POST /payments', false, async () => await client.initiatePayment({ posId, ...charge }));
    till.clock.advance(61_000);
    const next = till.open();
    await next.recover();
    const looked = till.api.named('GET /payments').length;
    await next.settle();
    expect(till.api.named('GET /payments')).toHaveLength(looked);
  });
});

test.each([true, false])(
  'a capture that a power cut broke off (carried out: %s) is finished once',
  async (isCarriedOut) => {
    const { paymentId } = await reservedPayment(till, client);
    const capture = 'POST /payments/:id/capture';
    await cutAt(capture, isCarriedOut, async () => await client.capturePayment(paymentId, 10_000));
    const { payments } = await till.open().recover();
    expect(payments).toMatchObject([{ paymentId, state: 'Captured' }]);
    expect(till.api.named(capture)).toHaveLength(isCarriedOut ? 1 : 2);
  },
);

test('an active payment is cancelled, a Reserved one without a decision stays for the cashier', async () => {
  const { posId, paymentId } = await reservedPayment(till, client);
  const { paymentId: active = '' } = await client.initiatePayment({ posId, ...charge });
  const { payments } = await till.open().recover();
  expect(Object.fromEntries(payments.map(({ paymentId: id, state }) => [id, state]))).toEqual({
    [paymentId]: 'Reserved',
    [active]: 'CancelledByClient',
  });
  expect(till.api.payment(paymentId).status).toBe('Reserved');
});

describe('the point of sale', () => {
  const create = 'POST /pointofsales';
  const wanted = { merchantPosId: 'till-7', name: 'Till 7', supportedBeaconTypes: ['QR'] } as const;

  test('is found again, with its beacon, and not made twice', async () => {
    const made = await client.createPointOfSale(wanted);
    const { pointsOfSale, replaced } = await till.open().recover();
    expect(pointsOfSale).toMatchObject([{ posId: made.posId, beaconId: made.beaconId }]);
    expect(replaced).toEqual([]);
    expect(till.api.named(create)).toHaveLength(1);
    expect(till.api.named('GET /pointofsales')[0]?.query).toEqual({ merchantPosId: 'till-7' });
  });

  test('is made again as it was when it is gone, under a new key', async () => {
    const made = await client.createPointOfSale(wanted);
    till.api.pointsOfSale.clear();
    const { pointsOfSale, replaced } = await till.open().recover();
    expect(pointsOfSale).toHaveLength(1);
    expect(pointsOfSale[0]?.posId).not.toBe(made.posId);
    expect(pointsOfSale[0]?.beaconId).not.toBe(made.beaconId);
    expect(replaced).toEqual(pointsOfSale);
    const [first, second] = till.api.named(create);
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['x-mobilepay-idempotency-key']).not.toBe(
      first?.headers['x-mobilepay-idempotency-key'],
    );
  });

  test.each([true, false])('that was being made (carried out: %s) stands once', async (isCarriedOut) => {
    await cutAt(create, isCarriedOut, async () => await client.createPointOfSale(wanted));
    const { pointsOfSale } = await till.open().recover();
    expect(pointsOfSale.map(({ posId }) => posId)).toEqual([...till.api.pointsOfSale.keys()]);
    const keys = till.api.named(create).map((call) => call.headers['x-mobilepay-idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  test('that was being deleted is deleted, not made again', async () => {
    const { posId = '' } = await client.createPointOfSale(wanted);
    await cutAt('DELETE /pointofsales/:id', false, async () => {
      await client.deletePointOfSale(posId);
    });
    expect((await till.open().recover()).pointsOfSale).toEqual([]);
    expect(till.api.pointsOfSale.size).toBe(0);
    expect(till.api.named(create)).toHaveLength(1);
  });

  test('that cannot be looked up ends the start', async () => {
    await client.createPointOfSale(wanted);
    till.api.onCall = () => ({ kind: 'answer', status: 500 });
    await expect(till.open().recover()).rejects.toThrow(PosGaveUp);
  });
});

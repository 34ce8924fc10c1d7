import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PosClient } from '../../src/sdk/index.ts';
import { PosGaveUp, PosRefused } from '../../src/sdk/index.ts';
import type { TillAtWork } from './till-at-work.ts';
import { reservedPayment, tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
let client: PosClient;
const create = 'POST /pointofsales';
const remove = 'DELETE /pointofsales/:id';
const wanted = { merchantPosId: 'till-7', name: 'Till 7', supportedBeaconTypes: ['QR', 'NFC'] } as const;

beforeEach(async () => {
  till = await tillAtWork();
  client = till.open();
});
afterEach(async () => {
  await till.stop();
});

describe('to create one', () => {
  test('the store is looked up and its id sent, and the beacon that was made is learnt', async () => {
    const { posId = '', beaconId } = await client.createPointOfSale(wanted);
    const asked = till.api.named('GET /stores')[0]?.query;
    expect(asked).toEqual({ merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' });
    expect(till.api.named(create)[0]?.body).toEqual({ ...wanted, storeId: 'store-1' });
    expect(beaconId).toBe(till.api.pointsOfSale.get(posId)?.['beaconId']);
  });

  test('a given beacon is sent and not asked for', async () => {
    const beaconId = '123456789012345';
    expect(await client.createPointOfSale({ ...wanted, beaconId })).toMatchObject({ beaconId });
    expect(till.api.named('GET /pointofsales/:id')).toEqual([]);
    await expect(client.createPointOfSale({ ...wanted, beaconId: '12345' })).rejects.toThrow(PosRefused);
  });

  test.each(['{"storeIds":[]}', '{"storeIds":["a","b"]}'])('the store is never guessed: %s', async (text) => {
    till.api.onCall = (call) =>
      call.name === 'GET /stores' ? { kind: 'answer', status: 200, text } : undefined;
    await expect(client.createPointOfSale(wanted)).rejects.toThrow(PosRefused);
    expect(till.api.named(create)).toEqual([]);
  });

  test('one that stands though its answers were lost is taken over', async () => {
    till.api.onCall = (call, nth) => (call.name === create ? { kind: 'reset', after: nth === 1 } : undefined);
    const { posId } = await client.createPointOfSale(wanted);
    expect([...till.api.pointsOfSale.keys()]).toEqual([posId]);
  });

  test('its very twin is taken over after a conflict, another is not', async () => {
    const first = await client.createPointOfSale(wanted);
    till.api.onCall = (call) =>
      call.name === create ? { kind: 'answer', status: 409, text: '{"code":"1200"}' } : undefined;
    expect((await client.createPointOfSale(wanted)).posId).toBe(first.posId);
    const other = client.createPointOfSale({ ...wanted, name: 'Another till' });
    await expect(other).rejects.toMatchObject({ circumstances: { apiCode: '1200' } });
    expect(till.api.named(create)).toHaveLength(3);
  });
});

describe('to delete one', () => {
  test('a repeated call that finds it gone is content', async () => {
    const { posId = '' } = await client.createPointOfSale(wanted);
    till.api.onCall = (call, nth) =>
      call.name === remove && nth === 1 ? { kind: 'reset', after: true } : undefined;
    await client.deletePointOfSale(posId);
    expect(till.api.named(remove)).toHaveLength(2);
    // A till that never sold anything asks for no payments.
    expect(till.api.named('GET /payments')).toEqual([]);
    expect((await till.open().recover()).pointsOfSale).toEqual([]);
  });

  test('what is active on it is cancelled first', async () => {
    const { posId = '' } = await client.createPointOfSale(wanted);
    const { paymentId = '' } = await client.initiatePayment({ posId, amount: 100, currencyCode: 'DKK' });
    till.api.onCall = (call) => {
      if (call.name === remove) expect(till.api.payment(paymentId).status).toBe('CancelledByClient');
      return undefined;
    };
    await client.deletePointOfSale(posId);
    expect(till.api.pointsOfSale.size).toBe(0);
  });

  test('what was decided is carried out first', async () => {
    const { posId, paymentId } = await reservedPayment(till, client);
    till.api.onCall = (call) => (call.path.endsWith('/capture') ? { kind: 'reset' } : undefined);
    await expect(client.capturePayment(paymentId, 10_000)).rejects.toThrow(PosGaveUp);
    till.api.onCall = () => undefined;
    await client.deletePointOfSale(posId);
    expect(till.api.payment(paymentId).status).toBe('Captured');
  });

  test('a payment that waits for its capture stops it', async () => {
    const { posId } = await reservedPayment(till, client);
    await expect(client.deletePointOfSale(posId)).rejects.toThrow(PosRefused);
    expect(till.api.named(remove)).toEqual([]);
  });
});

describe('a check-in', () => {
  test('is polled for until somebody is there', async () => {
    const { posId = '' } = await client.createPointOfSale(wanted);
    till.api.onCall = (call, nth) => {
      if (call.path.endsWith('/checkin') && nth === 3) till.api.checkedIn = true;
      return call.path.endsWith('/checkin') && nth === 2 ? { kind: 'reset' } : undefined;
    };
    expect(await client.awaitCheckIn(posId)).toEqual({ isUserCheckedIn: true });
    expect(till.clock.slept).toEqual([50, 50]);
  });

  test('that never comes ends with the time, one that is never answered after six polls', async () => {
    const { posId = '' } = await client.createPointOfSale(wanted);
    expect(await client.awaitCheckIn(posId, { forMs: 90 })).toEqual({ isUserCheckedIn: false });
    till.api.onCall = () => ({ kind: 'answer', status: 503 });
    const asked = till.api.named('GET /pointofsales/:id/checkin').length;
    await expect(client.awaitCheckIn(posId)).rejects.toThrow(PosGaveUp);
    expect(till.api.named('GET /pointofsales/:id/checkin')).toHaveLength(asked + 6);
  });

  test('that a notification tells of is asked about, unless the PoS is not ours', async () => {
    const { posId = '' } = await client.createPointOfSale({ ...wanted, callbackAlias: 'till' });
    const { callbackUrl } = await client.listen();
    const asked = new Promise<void>((resolve) => {
      till.api.onCall = (call) => {
        if (call.path.endsWith('/checkin')) resolve();
        return undefined;
      };
    });
    const tell = async (body: string): Promise<number> =>
      (await fetch(callbackUrl, { method: 'POST', body })).status;
    expect(await tell(JSON.stringify({ PosId: posId, MerchantPosId: 'till-7' }))).toBe(200);
    await asked;
    expect(await tell(JSON.stringify({ PosId: 'somebody else' }))).toBe(200);
    expect(await tell('[]')).toBe(400);
    expect((await fetch(callbackUrl)).status).toBe(405);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { officialDescription, type Operation } from './description.ts';
import { idOf, startBench, STORE, type Answered, type HostBench } from './bench.ts';

/*
 * What a client generated from the official description sends: its paths, its required headers, its example bodies, in all the content
 * types that it lists. Every answer is held against that description by bench.ts. Skipped where the description isn't there.
 */

const official = officialDescription();

let bench: HostBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await bench.host.stop();
});

type Json = Record<string, unknown>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

/** The request as the description gives it, with ids of ours in the place of its examples. */
function send(operationId: string, ids: Record<string, string>, type?: string): Promise<Answered> {
  const operation = official?.operations.find((candidate) => candidate.operationId === operationId);
  if (operation === undefined) throw new Error(`${operationId} is not described`);
  const parameters = (operation.node['parameters'] ?? []) as Parameter[];
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let path = operation.path;
  const known: Record<string, string> = {
    Authorization: `Bearer ${bench.token}`,
    'X-MobilePay-Merchant-VAT-Number': 'DK90000028',
    'X-MobilePay-Client-System-Version': '2.1.0',
    'X-MobilePay-Idempotency-Key': crypto.randomUUID(),
    ...ids,
  };
  for (const { name, in: place, required } of parameters) {
    const value = known[name];
    if (value === undefined && required === true) throw new Error(`${operationId} needs ${name}`);
    if (value === undefined) continue;
    if (place === 'path') path = path.replace(`{${name}}`, value);
    else if (place === 'query') query.set(name, value);
    else headers[name] = value;
  }
  const body = bodyOf(operation, type, ids);
  return bench.send(operation.method, query.size === 0 ? path : `${path}?${query.toString()}`, {
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': body.type }) },
    ...(body === undefined ? {} : { body: body.members }),
  });
}

function bodyOf(
  { node }: Operation,
  wanted: string | undefined,
  ids: Record<string, string>,
): { readonly type: string; readonly members: Json } | undefined {
  const content = (node['requestBody'] as { content?: Record<string, { example?: Json }> } | undefined)
    ?.content;
  if (content === undefined) return undefined;
  const type = wanted ?? 'application/json';
  const members = { ...content[type]?.example };
  for (const name of Object.keys(members)) if (ids[name] !== undefined) members[name] = ids[name];
  return { type, members };
}

const TYPES = ['application/json', 'application/json-patch+json', 'text/json', 'application/*+json'];

test.runIf(official !== undefined)(
  'every operation of the official description is answered with 200 on a lawful way through them',
  async () => {
    const seen = new Set<string>();
    const done = async (operationId: string, ids: Record<string, string> = {}, type?: string) => {
      const answered = await send(operationId, ids, type);
      expect(answered.status, `${operationId} ${type ?? ''}: ${answered.text}`).toBe(200);
      seen.add(operationId);
      return answered;
    };
    const till = async (type: string): Promise<{ posId: string; beaconId: string }> => {
      const beaconId = crypto.randomUUID();
      const ids = { storeId: STORE, merchantPosId: crypto.randomUUID(), beaconId };
      return { posId: idOf(await done('CreatePos', ids, type), 'posId'), beaconId };
    };
    const phoneNumber = '+4520031801';
    await done('GetStores');
    await done('GetDetailedStores');
    await done('GetStore', { storeid: STORE });
    for (const type of TYPES) {
      const { posId, beaconId } = await till(type);
      const customer = { beaconId, phoneNumber };
      await done('GetPos', { posid: posId });
      await done('GetPosWithFilter', { beaconId });
      const prepared = idOf(await done('PreparePayment', { posId }, type), 'paymentId');
      await done('PaymentReady', { paymentid: prepared }, type);
      await done('CancelPayment', { paymentid: prepared });
      const paymentId = idOf(await done('InitiatePayment', { posId }, type), 'paymentId');
      await done('UserSimulationCheckin', customer, type);
      await done('GetCheckIn', { posid: posId });
      await done('UserSimulationAcceptPayment', customer, type);
      await done('QueryPaymentIds', { posId });
      await done('CapturePayment', { paymentid: paymentId }, type);
      expect((await done('QueryPayment', { paymentid: paymentId })).body['status']).toBe('Captured');
      for (const end of ['CancelRefund', 'CaptureRefund']) {
        const refundid = idOf(await done('CreateRefund', { paymentId }, type), 'refundId');
        await done('GetRefund', { refundid });
        await done('GetRefund', { refundid });
        await done(end, { refundid });
      }
      expect((await done('QueryRefundIds', { paymentId })).body['refundIds']).toHaveLength(2);
      await done('InitiatePayment', { posId }, type);
      await done('UserSimulationCheckin', customer, type);
      await done('UserSimulationCancelPayment', { beaconId }, type);
      await done('DeletePos', { posid: posId });
    }
    expect([...seen].sort()).toEqual(official?.operations.map(({ operationId }) => operationId).sort());
  },
);

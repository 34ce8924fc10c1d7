import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TillAtWork } from './till-at-work.ts';
import { tillAtWork } from './till-at-work.ts';

type Json = Record<string, unknown>;

const script = join(import.meta.dirname, '../../examples/python/till.py');
const environment = {
  ...process.env,
  TILL_READ_TIMEOUT: '5',
  TILL_WRITE_TIMEOUT: '5',
  TILL_RETRY_DELAY: '0.001',
};
const charge = { amount: 100.5, currencyCode: 'DKK' };
const broken = { kind: 'answer', status: 500 } as const;
let till: TillAtWork;
let child: ChildProcessWithoutNullStreams | undefined;
let answers: AsyncIterator<string>;
let log: string;

beforeEach(async () => {
  till = await tillAtWork();
  till.api.pollDelayInMs = 1;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await till.stop();
});

function introduction(): Json {
  const { api, stateDir } = till;
  return {
    protocol: { min: 1, max: 1 },
    lane: 'a',
    api: {
      baseUrl: `${api.origin}/pos/v10`,
      authBaseUrl: `${api.origin}/integrator-authentication`,
      clientId: 'id',
      clientSecret: 'secret',
      merchantVat: 'DK90000028',
      systemVersion: '2.1.0',
    },
    store: { merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' },
    stateDir,
    patienceMs: 2000,
    restarted: false,
  };
}

async function call(method: string, params: Json = {}): Promise<Json> {
  child?.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: method, method, params })}\n`);
  const line = await answers.next();
  if (line.done === true) throw new Error(`the till is gone: ${log}`);
  const answer = JSON.parse(line.value) as Json;
  expect(answer).toMatchObject({ jsonrpc: '2.0', id: method });
  return answer;
}

async function result(method: string, params: Json = {}): Promise<Json> {
  const answer = await call(method, params);
  expect(answer, log).not.toHaveProperty('error');
  return answer['result'] as Json;
}

/** Starts the process, as after a power cut where one was running. */
async function start(): Promise<Json> {
  child?.kill('SIGKILL');
  child = spawn('python3', [script], { env: environment });
  log = '';
  child.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()));
  answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return await result('initialize', introduction());
}

async function initiated(params: Json = {}): Promise<{ posId: string; paymentId: string }> {
  const { posId } = await result('createPointOfSale', { supportedBeaconTypes: ['QR'] });
  const { paymentId } = await result('initiatePayment', { posId, ...charge, ...params });
  return { posId: String(posId), paymentId: String(paymentId) };
}

function approve(): void {
  for (const payment of till.api.payments.values()) {
    if (payment.status === 'Initiated' || payment.status === 'IssuedToUser') payment.status = 'Reserved';
  }
}

/** Carries out one command in a process of its own. */
async function run(method: string, params: Json = {}): Promise<{ status: number | null; answer: Json }> {
  const env = { ...environment, POSCERT_METHOD: method, POSCERT_SESSION: JSON.stringify(introduction()) };
  const one = spawn('python3', [script], { env });
  let text = '';
  one.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  one.stdin.end(JSON.stringify(params));
  const status = await new Promise<number | null>((resolve) => one.on('close', resolve));
  return { status, answer: JSON.parse(text) as Json };
}

describe('driver process', () => {
  test('sells and refunds through lost answers, with one key each', async () => {
    const creating = ['POST /pointofsales', 'POST /payments', 'POST /refunds'];
    till.api.onCall = (one, nth) => {
      if (one.name === 'GET /payments/:id' && nth === 2) approve();
      if (creating.includes(one.name) && nth === 1) return { ...broken, after: true };
      if (creating.includes(one.name) && nth === 2) return { kind: 'truncate', after: true };
      return one.path.endsWith('/capture') && nth === 1 ? { kind: 'reset' } : undefined;
    };
    const { callbackUrl } = await start();
    const { paymentId } = await initiated({ orderId: 'A-1' });
    expect(await result('awaitPayment', { paymentId })).toEqual({
      state: 'Reserved',
      partialCapturePossible: false,
    });
    expect(await result('capturePayment', { paymentId, amount: 100.5 })).toEqual({ state: 'Captured' });
    const { refundId } = await result('initiateRefund', { orderId: 'A-1', amount: 0.5, currencyCode: 'DKK' });
    expect(await result('awaitRefund', { refundId })).toEqual({ state: 'Reserved' });
    expect(await result('captureRefund', { refundId })).toEqual({ state: 'Captured' });
    const beyond = await call('initiateRefund', { paymentId, amount: 100.5, currencyCode: 'DKK' });
    expect(beyond['error']).toMatchObject({ code: 1 });
    for (const name of creating) {
      const keys = till.api.named(name).map((one) => one.headers['x-mobilepay-idempotency-key']);
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
    }
    expect([till.api.pointsOfSale.size, till.api.payments.size, till.api.refunds.size]).toEqual([1, 1, 1]);
    const told = await fetch(String(callbackUrl), { method: 'POST', body: '{"PosId":"x"}' });
    expect(told.status).toBe(200);
    expect(await result('shutdown')).toEqual({});
  });

  test('prepares, waits for loyalty, readies and cancels', async () => {
    await start();
    const { posId } = await result('createPointOfSale', { supportedBeaconTypes: ['QR'] });
    const { paymentId } = await result('preparePayment', { posId, orderId: 'P-1' });
    const payment = till.api.payment(String(paymentId));
    till.api.onCall = (one, nth) => {
      if (one.name === 'GET /payments/:id' && nth === 1) payment.status = 'Paired';
      if (one.name === 'GET /payments/:id' && nth === 2) payment.loyaltyIds = ['L1'];
      return undefined;
    };
    const paired = await result('awaitPairing', { paymentId, loyalty: true });
    expect(paired).toEqual({ state: 'Paired', loyaltyIds: ['L1'] });
    expect(await result('readyPayment', { paymentId, ...charge })).toEqual({});
    expect(payment).toMatchObject({ status: 'IssuedToUser', amount: 100.5 });
    expect(await result('cancelPayment', { paymentId })).toEqual({ state: 'CancelledByClient' });
    till.api.checkedIn = true;
    expect(await result('awaitCheckin', { posId })).toEqual({ isUserCheckedIn: true });
    expect(await result('deletePointOfSale', { posId })).toEqual({});
  });

  test('cleans up a blocked PoS, and withdraws what it could not learn about', async () => {
    await start();
    const { posId } = await initiated();
    const { paymentId } = await result('initiatePayment', { posId, ...charge });
    expect([...till.api.payments.values()].map(({ status }) => status)).toEqual([
      'CancelledByClient',
      'Initiated',
    ]);
    await result('cancelPayment', { paymentId });
    till.api.onCall = (one, nth) =>
      one.name === 'POST /payments' ? { ...broken, after: nth === 4 } : undefined;
    expect((await call('initiatePayment', { posId, ...charge }))['error']).toMatchObject({ code: 2 });
    expect([...till.api.payments.values()].map(({ status }) => status)).toEqual(
      Array(3).fill('CancelledByClient'),
    );
  });

  test('remembers over kills what it was about to do', async () => {
    await start();
    const { paymentId, posId } = await initiated();
    approve();
    await result('awaitPayment', { paymentId });
    till.api.onCall = (one) => (one.path.endsWith('/capture') ? broken : undefined);
    expect((await call('capturePayment', { paymentId, amount: 100.5 }))['error']).toMatchObject({ code: 2 });
    await start();
    expect(await result('settle')).toEqual({ payments: [{ paymentId, state: 'Reserved' }], refunds: [] });
    till.api.onCall = () => undefined;
    till.api.pointsOfSale.clear();
    await start();
    const recovered = await result('recover');
    expect(recovered).toMatchObject({ payments: [{ paymentId, state: 'Captured' }], refunds: [] });
    expect(recovered['posId']).toBe([...till.api.pointsOfSale.keys()][0]);
    expect(recovered['posId']).not.toBe(posId);
  });

  test('cancels after six silent polls, and instead of capturing a part where none is possible', async () => {
    await start();
    const { paymentId, posId } = await initiated();
    till.api.onCall = (one, nth) =>
      one.name === 'GET /payments/:id' && nth > 1 ? { kind: 'reset' } : undefined;
    expect(await result('awaitPayment', { paymentId })).toEqual({ state: 'CancelledByClient' });
    expect(till.api.named('GET /payments/:id')).toHaveLength(7);
    till.api.onCall = () => undefined;
    const { paymentId: next } = await result('initiatePayment', { posId, ...charge });
    approve();
    await result('awaitPayment', { paymentId: next });
    expect(await result('capturePayment', { paymentId: next, amount: 60 })).toEqual({
      state: 'CancelledByClient',
    });
  });

  test('renews its token, names what it does not know, and follows no redirect', async () => {
    await start();
    const { posId } = await initiated();
    till.api.tokens.clear();
    await result('initiatePayment', { posId, ...charge });
    expect((await call('dance'))['error']).toMatchObject({ code: -32601 });
    const missing = (await call('initiatePayment', { posId }))['error'];
    expect(missing).toMatchObject({ code: -32602, message: expect.stringContaining('amount') as string });
    till.api.onCall = () => ({
      kind: 'answer',
      status: 302,
      headers: { location: `${till.api.origin}/elsewhere` },
    });
    expect((await call('deletePointOfSale', { posId }))['error']).toMatchObject({ code: 2 });
    expect(till.api.calls.filter((one) => one.path === '/elsewhere')).toEqual([]);
  });
});

describe('driver oneshot', () => {
  test('introduces itself without a callback and says by its exit code what it cannot do', async () => {
    const { status, answer } = await run('initialize', introduction());
    expect([status, answer['version'], answer['callbackUrl']]).toEqual([0, '2.1.0', undefined]);
    expect((await run('dance')).status).toBe(12);
    expect(await run('cancelRefund')).toMatchObject({
      status: 1,
      answer: { message: "'refundId' is missing" },
    });
  });

  test('keeps on the disk what must last', async () => {
    const { posId } = (await run('createPointOfSale', { supportedBeaconTypes: ['QR'] })).answer;
    const { paymentId } = (await run('initiatePayment', { posId, ...charge })).answer;
    approve();
    expect((await run('capturePayment', { paymentId, amount: 200 })).status).toBe(10);
    till.api.onCall = (one) => (one.path.endsWith('/capture') ? broken : undefined);
    expect((await run('capturePayment', { paymentId, amount: 100.5 })).status).toBe(11);
    till.api.onCall = () => undefined;
    expect(await run('settle')).toEqual({
      status: 0,
      answer: { payments: [{ paymentId, state: 'Captured' }], refunds: [] },
    });
    expect(till.api.named('POST /integrator-authentication/connect/token')).toHaveLength(1);
  });
});

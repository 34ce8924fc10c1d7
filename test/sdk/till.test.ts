import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTill } from '../../src/sdk/till/main.ts';
import type { TillAtWork } from './till-at-work.ts';
import { tillAtWork } from './till-at-work.ts';

let till: TillAtWork;
let input: PassThrough;
let running: Promise<void>;
let stderr: string;
const answers: Record<string, unknown>[] = [];
let waiting: ((answer: Record<string, unknown>) => void) | undefined;

beforeEach(async () => {
  till = await tillAtWork();
  till.api.pollDelayInMs = 1;
  start();
});

afterEach(async () => {
  input.end();
  await running;
  await till.stop();
});

function start(): void {
  input = new PassThrough();
  const output = new PassThrough();
  const log = new PassThrough();
  stderr = '';
  log.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  output.on('data', (bytes: Buffer) => {
    for (const line of bytes.toString().split('\n').filter(Boolean)) {
      const answer = JSON.parse(line) as Record<string, unknown>;
      answers.push(answer);
      waiting?.(answer);
    }
  });
  const environment = { POSCERT_SDK_READ_TIMEOUT: '2', POSCERT_SDK_RETRY_DELAY: '0.001' };
  running = runTill({ input, output, log, environment });
}

async function line(text: string): Promise<Record<string, unknown>> {
  const answer = new Promise<Record<string, unknown>>((resolve) => (waiting = resolve));
  input.write(text);
  return await answer;
}

async function call(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  return await line(
    `${JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: { lane: 'a', ...params } })}\n`,
  );
}

async function result(
  method: string,
  params: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const answer = await call(method, params);
  expect(answer).not.toHaveProperty('error');
  return answer['result'] as Record<string, unknown>;
}

function introduction(more: Record<string, unknown> = {}): Record<string, unknown> {
  const { api, stateDir } = till;
  return {
    protocol: { min: 1, max: 1 },
    api: {
      baseUrl: `${api.origin}/pos/v10`,
      authBaseUrl: `${api.origin}/integrator-authentication`,
      clientId: 'id',
      clientSecret: 'secret',
      merchantVat: 'DK90000028',
      ...more,
    },
    store: { merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' },
    stateDir,
    patienceMs: 2000,
    restarted: false,
  };
}

test('introduces itself with the version it is given, or its own', async () => {
  expect(await result('initialize', introduction({ systemVersion: '4.5.6' }))).toMatchObject({
    protocol: 1,
    version: '4.5.6',
    behaviours: ['cancelsOnRestart'],
  });
  expect((await result('initialize', introduction()))['version']).toMatch(/^\d+\.\d+\.\d+$/);
});

test('sells, refunds, recovers and settles by the protocol', async () => {
  till.api.onCall = (one) => {
    // The customer pays at the second look.
    if (one.name === 'GET /payments/:id' && till.api.named(one.name).length === 2) {
      for (const payment of till.api.payments.values()) payment.status = 'Reserved';
    }
    return undefined;
  };
  await result('initialize', introduction());
  const { posId, beaconId, merchantPosId } = await result('createPointOfSale', {
    supportedBeaconTypes: ['QR'],
  });
  expect(beaconId).toBe(till.api.pointsOfSale.get(String(posId))?.['beaconId']);
  expect(merchantPosId).toMatch(/^till-/);
  const sale = { posId, orderId: 'A-1', amount: 100.5, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
  const { paymentId } = await result('initiatePayment', sale);
  expect(await result('awaitPayment', { paymentId })).toEqual({ state: 'Reserved' });
  expect(await result('capturePayment', { paymentId, amount: 100.5 })).toEqual({ state: 'Captured' });
  expect(till.api.payment(String(paymentId)).captured).toBe(100.5);
  const { refundId } = await result('initiateRefund', { orderId: 'A-1', amount: 0.5, currencyCode: 'DKK' });
  expect(await result('awaitRefund', { refundId })).toEqual({ state: 'Reserved' });
  expect(await result('captureRefund', { refundId })).toEqual({ state: 'Captured' });
  expect(await result('settle')).toEqual({ payments: [], refunds: [] });
  expect(await result('recover')).toEqual({ posId, payments: [], refunds: [] });
  expect(await result('deletePointOfSale', { posId })).toEqual({});
  expect(await result('shutdown')).toEqual({});
  await running;
});

test('takes a notification at the URL it names', async () => {
  const { callbackUrl } = await result('initialize', introduction());
  const pos = { supportedBeaconTypes: ['QR'], callbackAlias: 'till' };
  const { posId } = await result('createPointOfSale', pos);
  till.api.checkedIn = true;
  const answer = await fetch(String(callbackUrl), { method: 'POST', body: JSON.stringify({ PosId: posId }) });
  expect(answer.status).toBe(200);
  expect((await fetch(String(callbackUrl), { method: 'POST', body: 'rubbish' })).status).toBe(400);
  expect(await result('awaitCheckin', { posId })).toEqual({ isUserCheckedIn: true });
});

test('says refused with the code of the API, gave up, and what it does not know', async () => {
  await result('initialize', introduction());
  till.api.onCall = (one) =>
    one.name === 'POST /pointofsales'
      ? { kind: 'answer', status: 400, text: '{"code":"1112","message":"PosName"}' }
      : undefined;
  const refused = await call('createPointOfSale', { supportedBeaconTypes: ['QR'] });
  expect(refused['error']).toMatchObject({ code: 1, data: { apiCode: '1112' } });
  till.api.onCall = () => ({ kind: 'answer', status: 500 });
  expect((await call('createPointOfSale', { supportedBeaconTypes: ['QR'] }))['error']).toMatchObject({
    code: 2,
  });
  expect((await call('capturePayment', { amount: 1 }))['error']).toMatchObject({
    code: -32602,
    message: expect.stringContaining('paymentId') as string,
  });
  expect((await call('dance'))['error']).toMatchObject({ code: -32601 });
  expect((await call('toString'))['error']).toMatchObject({ code: -32601 });
  expect(stderr).toContain('HTTP 500');
  expect(stderr).not.toContain('secret');
});

test('splits its input at \\n alone, and goes on after a line that is no JSON', async () => {
  expect((await line('this is no JSON\n'))['error']).toMatchObject({ code: -32700 });
  const text = JSON.stringify({
    jsonrpc: '2.0',
    id: 'x',
    method: 'initialize',
    params: { note: '\u2028é', ...introduction() },
  });
  const bytes = Buffer.from(`${text}\n`);
  const cut = bytes.indexOf(0xc3) + 1;
  input.write(bytes.subarray(0, cut));
  const answer = new Promise<Record<string, unknown>>((resolve) => (waiting = resolve));
  input.write(bytes.subarray(cut));
  expect(await answer).toMatchObject({ id: 'x', result: { protocol: 1 } });
});

test('refuses a protocol that it does not speak', async () => {
  const answer = await call('initialize', { ...introduction(), protocol: { min: 2, max: 3 } });
  expect(answer['error']).toMatchObject({ code: -32602 });
});

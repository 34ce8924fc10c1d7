import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defectTable } from './defects.mjs';
import { habitTable } from './habits.mjs';
import { type Ending, openTill, startTill, TILL } from './lib/drive.mjs';
import { type FakeApi, type Fault, openFakeApi, type Seen } from './lib/fake-api.mjs';

let api: FakeApi;
let stateDir: string;
beforeEach(async () => {
  // Long beside what a busy machine adds to a wait that is none.
  api = await openFakeApi({ pollDelayInMs: 100 });
  stateDir = await mkdtemp(path.join(tmpdir(), 'poscert-till-'));
});
afterEach(async () => {
  await api.close();
  await rm(stateDir, { recursive: true, force: true });
});

type Say = (command: string, params?: object) => Promise<Ending>;
const idOf = (ending: Ending, member: string): string => {
  const id = ending.result?.[member];
  if (typeof id !== 'string') throw new Error(`no ${member}: ${JSON.stringify(ending)}`);
  return id;
};
const fail = (match: string, ...faults: Fault[]): void => {
  api.faults.push(...faults.map((fault) => ({ match, fault })));
};
const PAY = 'POST /payments';
const CAPTURE = 'POST /payments/.*/capture';
const five = (fault: Fault): Fault[] => Array<Fault>(5).fill(fault);

/** A day at the till: a PoS, a payment and a refund, each met by a time-out and a 500 on its way. */
async function sell(say: Say): Promise<void> {
  fail('POST /pointofsales', 'timeout', 500);
  fail(PAY, 'timeout', 500);
  fail(CAPTURE, 'timeout', 500);
  fail('POST /refunds', 'timeout', 500);
  const created = await say('createPointOfSale', {
    supportedBeaconTypes: ['QR'],
    merchantPosId: 'till-1',
    name: 'Till 1',
  });
  const posId = idOf(created, 'posId');
  expect(created.result).toHaveProperty('beaconId');
  expect((await say('awaitCheckin', { posId })).result).toEqual({ isUserCheckedIn: true });
  const order = { posId, orderId: 'A-1', amount: 100, currencyCode: 'DKK' };
  const paymentId = idOf(await say('initiatePayment', order), 'paymentId');
  expect((await say('awaitPayment', { paymentId })).result).toMatchObject({ state: 'Reserved' });
  expect((await say('capturePayment', { paymentId, amount: 100 })).result).toEqual({ state: 'Captured' });
  const refundId = idOf(
    await say('initiateRefund', { paymentId, amount: 40, currencyCode: 'DKK' }),
    'refundId',
  );
  expect((await say('awaitRefund', { refundId })).result).toEqual({ state: 'Reserved' });
  expect((await say('captureRefund', { refundId })).result).toEqual({ state: 'Captured' });
  expect((await say('settle')).result).toEqual({ payments: [], refunds: [] });
  expect((await say('deletePointOfSale', { posId })).result).toEqual({});
}

function expectOneOfEach(): void {
  expect(api.faults).toEqual([]);
  expect([...api.state.payments.values()].map((one) => [one.status, one.captured])).toEqual([
    ['Captured', 100],
  ]);
  expect([...api.state.refunds.values()].map((one) => one.status)).toEqual(['Captured']);
  expect(api.state.pointsOfSale.size).toBe(0);
  for (const create of ['POST /pointofsales', PAY, 'POST /refunds']) {
    expect(api.calls(create)).toHaveLength(3);
    expect(new Set(api.calls(create).map((one) => one.key)).size).toBe(1);
  }
}

const brisk = ['--write-timeout=150', '--read-timeout=150', '--backoff=20'];

describe('the lawful till completes a day', () => {
  it('as a process', async () => {
    const till = startTill(brisk, { api: api.api, stateDir });
    const hello = await till.initialize();
    expect(hello.result).toMatchObject({ protocol: 1, version: '2.1.0', behaviours: ['cancelsOnRestart'] });
    await sell((command, params) => till.send(command, params));
    expectOneOfEach();
    expect((await till.send('fly')).error?.code).toBe(-32601);
    const bad = await till.send('capturePayment', { paymentId: 'x' });
    expect(bad.error).toMatchObject({ code: -32602, message: expect.stringContaining('amount') as string });
    expect((await till.send('shutdown')).result).toEqual({});
    expect(await till.exited).toMatchObject({ code: 0 });
  });

  it('over http', async () => {
    const child = spawn(process.execPath, [TILL, '--quiet', '--http', '0', ...brisk], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await new Promise<string>((resolve) => {
        child.stdout.once('data', (chunk: Buffer) => {
          resolve(chunk.toString().trim());
        });
      });
      const say: Say = async (method, params = {}) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { lane: 'a', ...params } });
        const answer = await fetch(url, { method: 'POST', body });
        expect(answer.headers.get('content-type')).toBe('application/json');
        return (await answer.json()) as Ending;
      };
      const given = { ...session(), stateDir: 'lane-a' };
      await say('initialize', given);
      await sell(say);
      expectOneOfEach();
      // a soft restart abandons what is under way, and remembers what was stored
      const created = await say('createPointOfSale', {
        supportedBeaconTypes: ['QR'],
        merchantPosId: 'till-2',
      });
      const posId = idOf(created, 'posId');
      api.state.ways = ['Initiated'];
      const paymentId = idOf(
        await say('initiatePayment', { posId, amount: 5, currencyCode: 'DKK' }),
        'paymentId',
      );
      const waiting = say('awaitPayment', { paymentId });
      await say('initialize', { ...given, restarted: true });
      expect((await waiting).error).toBeDefined();
      const back = await say('recover');
      expect(back.result).toEqual({ posId, payments: [{ paymentId, state: 'CancelledByClient' }] });
    } finally {
      child.kill();
    }
  });

  it('one command a process', async () => {
    const codes: (number | null)[] = [];
    const given = { ...session(), stateDir };
    const say: Say = (method, params = method === 'initialize' ? given : {}) =>
      new Promise((resolve) => {
        const env = { ...process.env, POSCERT_METHOD: method, POSCERT_SESSION: JSON.stringify(given) };
        const child = spawn(process.execPath, [TILL, '--quiet', ...brisk], {
          env,
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
        child.on('close', (code) => {
          codes.push(code);
          const object = JSON.parse(text) as Record<string, unknown>;
          resolve(
            code === 0 ? { result: object } : { error: { code: code ?? -1, message: '', data: object } },
          );
        });
        child.stdin.end(JSON.stringify(params));
      });
    await say('initialize');
    await sell(say);
    expectOneOfEach();
    expect(new Set(codes)).toEqual(new Set([0]));
    expect(api.calls('POST .*/connect/token'), 'the token is kept between commands').toHaveLength(1);
    expect((await say('fly')).error).toMatchObject({
      code: 12,
      data: { message: expect.any(String) as string },
    });
    const refused = await say('initiatePayment', { posId: 'gone', amount: 1, currencyCode: 'DKK' });
    expect(refused.error).toMatchObject({ code: 10, data: { data: { apiCode: '1000' } } });
    fail(PAY, ...five(500));
    const gaveUp = await say('initiatePayment', { posId: 'gone', amount: 1, currencyCode: 'DKK' });
    expect(gaveUp.error?.code).toBe(11);
  }, 20_000);
});

const session = (): object => ({
  protocol: { min: 1, max: 1 },
  lane: 'a',
  api: api.api,
  store: { merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' },
  patienceMs: 2000,
  restarted: false,
});

describe('the lawful till after a power cut', () => {
  it('finds its PoS and cancels the payment whose initiation was on the wire', async () => {
    const first = startTill(brisk, { api: api.api, stateDir });
    await first.initialize();
    const posId = idOf(await first.send('createPointOfSale', { supportedBeaconTypes: ['QR'] }), 'posId');
    fail(PAY, 'timeout');
    const lost = first.send('initiatePayment', { posId, amount: 5, currencyCode: 'DKK' });
    lost.catch(() => undefined);
    await expect.poll(() => api.calls(PAY).length).toBe(1);
    await first.kill();
    await expect(lost).rejects.toThrow();
    const second = startTill(brisk, { api: api.api, stateDir, restarted: true });
    await second.initialize();
    const back = await second.send('recover');
    expect(back.result).toMatchObject({ posId });
    expect([...api.state.payments.values()].map((one) => one.status)).toEqual(['CancelledByClient']);
    expect(api.calls('POST /pointofsales')).toHaveLength(1);
    await second.send('shutdown');
    await second.exited;
  });

  it('finishes a capture as it was decided, once', async () => {
    const till = await openTill([], { api: api.api, stateDir });
    const posId = idOf(await till.say('createPointOfSale', { supportedBeaconTypes: ['QR'] }), 'posId');
    const paymentId = idOf(
      await till.say('initiatePayment', { posId, amount: 5, currencyCode: 'DKK' }),
      'paymentId',
    );
    await till.say('awaitPayment', { paymentId });
    fail(CAPTURE, ...five(500));
    const hanging = await till.say('capturePayment', { paymentId, amount: 5 });
    expect(hanging.error).toMatchObject({ code: 2, data: { state: 'Reserved' } });
    till.close();
    const again = await openTill([], { api: api.api, stateDir, restarted: true });
    expect((await again.say('recover')).result).toMatchObject({
      payments: [{ paymentId, state: 'Reserved' }],
    });
    expect((await again.say('settle')).result).toMatchObject({
      payments: [{ paymentId, state: 'Captured' }],
    });
    expect((await again.say('settle')).result).toEqual({ payments: [], refunds: [] });
    expect(api.calls(CAPTURE)).toHaveLength(6);
    again.close();
  });
});

/** cases.md, Obligations: the must ones, then the should ones. */
const OBLIGATIONS =
  `bearer-token merchant-stated version-header version-as-declared backend-has-the-truth retry-after-network-error
  retry-after-server-error at-most-five-retries idempotency-key-sent idempotency-key-fresh idempotency-key-kept same-request-on-retry
  poll-delay captured-or-cancelled decision-kept partial-capture-flag at-most-the-reserved-amount prepared-before-ready merchant-pos-id
  beacon-types beacon-format notification-answered refund-within-bounds refund-finished text-formats amount-format store-looked-up
  only-claimed-features token-stays-home planned-capture-delay
  version-line spaced-retries no-retry-when-refused look-up-after-conflict write-timeout read-timeout poll-goes-on-after-silence
  poll-as-fast-as-allowed unique-order-ids ends-polling-at-the-end finds-pos-on-restart deletes-pos-last token-reused`.split(
    /\s+/,
  );

describe('the tables', () => {
  it('name each defect and habit once, with a sentence', () => {
    for (const table of [defectTable, habitTable]) {
      const names = table.map((one) => one.name);
      expect(new Set(names).size).toBe(names.length);
      for (const one of table) expect(one.sentence, one.name).toMatch(/^[A-ZØ].*\.$/);
    }
    expect(defectTable.length).toBeGreaterThanOrEqual(60);
    for (const one of defectTable) expect(one.seenIn, one.name).toMatch(/^[a-z-]+\/[a-z0-9*-]+$/);
  });

  it('leave no obligation that traffic can show without a defect', async () => {
    const folder = new URL('../../cases/pos-v10/obligations/', import.meta.url);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
    const written = await Promise.all(
      files.map(
        async (file) => [file.replace(/\.yaml$/, ''), await readFile(new URL(file, folder), 'utf8')] as const,
      ),
    );
    const shownByTraffic = written.filter(([, text]) => !/^unobservable:/m.test(text)).map(([id]) => id);
    const broken = new Set(defectTable.map((one) => one.breaks));
    expect([...OBLIGATIONS, ...shownByTraffic].filter((id) => !broken.has(id))).toEqual([]);
    const others = ['step', 'client-error', 'unsupported', 'unproven', 'warning'];
    const named = new Set([...OBLIGATIONS, ...shownByTraffic, ...others]);
    expect([...broken].filter((id) => !named.has(id))).toEqual([]);
  });

  it('hold no name that the till does not take, and refuse others', async () => {
    const ok = (flags: string[]): Promise<string> =>
      openTill(flags, { api: api.api, stateDir }).then(
        (till) => {
          till.close();
          return 'ok';
        },
        (cause: unknown) => String(cause),
      );
    const crashing = new Set(['crashes-at-start', 'leaves-at-start', 'banner-on-stdout']);
    for (const { name } of defectTable)
      if (!crashing.has(name)) expect(await ok(['--defect', name]), name).toBe('ok');
    for (const { name } of habitTable) expect(await ok(['--habit', name]), name).toBe('ok');
    expect(await ok(['--defect', 'no-such-thing'])).toContain('no such defect');
    expect(await ok(['--habit', 'no-such-thing'])).toContain('no such habit');
  });
});

/** What the log of a sale shows of one defect; none of it may show of the lawful till. */
const shown: Record<string, () => boolean> = {
  'fresh-key-on-retry': () => keys(PAY).size === 3,
  'no-key-on-refunds': () => api.calls('POST /refunds').some((one) => one.key === undefined),
  'key-too-long': () => api.calls(PAY).some((one) => (one.key ?? '').length > 36),
  'no-retry-on-500': () => api.calls(PAY).length === 2,
  'no-retry-on-time-out': () => api.calls(PAY).length === 1,
  'retry-with-other-amount': () => bodies(PAY).size > 1,
  'retry-captures-less': () => bodies(CAPTURE).size > 1,
  'retries-at-once': () => gaps(PAY).some((gap, index) => index === 2 && gap < 20),
  'polls-without-delay': () => gaps('GET /payments/[^/]+').some((gap) => gap < 80),
  'stops-after-lost-poll': () => api.calls('GET /payments/[^/]+').length === 2,
  'keeps-polling-after-the-end': () => followed(CAPTURE, 'GET'),
  'no-version-on-polls': () =>
    api.calls('GET .*').some((one) => one.headers['x-mobilepay-client-system-version'] === undefined),
  'version-of-two-parts': () => header('x-mobilepay-client-system-version', '2.1'),
  'version-twice': () => api.log.some((one) => count(one, 'x-mobilepay-client-system-version') > 1),
  'vat-without-country': () => header('x-mobilepay-merchant-vat-number', '90000028'),
  'token-for-every-call': () => api.calls('POST .*/connect/token').length > 3,
  'token-in-the-url': () => api.log.some((one) => 'access_token' in one.query),
  'amount-as-string': () =>
    bodies(PAY).has('"100.00"') || api.calls(PAY).some((one) => has(one, 'amount', '100.00')),
  'guessed-store-id': () => api.calls('GET /stores').length === 0,
  'beacon-of-14-digits': () =>
    api.calls('POST /pointofsales').some((one) => /"beaconId":"\d{14}"/.test(JSON.stringify(one.body))),
  'no-merchant-pos-id': () =>
    api.calls('POST /pointofsales').some((one) => !JSON.stringify(one.body).includes('merchantPosId')),
  'never-captures': () => api.calls(CAPTURE).length === 0,
  'captures-twice': () => api.calls(CAPTURE).length === 4,
  'captures-more-than-reserved': () => api.calls(CAPTURE).some((one) => has(one, 'amount', 101)),
  'captures-without-looking': () => followed(PAY, 'POST', /capture/),
  'polls-the-sale-before': () => new Set(looked()).size === 2,
  'captures-the-sale-before': () => api.calls('POST /payments/A-1/capture').length > 0,
  'names-every-pos-alike': () => api.calls('POST /pointofsales').some((one) => has(one, 'name', 'Till')),
  'refunds-more-than-asked': () => api.calls('POST /refunds').some((one) => has(one, 'amount', 41)),
  'calls-unclaimed-operations': () => api.calls('POST /payments/prepare').length > 0,
  'invents-a-payment': () => api.calls(PAY).length === 0 && api.calls('GET /payments/[^/]+').length > 0,
  'does-nothing': () => api.log.length === 0,
};
const looked = (): string[] => api.calls('GET /payments/[^/]+').map((one) => one.path);
const keys = (match: string): Set<unknown> => new Set(api.calls(match).map((one) => one.key));
const bodies = (match: string): Set<string> =>
  new Set(api.calls(match).map((one) => JSON.stringify(one.body)));
const gaps = (match: string): number[] =>
  api.calls(match).map((one, index, all) => one.at - (all[index - 1]?.at ?? -Infinity));
const header = (name: string, value: string): boolean => api.log.some((one) => one.headers[name] === value);
const count = (one: Seen, name: string): number =>
  one.rawHeaders.filter((text) => text.toLowerCase() === name).length;
const has = (one: Seen, member: string, value: unknown): boolean =>
  (one.body as Record<string, unknown>)[member] === value;
/** Whether the last request that fits `match` is followed at once by one of `method` on a payment. */
function followed(match: string, method: string, where = /^\/payments\//): boolean {
  const last = api.calls(match).at(-1);
  const next = last === undefined ? undefined : api.log[api.log.indexOf(last) + 1];
  return next !== undefined && next.method === method && where.test(next.path);
}

/** A PoS, a payment with faults on its way, and a refund, whatever comes of them. */
async function tryToSell(flags: string[], first: Fault = 'timeout'): Promise<void> {
  const till = await openTill(flags, { api: api.api, stateDir, patienceMs: 1500 });
  const member = async (ending: Promise<Ending>, name: string): Promise<unknown> =>
    (await ending).result?.[name];
  const posId = await member(till.say('createPointOfSale', { supportedBeaconTypes: ['QR'] }), 'posId');
  fail(PAY, first, 500);
  const order = { posId, orderId: 'A-1', amount: 100, currencyCode: 'DKK' };
  const paymentId = await member(till.say('initiatePayment', order), 'paymentId');
  if (typeof paymentId === 'string') {
    fail('GET /payments/[^/]+', first);
    await till.say('awaitPayment', { paymentId });
    fail(CAPTURE, first, 500);
    await till.say('capturePayment', { paymentId, amount: 100 });
    await till.say('initiateRefund', { paymentId, amount: 40, currencyCode: 'DKK' });
  }
  till.close();
}

describe('a defect shows in the traffic', () => {
  it('and none shows of the lawful till', async () => {
    await tryToSell([]);
    for (const [name, isSeen] of Object.entries(shown)) expect(isSeen(), name).toBe(false);
  });
  it.each(Object.keys(shown))('%s', async (name) => {
    await tryToSell(['--defect', name]);
    expect(shown[name]?.()).toBe(true);
  });
});

describe('a habit leads to the same end', () => {
  const slow = new Set(['has-a-child', 'chatty-stderr']);
  it.each(habitTable.map((one) => one.name).filter((name) => !slow.has(name)))('%s', async (name) => {
    await tryToSell(['--habit', name], 503);
    expect([...api.state.payments.values()].map((one) => [one.status, one.captured])).toEqual([
      ['Captured', 100],
    ]);
    expect(api.state.refunds.size).toBe(1);
  });
});

describe('a till that breaks the client protocol', () => {
  const firstLine = async (defect: string): Promise<string> => {
    const till = startTill(['--defect', defect], { api: api.api, stateDir });
    till.initialize().catch(() => undefined);
    await expect.poll(() => till.lines.length).toBeGreaterThan(0);
    await till.kill();
    return till.lines[0] ?? '';
  };
  it('prints its log, an unknown id, or half an answer', async () => {
    expect(await firstLine('prints-log-on-stdout')).toMatch(/^\[info\]/);
    expect(JSON.parse(await firstLine('wrong-id'))).toMatchObject({ id: 4711 });
    const half = await firstLine('broken-json');
    expect(() => JSON.parse(half) as unknown).toThrow();
    expect((await firstLine('floods-stdout')).length).toBeGreaterThan(2 ** 20);
  });
  it('leaves at its start, or dies in a command', async () => {
    const start = startTill(['--defect', 'crashes-at-start'], { api: api.api, stateDir });
    expect(await start.exited).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('display') as string,
    });
    const till = startTill(['--defect', 'crashes-mid-command'], { api: api.api, stateDir });
    await till.initialize();
    const posId = idOf(await till.send('createPointOfSale', { supportedBeaconTypes: ['QR'] }), 'posId');
    await expect(till.send('initiatePayment', { posId, amount: 5, currencyCode: 'DKK' })).rejects.toThrow(
      'left: 1',
    );
    expect(api.calls(PAY)).toHaveLength(1);
  });
});

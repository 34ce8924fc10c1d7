import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once as onceEvent } from 'node:events';
import { fileURLToPath } from 'node:url';
import { load, once } from './load.mjs';

/*
 * How fast the sandbox is: over HTTP beside a bare node:http server that answers as many bytes, and its pure step alone with many payments.
 * Loopback only; bounded in time. Wants `npm run build` first.
 *
 *   node bench/sandbox.mjs [--pairs 5] [--rounds 3] [--ms 1000] [--connections 16] [--payments 100000] [--least 0.6]
 *
 * Exit 1 where the sandbox is below the share of the bare server's throughput that --least says.
 */

const flag = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const PAIRS = flag('pairs', 5);
const ROUNDS = flag('rounds', 3);
const MS = flag('ms', 1000);
const CONNECTIONS = flag('connections', 16);
const PAYMENTS = flag('payments', 100_000);
const LEAST = flag('least', 0.6);

const STORE = '9d0a9c45-1793-4e82-9410-b0ee6779ab60';
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const children = new Set();

/** Starts a server and waits for its first line. */
async function started(file, ...args) {
  const child = spawn(process.execPath, [here(file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const [line] = await onceEvent(child.stdout.setEncoding('utf8'), 'data');
  return { child, line };
}

function request(method, path, token, body, more = '') {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type = text === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n`;
  return (
    `${method} /pos/v10${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
    `X-MobilePay-Merchant-VAT-Number: DK90000028\r\nX-MobilePay-Client-System-Version: 2.1.0\r\nAccept: */*\r\n${more}${type}\r\n${text}`
  );
}
const key = (value = randomUUID()) => `X-MobilePay-Idempotency-Key: ${value}\r\n`;
/** Stands where ids and keys come. */
const KEY = randomUUID();
const jsonOf = (answer) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

let port = 0;

/** A sandbox of its own with a till for each connection, and what each scenario asks of it. */
async function openSandbox() {
  const { child, line } = await started('../bin/poscert.js', 'sandbox', '--json');
  port = Number(new URL(JSON.parse(line).baseUrl).port);
  const form = 'grant_type=client_credentials';
  const basic = Buffer.from('11111111-1111-4111-8111-111111111111:secret').toString('base64');
  const token = jsonOf(
    await once(
      port,
      `POST /integrator-authentication/connect/token HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Basic ${basic}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
    ),
  ).access_token;
  const tills = [];
  for (let till = 0; till < CONNECTIONS; till += 1) {
    const body = {
      merchantPosId: `till-${till}`,
      storeId: STORE,
      name: 'Till',
      supportedBeaconTypes: ['QR'],
    };
    tills.push(jsonOf(await once(port, request('POST', '/pointofsales', token, body, key()))).posId);
  }
  // Pieces of text that are put together cost the load next to nothing, so that the servers are what is measured.
  const pieces = tills.map((posId) =>
    request(
      'POST',
      '/payments',
      token,
      { posId, orderId: 'A-1001', amount: 25.5, currencyCode: 'DKK', plannedCaptureDelay: 'None' },
      key(KEY),
    ).split(KEY),
  );
  let keys = 0;
  const initiate = (connection) => {
    const [before, after] = pieces[connection];
    return `${before}${KEY.slice(0, 24)}${String((keys += 1)).padStart(12, '0')}${after}`;
  };
  const [beforeId, afterId] = request('POST', `/payments/${KEY}/cancel`, token).split(KEY);
  const cancel = (id) => `${beforeId}${id}${afterId}`;
  const { paymentId } = jsonOf(await once(port, initiate(0)));
  /** What each connection left open when its time was up: the next round would be refused (1301) all along. */
  const left = [paymentId];
  const pollPayment = request('GET', `/payments/${paymentId}`, token);
  const pollCheckIns = tills.map((posId) => request('GET', `/pointofsales/${posId}/checkin`, token));
  const sizeOf = async (poll) => JSON.stringify(jsonOf(await once(port, poll))).length;
  return {
    child,
    scenarios: {
      'poll a payment': {
        size: await sizeOf(pollPayment),
        *script() {
          for (;;) yield pollPayment;
        },
      },
      'poll a check-in': {
        size: await sizeOf(pollCheckIns[0]),
        *script(connection) {
          for (;;) yield pollCheckIns[connection];
        },
      },
      'initiate and cancel': {
        size: 52,
        *script(connection) {
          for (;;) {
            if (left[connection] !== undefined) yield cancel(left[connection]);
            const answer = yield initiate(connection);
            if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`A payment was refused: ${answer}`);
            left[connection] = answer.slice(-38, -2);
          }
        },
        /** The same requests to the bare server, whose answers are of no use to a script. */
        *replayed(connection) {
          for (;;) {
            yield initiate(connection);
            yield cancel(paymentId);
          }
        },
      },
    },
  };
}

/**
 * Several pairs of servers for each scenario, started anew: what a process comes to depends on its luck with memory and compiler, by a
 * tenth and more, so that one pair says little.
 */
async function overHttp() {
  let least = Infinity;
  console.log(
    `Over HTTP: ${CONNECTIONS} connections; ${PAIRS} pairs of bare node:http and the sandbox, by turns ${ROUNDS} rounds of ${MS} ms each; medians`,
  );
  for (const name of ['poll a payment', 'poll a check-in', 'initiate and cancel']) {
    const rows = [];
    for (let pair = 0; pair < PAIRS; pair += 1) rows.push(...(await measured(name)));
    const share = median(rows.map(([one, two]) => two.perSecond / one.perSecond));
    least = Math.min(least, share);
    const of = (side, what) => median(rows.map((row) => row[side][what]));
    console.log(
      `  ${name.padEnd(20)} bare ${of(0, 'perSecond').toFixed(0).padStart(6)}/s   sandbox ${of(1, 'perSecond').toFixed(0).padStart(6)}/s   ` +
        `${(share * 100).toFixed(0)} %   p50 ${of(1, 'median').toFixed(2)} ms, p99 ${of(1, 'p99').toFixed(2)} ms`,
    );
  }
  return least;
}

/** The rounds of one pair of servers: what each came to. */
async function measured(name) {
  const { child, scenarios } = await openSandbox();
  const { size, script, replayed = script } = scenarios[name];
  const bare = await started('bare.mjs', String(size));
  const barePort = Number(bare.line);
  // Both are compiled as they run: what is measured is how they are once that is done.
  await load(barePort, CONNECTIONS, 2 * MS, replayed);
  await load(port, CONNECTIONS, 2 * MS, script);
  const rows = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rows.push([await load(barePort, CONNECTIONS, MS, replayed), await load(port, CONNECTIONS, MS, script)]);
  await ended(bare.child);
  await ended(child);
  return rows;
}

function median(values) {
  return [...values].sort((one, two) => one - two)[Math.floor(values.length / 2)];
}

async function ended(child) {
  children.delete(child);
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await onceEvent(child, 'exit');
}

/** The median time of the pure step alone, with many payments in the state. */
async function stepAlone() {
  const { posV10Sandbox } = await import('../dist/sandbox/pos-v10/simulation.js');
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const ids = () => randomUUID();
  const now = Date.UTC(2026, 0, 1);
  let state = posV10Sandbox.initial({}, now);
  let token = '';
  const headersFor = (creates) => [
    ['Host', '127.0.0.1:41001'],
    ['Authorization', `Bearer ${token}`],
    ['X-MobilePay-Merchant-VAT-Number', 'DK90000028'],
    ['X-MobilePay-Client-System-Version', '2.1.0'],
    ['Content-Type', 'application/json'],
    ...(creates ? [['X-MobilePay-Idempotency-Key', ids()]] : []),
  ];
  const prepare = (method, path, body, creates = false) => ({
    method,
    target: path,
    path,
    query: '',
    headers: headersFor(creates),
    body: encoder.encode(body === undefined ? '' : JSON.stringify(body)),
  });
  const send = (prepared) => {
    const stepped = posV10Sandbox.step(state, prepared, now, ids);
    state = stepped.state;
    if (stepped.answer.status !== 200) throw new Error(decoder.decode(stepped.answer.body));
    return stepped.answer.body.length === 0 ? {} : JSON.parse(decoder.decode(stepped.answer.body));
  };
  token = send({
    ...prepare('POST', '/integrator-authentication/connect/token'),
    headers: [
      [
        'Authorization',
        `Basic ${Buffer.from('11111111-1111-4111-8111-111111111111:secret').toString('base64')}`,
      ],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body: encoder.encode('grant_type=client_credentials'),
  }).access_token;
  const times = {};
  const timed = (name, prepared) => {
    const began = performance.now();
    const stepped = posV10Sandbox.step(state, prepared, now, ids);
    (times[name] ??= []).push(performance.now() - began);
    state = stepped.state;
    if (stepped.answer.status !== 200) throw new Error(`${name}: ${decoder.decode(stepped.answer.body)}`);
    return stepped.answer.body.length === 0 ? {} : JSON.parse(decoder.decode(stepped.answer.body));
  };
  const base = '/pos/v10';
  const tills = Array.from({ length: 50 }, (_, till) => {
    const body = {
      merchantPosId: `till-${till}`,
      storeId: STORE,
      name: 'Till',
      supportedBeaconTypes: ['QR'],
    };
    return send(prepare('POST', `${base}/pointofsales`, body, true)).posId;
  });
  const body = (posId, order) => ({
    posId,
    orderId: `A-${order}`,
    amount: 100,
    currencyCode: 'DKK',
    plannedCaptureDelay: 'None',
  });
  const act = (group, name, args) => {
    const acted = posV10Sandbox.act(state, group, name, args, now, ids);
    if (acted.outcome.kind !== 'done') throw new Error(acted.outcome.message);
    state = acted.state;
  };
  const captured = (posId, order, step) => {
    const { paymentId } = step('initiate', prepare('POST', `${base}/payments`, body(posId, order), true));
    act('customer', 'checkIn', { posId });
    act('customer', 'approve', { payment: paymentId });
    step('capture', prepare('POST', `${base}/payments/${paymentId}/capture`, { amount: 100 }));
    return paymentId;
  };
  const untimed = (_, prepared) => send(prepared);
  for (let order = 0; order < PAYMENTS; order += 1) captured(tills[order % tills.length], order, untimed);
  for (let order = 0; order < 4000; order += 1) {
    const posId = tills[order % tills.length];
    const paymentId = captured(posId, `x${order}`, timed);
    timed('query a payment', prepare('GET', `${base}/payments/${paymentId}`));
    const { refundId } = timed(
      'refund',
      prepare(
        'POST',
        `${base}/refunds`,
        { paymentId, refundOrderId: `r${order}`, amount: 1, currencyCode: 'DKK' },
        true,
      ),
    );
    timed('query a refund', prepare('GET', `${base}/refunds/${refundId}`));
    timed('query a check-in', prepare('GET', `${base}/pointofsales/${posId}/checkin`));
    timed(
      'cancel',
      prepare(
        'POST',
        `${base}/payments/${send(prepare('POST', `${base}/payments`, body(posId, 'y'), true)).paymentId}/cancel`,
      ),
    );
  }
  console.log(`The step alone, with ${PAYMENTS} payments: medians`);
  for (const [name, list] of Object.entries(times))
    console.log(`  ${name.padEnd(20)} ${(median(list.slice(500)) * 1000).toFixed(1).padStart(6)} µs`);
}

try {
  const least = await overHttp();
  await stepAlone();
  console.log(`The least share is ${(least * 100).toFixed(0)} %; wanted are ${LEAST * 100} %.`);
  process.exitCode = least >= LEAST ? 0 : 1;
} finally {
  for (const child of children) child.kill('SIGTERM');
}

import { randomUUID } from 'node:crypto';
import http from 'node:http';

/**
 * Just enough of the API for the tills' own tests, written for them alone: every poll moves a payment or refund one
 * state on, as the earlier certification tool did. `faults` is consumed from the front by requests that match:
 * { match: 'POST /payments', fault: 'timeout' | 'reset' | 'truncated' | status | { status, code, headers? } }.
 * A time-out is carried out where the API creates something.
 */
export async function openFakeApi({ pollDelayInMs = 20, partialCapturePossible = false, path = [] } = {}) {
  const log = [];
  const faults = [];
  const held = new Set();
  const state = {
    keys: new Map(),
    pointsOfSale: new Map(),
    payments: new Map(),
    refunds: new Map(),
    token: undefined,
    pollDelayInMs,
    partialCapturePossible,
    ways: path.length > 0 ? path : ['Initiated', 'IssuedToUser', 'Reserved'],
  };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const url = new URL(request.url, 'http://localhost');
      const short = url.pathname.replace('/pos/v10', '');
      const entry = {
        at: performance.now(),
        method: request.method,
        path: short,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        httpVersion: request.httpVersion,
        body: text.startsWith('{') ? JSON.parse(text) : text,
        key: request.headers['x-mobilepay-idempotency-key'],
      };
      const index = faults.findIndex(({ match }) => `${entry.method} ${short}`.match(`^${match}$`));
      const fault = index < 0 ? undefined : faults.splice(index, 1)[0].fault;
      const processed =
        fault === undefined ||
        (fault === 'timeout' && /^POST \/(payments|refunds|pointofsales)$/.test(`${entry.method} ${short}`));
      const answer = processed ? answerTo(state, entry) : undefined;
      entry.fault = fault;
      entry.status = fault === undefined ? answer.status : undefined;
      log.push(entry);
      if (fault === 'timeout') return void held.add(response);
      if (fault === 'reset') return void request.socket.destroy();
      const sent = fault === undefined ? answer : faulty(fault);
      const body = sent.body === undefined ? '' : JSON.stringify(sent.body);
      if (fault === 'truncated') {
        response.writeHead(200, { 'content-length': 100 }).write('{"paym');
        return void setImmediate(() => request.socket.destroy());
      }
      response.writeHead(sent.status, { 'content-type': 'application/json', ...sent.headers }).end(body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    log,
    faults,
    state,
    /** Requests of one kind, for example `calls('POST /payments')`. */
    calls: (match) => log.filter((entry) => `${entry.method} ${entry.path}`.match(`^${match}$`)),
    /** The `api` member of initialize. */
    api: {
      baseUrl: `${origin}/pos/v10`,
      authBaseUrl: `${origin}/integrator-authentication`,
      clientId: randomUUID(),
      clientSecret: 'not a secret',
      merchantVat: 'DK90000028',
      systemVersion: '2.1.0',
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const faulty = (fault) =>
  typeof fault === 'number'
    ? { status: fault }
    : {
        status: fault.status ?? 200,
        headers: fault.headers,
        body: fault.code && { code: fault.code, message: 'no' },
      };

const ok = (body) => ({ status: 200, body });
const no = (status, code) => ({ status, body: code === undefined ? undefined : { code, message: 'no' } });
const STORE = { storeId: randomUUID(), merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' };
const ACTIVE = ['Initiated', 'IssuedToUser', 'Prepared', 'Paired'];

function answerTo(state, { method, path, query, headers, body, key }) {
  if (path.endsWith('/connect/token')) {
    state.token = randomUUID();
    return ok({ access_token: state.token, expires_in: 3700, token_type: 'Bearer' });
  }
  if (headers.authorization !== `Bearer ${state.token}`) return no(401);
  if (headers['x-mobilepay-client-system-version'] === undefined) return no(400, '1153');
  const [, room, id, verb] = path.split('/');
  const make = state.keys.get(key);
  if (method === 'POST' && make !== undefined && verb === undefined) return ok(make);
  if (room === 'stores') return stores(id);
  if (room === 'pointofsales') return pointsOfSale(state, method, id, verb, query, body, key);
  if (room === 'payments') return payments(state, method, id, verb, query, body, key);
  if (room === 'refunds') return refunds(state, method, id, verb, query, body, key);
  return no(404);
}

function stores(id) {
  if (id === 'detailed') return ok([STORE]);
  if (id === undefined) return ok({ storeIds: [STORE.storeId] });
  return id === STORE.storeId ? ok(STORE) : no(404);
}

function keep(state, key, answer) {
  if (key === undefined) return no(400, '1164');
  state.keys.set(key, answer);
  return ok(answer);
}

function pointsOfSale(state, method, id, verb, query, body, key) {
  const all = [...state.pointsOfSale.values()];
  if (method === 'GET' && id === undefined) {
    const fits = (pos) => Object.entries(query).every(([name, value]) => pos[name] === value);
    return ok({ posIds: all.filter(fits).map((pos) => pos.posId) });
  }
  if (method === 'POST') {
    if (all.some((pos) => pos.merchantPosId === body.merchantPosId)) return no(409, '1200');
    const posId = randomUUID();
    state.pointsOfSale.set(posId, { beaconId: randomUUID(), ...body, posId });
    return keep(state, key, { posId });
  }
  if (method === 'DELETE') return (void state.pointsOfSale.delete(id), { status: 200 });
  if (!state.pointsOfSale.has(id)) return no(404);
  if (verb === 'checkin') return ok({ isUserCheckedIn: true, pollDelayInMs: state.pollDelayInMs });
  return ok(state.pointsOfSale.get(id));
}

function payments(state, method, id, verb, query, body, key) {
  const all = [...state.payments.values()];
  if (method === 'GET' && id === undefined) {
    const open = [...ACTIVE, 'Reserved'];
    const fits = (one) =>
      (query.state === undefined ? open.includes(one.status) : one.status === query.state) &&
      (query.posId === undefined || one.posId === query.posId) &&
      (query.orderId === undefined || one.orderId === query.orderId);
    return ok({ paymentIds: all.filter(fits).map((one) => one.paymentId) });
  }
  if (method === 'POST' && (id === undefined || id === 'prepare')) {
    if (!state.pointsOfSale.has(body.posId)) return no(409, '1000');
    if (all.some((one) => one.posId === body.posId && ACTIVE.includes(one.status))) return no(409, '1301');
    const paymentId = randomUUID();
    const ways = id === 'prepare' ? ['Prepared', 'Paired'] : [...state.ways];
    state.payments.set(paymentId, { ...body, paymentId, status: ways[0], ways });
    return keep(state, key, { paymentId });
  }
  const one = state.payments.get(id);
  if (one === undefined) return no(404);
  if (method === 'GET') {
    one.status = one.ways.shift() ?? one.status;
    const shown = { ...one, ways: undefined };
    if (one.status === 'Reserved') shown.partialCapturePossible = state.partialCapturePossible;
    return ok({ ...shown, pollDelayInMs: state.pollDelayInMs, somethingNew: { a: 1 } });
  }
  if (verb === 'ready') {
    if (one.status !== 'Paired' && one.status !== 'Prepared') return no(409, '1303');
    Object.assign(one, body, { status: 'IssuedToUser', ways: ['IssuedToUser', 'Reserved'] });
  }
  if (verb === 'capture') {
    if (one.status === 'Captured') return { status: 200 };
    if (one.status !== 'Reserved') return no(409, '1304');
    if (body.amount < one.amount && !state.partialCapturePossible) return no(409, '1308');
    Object.assign(one, { status: 'Captured', captured: body.amount, ways: [] });
  }
  if (verb === 'cancel') {
    if (![...ACTIVE, 'Reserved', 'CancelledByClient'].includes(one.status)) return no(409, '1300');
    Object.assign(one, { status: 'CancelledByClient', ways: [] });
  }
  return { status: 200 };
}

function refunds(state, method, id, verb, query, body, key) {
  const all = [...state.refunds.values()];
  if (method === 'GET' && id === undefined)
    return ok({
      refundIds: all.filter((one) => one.paymentId === query.paymentId).map((one) => one.refundId),
    });
  if (method === 'POST' && id === undefined) {
    if (state.payments.get(body.paymentId)?.status !== 'Captured') return no(409, '1354');
    const refundId = randomUUID();
    state.refunds.set(refundId, { ...body, refundId, status: 'Initiated', ways: ['Initiated', 'Reserved'] });
    return keep(state, key, { refundId });
  }
  const one = state.refunds.get(id);
  if (one === undefined) return no(404);
  if (method === 'GET') {
    one.status = one.ways.shift() ?? one.status;
    const shown = { ...one, ways: undefined };
    return ok({ ...shown, pollDelayInMs: state.pollDelayInMs });
  }
  const wanted = verb === 'capture' ? 'Captured' : 'CancelledByClient';
  if (one.status === wanted) return { status: 200 };
  if (one.status !== 'Reserved') return no(409, verb === 'capture' ? '1351' : '1352');
  one.status = wanted;
  return { status: 200 };
}

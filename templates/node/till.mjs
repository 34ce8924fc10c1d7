/*
 * The adapter between poscert and your till: a start with the modules of Node alone.
 *
 * poscert starts it and writes one JSON object a line on its standard input: the command. The answer is one JSON object a line on its standard
 * output; everything else that you want to say goes to standard error (console.error). What is here onboards a point of sale, enough for the
 * first cases to pass. Put your own client in its place, command by command; the names in NOT_YET are still to be written. A complete one:
 * examples/node in the package of poscert.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READ_TIMEOUT = 1000 * Number(process.env.TILL_READ_TIMEOUT ?? 0.5); // for a GET, as documented
const WRITE_TIMEOUT = 1000 * Number(process.env.TILL_WRITE_TIMEOUT ?? 2); // for a POST or DELETE, as documented
const RETRY_DELAY = 1000 * Number(process.env.TILL_RETRY_DELAY ?? 0.25);
const RETRIES = 2;

const NOT_YET = {
  awaitCheckin: 'poll GET /pointofsales/{posId}/checkin until a user is checked in',
  initiatePayment: 'POST /payments; cancel what blocks the PoS when the answer is 409 1301',
  awaitPayment: 'poll GET /payments/{paymentId} until it is Reserved or has ended',
  capturePayment: 'POST /payments/{paymentId}/capture, never more than the amount',
  cancelPayment: 'POST /payments/{paymentId}/cancel',
  preparePayment: 'POST /payments/prepare',
  awaitPairing: 'poll GET /payments/{paymentId} until it is Paired or has ended',
  readyPayment: 'POST /payments/{paymentId}/ready',
  initiateRefund: 'POST /refunds',
  awaitRefund: 'poll GET /refunds/{refundId} until it is Reserved or has ended',
  captureRefund: 'POST /refunds/{refundId}/capture',
  cancelRefund: 'POST /refunds/{refundId}/cancel',
  settle: 'finish the captures and cancels that never got through',
};

/** It can't be done: the API said no (4xx), or the till knows better. */
class Refused extends Error {
  rpc = 1;
  constructor(reason, apiCode, status) {
    super(reason);
    Object.assign(this, { apiCode, status });
  }
}
/** Retries are spent, the outcome is unknown. */
class GaveUp extends Error {
  rpc = 2;
}
/** One request without a usable answer: repeat it, same key, same body. */
class NoAnswer extends Error {}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function jsonOf(text) {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new NoAnswer('the answer is no JSON');
  }
}

class Till {
  constructor({ api, store, stateDir }) {
    Object.assign(this, { api, store });
    this.file = join(stateDir, 'till.json');
    this.state = { token: null, until: 0, pos: {} }; // what must outlive a power cut
    if (existsSync(this.file)) this.state = JSON.parse(readFileSync(this.file, 'utf8'));
  }

  save() {
    writeFileSync(`${this.file}.new`, JSON.stringify(this.state), { flush: true });
    renameSync(`${this.file}.new`, this.file);
  }

  // ---- talking to the API ----

  send(method, url, headers, body = '') {
    const { request } = url.startsWith('https:') ? https : http;
    const ca = this.api.ca === undefined ? {} : { ca: readFileSync(this.api.ca) };
    return new Promise((resolve, reject) => {
      const lose = (error) => {
        clearTimeout(timer);
        sent.destroy();
        reject(new NoAnswer(error.message || error.code));
      };
      const timer = setTimeout(
        () => lose(new Error('it takes too long')),
        method === 'GET' ? READ_TIMEOUT : WRITE_TIMEOUT,
      );
      const sent = request(url, {
        method,
        agent: false,
        ...ca,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      });
      sent.on('error', lose);
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        answer.on('error', lose);
        answer.on('end', () => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode, text });
        });
      });
      sent.end(body);
    });
  }

  async token() {
    if (this.state.token && Date.now() < this.state.until) return this.state.token;
    const basic = Buffer.from(`${this.api.clientId}:${this.api.clientSecret}`).toString('base64');
    const headers = { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status, text } = await this.send(
      'POST',
      `${this.api.authBaseUrl}/connect/token`,
      headers,
      'grant_type=client_credentials',
    );
    if (status >= 400 && status < 500) throw new Refused(`no token: HTTP ${status}`, undefined, status);
    if (status !== 200) throw new NoAnswer(`no token: HTTP ${status}`);
    const body = jsonOf(text);
    Object.assign(this.state, { token: body.access_token, until: Date.now() + body.expires_in * 500 });
    this.save();
    return this.state.token;
  }

  async once(method, path, body, key) {
    let answer;
    for (let turn = 0; turn < 2; turn += 1) {
      const headers = {
        Authorization: `Bearer ${await this.token()}`,
        'X-MobilePay-Client-System-Version': this.api.systemVersion ?? '1.0.0',
        'X-MobilePay-Merchant-VAT-Number': this.api.merchantVat,
        ...(key === undefined ? {} : { 'X-MobilePay-Idempotency-Key': key }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      };
      answer = await this.send(
        method,
        this.api.baseUrl + path,
        headers,
        body === undefined ? '' : JSON.stringify(body),
      );
      if (answer.status !== 401) break;
      this.state.token = null; // a refused token is renewed once
    }
    const { status, text } = answer;
    if (status >= 400 && status < 500) {
      const error = jsonOf(text);
      throw new Refused(`HTTP ${status} ${error.message ?? ''}`, error.code, status);
    }
    if (status < 200 || status >= 300) throw new NoAnswer(`HTTP ${status}`);
    return jsonOf(text);
  }

  /** Repeats after network errors and 5xx, with the same key and body; never after a 4xx. */
  async call(method, path, body, key) {
    for (let repetition = 0; ; repetition += 1) {
      try {
        return await this.once(method, path, body, key);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        console.error(`${method} ${path}: ${error.message}`);
        if (repetition === RETRIES) throw new GaveUp(error.message);
        await sleep(RETRY_DELAY * 2 ** repetition);
      }
    }
  }

  // ---- the commands ----

  async createPointOfSale(p) {
    const { storeIds } = await this.call('GET', `/stores?${new URLSearchParams(this.store)}`);
    if (storeIds.length !== 1) throw new Refused(`${storeIds.length} stores fit`);
    const given = { ...p };
    delete given.lane; // not the API's: it says which of poscert's lanes this is
    const merchantPosId = p.merchantPosId ?? `till-${randomUUID().slice(0, 13)}`;
    const body = { name: `Till ${merchantPosId.slice(-4)}`, ...given, merchantPosId, storeId: storeIds[0] };
    return this.sendPos({ body, key: randomUUID(), posId: null });
  }

  async sendPos(pos) {
    const { merchantPosId } = pos.body;
    this.state.pos[merchantPosId] = pos;
    this.save(); // key and body first: a retry after a power cut is the same request
    try {
      pos.posId = (await this.call('POST', '/pointofsales', pos.body, pos.key)).posId;
    } catch (error) {
      // Taken, or its answers were lost: ask what stands there.
      if (error instanceof GaveUp) pos.posId = await this.findPos(merchantPosId);
      else if (error.status === 409) await this.findPos(merchantPosId);
      if (!pos.posId) {
        if (error instanceof Refused) delete this.state.pos[merchantPosId];
        this.save();
        throw error;
      }
    }
    this.save();
    return { posId: pos.posId, merchantPosId, beaconId: await this.beacon(pos) };
  }

  async findPos(merchantPosId) {
    return (await this.call('GET', `/pointofsales?${new URLSearchParams({ merchantPosId })}`)).posIds[0];
  }

  async beacon(pos) {
    return pos.body.beaconId ?? (await this.call('GET', `/pointofsales/${pos.posId}`)).beaconId;
  }

  async deletePointOfSale({ posId }) {
    await this.call('DELETE', `/pointofsales/${posId}`).catch((error) => {
      if (error.status !== 404) throw error;
    });
    this.state.pos = Object.fromEntries(
      Object.entries(this.state.pos).filter(([, pos]) => pos.posId !== posId),
    );
    this.save();
    return {};
  }

  /** What the till does when it starts: finds its PoS, or creates it again. */
  async recover() {
    const result = {};
    for (const [name, pos] of Object.entries(this.state.pos)) {
      const found = await this.findPos(name);
      if (found) {
        pos.posId = found;
        await this.beacon(pos);
      } else await this.sendPos(pos.posId ? { ...pos, posId: null, key: randomUUID() } : pos);
      result.posId = this.state.pos[name].posId;
    }
    this.save();
    return result;
  }
}

// ---- the client protocol ----

const COMMANDS = ['createPointOfSale', 'deletePointOfSale', 'recover']; // add each command that you write
let till;

async function handle(method, params) {
  if (method === 'initialize') {
    till = new Till(params);
    const version = params.api.systemVersion ?? '1.0.0'; // better: the version of your client, asked of itself
    return { protocol: 1, name: 'Adapter in Node', version, commands: COMMANDS, behaviours: [] };
  }
  if (method === 'shutdown') return {};
  if (!COMMANDS.includes(method)) {
    const reason = NOT_YET[method] ?? 'the protocol does not know it';
    throw Object.assign(new Error(`${method} is not written yet: ${reason}`), { rpc: -32601 });
  }
  return till[method](params);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params = {} } = JSON.parse(line);
  const answer = { jsonrpc: '2.0', id };
  try {
    answer.result = await handle(method, params);
  } catch (error) {
    const apiCode = error.apiCode === undefined ? {} : { apiCode: String(error.apiCode) };
    answer.error = {
      code: error.rpc ?? -32603,
      message: error.message,
      data: { reason: error.message, ...apiCode },
    };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (method === 'shutdown') break;
}
process.exit(0);

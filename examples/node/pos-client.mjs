/*
 * A small MobilePay PoS V10 client with the modules of Node alone: what stands in for your own. Its methods are named after the commands of
 * poscert's client protocol, so that till.mjs stays short. Money is counted in øre and cent.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

const seconds = (name, otherwise) => 1000 * Number(process.env[name] ?? otherwise);
const READ_TIMEOUT = seconds('TILL_READ_TIMEOUT', 0.5); // for a GET, as documented
const WRITE_TIMEOUT = seconds('TILL_WRITE_TIMEOUT', 2); // for a POST or DELETE, as documented
const RETRY_DELAY = seconds('TILL_RETRY_DELAY', 0.25);
const RETRIES = 2; // advised; more than 5 are forbidden
const VERSION = '1.0.0'; // of this till, where the configuration declares none
const ACTIVE = ['Prepared', 'Paired', 'Initiated', 'IssuedToUser']; // these block the PoS for the next payment
const CANCELLED = ['CancelledByUser', 'CancelledByClient', 'CancelledByMobilePay', 'ExpiredAndCancelled'];
const PAID = ['Captured', 'ExpiredAndCaptured'];
const ENDED = [...CANCELLED, ...PAID];
const KNOWN = [...ACTIVE, ...ENDED, 'Reserved'];
const POS_MEMBERS = [
  'merchantPosId',
  'name',
  'supportedBeaconTypes',
  'beaconId',
  'callbackAlias',
  'requirePaymentBeforeCheckin',
];
const CHARGE_MEMBERS = ['plannedCaptureDelay', 'merchantPaymentLabel', 'restrictions'];

/** It can't be done: tell the cashier. */
export class Refused extends Error {
  constructor(reason, code, status) {
    super(reason);
    Object.assign(this, { code, status });
  }
}
/** Retries are spent, the outcome is unknown. */
export class GaveUp extends Error {}
/** One request without a usable answer. */
class Lost extends Error {
  retryAfter = 0;
}

export const log = (text) => process.stderr.write(`${text}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const minor = (amount) => Math.round(amount * 100);
const pathOf = (deal) => `/${deal.kind}/${deal.id}`;
const told = (deal) => ({ [`${deal.kind.slice(0, -1)}Id`]: deal.id, state: deal.state ?? 'Unknown' });
const loyaltyOf = (body) => (body?.loyaltyIds ? { loyaltyIds: body.loyaltyIds } : {});
const only = (from, names) =>
  Object.fromEntries(names.filter((name) => from[name] != null).map((name) => [name, from[name]]));
const charge = (p) => ({
  amount: minor(p.amount) / 100,
  currencyCode: p.currencyCode,
  plannedCaptureDelay: 'None',
  ...only(p, CHARGE_MEMBERS),
});

function parsed(text) {
  let body;
  try {
    body = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new Lost('the answer is no JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Lost('the answer is no object');
  return body;
}

export class Client {
  constructor(session) {
    this.session = session;
    this.api = session.api;
    this.version = this.api.systemVersion ?? VERSION;
    this.file = join(session.stateDir, 'till.json');
    this.state = { token: null, pos: {}, deals: {}, polls: {} };
    if (existsSync(this.file)) Object.assign(this.state, JSON.parse(readFileSync(this.file, 'utf8')));
  }

  /** Whole or not at all, and on the disk when it returns: a power cut must not take a decision away. */
  save() {
    mkdirSync(this.session.stateDir, { recursive: true });
    const file = openSync(`${this.file}.new`, 'w', 0o600);
    writeSync(file, JSON.stringify(this.state));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${this.file}.new`, this.file);
  }

  // ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----

  /** One request; no redirect is followed, so the token goes nowhere else. The time is for the whole answer. Throws Lost. */
  send(method, url, headers, body) {
    const wait = method === 'GET' ? READ_TIMEOUT : WRITE_TIMEOUT;
    const { request } = url.startsWith('https:') ? https : http;
    const ca = this.api.ca ? { ca: readFileSync(this.api.ca) } : {};
    return new Promise((resolve, reject) => {
      const lose = (error) => {
        clearTimeout(timer);
        sent.destroy();
        reject(new Lost(error.message || String(error.code)));
      };
      const timer = setTimeout(() => lose(new Error('the answer takes too long')), wait);
      const sent = request(url, {
        method,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body ?? '') },
        agent: false,
        ...ca,
      });
      sent.on('error', lose);
      sent.on('response', (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', lose);
        answer.on('end', () => {
          if (!answer.complete) return lose(new Error('the answer breaks off'));
          clearTimeout(timer);
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      sent.end(body);
    });
  }

  async token() {
    const held = this.state.token;
    if (held && Date.now() < held.until) return held.text;
    const basic = Buffer.from(`${this.api.clientId}:${this.api.clientSecret}`).toString('base64');
    const headers = { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status, text } = await this.send(
      'POST',
      `${this.api.authBaseUrl}/connect/token`,
      headers,
      'grant_type=client_credentials',
    );
    if (status >= 400 && status < 500)
      throw new Refused(`no token: HTTP ${status}; check id and secret`, undefined, status);
    const body = parsed(text);
    if (status !== 200 || !body.access_token) throw new Lost(`HTTP ${status} without a token`);
    const life = body.expires_in ?? 0;
    this.state.token = { text: body.access_token, until: Date.now() + 1000 * Math.max(life / 2, life - 600) };
    this.save();
    return this.state.token.text;
  }

  async attempt(method, path, body, key, need) {
    let answer;
    for (const last of [false, true]) {
      const headers = {
        Authorization: `Bearer ${await this.token()}`,
        'X-MobilePay-Client-System-Version': this.version,
        'X-MobilePay-Merchant-VAT-Number': this.api.merchantVat,
      };
      if (key) headers['X-MobilePay-Idempotency-Key'] = key;
      if (body) headers['Content-Type'] = 'application/json';
      answer = await this.send(
        method,
        this.api.baseUrl + path,
        headers,
        body ? JSON.stringify(body) : undefined,
      );
      if (answer.status !== 401 || last) break;
      this.state.token = null; // one new token and the same request again, same key
    }
    const { status, text } = answer;
    if (status >= 400 && status < 500) {
      let error = {};
      try {
        error = parsed(text);
      } catch {
        // a proxy's page instead of the API's own words
      }
      throw new Refused(
        `HTTP ${status} ${error.message ?? ''}`,
        error.code === undefined ? undefined : String(error.code),
        status,
      );
    }
    if (status < 200 || status >= 300) {
      const lost = new Lost(`HTTP ${status}`);
      lost.retryAfter = Math.min(Number(answer.headers['retry-after']) || 0, 10) * 1000;
      throw lost;
    }
    const result = parsed(text);
    if (need && !(need in result)) throw new Lost(`no ${need} in the answer`);
    return result;
  }

  /** Repeats after network errors and 5xx, with the same key and body; never after a 4xx. Throws Refused, GaveUp. */
  async call(method, path, body, key, need) {
    for (let repetition = 0; ; repetition += 1) {
      try {
        return await this.attempt(method, path, body, key, need);
      } catch (lost) {
        if (!(lost instanceof Lost)) throw lost;
        log(`${method} ${path}: ${lost.message}`);
        if (repetition === RETRIES) throw new GaveUp(lost.message);
        await sleep(Math.max(lost.retryAfter, RETRY_DELAY * 2 ** repetition * (1 + Math.random() / 2)));
      }
    }
  }

  /** Asks once, not before the last delay is over; undefined if no answer came. The delay is kept on disk for a restart. */
  async poll(path) {
    let [notBefore, delay] = this.state.polls[path] ?? [0, 1000];
    await sleep(Math.min(Math.max(0, notBefore - Date.now()), Math.max(delay, 10_000)));
    let body;
    let rest = 0;
    try {
      body = await this.attempt('GET', path);
      delay = body.pollDelayInMs ?? delay;
    } catch (lost) {
      if (!(lost instanceof Lost)) throw lost;
      log(`GET ${path}: ${lost.message}`);
      rest = lost.retryAfter;
    }
    this.state.polls[path] = [Date.now() + Math.max(delay + 10, rest), delay];
    this.save();
    return body;
  }

  async look(path) {
    for (let turn = 0; turn <= RETRIES; turn += 1) {
      const body = await this.poll(path);
      if (body) return body;
    }
    throw new GaveUp(`${path} could not be read`);
  }

  // ---- Deals: payments and refunds, each remembered before its first request is sent ----

  deal(kind, id) {
    const known = Object.values(this.state.deals).find(
      (one) => one.kind === kind && one.id?.toLowerCase() === id.toLowerCase(),
    );
    return known ?? this.remember({ kind, id, posId: null })[1];
  }

  remember(deal) {
    const key = randomUUID();
    this.state.deals[key] = { id: null, at: Date.now(), state: null, amount: null, decision: null, ...deal };
    this.save();
    return [key, this.state.deals[key]];
  }

  observe(deal, body) {
    deal.state = KNOWN.includes(body.status) ? body.status : 'Unknown';
    deal.partial = body.partialCapturePossible === true;
    if (body.amount != null) deal.amount = minor(body.amount);
    deal.currency = body.currencyCode ?? deal.currency;
    this.save();
    return deal.state;
  }

  async present(deal) {
    return this.observe(deal, await this.look(pathOf(deal)));
  }

  /** Polls until `done`, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it. */
  async follow(deal, done) {
    const until = Date.now() + 2 * this.session.patienceMs;
    for (let silent = 0; silent < 6;) {
      const body = await this.poll(pathOf(deal));
      silent = body ? 0 : silent + 1;
      if (body && (ENDED.includes(this.observe(deal, body)) || done(body) || Date.now() > until)) return body;
    }
    if (deal.kind === 'refunds') throw new GaveUp('six polls without an answer');
    return { status: await this.decide(deal, 'cancel') };
  }

  /** Keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered. */
  async decide(deal, what, amount) {
    deal.decision = [what, amount];
    this.save();
    try {
      await this.call(
        'POST',
        `${pathOf(deal)}/${what}`,
        amount === undefined ? undefined : { amount: amount / 100 },
      );
      deal.state = what === 'capture' ? 'Captured' : 'CancelledByClient';
    } catch (problem) {
      const refused = problem instanceof Refused;
      if (!(problem instanceof GaveUp) && !(refused && problem.status === 409)) throw problem;
      const body = refused ? await this.look(pathOf(deal)) : await this.poll(pathOf(deal));
      const wanted = what === 'capture' ? PAID : CANCELLED;
      if (!body || !wanted.includes(this.observe(deal, body)) || problem.code === '1307') throw problem;
    }
    this.save();
    return deal.state;
  }

  async startPayment(path, body) {
    const [key, deal] = this.remember({ kind: 'payments', posId: body.posId, orderId: body.orderId });
    for (let turn = 0; turn < 3; turn += 1) {
      try {
        deal.id = (await this.call('POST', path, body, key, 'paymentId')).paymentId;
        this.save();
        return { paymentId: deal.id, orderId: body.orderId };
      } catch (problem) {
        if (problem instanceof GaveUp) await this.withdraw(deal); // it may stand all the same: find it and cancel it
        if (!(problem instanceof Refused)) throw problem;
        if (problem.code !== '1301') this.drop(key, problem);
      }
      try {
        await this.cleanUp(body.posId); // 1301: another payment blocks this PoS
      } catch (problem) {
        this.drop(key, problem);
      }
    }
    this.drop(key, new Refused('this PoS is blocked by another payment', '1301'));
  }

  /** It never came to be. */
  drop(key, problem) {
    delete this.state.deals[key];
    this.save();
    throw problem;
  }

  async cleanUp(posId) {
    const { paymentIds } = await this.call(
      'GET',
      `/payments?${new URLSearchParams({ posId })}`,
      undefined,
      undefined,
      'paymentIds',
    );
    for (const id of paymentIds) {
      const deal = this.deal('payments', id);
      if (!ACTIVE.includes(await this.present(deal))) continue; // Reserved ones don't block, and are somebody's money
      try {
        await this.decide(deal, 'cancel');
      } catch (problem) {
        if (problem.code !== '1300') throw problem; // 1300: it has ended by itself meanwhile
      }
    }
  }

  /** A creating POST whose answer stayed lost: looks for what came of it and cancels that. `settle` tries again. */
  async withdraw(deal) {
    deal.decision = ['cancel'];
    this.save();
    try {
      if ((await this.find(deal)) && [...ACTIVE, 'Reserved'].includes(await this.present(deal)))
        await this.decide(deal, 'cancel');
    } catch (problem) {
      log(`left for settle: ${problem.message}`);
    }
    if (deal.id || Date.now() - deal.at < 60_000) return; // after a minute it would have arrived
    this.state.deals = Object.fromEntries(
      Object.entries(this.state.deals).filter(([, other]) => other !== deal),
    );
    this.save();
  }

  async find(deal) {
    const names = deal.kind === 'payments' ? ['posId', 'orderId'] : ['paymentId'];
    const list = `${deal.kind.slice(0, -1)}Ids`;
    const found = await this.call(
      'GET',
      `/${deal.kind}?${new URLSearchParams(only(deal, names))}`,
      undefined,
      undefined,
      list,
    );
    const claimed = Object.values(this.state.deals).map((other) => other.id);
    for (const id of found[list].filter((one) => !claimed.includes(one))) {
      const body = await this.look(`/${deal.kind}/${id}`);
      if (body.refundOrderId !== deal.refundOrderId) continue;
      deal.id = id;
      this.save();
    }
    return deal.id;
  }

  unfinished(kind) {
    return Object.values(this.state.deals).filter(
      (deal) => deal.kind === kind && !ENDED.includes(deal.state),
    );
  }

  /** One more try at what was decided; the state last seen, if it fails again. */
  async finish(deal) {
    try {
      if (!deal.id) await this.withdraw(deal);
      if (!deal.id) return;
      const state = await this.present(deal);
      if (state === 'Reserved' || (!ENDED.includes(state) && deal.decision[0] === 'cancel'))
        await this.decide(deal, ...deal.decision);
    } catch (problem) {
      log(`still hanging: ${problem.message}`);
    }
  }

  // ---- The commands of the client protocol ----

  async createPointOfSale(p) {
    const stores = await this.call(
      'GET',
      `/stores?${new URLSearchParams(this.session.store)}`,
      undefined,
      undefined,
      'storeIds',
    );
    if (stores.storeIds.length !== 1) throw new Refused(`${stores.storeIds.length} stores fit`);
    const merchantPosId = p.merchantPosId ?? `till-${randomUUID().slice(0, 13)}`;
    const given = { merchantPosId, name: `Till ${merchantPosId.slice(-4)}`, storeId: stores.storeIds[0] };
    return this.sendPos({ body: { ...given, ...only(p, POS_MEMBERS) }, key: randomUUID(), posId: null });
  }

  async sendPos(pos) {
    const { merchantPosId } = pos.body;
    this.state.pos[merchantPosId] = pos;
    this.save();
    try {
      pos.posId = (await this.call('POST', '/pointofsales', pos.body, pos.key, 'posId')).posId;
    } catch (problem) {
      if (problem instanceof GaveUp) {
        pos.posId = await this.findPos(merchantPosId); // its answers were lost, but it may stand
        if (!pos.posId) throw problem;
      } else {
        if (problem.status === 409) await this.findPos(merchantPosId); // taken: ask what stands there
        delete this.state.pos[merchantPosId];
        this.save();
        throw problem;
      }
    }
    this.save();
    return { posId: pos.posId, merchantPosId, ...(await this.beacon(pos)) };
  }

  async beacon(pos) {
    if (pos.body.beaconId) return { beaconId: pos.body.beaconId };
    const { beaconId } = await this.call(
      'GET',
      `/pointofsales/${pos.posId}`,
      undefined,
      undefined,
      'beaconId',
    );
    return { beaconId };
  }

  async findPos(merchantPosId) {
    const query = new URLSearchParams({ merchantPosId });
    return (await this.call('GET', `/pointofsales?${query}`, undefined, undefined, 'posIds')).posIds[0];
  }

  async deletePointOfSale({ posId }) {
    if (this.unfinished('payments').some((deal) => deal.posId === posId)) await this.cleanUp(posId);
    try {
      await this.call('DELETE', `/pointofsales/${posId}`);
    } catch (problem) {
      if (problem.status !== 404) throw problem; // gone already: as good
    }
    this.state.pos = Object.fromEntries(
      Object.entries(this.state.pos).filter(([, pos]) => pos.posId !== posId),
    );
    this.save();
    return {};
  }

  async awaitCheckin({ posId }) {
    const until = Date.now() + 2 * this.session.patienceMs;
    for (let silent = 0; silent < 6;) {
      const body = await this.poll(`/pointofsales/${posId}/checkin`);
      silent = body ? 0 : silent + 1;
      if (body && (body.isUserCheckedIn || Date.now() > until))
        return { isUserCheckedIn: body.isUserCheckedIn === true, ...loyaltyOf(body) };
    }
    throw new GaveUp('six polls without an answer');
  }

  initiatePayment(p) {
    return this.startPayment('/payments', {
      posId: p.posId,
      orderId: p.orderId ?? randomUUID(),
      ...charge(p),
    });
  }

  preparePayment(p) {
    return this.startPayment('/payments/prepare', { posId: p.posId, orderId: p.orderId ?? randomUUID() });
  }

  async awaitPairing(p) {
    const deal = this.deal('payments', p.paymentId);
    const paired = ['Paired', 'IssuedToUser', 'Reserved'];
    const body = await this.follow(
      deal,
      (seen) => paired.includes(seen.status) && (!p.loyalty || seen.loyaltyIds != null),
    );
    return { state: deal.state, ...loyaltyOf(body) };
  }

  async readyPayment(p) {
    try {
      await this.call('POST', `/payments/${p.paymentId}/ready`, charge(p));
    } catch (problem) {
      if (problem.status === 409) await this.present(this.deal('payments', p.paymentId));
      throw problem;
    }
    return {};
  }

  async awaitPayment(p) {
    const deal = this.deal('payments', p.paymentId);
    if (!ENDED.includes(deal.state)) await this.follow(deal, (body) => body.status === 'Reserved');
    return {
      state: deal.state,
      ...(deal.state === 'Reserved' ? { partialCapturePossible: deal.partial } : {}),
    };
  }

  async capturePayment(p) {
    const deal = this.deal('payments', p.paymentId);
    const amount = minor(p.amount);
    if (deal.state !== 'Captured' && (deal.state !== 'Reserved' || deal.decision)) await this.present(deal);
    if (deal.state === 'Captured' && (deal.captured ?? amount) === amount) return { state: 'Captured' };
    if (deal.state !== 'Reserved') throw new Refused(`it is ${deal.state}`); // never before Reserved was seen
    if (amount > deal.amount) throw new Refused('more than was reserved');
    if (amount < deal.amount && !deal.partial) return { state: await this.decide(deal, 'cancel') };
    deal.captured = amount;
    return { state: await this.decide(deal, 'capture', amount) };
  }

  cancelPayment(p) {
    return this.cancel('payments', p.paymentId);
  }

  cancelRefund(p) {
    return this.cancel('refunds', p.refundId);
  }

  async cancel(kind, id) {
    const deal = this.deal(kind, id);
    if (PAID.includes(deal.state)) throw new Refused('the money has moved');
    return { state: CANCELLED.includes(deal.state) ? deal.state : await this.decide(deal, 'cancel') };
  }

  async initiateRefund(p) {
    const query = new URLSearchParams({ orderId: p.orderId ?? '', state: 'Captured' });
    const ids = p.paymentId
      ? [p.paymentId]
      : (await this.call('GET', `/payments?${query}`, undefined, undefined, 'paymentIds')).paymentIds;
    if (ids.length !== 1) throw new Refused(`${ids.length} captured payments fit`);
    const [paymentId] = ids;
    const payment = this.deal('payments', paymentId);
    const amount = minor(p.amount);
    const refundOrderId = p.refundOrderId ?? randomUUID();
    if (payment.state !== 'Captured' && (await this.present(payment)) !== 'Captured')
      throw new Refused('only what was captured is refunded');
    const earlier = Object.values(this.state.deals)
      .filter((deal) => deal.paymentId === paymentId && !CANCELLED.includes(deal.state))
      .reduce((sum, deal) => sum + (deal.amount ?? 0), 0);
    if (earlier + amount > (payment.captured ?? payment.amount)) throw new Refused('more than was captured');
    if ((payment.currency ?? p.currencyCode) !== p.currencyCode)
      throw new Refused('paid in another currency');
    const [key, deal] = this.remember({
      kind: 'refunds',
      posId: payment.posId,
      amount,
      paymentId,
      refundOrderId,
    });
    try {
      const body = { paymentId, refundOrderId, amount: amount / 100, currencyCode: p.currencyCode };
      deal.id = (await this.call('POST', '/refunds', body, key, 'refundId')).refundId;
    } catch (problem) {
      if (problem.status === 409) await this.present(payment); // a conflict: ask what is true
      if (!(problem instanceof GaveUp)) this.drop(key, problem);
      deal.decision = ['cancel']; // should it turn up later: 24 h on it would be paid out
      if (!(await this.find(deal))) throw problem;
      deal.decision = null;
    }
    this.save();
    return { refundId: deal.id, refundOrderId };
  }

  async awaitRefund(p) {
    const deal = this.deal('refunds', p.refundId);
    if (!ENDED.includes(deal.state)) await this.follow(deal, (body) => body.status === 'Reserved');
    return { state: deal.state };
  }

  async captureRefund(p) {
    const deal = this.deal('refunds', p.refundId);
    const state = deal.state === 'Reserved' ? deal.state : (await this.awaitRefund(p)).state;
    if (PAID.includes(state)) return { state };
    if (state !== 'Reserved') throw new Refused(`it is ${state}`);
    return { state: await this.decide(deal, 'capture') };
  }

  /** What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open. */
  async recover() {
    const result = { payments: [], refunds: [] };
    for (const [name, pos] of Object.entries(this.state.pos)) {
      const found = await this.findPos(name);
      if (found) pos.posId = found;
      else await this.sendPos(pos.posId ? { ...pos, posId: null, key: randomUUID() } : pos);
      await this.beacon(this.state.pos[name]); // one that MobilePay made is asked for at every start
      if (Object.keys(this.state.pos).length === 1) result.posId = this.state.pos[name].posId;
    }
    this.save();
    for (const deal of [...this.unfinished('payments'), ...this.unfinished('refunds')]) {
      const state = deal.id ? await this.present(deal).catch(() => deal.state) : null;
      const forgotten = !deal.id || (deal.kind === 'payments' && ACTIVE.includes(state));
      if (forgotten && !deal.decision) deal.decision = ['cancel'];
      if (deal.decision) await this.finish(deal);
      if (deal.id) result[deal.kind].push(told(deal));
    }
    return result;
  }

  /** The scheduled job: finishes what was decided and never got through; it decides nothing by itself. */
  async settle() {
    const result = { payments: [], refunds: [] };
    for (const [kind, list] of Object.entries(result))
      for (const deal of this.unfinished(kind).filter((one) => one.decision)) {
        await this.finish(deal);
        if (deal.id) list.push(told(deal));
      }
    return result;
  }
}

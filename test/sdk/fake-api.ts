import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** One request as it came in. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
  /** `POST /payments/:id/capture` */
  readonly name: string;
}

/** What to do to a call instead of answering it. `after` carries it out first. */
export type Fault =
  | { readonly kind: 'silence' | 'reset' | 'truncate'; readonly after?: boolean }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly text?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly after?: boolean;
    }
  | { readonly kind: 'patch'; readonly members: Readonly<Record<string, unknown>> };

export interface FakePayment {
  id: string;
  posId: string;
  orderId: string;
  status: string;
  amount?: number;
  currencyCode?: string;
  partialCapturePossible?: boolean;
  loyaltyIds?: string[];
  captured?: number;
}

export interface FakeRefund {
  id: string;
  paymentId: string;
  refundOrderId: string;
  amount: number;
  status: string;
  currencyCode: string;
}

type Reply = readonly [status: number, body?: unknown];
const refusal = (status: number, code: string): Reply => [
  status,
  { code, message: 'no', correlationId: 'c' },
];
const active = ['Prepared', 'Paired', 'Initiated', 'IssuedToUser'];

/** A small backend for the tests of the SDK: it knows only what they need and shares nothing with the sandbox. */
export class FakeApi {
  readonly calls: Call[] = [];
  readonly pointsOfSale = new Map<string, Record<string, unknown>>();
  readonly payments = new Map<string, FakePayment>();
  readonly refunds = new Map<string, FakeRefund>();
  readonly tokens = new Set<string>();
  pollDelayInMs = 40;
  checkedIn = false;
  /** Called before a call is answered; may change the backend, and may say what goes wrong. */
  onCall: (call: Call, nth: number) => Fault | undefined = () => undefined;
  readonly #keys = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });
  #origin = '';

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#origin = `http://127.0.0.1:${address.port}`;
    return this;
  }

  get origin(): string {
    return this.#origin;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The calls of one name, such as `POST /payments`. */
  named(name: string): Call[] {
    return this.calls.filter((call) => call.name === name);
  }

  addPayment(payment: Partial<FakePayment> & { posId: string }): FakePayment {
    const made = { id: randomUUID(), orderId: 'other', status: 'IssuedToUser', amount: 5, ...payment };
    this.payments.set(made.id, made);
    return made;
  }

  payment(id: string): FakePayment {
    const found = this.payments.get(id);
    if (found === undefined) throw new Error(`no payment ${id}`);
    return found;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request as AsyncIterable<Buffer>) text += part.toString();
    const call = readCall(request, text);
    this.calls.push(call);
    const fault = this.onCall(call, this.named(call.name).length);
    if (fault === undefined || fault.kind === 'patch') {
      const [status, body] = this.#answer(call);
      const patched = fault === undefined ? body : { ...(body as object), ...fault.members };
      send(response, status, patched === undefined ? '' : JSON.stringify(patched));
      return;
    }
    if (fault.after === true) this.#answer(call);
    if (fault.kind === 'reset') request.socket.destroy();
    if (fault.kind === 'truncate') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"paymentId":"', () => request.socket.destroy());
    }
    if (fault.kind === 'answer') send(response, fault.status, fault.text ?? '', fault.headers);
  }

  #answer(call: Call): Reply {
    if (call.path.endsWith('/connect/token')) {
      const token = `token-${this.tokens.size + 1}`;
      this.tokens.add(token);
      return [200, { access_token: token, expires_in: 3700, token_type: 'Bearer' }];
    }
    const token = String(call.headers['authorization']).replace('Bearer ', '');
    if (!this.tokens.has(token)) return [401];
    const [, kind = '', id = '', action = ''] = call.path.replace('/pos/v10', '').split('/');
    if (kind === 'stores') return [200, { storeIds: ['store-1'] }];
    if (kind === 'pointofsales') return this.#pointOfSale(call, id, action);
    if (kind === 'payments') return this.#payment(call, id, action);
    return this.#refund(call, id, action);
  }

  #once(call: Call, member: string, make: () => string): Reply {
    const key = `${call.path} ${String(call.headers['x-mobilepay-idempotency-key'])}`;
    const id = this.#keys.get(key) ?? make();
    this.#keys.set(key, id);
    return [200, { [member]: id }];
  }

  #pointOfSale(call: Call, id: string, action: string): Reply {
    if (call.method === 'POST') {
      return this.#once(call, 'posId', () => {
        const posId = randomUUID();
        this.pointsOfSale.set(posId, { beaconId: randomUUID(), ...call.body, posId });
        return posId;
      });
    }
    if (id === '') {
      const { merchantPosId, beaconId } = call.query;
      const found = [...this.pointsOfSale.values()].filter(
        (pos) =>
          pos['merchantPosId'] === merchantPosId || (beaconId !== undefined && pos['beaconId'] === beaconId),
      );
      return [200, { posIds: found.map((pos) => pos['posId']) }];
    }
    const found = this.pointsOfSale.get(id);
    if (found === undefined) return [404];
    if (action === 'checkin')
      return [200, { isUserCheckedIn: this.checkedIn, pollDelayInMs: this.pollDelayInMs }];
    if (call.method === 'DELETE') this.pointsOfSale.delete(id);
    return call.method === 'DELETE' ? [200] : [200, found];
  }

  #payment(call: Call, id: string, action: string): Reply {
    const { body, query } = call;
    if (call.method === 'POST' && (id === '' || id === 'prepare')) {
      const posId = String(body['posId']);
      const isKnown = this.#keys.has(`${call.path} ${String(call.headers['x-mobilepay-idempotency-key'])}`);
      const blocking = [...this.payments.values()].find(
        (one) => one.posId === posId && active.includes(one.status),
      );
      if (!isKnown && blocking !== undefined) return refusal(409, '1301');
      const status = id === 'prepare' ? 'Prepared' : 'Initiated';
      const money = { amount: Number(body['amount']), currencyCode: String(body['currencyCode']) };
      const order = { posId, orderId: String(body['orderId']), status };
      return this.#once(
        call,
        'paymentId',
        () => this.addPayment({ ...order, ...(id === 'prepare' ? {} : money) }).id,
      );
    }
    if (id === '') {
      const wanted = query['state'] === 'Captured' ? ['Captured'] : [...active, 'Reserved'];
      const found = [...this.payments.values()]
        .filter((one) => wanted.includes(one.status))
        .filter((one) => query['posId'] === undefined || one.posId === query['posId'])
        .filter((one) => query['orderId'] === undefined || one.orderId === query['orderId']);
      return [200, { paymentIds: found.map((one) => one.id) }];
    }
    const payment = this.payments.get(id);
    if (payment === undefined) return [404];
    if (action === '') return [200, { ...payment, paymentId: id, pollDelayInMs: this.pollDelayInMs }];
    if (action === 'ready') {
      Object.assign(payment, {
        amount: body['amount'],
        currencyCode: body['currencyCode'],
        status: 'IssuedToUser',
      });
      return [200];
    }
    if (action === 'cancel') {
      if (![...active, 'Reserved', 'CancelledByClient'].includes(payment.status)) return refusal(409, '1300');
      payment.status = 'CancelledByClient';
      return [200];
    }
    const amount = Number(body['amount']);
    if (payment.status === 'Captured') return payment.captured === amount ? [200] : refusal(409, '1307');
    if (payment.status !== 'Reserved') return refusal(409, '1304');
    if (amount < Number(payment.amount) && payment.partialCapturePossible !== true)
      return refusal(409, '1308');
    Object.assign(payment, { status: 'Captured', captured: amount });
    return [200];
  }

  #refund(call: Call, id: string, action: string): Reply {
    const { body } = call;
    if (call.method === 'POST' && id === '') {
      return this.#once(call, 'refundId', () => {
        const refundId = randomUUID();
        const made = { ...body, id: refundId, status: 'Initiated' } as unknown as FakeRefund;
        this.refunds.set(refundId, made);
        return refundId;
      });
    }
    if (id === '') {
      const found = [...this.refunds.values()].filter((one) => one.paymentId === call.query['paymentId']);
      return [200, { refundIds: found.map((one) => one.id) }];
    }
    const refund = this.refunds.get(id);
    if (refund === undefined) return [404];
    if (action === '') {
      const answer = { ...refund, refundId: id, pollDelayInMs: this.pollDelayInMs };
      if (refund.status === 'Initiated') refund.status = 'Reserved';
      return [200, answer];
    }
    if (action === 'capture' && refund.status !== 'Reserved') return refusal(409, '1351');
    refund.status = action === 'capture' ? 'Captured' : 'CancelledByClient';
    return [200];
  }
}

function readCall(request: IncomingMessage, text: string): Call {
  const url = new URL(request.url ?? '/', 'http://fake');
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The token's form, or nothing.
  }
  const method = request.method ?? '';
  const query = Object.fromEntries(url.searchParams);
  const short = url.pathname.replace('/pos/v10', '').replace(/\/[\w-]{36}(?=\/|$)/g, '/:id');
  return {
    method,
    path: url.pathname,
    query,
    headers: request.headers,
    body,
    text,
    name: `${method} ${short}`,
  };
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...(text === '' ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(text);
}

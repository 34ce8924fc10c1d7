import type { Header, HttpAnswer } from '../../../src/model/http.ts';
import { member, textMember, type JsonObject, type JsonValue } from '../../../src/model/json.ts';
import type { ActOutcome } from '../../../src/model/recording.ts';
import { posV10Sandbox, type SandboxState } from '../../../src/sandbox/pos-v10/simulation.ts';
import { seededIds } from '../../../src/std/ids.ts';

export const STORE = '9d0a9c45-1793-4e82-9410-b0ee6779ab60';
export const INACTIVE_STORE = '2f6d7d1b-8a53-4c0e-b7a4-6f0a51c00002';
export const OTHER_STORE = 'c4d8a1f0-52be-4b59-8d0e-9a7712345678';
export const NOBODY = '99999999-9999-4999-8999-999999999999';
export const START = Date.UTC(2026, 0, 1, 9);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: JsonValue | undefined;
  readonly headers: readonly Header[];
  readonly warnings: readonly string[];
}

/** What a test may vary in a request; everything else is right. */
export interface Variation {
  readonly body?: unknown;
  readonly raw?: Uint8Array | string;
  readonly key?: string;
  /** Replaces a header by these values; an empty list leaves it out. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly prefix?: string;
}

export interface ClientOptions {
  readonly clientId?: string;
  readonly vat?: string;
  readonly claim?: string;
}

/** One sandbox with a clock that only the test moves. */
export class Bench {
  state: SandboxState;
  now = START;
  /** The target of the last request. */
  asked = '';
  readonly ids: () => string;

  constructor(settings: JsonObject = {}, seed = 'bench') {
    this.ids = seededIds(seed);
    this.state = posV10Sandbox.initial(settings, this.now);
  }

  send(
    method: string,
    target: string,
    headers: readonly Header[],
    body: Uint8Array,
  ): HttpAnswer & { warnings: readonly string[] } {
    this.asked = target;
    const [path = '', query = ''] = target.split('?', 2);
    const stepped = posV10Sandbox.step(
      this.state,
      { method, target, path, query, headers, body },
      this.now,
      this.ids,
    );
    this.state = stepped.state;
    return { ...stepped.answer, warnings: stepped.warnings };
  }

  act(group: string, name: string, args: JsonObject = {}): ActOutcome {
    const acted = posV10Sandbox.act(this.state, group, name, args, this.now, this.ids);
    this.state = acted.state;
    return acted.outcome;
  }

  ask(truth: string, query: JsonObject = {}): JsonValue {
    return posV10Sandbox.ask(this.state, truth, query, this.now);
  }

  /** Asks for a token as a form and gives the whole answer. */
  token(form: string, authorization: string, type = 'application/x-www-form-urlencoded'): Answered {
    const headers: Header[] = [['Content-Type', type]];
    if (authorization !== '') headers.push(['Authorization', authorization]);
    return read(this.send('POST', '/integrator-authentication/connect/token', headers, encoder.encode(form)));
  }

  client({
    clientId = '11111111-1111-4111-8111-111111111111',
    vat = 'DK90000028',
    claim,
  }: ClientOptions = {}): TestClient {
    const form = `grant_type=client_credentials${claim === undefined ? '' : `&merchant_vat=${claim}`}`;
    const answered = this.token(form, `Basic ${btoa(`${clientId}:secret`)}`);
    return new TestClient(
      this,
      textMember(answered.body, 'access_token') ?? '',
      claim === undefined ? vat : undefined,
    );
  }
}

function read(answer: HttpAnswer & { warnings: readonly string[] }): Answered {
  const text = decoder.decode(answer.body);
  const body = text === '' ? undefined : (JSON.parse(text) as JsonValue);
  return {
    status: answer.status,
    code: textMember(body, 'code'),
    body,
    headers: answer.headers,
    warnings: answer.warnings,
  };
}

/** A client that does everything right unless told otherwise. */
export class TestClient {
  readonly bench: Bench;
  readonly token: string;
  readonly vat: string | undefined;

  constructor(bench: Bench, token: string, vat: string | undefined) {
    this.bench = bench;
    this.token = token;
    this.vat = vat;
  }

  call(method: string, path: string, variation: Variation = {}): Answered {
    const right: Record<string, readonly string[]> = {
      Authorization: [`Bearer ${this.token}`],
      'X-MobilePay-Merchant-VAT-Number': this.vat === undefined ? [] : [this.vat],
      'X-MobilePay-Client-System-Version': ['2.1.0'],
      'X-MobilePay-Idempotency-Key': [variation.key ?? this.bench.ids()],
      'Content-Type': ['application/json'],
      ...variation.headers,
    };
    const headers = Object.entries(right).flatMap(([name, values]) =>
      values.map((value): Header => [name, value]),
    );
    const { raw, body } = variation;
    const text = raw ?? (body === undefined ? '' : JSON.stringify(body));
    const bytes = typeof text === 'string' ? encoder.encode(text) : text;
    return read(this.bench.send(method, `${variation.prefix ?? '/pos/v10'}${path}`, headers, bytes));
  }

  get(path: string, variation?: Variation): Answered {
    return this.call('GET', path, variation);
  }

  post(path: string, body?: unknown, variation: Variation = {}): Answered {
    return this.call('POST', path, { ...variation, body });
  }

  createPos(members: JsonObject = {}): string {
    const body = {
      merchantPosId: this.bench.ids(),
      storeId: STORE,
      name: 'Till',
      supportedBeaconTypes: ['QR'],
      ...members,
    };
    return created(this.post('/pointofsales', body), 'posId');
  }

  initiate(posId: string, members: JsonObject = {}): string {
    return created(this.post('/payments', { ...payment(posId), ...members }), 'paymentId');
  }

  prepare(posId: string, orderId = 'order'): string {
    return created(this.post('/payments/prepare', { posId, orderId }), 'paymentId');
  }

  status(paymentId: string): string | undefined {
    return textMember(this.get(`/payments/${paymentId}`).body, 'status');
  }

  /** A payment of 100.00 that waits to be captured. */
  reserved(posId: string, members: JsonObject = {}): string {
    const paymentId = this.initiate(posId, members);
    this.bench.act('customer', 'checkIn', { posId });
    const approved = this.bench.act('customer', 'approve', { payment: paymentId });
    if (approved.kind !== 'done') throw new Error(JSON.stringify(approved));
    return paymentId;
  }

  captured(posId: string, members: JsonObject = {}): string {
    const paymentId = this.reserved(posId, members);
    const answered = this.post(`/payments/${paymentId}/capture`, {
      amount: member(members, 'amount') ?? 100,
    });
    if (answered.status !== 200) throw new Error(JSON.stringify(answered));
    return paymentId;
  }

  refund(paymentId: string, members: JsonObject = {}): Answered {
    return this.post('/refunds', {
      paymentId,
      refundOrderId: 'back',
      amount: 10,
      currencyCode: 'DKK',
      ...members,
    });
  }

  refunded(paymentId: string, members: JsonObject = {}): string {
    return created(this.refund(paymentId, members), 'refundId');
  }
}

/** A right body for POST /payments. */
export function payment(posId: string): JsonObject {
  return { posId, orderId: 'order', amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
}

/** The id in the answer to a creating call; throws where there is none. */
export function created(answered: Answered, name: string): string {
  const id = textMember(answered.body, name);
  if (answered.status !== 200 || id === undefined) throw new Error(JSON.stringify(answered));
  return id;
}

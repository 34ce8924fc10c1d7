import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Header } from '../../src/model/http.ts';
import type { Reply } from '../../src/model/client.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Judgement, Rule, RuleContext } from '../../src/model/obligation.ts';
import { classify, type Operation } from '../../src/model/operation.ts';
import type { ActOutcome, AnswerContent, Happening, RunRecord } from '../../src/model/recording.ts';

/*
 * Recordings in a few words: `till().command('capturePayment', {…}).sends('capturePayment', { id: A, lost: 'timeout' })…`. Everything that a test
 * doesn't say is as a careful client and an untroubled backend would have it; time moves on by a second before each request.
 */

const ALL = ['onboarding', 'payments', 'prepared-payments', 'refunds'];

function operation(name: string, method: Operation['method'], path: string, features = ALL): Operation {
  return { name, method, path, features };
}

export const OPERATIONS: readonly Operation[] = [
  operation('getToken', 'POST', '/integrator-authentication/connect/token'),
  operation('queryStores', 'GET', '/pos/v10/stores'),
  operation('queryStore', 'GET', '/pos/v10/stores/{storeId}'),
  operation('createPointOfSale', 'POST', '/pos/v10/pointofsales'),
  operation('queryPointOfSale', 'GET', '/pos/v10/pointofsales/{posId}'),
  operation('queryPointsOfSale', 'GET', '/pos/v10/pointofsales'),
  operation('deletePointOfSale', 'DELETE', '/pos/v10/pointofsales/{posId}'),
  operation('queryCheckIn', 'GET', '/pos/v10/pointofsales/{posId}/checkin'),
  operation('initiatePayment', 'POST', '/pos/v10/payments', ['payments', 'refunds']),
  operation('preparePayment', 'POST', '/pos/v10/payments/prepare', ['prepared-payments']),
  operation('readyPayment', 'POST', '/pos/v10/payments/{paymentId}/ready', ['prepared-payments']),
  operation('queryPayment', 'GET', '/pos/v10/payments/{paymentId}'),
  operation('queryPayments', 'GET', '/pos/v10/payments'),
  operation('capturePayment', 'POST', '/pos/v10/payments/{paymentId}/capture'),
  operation('cancelPayment', 'POST', '/pos/v10/payments/{paymentId}/cancel'),
  operation('initiateRefund', 'POST', '/pos/v10/refunds', ['refunds']),
  operation('queryRefund', 'GET', '/pos/v10/refunds/{refundId}', ['refunds']),
  operation('queryRefunds', 'GET', '/pos/v10/refunds', ['refunds']),
  operation('captureRefund', 'POST', '/pos/v10/refunds/{refundId}/capture', ['refunds']),
  operation('cancelRefund', 'POST', '/pos/v10/refunds/{refundId}/cancel', ['refunds']),
];

/** Ids to test with. */
export const A = 'aaaaaaaa-0000-4000-8000-000000000001';
export const B = 'bbbbbbbb-0000-4000-8000-000000000002';
export const POS = 'cccccccc-0000-4000-8000-000000000003';
export const STORE = 'dddddddd-0000-4000-8000-000000000004';
export const TOKEN = '[redacted:0123abcd]';
export const VAT = 'DK90000028';

const CREATES = ['createPointOfSale', 'initiatePayment', 'preparePayment', 'initiateRefund'];

/** Bodies that nothing is wrong with. */
export const BODIES: Readonly<Record<string, JsonObject>> = {
  createPointOfSale: {
    merchantPosId: 'till-7',
    storeId: STORE,
    name: 'Till 7',
    supportedBeaconTypes: ['QR'],
  },
  initiatePayment: {
    posId: POS,
    orderId: 'order-1',
    amount: 100,
    currencyCode: 'DKK',
    plannedCaptureDelay: 'None',
  },
  preparePayment: { posId: POS, orderId: 'order-1' },
  readyPayment: { amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' },
  capturePayment: { amount: 100 },
  initiateRefund: { paymentId: A, refundOrderId: 'refund-1', amount: 40, currencyCode: 'DKK' },
};

const ANSWERS: Readonly<Record<string, JsonValue>> = {
  getToken: { access_token: TOKEN, expires_in: 3700, token_type: 'Bearer' },
  queryStores: { storeIds: [STORE] },
  createPointOfSale: { posId: POS },
  initiatePayment: { paymentId: A },
  preparePayment: { paymentId: A },
  initiateRefund: { refundId: B },
};

export interface Sending {
  /** The id in the path. */
  readonly id?: string;
  readonly query?: string;
  /** Members that take the place of those of the usual body; `null` takes the whole body away. */
  readonly body?: JsonObject | null;
  readonly text?: string;
  readonly key?: string;
  /** Headers by name in place of the usual ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Time that passes before it arrives, ms; 1000 if not said. */
  readonly after?: number;
  /** Our own lag when it arrived and when it was answered, ms. */
  readonly lagMs?: number;
  /** How long the answer takes, ms. */
  readonly takes?: number;
  readonly answers?: JsonValue;
  readonly status?: number;
  readonly answerHeaders?: readonly Header[];
  /** The fault that it meets; `abandoned` is the client's own doing. */
  readonly lost?: 'timeout' | 'hold' | 'reset' | 'truncated' | 'malformed' | 'abandoned' | 'killed';
  /** Answered by us and not by the sandbox. */
  readonly planted?: boolean;
}

/** A recording in the making. */
export class RecordingBuilder {
  readonly records: RunRecord[] = [];
  #at = 0;
  #exchange = 0;
  #command = 0;
  #inForce: number | undefined;
  #case: string | undefined = 'payments/complete-a-payment';
  #lane = 'payments';
  #keys = 0;

  #add(happening: Happening): this {
    const place = { lane: this.#lane, ...(this.#case === undefined ? {} : { case: this.#case }) };
    this.records.push({ seq: this.records.length, at: this.#at, ...place, ...happening });
    return this;
  }

  lane(lane: string): this {
    this.#lane = lane;
    this.#inForce = undefined;
    return this;
  }

  /** The client starts (again); what is handed over at the start. */
  starts(options: { restarted?: boolean; version?: string; given?: JsonObject; driver?: string } = {}): this {
    const { restarted = false, version = '2.1.0', driver = 'process' } = options;
    const given = options.given ?? { api: { merchantVat: VAT }, restarted };
    const client = { protocol: 1, name: 'Till', version, commands: [], behaviours: [], quietMs: 0 };
    return this.#add({
      kind: 'lane-started',
      generation: 0,
      feature: 'payments',
      restarted,
      client,
      driver,
      given,
    });
  }

  inCase(id: string, names: JsonObject = {}): this {
    this.#case = id;
    return this.#add({ kind: 'case-started', names, uniquePrefix: 'u' });
  }

  endsCase(truth: JsonValue = null, options: { complete?: boolean; leaves?: string[] } = {}): this {
    const { complete = true, leaves = [] } = options;
    return this.#add({ kind: 'case-ended', complete, leaves, truth });
  }

  command(method: string, params: JsonObject = {}): this {
    this.#command += 1;
    this.#inForce = this.#command;
    return this.#add({ kind: 'command', command: this.#command, step: 0, method, params });
  }

  result(result: JsonObject = {}, truth: JsonValue = null): this {
    return this.replies({ kind: 'result', result }, truth);
  }

  replies(reply: Reply, truth: JsonValue = null): this {
    const command = this.#inForce ?? 0;
    this.#inForce = undefined;
    return this.#add({ kind: 'result', command, reply, truth });
  }

  gaveUp(): this {
    return this.replies({ kind: 'gaveUp', message: 'retries are exhausted' });
  }

  refused(): this {
    return this.replies({ kind: 'refused', message: 'not possible' });
  }

  killed(): this {
    this.#inForce = undefined;
    return this.#add({ kind: 'killed' });
  }

  restart(): this {
    return this.command('restart').starts({ restarted: true });
  }

  /** The lane is ended; what comes next begins it anew. */
  ends(): this {
    this.#inForce = undefined;
    return this.#add({ kind: 'lane-ended' });
  }

  act(group: 'customer' | 'clock' | 'world' | 'callback', name: string, result: JsonValue = {}): this {
    const outcome: ActOutcome = { kind: 'done', result };
    return this.#add({ kind: 'act', group, name, args: {}, outcome });
  }

  waits(ms: number): this {
    this.#at += ms;
    return this;
  }

  /** A request and all that becomes of it. */
  sends(name: string, sending: Sending = {}): this {
    this.#at += sending.after ?? 1000;
    this.#exchange += 1;
    const exchange = this.#exchange;
    this.#add(this.#request(name, exchange, sending));
    this.#at += sending.takes ?? 2;
    const { lost } = sending;
    const silent = lost === 'timeout' || lost === 'hold' || lost === 'reset' || lost === 'killed';
    const answer = answerTo(name, sending);
    const upstream = sending.planted === true ? {} : { upstream: answer };
    this.#add({
      kind: 'answered',
      exchange,
      processed: true,
      ...upstream,
      ...(silent ? {} : { planned: answer }),
    });
    if (silent && lost !== 'killed') this.#add({ kind: 'fault-begun', exchange });
    if (lost === 'killed')
      return this.#add({
        kind: 'delivered',
        exchange,
        outcome: 'abandoned',
        reachedClient: false,
        lagMs: sending.lagMs ?? 0,
      });
    if (silent)
      return this.#add({
        kind: 'delivered',
        exchange,
        outcome: 'withheld',
        reachedClient: false,
        lagMs: sending.lagMs ?? 0,
      });
    if (lost === 'abandoned')
      return this.#add({
        kind: 'delivered',
        exchange,
        outcome: 'abandoned',
        reachedClient: true,
        lagMs: sending.lagMs ?? 0,
        answer,
      });
    const broken = { status: answer.status, headers: answer.headers, text: '{"paym' };
    const got = lost === undefined ? answer : broken;
    return this.#add({
      kind: 'delivered',
      exchange,
      outcome: 'delivered',
      reachedClient: true,
      lagMs: sending.lagMs ?? 0,
      answer: got,
    });
  }

  #request(name: string, exchange: number, sending: Sending): Happening {
    const found = OPERATIONS.find((one) => one.name === name);
    const method = found?.method ?? 'GET';
    const path = (found?.path ?? '/unknown').replace(/\{\w+\}/, sending.id ?? A);
    const usual = sending.body === null ? undefined : { ...BODIES[name], ...sending.body };
    const json =
      method === 'GET' || usual === undefined || Object.keys(usual).length === 0 ? {} : { json: usual };
    return {
      kind: 'request',
      exchange,
      ...(this.#inForce === undefined ? {} : { command: this.#inForce }),
      ...(found === undefined ? {} : { operation: name }),
      params: classify(OPERATIONS, method, path)?.params ?? {},
      method,
      target: sending.query === undefined ? path : `${path}?${sending.query}`,
      query: {},
      headers: this.#headers(name, sending),
      ...json,
      ...(sending.text === undefined ? {} : { text: sending.text }),
      connection: exchange,
      lagMs: sending.lagMs ?? 0,
      plan: planOf(sending),
    };
  }

  #headers(name: string, sending: Sending): Header[] {
    this.#keys += 1;
    const headers: Record<string, string | readonly string[] | undefined> = {
      Host: '127.0.0.1:41001',
      Authorization: `Bearer ${TOKEN}`,
      'X-MobilePay-Merchant-VAT-Number': VAT,
      'X-MobilePay-Client-System-Version': '2.1.0',
      'X-MobilePay-Idempotency-Key': CREATES.includes(name)
        ? (sending.key ?? `key-${this.#keys}`)
        : sending.key,
      ...sending.headers,
    };
    return Object.entries(headers).flatMap(([header, value]) =>
      value === undefined ? [] : [value].flat().map((one): Header => [header, one]),
    );
  }
}

function planOf(sending: Sending): Plan {
  const { lost } = sending;
  if (lost !== undefined && lost !== 'abandoned' && lost !== 'killed')
    return { kind: 'fault', fault: lost, processed: true };
  if (sending.planted === true) return { kind: 'status', status: sending.status ?? 500, processed: false };
  return { kind: 'forward' };
}

function answerTo(name: string, sending: Sending): AnswerContent {
  const status = sending.status ?? 200;
  const json = sending.answers ?? (status < 300 ? ANSWERS[name] : undefined);
  return { status, headers: sending.answerHeaders ?? [], ...(json === undefined ? {} : { json }) };
}

/** A client that has started in lane `payments`, in the case `payments/complete-a-payment`. */
export function till(): RecordingBuilder {
  return new RecordingBuilder().starts();
}

/** An answer to a status query. */
export function status(state: string, more: JsonObject = {}): { answers: JsonValue } {
  return {
    answers: { status: state, amount: 100, pollDelayInMs: 300, partialCapturePossible: null, ...more },
  };
}

/** An error answer of the API. */
export function refusal(httpStatus: number, code: string): { status: number; answers: JsonValue } {
  return { status: httpStatus, answers: { code, message: 'refused' } };
}

/** Judges a recording by one rule. */
export function judge(
  rule: Rule,
  recording: RecordingBuilder,
  context: Partial<RuleContext> = {},
): Judgement {
  const fold = rule.begin({ operations: OPERATIONS, features: ALL, ...context });
  for (const record of recording.records) fold.see(record);
  return fold.close();
}

/** What a judgement came to, in a few words: the codes found, with their level, in order. */
export function codes(judgement: Judgement): string[] {
  return judgement.findings.map((finding) => `${finding.level} ${finding.code}`);
}

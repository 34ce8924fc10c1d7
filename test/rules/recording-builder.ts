import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Header } from '../../src/model/http.ts';
import type { Reply } from '../../src/model/client.ts';
import type { Judgement, Rule, RuleContext } from '../../src/model/obligation.ts';
import { classify } from '../../src/model/operation.ts';
import type { ActOutcome, Happening, RunRecord } from '../../src/model/recording.ts';
import { A, ALL, BODIES, CREATES, OPERATIONS, TOKEN, VAT } from './samples.ts';
import { answerTo, planOf, type Sending } from './sending.ts';

export { A, B, OPERATIONS, POS, STORE, TOKEN, VAT } from './samples.ts';
export type { Sending } from './sending.ts';

/*
 * Recordings in a few words: `till().command('capturePayment', {…}).sends('capturePayment', { id: A, lost: 'timeout' })…`. Everything that a test
 * doesn't say is as a careful client and an untroubled backend would have it; time moves on by a second before each request.
 */

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
    const ends = this.#at + (sending.takes ?? 2);
    if (sending.killedBefore !== undefined) {
      this.#at = ends - sending.killedBefore;
      this.#add({ kind: 'killed' });
    }
    this.#at = ends;
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
      ...(sending.load === undefined ? {} : { load: sending.load }),
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

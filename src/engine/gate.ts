import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { HttpAnswer } from '../model/http.ts';
import { classify, type Operation } from '../model/operation.ts';
import type { Gate } from '../model/ports.ts';
import type { AnswerContent, Happening, RequestRecord } from '../model/recording.ts';
import type { RunningCase } from './loop.ts';

/** Masks secrets in the parts of a message, before anything else sees them. */
export interface Redaction {
  headers(headers: AnswerContent['headers']): AnswerContent['headers'];
  target(target: string): string;
  /** A body as JSON where it is that, as text where it is not, nothing where it is empty. */
  body(headers: AnswerContent['headers'], bytes: Uint8Array): { json?: JsonValue; text?: string };
}

export interface LaneGatePorts {
  readonly operations: readonly Operation[];
  readonly redaction: Redaction;
  /** Processes that wait for each processor, a minute's average. */
  readonly load: () => number;
  /** The next exchange's number in the run. */
  readonly nextExchange: () => number;
  /** Records an event of the lane; `owner`: the case it belongs to where that isn't the one in force. */
  readonly record: <T extends Happening>(happening: T, owner?: string) => T;
}

/** The gate of a lane: turns what the gateway sees into events, for the case under way. */
export interface LaneGate extends Gate {
  /** From now on requests belong to this case (undefined: between cases). */
  attach(running: RunningCase | undefined, caseId: string | undefined): void;
  /** Values that the present case works with: a request that names one of them belongs to it. */
  claim(values: readonly string[]): void;
  exchangeOf(id: number): number | undefined;
  /** Something of our own failed: the case under way can't be judged. */
  trouble(code: string, message: string): void;
  idOf(exchange: number): number | undefined;
  /** How busy the machine is, where that may matter, as it stands in a record. */
  load(): { readonly load?: number };
}

/** Makes the gate of one lane. */
export function createLaneGate(ports: LaneGatePorts): LaneGate {
  let running: RunningCase | undefined;
  let caseId: string | undefined;
  let claimed = new Set<string>();
  const owners = new Map<string, string>();
  const exchanges = new Map<number, { exchange: number; owner?: string }>();
  const ids = new Map<number, number>();
  const inPaths = namesInPaths(ports.operations);

  /** The ended case whose payment, refund or point of sale a request names, where the present case doesn't (case-language.md). */
  const ownerOf = (params: Readonly<Record<string, string>>): string | undefined => {
    for (const value of Object.values(params)) {
      const id = value.toLowerCase();
      const owner = owners.get(id);
      if (owner !== undefined && owner !== caseId && !claimed.has(id)) return owner;
    }
    return undefined;
  };
  const own = (answer: HttpAnswer | undefined, content: AnswerContent | undefined): void => {
    if (answer === undefined || caseId === undefined || !isJsonObject(content?.json)) return;
    for (const [name, value] of Object.entries(content.json))
      if (inPaths.has(name) && typeof value === 'string' && !owners.has(value.toLowerCase()))
        owners.set(value.toLowerCase(), caseId);
  };
  const tell = (happening: Happening, owner: string | undefined): void | Promise<void> => {
    if (owner === undefined && running) return running.event(happening);
    ports.record(happening, owner);
  };

  return {
    attach(next, id) {
      running = next;
      caseId = id;
      claimed = new Set();
    },
    claim(values) {
      for (const value of values) claimed.add(value.toLowerCase());
    },
    exchangeOf: (id) => exchanges.get(id)?.exchange,
    trouble: (code, message) => void tell({ kind: 'harness', code, data: { message } }, undefined),
    idOf: (exchange) => ids.get(exchange),
    load: () => loadOf(ports.load()),

    decide(arrival) {
      const { request } = arrival;
      const found = classify(ports.operations, request.method, request.path);
      const exchange = ports.nextExchange();
      const owner = ownerOf(found?.params ?? {});
      exchanges.set(arrival.id, { exchange, ...(owner === undefined ? {} : { owner }) });
      ids.set(exchange, arrival.id);
      const command = running?.command();
      const record: Omit<RequestRecord, 'plan'> = {
        kind: 'request',
        exchange,
        ...(command === undefined ? {} : { command }),
        ...(found === undefined ? {} : { operation: found.operation.name }),
        params: found?.params ?? {},
        method: request.method,
        target: ports.redaction.target(request.target),
        query: queryOf(ports.redaction.target(request.query)),
        headers: ports.redaction.headers(request.headers),
        ...ports.redaction.body(request.headers, request.body),
        connection: arrival.connection,
        lagMs: round(arrival.lagMs),
        arrivedAt: round(arrival.at),
        ...loadOf(ports.load()),
      };
      if (running && owner === undefined) return running.request(record);
      ports.record({ ...record, plan: { kind: 'forward' } }, owner);
      return { kind: 'forward' };
    },
    workedOut(id, outcome) {
      const known = exchanges.get(id);
      if (known === undefined) return;
      const upstream = outcome.upstream && contentOf(outcome.upstream, ports.redaction);
      const planned = outcome.planned && contentOf(outcome.planned, ports.redaction);
      own(outcome.upstream, upstream);
      return tell(
        {
          kind: 'answered',
          exchange: known.exchange,
          processed: outcome.processed,
          ...(upstream === undefined ? {} : { upstream }),
          ...(planned === undefined ? {} : { planned }),
        },
        known.owner,
      );
    },
    faultBegun(id) {
      const known = exchanges.get(id);
      if (known) void tell({ kind: 'fault-begun', exchange: known.exchange }, known.owner);
    },
    delivered(id, delivery) {
      const known = exchanges.get(id);
      if (known === undefined) return;
      void tell(
        {
          kind: 'delivered',
          exchange: known.exchange,
          outcome: delivery.outcome,
          reachedClient: delivery.reachedClient,
          ...(delivery.answer === undefined ? {} : { answer: contentOf(delivery.answer, ports.redaction) }),
          lagMs: round(delivery.lagMs),
        },
        known.owner,
      );
    },
  };
}

/** What an operation's path asks for: by these ids, and by no other that an answer holds, a request names its payment, refund or point of sale. */
function namesInPaths(operations: readonly Operation[]): ReadonlySet<string> {
  const asked = operations.flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)]);
  return new Set(asked.flatMap(([, name]) => name ?? []));
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function queryOf(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = result[name];
    result[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return result;
}

function contentOf(answer: HttpAnswer, redaction: Redaction): AnswerContent {
  return {
    status: answer.status,
    headers: redaction.headers(answer.headers),
    ...redaction.body(answer.headers, answer.body),
  };
}

function loadOf(load: number): { load?: number } {
  return load > 1 ? { load: Math.round(load * 10) / 10 } : {};
}

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { HttpAnswer, HttpRequest } from '../../src/model/http.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Arrival, Delivery, Gate } from '../../src/model/ports.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import type { Gateway, GatewayOptions, Trouble } from '../../src/gateway/gateway.ts';
import { createClock } from '../../src/std/clock.ts';

/** What happened at the gate, in order. */
export type Event =
  | { readonly kind: 'arrival'; readonly id: number; readonly arrival: Arrival }
  | { readonly kind: 'workedOut'; readonly id: number; readonly outcome: Parameters<Gate['workedOut']>[1] }
  | { readonly kind: 'faultBegun'; readonly id: number }
  | { readonly kind: 'delivered'; readonly id: number; readonly delivery: Delivery };

export interface Bench {
  readonly gateway: Gateway;
  readonly events: Event[];
  readonly handled: HttpRequest[];
  readonly troubles: Trouble[];
  /** The first event of that kind (of exchange `id`), now or when it comes. */
  event<K extends Event['kind']>(kind: K, id?: number): Promise<Extract<Event, { kind: K }>>;
  /** Opens a connection and writes. */
  raw(...texts: string[]): Promise<Wire>;
}

export interface Wire {
  readonly socket: Socket;
  /** Everything received so far. */
  text(): string;
  /** Resolves with everything received once the other side has ended, or with the error's code after it. */
  closed: Promise<{ readonly text: string; readonly error?: string }>;
  /** Resolves when what was received matches. */
  received(pattern: RegExp): Promise<string>;
}

export interface BenchOptions extends Partial<Omit<GatewayOptions, 'gate' | 'upstream'>> {
  readonly plan?: Plan | ((arrival: Arrival, gateway: () => Gateway) => Plan);
  readonly upstream?: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;
  readonly workedOut?: (id: number) => void | Promise<void>;
}

export const JSON_BODY = '{"paymentId":"p-1"}';

/** A 200 with a JSON body. */
export function jsonAnswer(body: string, status = 200): HttpAnswer {
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(body) };
}

/** A gateway with a gate that notes everything, on a free port. */
export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const events: Event[] = [];
  const handled: HttpRequest[] = [];
  const troubles: Trouble[] = [];
  const listeners = new Set<() => void>();
  const note = (event: Event): void => {
    events.push(event);
    for (const listener of listeners) listener();
  };
  const { plan, upstream, workedOut, ...rest } = options;
  const started: { gateway?: Gateway } = {};
  const theGateway = (): Gateway => {
    if (!started.gateway) throw new Error('the gateway has not started');
    return started.gateway;
  };
  const gate: Gate = {
    decide: (arrival) => {
      note({ kind: 'arrival', id: arrival.id, arrival });
      return typeof plan === 'function' ? plan(arrival, theGateway) : (plan ?? { kind: 'forward' });
    },
    workedOut: (id, outcome) => {
      note({ kind: 'workedOut', id, outcome });
      return workedOut?.(id);
    },
    faultBegun: (id) => {
      note({ kind: 'faultBegun', id });
    },
    delivered: (id, delivery) => {
      note({ kind: 'delivered', id, delivery });
    },
  };
  const gateway = await startGateway({
    clock: createClock(),
    meter: { lagAround: () => 0 },
    trouble: (trouble) => troubles.push(trouble),
    ...rest,
    gate,
    upstream: {
      handle: (request) => {
        handled.push(request);
        return upstream ? upstream(request) : jsonAnswer(JSON_BODY);
      },
    },
  });
  started.gateway = gateway;
  return {
    gateway,
    events,
    handled,
    troubles,
    event: <K extends Event['kind']>(kind: K, id?: number) =>
      new Promise<Extract<Event, { kind: K }>>((resolve) => {
        const look = (): void => {
          const found = events.find((event) => event.kind === kind && (id === undefined || event.id === id));
          if (!found) return;
          listeners.delete(look);
          resolve(found as Extract<Event, { kind: K }>);
        };
        listeners.add(look);
        look();
      }),
    raw: async (...texts) => {
      const wire = await open(gateway.port);
      for (const text of texts) wire.socket.write(text, 'latin1');
      return wire;
    },
  };
}

/** A bare connection to a port of this machine. */
export async function open(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let error: string | undefined;
  const looks = new Set<() => void>();
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (const look of looks) look();
  });
  socket.on('error', (fault: NodeJS.ErrnoException) => {
    error = fault.code ?? fault.message;
  });
  const closed = new Promise<{ text: string; error?: string }>((resolve) => {
    const done = (): void => {
      socket.destroy();
      resolve(error === undefined ? { text } : { text, error });
    };
    socket.once('end', done);
    socket.once('close', done);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    text: () => text,
    closed,
    received: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          looks.delete(look);
          resolve(text);
        };
        looks.add(look);
        look();
      }),
  };
}

/** The text of a request with the right Host. */
export function requestText(port: number, line: string, headers: readonly string[] = [], body = ''): string {
  const framing = body === '' ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: 127.0.0.1:${String(port)}`];
  return `${line} HTTP/1.1\r\n${[...host, ...headers, ...framing].join('\r\n')}\r\n\r\n${body}`;
}

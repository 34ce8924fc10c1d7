import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import { startHost, type Host, type HostOptions } from '../../src/host/host.ts';
import type { CallbackOrder } from '../../src/model/ports.ts';
import { loadState, saveState } from '../../src/sandbox/pos-v10/saved-state.ts';
import { posV10Sandbox, type SandboxState } from '../../src/sandbox/pos-v10/simulation.ts';
import { randomIds } from '../../src/std/ids.ts';
import { notificationUrlFault } from '../../src/gateway/notification.ts';
import { officialDescription, ownDescription, ownText } from './description.ts';

export const STORE = '9d0a9c45-1793-4e82-9410-b0ee6779ab60';
export const INACTIVE_STORE = '2f6d7d1b-8a53-4c0e-b7a4-6f0a51c00002';
export const OTHER_STORE = 'c4d8a1f0-52be-4b59-8d0e-9a7712345678';
export const NOBODY = '99999999-9999-4999-8999-999999999999';
export const CLIENT_ID = '11111111-1111-4111-8111-111111111111';

const own = ownDescription();
const official = officialDescription();

/** Where the sandbox knowingly differs from the official description: it lists no body for the 404 of a refund's capture, and no 405. */
function intended(method: string, path: string, status: number): boolean {
  if (status === 404 && method === 'POST' && /\/refunds\/[^/]+\/capture$/.test(path)) return true;
  return status === 405;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly code: string | undefined;
  readonly headers: Headers;
}

export interface Call {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly key?: string;
}

/** A sandbox over HTTP on free ports whose wall clock only the test moves, and a client of it. */
export class HostBench {
  readonly host: Host;
  readonly warnings: string[];
  readonly sent: { order: CallbackOrder; url: string }[];
  token = '';

  constructor(host: Host, warnings: string[], sent: { order: CallbackOrder; url: string }[]) {
    this.host = host;
    this.warnings = warnings;
    this.sent = sent;
  }

  get port(): number {
    return Number(new URL(this.host.apiOrigin).port);
  }

  async getToken(
    form = 'grant_type=client_credentials',
    id = CLIENT_ID,
    secret = 'secret',
  ): Promise<Answered> {
    const answered = await this.send('POST', '/integrator-authentication/connect/token', {
      raw: form,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
      },
    });
    if (answered.status === 200) this.token = String(answered.body['access_token']);
    return answered;
  }

  /** Sends, and holds the answer against our description and, where there is one, the official one. */
  async send(method: string, path: string, call: Call = {}): Promise<Answered> {
    const raw = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const answer = await fetch(this.host.apiOrigin + path, {
      method,
      ...(call.headers === undefined ? {} : { headers: call.headers }),
      ...(raw === undefined ? {} : { body: raw }),
    });
    const text = await answer.text();
    const plain = (path.split('?')[0] ?? '').replace('/pos-self-certification-api/pos/', '/pos/');
    if (answer.status !== 405)
      expect(own.faults(method, plain, answer.status, text), `${method} ${path}`).toEqual([]);
    if (
      official !== undefined &&
      !plain.includes('/connect/token') &&
      !intended(method, plain, answer.status)
    )
      expect(official.faults(method, plain, answer.status, text), `official: ${method} ${path}`).toEqual([]);
    return readAnswer(answer, text);
  }

  /** A call of the API with everything right, but for what the test says. */
  async api(method: string, path: string, call: Call = {}): Promise<Answered> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${this.token}`,
      'X-MobilePay-Merchant-VAT-Number': 'DK90000028',
      'X-MobilePay-Client-System-Version': '2.1.0',
      ...(call.body === undefined && call.raw === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'POST' ? { 'X-MobilePay-Idempotency-Key': call.key ?? crypto.randomUUID() } : {}),
      ...call.headers,
    };
    const kept = Object.fromEntries(
      Object.entries(headers).filter(([name]) => call.without?.includes(name) !== true),
    );
    return this.send(method, `/pos/v10${path}`, { ...call, headers: kept });
  }

  async control(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const answer = await fetch(this.host.controlOrigin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return readAnswer(answer, await answer.text());
  }

  async createPos(members: object = {}): Promise<string> {
    const body = {
      merchantPosId: crypto.randomUUID(),
      storeId: STORE,
      name: 'Till',
      supportedBeaconTypes: ['QR'],
      ...members,
    };
    return idOf(await this.api('POST', '/pointofsales', { body }), 'posId');
  }

  async initiate(posId: string, members: object = {}): Promise<string> {
    return idOf(
      await this.api('POST', '/payments', { body: { ...payment(posId), ...members } }),
      'paymentId',
    );
  }

  async reserved(posId: string, members: object = {}): Promise<string> {
    const id = await this.initiate(posId, members);
    await this.control('POST', `/pointofsales/${posId}/check-in`);
    const approved = await this.control('POST', `/payments/${id}/approve`);
    expect(approved.status).toBe(200);
    return id;
  }

  async captured(posId: string, members: object = {}): Promise<string> {
    const id = await this.reserved(posId, members);
    expect((await this.api('POST', `/payments/${id}/capture`, { body: { amount: 100 } })).status).toBe(200);
    return id;
  }

  async status(id: string): Promise<unknown> {
    return (await this.api('GET', `/payments/${id}`)).body['status'];
  }
}

async function readAnswer(answer: Response, text: string): Promise<Answered> {
  const json = answer.headers.get('content-type')?.includes('json') === true;
  const body = json ? (JSON.parse(text) as Record<string, unknown>) : {};
  const code = typeof body['code'] === 'string' ? body['code'] : undefined;
  return { status: answer.status, text, body, code, headers: answer.headers };
}

export function idOf(answered: Answered, name: string): string {
  expect(answered.status, answered.text).toBe(200);
  return String(answered.body[name]);
}

/** A right body for POST /payments. */
export function payment(posId: string): Record<string, unknown> {
  return { posId, orderId: 'order', amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' };
}

/** Starts a sandbox; the caller stops it. */
export async function startBench(options: Partial<HostOptions<SandboxState>> = {}): Promise<HostBench> {
  const warnings: string[] = [];
  const sent: { order: CallbackOrder; url: string }[] = [];
  const host = await startHost({
    simulation: posV10Sandbox,
    saved: { save: saveState, load: loadState },
    settings: {},
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    description: ownText,
    wallClock: () => Date.UTC(2026, 0, 1, 9),
    ids: randomIds(),
    urlFault: notificationUrlFault,
    deliver: (order, url) => {
      sent.push({ order, url });
      return Promise.resolve();
    },
    warn: (warning) => warnings.push(warning),
    trouble: (message) => warnings.push(message),
    ...options,
  });
  const bench = new HostBench(host, warnings, sent);
  await bench.getToken();
  return bench;
}

/** A raw connection. */
export interface Wire {
  readonly socket: Socket;
  write(text: string): void;
  text(): string;
  /** Resolves when what was received matches, or the other side has closed. */
  until(pattern: RegExp): Promise<string>;
  readonly closed: Promise<string>;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  const waiting = new Set<() => void>();
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    for (const look of waiting) look();
  });
  let over = false;
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => {
      over = true;
      for (const look of waiting) look();
      resolve(received);
    });
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    socket,
    write: (text) => void socket.write(text, 'latin1'),
    text: () => received,
    closed,
    until: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!over && !pattern.test(received)) return;
          waiting.delete(look);
          resolve(received);
        };
        waiting.add(look);
        look();
      }),
  };
}

import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { notificationUrlFault, notify } from '../../src/gateway/notification.ts';
import type { NotificationAttempt, NotificationSettings } from '../../src/gateway/notification.ts';
import { createClock } from '../../src/std/clock.ts';

const CERT = fileURLToPath(new URL('tls-cert.pem', import.meta.url));
const KEY = fileURLToPath(new URL('tls-key.pem', import.meta.url));
const BODY = '{"PosId":"p-1"}';
const QUICK: NotificationSettings = { retries: 3, spacingMs: 5, timeoutMs: 100 };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listener(answer: RequestListener, tls = false): Promise<string> {
  server = tls
    ? createTlsServer({ cert: readFileSync(CERT), key: readFileSync(KEY) }, answer)
    : createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${String((server.address() as AddressInfo).port)}/notify?x=1`;
}

function send(
  url: string,
  settings = QUICK,
  signal = new AbortController().signal,
): Promise<readonly NotificationAttempt[]> {
  return notify({ url, headers: [['X-Correlation', 'c-1']], body: BODY }, settings, createClock(), signal);
}

const statuses = (attempts: readonly NotificationAttempt[]): (number | string | undefined)[] =>
  attempts.map(({ status, failure }) => status ?? failure?.kind);

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

describe('a notification', () => {
  it('is posted as JSON, and once is enough where it is answered 200', async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const url = await listener((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ request, body });
        response.end('ok');
      });
    });
    expect(statuses(await send(url))).toEqual([200]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.body).toBe(BODY);
    expect(seen[0]?.request).toMatchObject({
      method: 'POST',
      url: '/notify?x=1',
      headers: {
        'content-type': 'application/json',
        'content-length': String(BODY.length),
        'x-correlation': 'c-1',
      },
    });
  });

  it.each([
    [
      [500, 204, 302, 200],
      [500, 204, 302, 200],
    ],
    [
      [500, 500, 500, 500, 200],
      [500, 500, 500, 500],
    ],
    [
      [503, 200],
      [503, 200],
    ],
  ])('is sent again, three times at most, until 200 exactly: %j', async (answers, expected) => {
    const left = [...answers];
    const url = await listener((_, response) => {
      response.writeHead(left.shift() ?? 0, { Location: 'http://127.0.0.1:1/' }).end();
    });
    const attempts = await send(url);
    expect(statuses(attempts)).toEqual(expected);
    for (const [index, attempt] of attempts.entries()) {
      const before = attempts[index - 1];
      if (before)
        expect(attempt.at - (before.at + before.tookMs)).toBeGreaterThanOrEqual(QUICK.spacingMs - 1);
    }
  });

  it('that gets no answer times out', async () => {
    const url = await listener(() => undefined);
    expect(statuses(await send(url, { retries: 1, spacingMs: 1, timeoutMs: 20 }))).toEqual([
      'timeout',
      'timeout',
    ]);
  });

  it('times out too where the answer begins and never ends', async () => {
    const url = await listener((_, response) => {
      response.writeHead(200, { 'Content-Length': '10' }).write('x');
    });
    expect(statuses(await send(url, { retries: 0, spacingMs: 1, timeoutMs: 20 }))).toEqual(['timeout']);
  });

  it('that reaches nobody says so', async () => {
    const url = await listener(() => undefined);
    server?.close();
    expect(statuses(await send(url, { ...QUICK, retries: 1 }))).toEqual(['unreachable', 'unreachable']);
  });

  it('is given up when stopped', async () => {
    const stop = new AbortController();
    const url = await listener(() => {
      stop.abort();
    });
    expect(statuses(await send(url, { ...QUICK, timeoutMs: 5000 }, stop.signal))).toEqual(['stopped']);
  });

  it('goes over TLS to whom the given file trusts, and to nobody else', async () => {
    const url = await listener((_, response) => response.end(), true);
    expect(statuses(await send(url, { ...QUICK, ca: CERT }))).toEqual([200]);
    expect(statuses(await send(url, { ...QUICK, retries: 0 }))).toEqual(['unreachable']);
  });

  it.each([
    ['https://till.example/notify', undefined],
    ['http://localhost:1/', undefined],
    ['http://127.1.2.3/', undefined],
    ['http://[::1]:1/', undefined],
    ['http://till.example/', 'plain http is for this machine alone'],
    ['http://127.0.0.1.evil.example/', 'plain http is for this machine alone'],
    ['ftp://localhost/', 'it is neither https nor http'],
    ['https://a:b@till.example/', 'it holds credentials'],
    ['notify', 'it is no URL'],
  ])('may go to %s: %s', async (url, fault) => {
    expect(notificationUrlFault(url)).toBe(fault);
    if (fault !== undefined) expect(statuses(await send(url))).toEqual(['forbidden']);
  });
});

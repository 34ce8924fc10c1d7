import { readFileSync } from 'node:fs';
import { request as requestTls } from 'node:https';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/gateway.ts';
import { hostRule, refusalOf } from '../../src/gateway/refusal.ts';
import { JSON_BODY, requestText, startBench } from './bench.ts';
import type { Bench } from './bench.ts';

let shared: Bench;
beforeAll(async () => {
  shared = await startBench();
});
afterAll(async () => {
  await shared.gateway.stop();
});

/** The status that raw bytes get, 0 where the connection closes without one. `HOST` stands for the right Host header. */
async function statusOf(bench: Bench, text: string): Promise<number> {
  const before = bench.events.length;
  const wire = await bench.raw(text.replaceAll('HOST', `Host: 127.0.0.1:${String(bench.gateway.port)}`));
  await Promise.race([wire.received(/^HTTP\/1\.1 [2-5]\d\d[^]*\r\n\r\n/), wire.closed]);
  const answer = wire.text();
  wire.socket.destroy();
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
  const arrivals = bench.events.slice(before).filter((event) => event.kind === 'arrival');
  expect(arrivals, 'a refused request is no exchange').toHaveLength(status === 200 ? 1 : 0);
  return status;
}

const G = 'GET /a HTTP/1.1\r\n';
const P = 'POST /a HTTP/1.1\r\n';

describe('requests on a raw socket (standards.md 3.2)', () => {
  it.each<[string, string, number]>([
    ['a plain one', `${G}HOST\r\n\r\n`, 200],
    ['a chunked one', `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 200],
    ['Chunked in capitals', `${P}HOST\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n`, 200],
    ['an upgrade that is ignored', `${G}HOST\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, 200],
    ['a query with dots and escapes', 'GET /a?x=../b&y=%2e%2e HTTP/1.1\r\nHOST\r\n\r\n', 200],
    ['dots that are no segment', 'GET /a..b/...c HTTP/1.1\r\nHOST\r\n\r\n', 200],
    [
      'length and transfer coding',
      `${P}HOST\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['two lengths', `${P}HOST\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['one length twice', `${P}HOST\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}`, 400],
    ['an unknown transfer coding', `${P}HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
    ['gzip, chunked', `${P}HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
    ['a folded header', `${G}HOST\r\nX-A: b\r\n c\r\n\r\n`, 400],
    ['a space before the colon', `${G}HOST\r\nX-A : b\r\n\r\n`, 400],
    ['bare line feeds', `GET /a HTTP/1.1\nHOST\n\n`, 400],
    ['no Host', `${G}\r\n`, 400],
    ['two Hosts', `${G}HOST\r\nHOST\r\n\r\n`, 400],
    ['another Host', `${G}Host: evil.example\r\n\r\n`, 421],
    ['our name at another port', `${G}Host: 127.0.0.1:1\r\n\r\n`, 421],
    ['our name without a port', `${G}Host: 127.0.0.1\r\n\r\n`, 421],
    ['absolute form', 'GET http://169.254.169.254/x HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['two slashes', 'GET //evil/x HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['a backslash', 'GET /\\evil HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['dot segments', 'GET /a/../../x HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['dot segments at the end', 'GET /a/.. HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['encoded dot segments', 'GET /a/%2E./x HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['encoded slashes around dots', 'GET /a%2f..%2fx HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['encoded backslashes around dots', 'GET /a%5C..%5cx HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['%00', 'GET /a%00 HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['%00 in the query', 'GET /a?b=%00 HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['a fragment', 'GET /a#b HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['a byte beyond ASCII', 'GET /\xe6 HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['an unknown method', 'BREW /a HTTP/1.1\r\nHOST\r\n\r\n', 400],
    ['no HTTP at all', '\x16\x03\x01\x02\x00', 400],
    ['CONNECT', 'CONNECT evil:443 HTTP/1.1\r\nHOST\r\n\r\n', 0],
    ['headers beyond 16 KiB', `${G}HOST\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`, 431],
    [
      'a chunk extension beyond 16 KiB',
      `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(17_000)}\r\n{}\r\n`,
      413,
    ],
    ['another expectation', `${P}HOST\r\nExpect: miracles\r\n\r\n`, 417],
  ])('%s', async (_, text, status) => {
    expect(await statusOf(shared, text)).toBe(status);
  });

  it('the names of this machine pass, in any case', () => {
    const rule = hostRule('127.0.0.1', 8080, 80);
    for (const host of ['127.0.0.1:8080', 'localhost:8080', 'LocalHost:8080', '[::1]:8080'])
      expect(rule(host)).toBe(true);
    for (const host of [
      '',
      ':8080',
      'localhost',
      '127.0.0.1:80',
      '10.0.0.1:8080',
      'localhost:8080:1',
      'a@localhost:8080',
    ]) {
      expect(rule(host), host).toBe(false);
    }
    expect(hostRule('till.example', 8080, 80)('till.example:8080')).toBe(true);
    expect(hostRule('::1', 80, 80)('[::1]')).toBe(true);
    expect(hostRule('0.0.0.0', 8080, 80)('10.0.0.1:8080')).toBe(true);
    expect(hostRule('0.0.0.0', 8080, 80)('evil.example:8080')).toBe(false);
  });

  it('says why', () => {
    const head = { target: '//x', httpVersion: '1.1', headers: [['Host', 'h']] as const };
    expect(refusalOf(head, () => true, 10)).toEqual({
      status: 400,
      reason: 'the request target begins with //',
    });
    expect(shared.troubles).toContainEqual({
      kind: 'refused',
      status: 421,
      reason: 'the Host header names "evil.example", not this gateway',
      method: 'GET',
      target: '/a',
    });
  });

  it('a body in a pipelined request is not taken for a request', async () => {
    const bench = await startBench();
    const inner = requestText(bench.gateway.port, 'GET /smuggled');
    const wire = await bench.raw(
      requestText(bench.gateway.port, 'POST /outer', [], inner) +
        requestText(bench.gateway.port, 'GET /last'),
    );
    await wire.received(/p-1[^]*p-1/);
    expect(bench.handled.map(({ path }) => path)).toEqual(['/outer', '/last']);
    await bench.gateway.stop();
  });
});

describe('limits', () => {
  let bench: Bench;
  afterEach(async () => {
    await bench.gateway.stop();
  });

  it.each([
    [
      'by its length',
      (port: number) => requestText(port, 'POST /a', ['Content-Length: 300']) + 'x'.repeat(300),
    ],
    [
      'in chunks',
      (port: number) =>
        `${requestText(port, 'POST /a', ['Transfer-Encoding: chunked'])}c8\r\n${'x'.repeat(200)}\r\n0\r\n\r\n`,
    ],
    [
      'without end',
      (port: number) =>
        requestText(port, 'POST /a', ['Transfer-Encoding: chunked']) +
        `${(9999).toString(16)}\r\n${'x'.repeat(9000)}`,
    ],
    [
      'announced with Expect',
      (port: number) => requestText(port, 'POST /a', ['Content-Length: 300', 'Expect: 100-continue']),
    ],
  ])('a body that is too large is refused: %s', async (_, text) => {
    bench = await startBench({ limits: { requestBodyBytes: 100 } });
    const wire = await bench.raw(text(bench.gateway.port));
    expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 413 /);
    expect(bench.events).toEqual([]);
  });

  it('a body of exactly the limit passes', async () => {
    bench = await startBench({ limits: { requestBodyBytes: 100 } });
    expect(await statusOf(bench, requestText(bench.gateway.port, 'POST /a', [], 'x'.repeat(100)))).toBe(200);
  });

  it('headers that never end are cut off, and so are idle connections, without a word', async () => {
    bench = await startBench({ limits: { headersMs: 50, requestMs: 60, checkEveryMs: 10, idleMs: 20 } });
    const [slow, idle, kept] = [
      await bench.raw(G),
      await bench.raw(),
      await bench.raw(requestText(bench.gateway.port, 'GET /a')),
    ];
    expect((await slow.closed).text).toMatch(/^HTTP\/1\.1 408 /);
    expect(await idle.closed).toEqual({ text: '' });
    expect((await kept.closed).text).toMatch(/200 OK/);
  });

  it('an exchange may take longer than idle connections may', async () => {
    bench = await startBench({
      limits: { headersMs: 30, requestMs: 40, checkEveryMs: 10, idleMs: 20 },
      workedOut: () => new Promise((resolve) => setTimeout(resolve, 150)),
    });
    const wire = await bench.raw(requestText(bench.gateway.port, 'GET /a'));
    expect(await wire.received(/p-1/)).toMatch(/200 OK/);
  });

  it('connections beyond the limit are closed', async () => {
    bench = await startBench({ limits: { maxConnections: 2 } });
    const wires = [await bench.raw(), await bench.raw()];
    await wires[0]?.received(/^/);
    const third = await bench.raw();
    expect((await third.closed).text).toBe('');
  });

  it('too many requests waiting on one connection close it', async () => {
    bench = await startBench({
      limits: { maxPipelined: 3 },
      plan: { kind: 'fault', fault: 'hold', processed: false },
    });
    const wire = await bench.raw(requestText(bench.gateway.port, 'GET /a').repeat(4));
    expect((await wire.closed).text).toBe('');
    expect(bench.events.filter((event) => event.kind === 'arrival').length).toBeLessThanOrEqual(1);
  });

  it('garbage after a request whose answer is withheld gets no answer', async () => {
    bench = await startBench({ plan: { kind: 'fault', fault: 'hold', processed: false } });
    const wire = await bench.raw(requestText(bench.gateway.port, 'GET /a'));
    await bench.event('faultBegun');
    wire.socket.write('\0\0\0');
    expect((await wire.closed).text).toBe('');
    expect((await bench.event('delivered')).delivery.outcome).toBe('withheld');
  });
});

describe('where it listens', () => {
  it('on 127.0.0.1 alone', async () => {
    expect(shared.gateway.origin).toBe(`http://127.0.0.1:${String(shared.gateway.port)}`);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => address.family === 'IPv4' && !address.internal)
      .map((address) => address.address);
    for (const host of ['127.0.0.2', ...others]) {
      const outcome = await new Promise((resolve) => {
        const socket = connect({ host, port: shared.gateway.port });
        socket.on('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.on('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code);
        });
      });
      expect(outcome, host).toBe('ECONNREFUSED');
    }
  });

  it('rejects an address that is taken', async () => {
    const { port } = shared.gateway;
    await expect(
      startGateway({
        port,
        gate: {
          decide: () => ({ kind: 'forward' }),
          workedOut: () => undefined,
          faultBegun: () => undefined,
          delivered: () => undefined,
        },
        upstream: { handle: () => ({ status: 200, headers: [], body: new Uint8Array() }) },
        clock: { now: () => 0 },
        meter: { lagAround: () => 0 },
      }),
    ).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('over TLS', () => {
  const cert = readFileSync(new URL('tls-cert.pem', import.meta.url), 'utf8');
  const key = readFileSync(new URL('tls-key.pem', import.meta.url), 'utf8');
  let bench: Bench;
  afterEach(async () => {
    await bench.gateway.stop();
  });

  it('forwards', async () => {
    bench = await startBench({ tls: { cert, key } });
    expect(bench.gateway.origin).toMatch(/^https:/);
    const text = await new Promise<string>((resolve, reject) => {
      requestTls(`${bench.gateway.origin}/a`, { ca: cert, agent: false }, (answer) => {
        answer.on('data', (chunk: Buffer) => {
          resolve(chunk.toString());
        });
      })
        .on('error', reject)
        .end();
    });
    expect(text).toBe(JSON_BODY);
  });

  it.each(['reset', 'hold'] as const)('%s: no byte of an answer', async (fault) => {
    bench = await startBench({ tls: { cert, key }, plan: { kind: 'fault', fault, processed: false } });
    const { port } = bench.gateway;
    const socket = connectTls({ port, host: '127.0.0.1', ca: cert, servername: 'localhost' });
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    const ending = new Promise<string>((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? '');
      });
      socket.on('end', () => {
        resolve('closed');
      });
    });
    socket.write(requestText(port, 'GET /a'));
    await bench.event('faultBegun');
    bench.gateway.disarm();
    expect(await ending).toBe(fault === 'reset' ? 'ECONNRESET' : 'closed');
    expect(received).toBe(0);
    socket.destroy();
  });
});

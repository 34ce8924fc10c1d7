import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { addressFault } from '../../src/gateway/address.ts';
import { createRemoteUpstream, remoteBaseFault } from '../../src/gateway/remote.ts';
import type { RemoteOptions, RemoteUpstream } from '../../src/gateway/remote.ts';
import type { HttpRequest } from '../../src/model/http.ts';
import { headerValue, headerValues } from '../../src/model/http.ts';

const CERT = fileURLToPath(new URL('tls-cert.pem', import.meta.url));
const KEY = fileURLToPath(new URL('tls-key.pem', import.meta.url));

let server: Server | undefined;
let upstream: RemoteUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  server?.closeAllConnections();
  server?.close();
});

async function listener(answer: RequestListener, tls = false): Promise<string> {
  server = tls
    ? createTlsServer({ cert: readFileSync(CERT), key: readFileSync(KEY) }, answer)
    : createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function remote(base: string, more: Partial<RemoteOptions> = {}): RemoteUpstream {
  upstream = createRemoteUpstream({ mounts: [{ prefix: '/pos/v10', base }], ...more });
  return upstream;
}

function request(target: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const [path = '', query = ''] = target.split('?');
  return { method: 'GET', target, path, query, headers: [], body: new Uint8Array(), ...more };
}

const never = new AbortController().signal;

describe('a remote upstream', () => {
  it('sends the request to its fixed base and gives back status, headers and body as they are', async () => {
    const seen: { url: string | undefined; raw: string[]; body: string }[] = [];
    const base = await listener((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        seen.push({ url: incoming.url, raw: incoming.rawHeaders, body });
        response.writeHead(409, [
          'X-A',
          '1',
          'x-a',
          '2',
          'Content-Type',
          'application/json',
          'Connection',
          'close',
        ]);
        response.end('{"code":"1301"}');
      });
    });
    const answer = await remote(`${base}/cert/pos/v10/`).handle(
      request('/pos/v10/payments?a=%20&b', {
        method: 'POST',
        headers: [
          ['Host', '127.0.0.1:1'],
          ['Authorization', 'Bearer t'],
          ['Accept-Encoding', 'gzip'],
          ['X-Key', '1'],
          ['x-key', '2'],
          ['Content-Length', '2'],
        ],
        body: Buffer.from('{}'),
      }),
      never,
    );
    expect(answer.status).toBe(409);
    expect(Buffer.from(answer.body).toString()).toBe('{"code":"1301"}');
    expect(headerValues(answer.headers, 'x-a')).toEqual(['1', '2']);
    expect(headerValue(answer.headers, 'connection')).toBeUndefined();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ url: '/cert/pos/v10/payments?a=%20&b', body: '{}' });
    const headers = (seen[0]?.raw ?? []).map((part) => part.toLowerCase());
    expect(headers.filter((part) => part === 'x-key')).toHaveLength(2);
    expect(headers[headers.indexOf('accept-encoding') + 1]).toBe('identity');
    expect(headers[headers.indexOf('host') + 1]).toBe(new URL(base).host);
    expect(headers.filter((part) => part === 'content-length')).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    const base = await listener((_, response) =>
      response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    );
    expect((await remote(base).handle(request('/pos/v10/a'), never)).status).toBe(302);
  });

  it('chooses the nearest mount, and answers 404 outside of all', async () => {
    const base = await listener((incoming, response) => response.end(incoming.url));
    upstream = createRemoteUpstream({
      mounts: [
        { prefix: '/pos', base: `${base}/one` },
        { prefix: '/pos/app', base: `${base}/two` },
      ],
    });
    const bodyFor = async (target: string): Promise<string> => {
      const answer = await upstream?.handle(request(target), never);
      return `${String(answer?.status)} ${Buffer.from(answer?.body ?? []).toString()}`;
    };
    expect(await bodyFor('/pos/v10/x')).toBe('200 /one/v10/x');
    expect(await bodyFor('/pos/app/x')).toBe('200 /two/x');
    expect(await bodyFor('/pos?x')).toBe('200 /one?x');
    expect(await bodyFor('/position')).toBe('404 ');
    expect(await bodyFor('/other')).toBe('404 ');
  });

  it('rejects where the upstream is silent, too large, breaks off or is not there', async () => {
    const base = await listener((incoming, response) => {
      if (incoming.url === '/large') response.end('x'.repeat(2000));
      else if (incoming.url === '/broken') {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('x', () => response.destroy());
      }
    });
    const slow = remote(base, { headersMs: 30, answerBytes: 1000 });
    await expect(slow.handle(request('/pos/v10/large'), never)).rejects.toThrow(/larger than 1000/);
    await expect(slow.handle(request('/pos/v10/broken'), never)).rejects.toThrow();
    await expect(slow.handle(request('/pos/v10/silent'), never)).rejects.toThrow();
    server?.closeAllConnections();
    server?.close();
    await expect(slow.handle(request('/pos/v10/gone'), never)).rejects.toThrow();
  });

  it('trusts the given file over TLS, and nobody without it', async () => {
    const base = await listener((_, response) => response.end('{}'), true);
    expect((await remote(base, { ca: CERT }).handle(request('/pos/v10/a'), never)).status).toBe(200);
    await upstream?.close();
    await expect(remote(base).handle(request('/pos/v10/a'), never)).rejects.toThrow();
  });

  it.each([
    ['https://api.sandbox.mobilepay.dk/pos/v10', undefined],
    ['http://localhost:1/pos', undefined],
    ['https://api.mobilepay.dk/pos/v10', 'it is the production host'],
    ['https://API.MobilePay.dk./pos/v10', 'it is the production host'],
    ['http://api.sandbox.mobilepay.dk/', 'it is neither https nor http to this machine'],
    ['https://169.254.169.254/x', 'it is an address of no host'],
    ['https://[fe80::1]/x', 'it is an address of no host'],
    ['https://u:p@h/', 'it holds credentials'],
    ['https://h/?x', 'it holds a query or a fragment'],
    ['h', 'it is no URL'],
  ])('base %s: %s', (base, fault) => {
    expect(remoteBaseFault(base)).toBe(fault);
    if (fault !== undefined) {
      expect(() => createRemoteUpstream({ mounts: [{ prefix: '/a', base }] })).toThrow(fault);
    }
  });

  it.each([
    ['api.example', '93.184.216.34', true],
    ['api.example', '2606:2800:220:1::1', true],
    ['localhost', '127.0.0.1', true],
    ['api.example', '127.0.0.1', false],
    ['api.example', '10.0.0.1', false],
    ['api.example', '::1', false],
    ['api.example', '::ffff:10.0.0.1', false],
    ['localhost', '169.254.169.254', false],
    ['localhost', '::', false],
  ])('a name %s may lead to %s: %s', (name, address, allowed) => {
    expect(addressFault(name, address) === undefined).toBe(allowed);
  });
});

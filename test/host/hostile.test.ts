import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWire, startBench, type HostBench, type Wire } from './bench.ts';

/*
 * What a client may get wrong on the wire, on purpose or not (standards.md 3.2): a documented error or a closed connection, and the sandbox
 * goes on.
 */

const LIMITS = {
  headersMs: 300,
  requestMs: 600,
  idleMs: 500,
  stillMs: 1500,
  checkEveryMs: 50,
  bodyBytes: 10_000,
  discardMs: 100,
};

let bench: HostBench;
beforeAll(async () => {
  bench = await startBench({ limits: LIMITS });
});
afterAll(async () => {
  await bench.host.stop();
});

const ANSWER = /^HTTP\/1\.1 [2-5]\d\d[^]*?\r\n\r\n/;

/** What raw bytes get: the status, 0 where the connection closes without one. */
async function answerTo(text: string, port = bench.port): Promise<{ status: number; text: string }> {
  const wire = await openWire(port);
  wire.write(text.replaceAll('HOST', `Host: 127.0.0.1:${port}`));
  const answer = await wire.until(ANSWER);
  const whole = /Connection: close/.test(answer) ? await wire.closed : answer;
  wire.socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(whole)?.[1] ?? 0), text: whole };
}

const G = 'GET /pos/v10/stores HTTP/1.1\r\n';
const P = 'POST /pos/v10/payments HTTP/1.1\r\n';
const long = 'a'.repeat(17_000);

const TABLE: readonly [string, string, number][] = [
  ['a plain one', `${G}HOST\r\n\r\n`, 401],
  ['a chunked one', `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 401],
  ['HTTP/1.0 without a Host', 'GET /pos/v10/stores HTTP/1.0\r\n\r\n', 401],
  ['an upgrade, which is ignored', `${G}HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, 401],
  ['Expect: 100-continue', `${P}HOST\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n`, 401],
  ['another expectation', `${P}HOST\r\nExpect: miracles\r\n\r\n`, 417],
  [
    'length and transfer coding',
    `${P}HOST\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['two lengths', `${P}HOST\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
  ['a length that is no number', `${P}HOST\r\nContent-Length: x\r\n\r\n`, 400],
  ['an unknown transfer coding', `${P}HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  ['gzip, chunked', `${P}HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
  ['a folded header', `${G}HOST\r\nX-A: b\r\n c\r\n\r\n`, 400],
  ['a space before the colon', `${G}HOST\r\nX-A : b\r\n\r\n`, 400],
  ['a NUL in a header', `${G}HOST\r\nX-A: \x00\r\n\r\n`, 400],
  ['bare line feeds', 'GET / HTTP/1.1\nHOST\n\n', 400],
  ['no Host', `${G}\r\n`, 400],
  ['two Hosts', `${G}HOST\r\nHOST\r\n\r\n`, 400],
  ['another Host', `${G}Host: evil.example\r\n\r\n`, 421],
  ['our name at another port', `${G}Host: 127.0.0.1:1\r\n\r\n`, 421],
  ['absolute form', 'GET http://169.254.169.254/x HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['two slashes', 'GET //evil/x HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['a backslash', 'GET /\\evil HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['dot segments', 'GET /pos/../../x HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['encoded dot segments', 'GET /pos/%2E./x HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['encoded slashes around dots', 'GET /pos%2f..%2fx HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['dots in a query', `GET /pos/v10/stores?x=../y HTTP/1.1\r\nHOST\r\n\r\n`, 401],
  ['%00', 'GET /pos%00 HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['a fragment', 'GET /pos#b HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['a byte beyond ASCII', 'GET /\xe6 HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['an escape that is none', 'GET /pos/v10/payments/%zz HTTP/1.1\r\nHOST\r\n\r\n', 401],
  ['an unknown method', 'BREW /pos HTTP/1.1\r\nHOST\r\n\r\n', 400],
  ['TRACE', 'TRACE /pos/v10/stores HTTP/1.1\r\nHOST\r\n\r\n', 405],
  ['no HTTP at all', '\x16\x03\x01\x02\x00', 400],
  ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['CONNECT', 'CONNECT evil:443 HTTP/1.1\r\nHOST\r\n\r\n', 0],
  // Node itself would leave out what comes after 2,000 headers, the second Host among them.
  ['many headers and two Hosts', `${G}HOST\r\n${'a:\r\n'.repeat(2100)}HOST\r\n\r\n`, 431],
  ['another Host with a body that never comes', `${P}Host: evil\r\nContent-Length: 9\r\n\r\n`, 421],
  ['a length beyond the limit and no body', `${P}HOST\r\nContent-Length: 10001\r\n\r\n`, 413],
  ['Expect from HTTP/1.0', 'POST /x HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}', 404],
  ['headers beyond 16 KiB', `${G}HOST\r\nX-A: ${long}\r\n\r\n`, 431],
  ['a target beyond 16 KiB', `GET /${long} HTTP/1.1\r\nHOST\r\n\r\n`, 431],
  [
    'a chunk extension beyond 16 KiB',
    `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n2;${long}\r\n{}\r\n`,
    413,
  ],
  ['a body beyond the limit', `${P}HOST\r\nContent-Length: 10001\r\n\r\n${'x'.repeat(10_001)}`, 413],
  [
    'a chunked body beyond the limit',
    `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n${'x'.repeat(0x2000)}\r\n2000\r\n${'x'.repeat(0x2000)}\r\n0\r\n\r\n`,
    413,
  ],
  ['a body far beyond the limit', `${P}HOST\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(50_000)}`, 413],
  [
    'a body beyond the limit that waits to be asked for',
    `${P}HOST\r\nContent-Length: 10000000\r\nExpect: 100-continue\r\n\r\n`,
    413,
  ],
];

describe('requests on a raw socket', () => {
  it.each(TABLE)('%s', async (_, text, status) => {
    expect((await answerTo(text)).status).toBe(status);
  });

  it('the control API refuses the same, and what it does not know', async () => {
    const port = Number(new URL(bench.host.controlOrigin).port);
    for (const [name, text, status] of TABLE) {
      const answer = await answerTo(text, port);
      // What the head does not show to be wrong is a path of the API, which the control API does not have.
      const passes = status === 401 || status === 405 || name.startsWith('a chunked body');
      expect(answer.status, name).toBe(passes ? 404 : status);
    }
  });

  it('a refusal is an error of the API and ends the connection', async () => {
    const { text } = await answerTo('GET //x HTTP/1.1\r\nHOST\r\n\r\n');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toContain('Connection: close');
    expect(JSON.parse(body)).toEqual({
      code: '1099',
      message: 'The request target begins with two slashes.',
      correlationId: expect.any(String) as unknown,
    });
  });

  it.each([
    ['/pos/v10/refunds', { code: '1099', origin: 'PoS' }],
    ['/integrator-authentication/connect/token', { error: 'invalid_request' }],
    ['/pos/app/usersimulation/checkin', undefined],
  ])('a refusal at %s has the shape of its errors', async (path, shape) => {
    for (const wrong of [
      `HOST\r\nContent-Length: 10001\r\n\r\n${'x'.repeat(10_001)}`,
      'Host: evil\r\n\r\n',
    ]) {
      const { text } = await answerTo(`POST ${path} HTTP/1.1\r\n${wrong}`);
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      if (shape === undefined) expect(body).toBe('');
      else expect(JSON.parse(body)).toMatchObject(shape);
    }
  });

  it('a request without a Host is refused in the words of the API', async () => {
    const { text } = await answerTo(`${G}\r\n`);
    expect(text).toContain('"message":"The request has no Host header."');
  });

  it('what comes behind an upgrade is not read as a request', async () => {
    const { text } = await answerTo(
      `${G}HOST\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET /pos/v10/stores HTTP/1.1\r\nHOST\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
    expect(text).toContain('Connection: close');
  });

  it('a page of another site gets no token and plays no customer; a client with a token is none', async () => {
    const form =
      'grant_type=client_credentials&client_id=33333333-3333-4333-8333-333333333333&client_secret=evil';
    const tokenCall = (more: string): string =>
      `POST /integrator-authentication/connect/token HTTP/1.1\r\nHOST\r\n${more}` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
    for (const site of ['cross-site', 'same-site'])
      expect((await answerTo(tokenCall(`Sec-Fetch-Site: ${site}\r\n`))).status).toBe(403);
    for (const site of ['none', 'same-origin'])
      expect((await answerTo(tokenCall(`Sec-Fetch-Site: ${site}\r\n`))).status).toBe(200);
    const asked = await answerTo(
      `${G}HOST\r\nSec-Fetch-Site: cross-site\r\nAuthorization: Bearer ${bench.token}\r\n` +
        'X-MobilePay-Merchant-VAT-Number: DK90000028\r\nX-MobilePay-Client-System-Version: 1.0.0\r\n\r\n',
    );
    expect(asked.status).toBe(200);
  });

  it('a header given twice reaches the API twice', async () => {
    const vat = 'X-MobilePay-Merchant-VAT-Number: DK90000028\r\n';
    const { text } = await answerTo(`${G}HOST\r\nAuthorization: Bearer ${bench.token}\r\n${vat}${vat}\r\n`);
    expect(text).toContain('"1155"');
    const twice = await answerTo(
      `${G}HOST\r\nAuthorization: Bearer ${bench.token}\r\nAuthorization: Bearer x\r\n\r\n`,
    );
    expect(twice.status).toBe(401);
  });
});

describe('slow and rude clients', () => {
  it.each([
    ['a head that never ends', `${G}HOST\r\nX-A: b\r\n`],
    ['a body that never comes', `${P}HOST\r\nContent-Length: 10\r\n\r\n{`],
    ['a chunk that never comes', `${P}HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{`],
  ])('%s is answered 408 and the connection closed', async (_, text) => {
    const wire = await openWire(bench.port);
    wire.write(text.replace('HOST', `Host: 127.0.0.1:${bench.port}`));
    expect(await wire.closed).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
  });

  it('a connection that says nothing is closed', async () => {
    const wire = await openWire(bench.port);
    expect(await wire.closed).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
  });

  it.each([
    ['API', () => bench.port, '/openapi.yaml'],
    ['control API', () => Number(new URL(bench.host.controlOrigin).port), '/page.js'],
  ])('one that never reads the answers of the %s is cut off, and costs little', async (_, portOf, path) => {
    const port = portOf();
    const wire = await openWire(port);
    wire.socket.pause();
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const before = process.memoryUsage().rss;
    const writes = request.repeat(400);
    wire.write(writes);
    wire.socket.on('error', () => undefined);
    await ended(wire);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('requests in one packet are answered in their order', async () => {
    const wire = await openWire(bench.port);
    const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bench.port}\r\n\r\n`;
    wire.write(one('/pos/v10/stores') + one('/nowhere') + one('/pos/v10/stores'));
    const text = await wire.until(/(HTTP[^]*?\r\n\r\n){3}/);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '401',
      '404',
      '401',
    ]);
    wire.socket.destroy();
  });

  it('one that goes away in the middle harms nobody', async () => {
    for (let time = 0; time < 20; time += 1) {
      const wire = await openWire(bench.port);
      wire.write(`${P}Host: 127.0.0.1:${bench.port}\r\nContent-Length: 100\r\n\r\n{"a":`);
      wire.socket.destroy();
    }
    expect((await bench.api('GET', '/stores')).status).toBe(200);
  });
});

it('after all that it still serves', async () => {
  expect((await bench.api('GET', '/stores')).status).toBe(200);
  // What came without a token is noted, and nothing threw.
  expect(bench.warnings.filter((warning) => !warning.startsWith('401: '))).toEqual([]);
});

/** The server has let go of a socket that stands still: what is written to it then fails. */
async function ended({ socket }: Wire): Promise<void> {
  const knocking = setInterval(() => socket.write('x'), 50);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(knocking);
}

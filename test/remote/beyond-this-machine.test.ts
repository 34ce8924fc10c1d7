import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { admissionTo } from '../../src/assembly/admission.ts';
import type { Header, HttpRequest } from '../../src/model/http.ts';
import { personAtTheTill } from '../operator/person.ts';
import { BRISK, run, TILL, verdicts } from '../clients-drivers/certified.ts';
import { CA, TLS } from './sandbox.ts';

function request(method: string, target: string, ...headers: Header[]): HttpRequest {
  const [path = '', query = ''] = target.split('?');
  return { method, target, path, query, headers, body: new Uint8Array() };
}

describe('who is let through beyond this machine', () => {
  const { admit } = admissionTo('0.0.0.0', new Set(['of-this-run']));
  const admits = (given: HttpRequest): boolean => admit?.(given) === true;

  it('is nobody in particular on this machine: what is wrong with a token is for the rules to say', () => {
    for (const host of ['127.0.0.1', '127.3.2.1', 'localhost', '::1'])
      expect(admissionTo(host, new Set()).admit).toBeUndefined();
  });

  it('is the token call, and who carries a token of this run', () => {
    expect(admits(request('POST', '/integrator-authentication/connect/token'))).toBe(true);
    expect(admits(request('GET', '/pos/v10/stores', ['authorization', 'bearer of-this-run']))).toBe(true);
  });

  it.each<[string, HttpRequest]>([
    ['no token', request('GET', '/pos/v10/stores')],
    ['another token', request('GET', '/pos/v10/stores', ['Authorization', 'Bearer of-another-run'])],
    [
      'a token of this run as another scheme',
      request('GET', '/pos/v10/stores', ['Authorization', 'Basic of-this-run']),
    ],
    [
      'two tokens',
      request(
        'GET',
        '/pos/v10/stores',
        ['Authorization', 'Bearer of-this-run'],
        ['Authorization', 'Bearer x'],
      ),
    ],
    ['a token in the address', request('GET', '/pos/v10/stores?access_token=of-this-run')],
    ['the token call by another method', request('GET', '/integrator-authentication/connect/token')],
    [
      'what only ends like the token call',
      request('POST', '/pos/v10/integrator-authentication/connect/token'),
    ],
  ])('is not %s', (_, given) => {
    expect(admits(given)).toBe(false);
  });
});

/** The status of one GET without a token. */
function knock(origin: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = origin.startsWith('https:') ? secure : plain;
    const options = origin.startsWith('https:') ? { ca: readFileSync(CA) } : {};
    send(`${origin}/pos/v10/stores`, options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

describe('a gateway for a till on another machine', () => {
  it('speaks TLS with the certificate that the client is told to trust, and lets nobody else in', async () => {
    const knocked: number[] = [];
    const person = personAtTheTill();
    try {
      const { report, records } = await run({
        cases: ['payments/cancel-a-payment'],
        client: { driver: 'operator' },
        operator: {
          ...person,
          async ask(ask, seen) {
            const { baseUrl, ca } = ask.sentence.data;
            if (ask.sentence.code === 'operator-set-up' && typeof baseUrl === 'string') {
              expect(baseUrl).toMatch(/^https:/);
              expect(ca).toBe(TLS.cert);
              knocked.push(await knock(new URL(baseUrl).origin));
            }
            return person.ask(ask, seen);
          },
        },
        gateway: { host: '0.0.0.0', allowRemote: true, tls: TLS },
      });
      expect(verdicts(report)).toEqual({ 'payments/cancel-a-payment': 'passed' });
      expect(knocked).toEqual([401]);
      // Who is not let through is no exchange: nothing of it is judged.
      const first = records.find((record) => record.kind === 'request');
      expect(first).toMatchObject({ operation: 'getToken', exchange: 1 });
    } finally {
      await person.leave();
    }
  }, 60_000);

  it('takes a client by the SDK and by a process over TLS as well', async () => {
    for (const client of [
      { driver: 'sdk' as const },
      { driver: 'process' as const, command: [process.execPath, TILL, ...BRISK] },
    ]) {
      const { report, records } = await run({
        cases: ['onboarding/onboard-a-pos-final'],
        client,
        gateway: { tls: TLS },
      });
      expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['passed']));
      const started = records.find((record) => record.kind === 'lane-started');
      expect(started).toMatchObject({ given: { api: { ca: TLS.cert } } });
    }
  }, 60_000);

  it('listens where it is told to', async () => {
    const free = await freePort();
    const { records } = await run({
      cases: ['payments/cancel-a-payment'],
      client: { driver: 'process', command: [process.execPath, TILL, ...BRISK] },
      gateway: { port: free },
    });
    expect(records.find((record) => record.kind === 'lane-started')).toMatchObject({
      given: { api: { baseUrl: `http://127.0.0.1:${free}/pos/v10` } },
    });
  }, 60_000);
});

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

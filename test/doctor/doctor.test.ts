import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { folderChecks } from '../../src/assembly/doctor/machine.ts';
import { generateKey } from '../../src/certificate/keys.ts';
import { CLIENT, diagnose, yamlFor, type SetUp } from './set-up.ts';

/* The pack is read once for all set-ups: reading it is most of what a diagnosis costs. */
vi.mock('../../src/inspect.ts', async (original) => {
  const real = await original<typeof import('../../src/inspect.ts')>();
  let pack: ReturnType<typeof real.shippedPack> | undefined;
  return { ...real, shippedPack: (folder: string) => (pack ??= real.shippedPack(folder)) };
});

const CERT = join(import.meta.dirname, '../gateway/tls-cert.pem');
const KEY = join(import.meta.dirname, '../gateway/tls-key.pem');
const GUID = '7c0f8a5e-5f0e-4e38-9a55-0d6e7f0a1b2c';
const PORTLESS = 'http://127.0.0.1:1';

/** One set-up that is wrong, and the one line that says so. */
interface Broken extends SetUp {
  readonly code: string;
  readonly state: 'usage' | 'error' | 'warning';
  /** In its title. */
  readonly says: string | RegExp;
  /** In its remedy. */
  readonly remedy: string | RegExp;
  readonly log?: string;
}

const exits = { usage: 2, error: 4, warning: 0 } as const;

async function expectBroken({ code, state, says, remedy, log, ...setUp }: Broken): Promise<void> {
  const { exitCode, wrong } = await diagnose(setUp);
  const found = wrong.find((one) => one.code === code);
  expect(wrong.map((one) => one.code)).toContain(code);
  expect(found?.state).toBe(state);
  expect(found?.title).toMatch(says);
  expect(found?.remedy).toMatch(remedy);
  if (log !== undefined) expect(found?.log?.join('\n')).toContain(log);
  expect(exitCode).toBe(exits[state]);
}

const yaml = (text: string): Readonly<Record<string, string>> => ({ 'poscert.yaml': text });
const client = (command: readonly string[], more = ''): string =>
  `client:\n  name: T\n  version: "1.0.0"\n  command: ${JSON.stringify(command)}\n${more}`;

describe('a set-up in order', () => {
  it('has ok lines only, but for the key that is not there yet', async () => {
    const { exitCode, checks, wrong } = await diagnose({
      files: yaml(yamlFor('listens', { more: 'features: [payments]' })),
    });
    expect(exitCode).toBe(0);
    expect(wrong.map((one) => one.code)).toEqual(['doctor-key-none']);
    expect(checks.filter((one) => one.state === 'ok').map((one) => one.code)).toEqual([
      'doctor-node',
      'doctor-config',
      'doctor-selection',
      'doctor-folders',
      'doctor-gateway',
      'doctor-embedded',
      'doctor-started',
      'doctor-commands',
      'doctor-callback',
      'doctor-beside',
      'doctor-stopped',
    ]);
  });

  it('is told to a person in areas, with its exit code', async () => {
    const { text } = await diagnose({
      files: yaml(yamlFor('few', { more: 'features: [payments]' })),
      flags: { json: false },
    });
    expect(text).toContain('Adapter\n  ✓ Small till 2.1.0 starts');
    expect(text).toMatch(/✗ For payments it lacks awaitPayment, .* and settle\n {4}why/s);
    expect(text).toContain('leave payments out of features');
    expect(text).toContain('9 lines in order, 1 to look at, 1 to put right; exit code 2');
  });
});

describe('the machine and what is written', () => {
  it.each<Broken>([
    {
      code: 'doctor-node-old',
      state: 'error',
      says: 'v18.20.4',
      remedy: '20.19',
      node: 'v18.20.4',
      files: yaml(yamlFor('good')),
    },
    {
      code: 'doctor-node-old',
      state: 'error',
      says: 'v20.18.1',
      remedy: '20.19',
      node: 'v20.18.1',
      files: yaml(yamlFor('good')),
    },
    {
      code: 'doctor-folder-unwritable',
      state: 'error',
      says: /runs/,
      remedy: /Give write access/,
      files: { ...yaml(yamlFor('good')), '.poscert': 'a file' },
    },
    {
      code: 'doctor-folder-unwritable',
      state: 'error',
      says: /certificates/,
      remedy: '--certificates',
      files: { ...yaml(yamlFor('good')), taken: '' },
      flags: { certificates: 'taken' },
    },
    { code: 'doctor-no-adapter', state: 'usage', says: /no adapter/, remedy: 'poscert init' },
    {
      code: 'doctor-config-none',
      state: 'warning',
      says: 'poscert.yaml',
      remedy: 'poscert init',
      flags: { client: `${process.execPath} ${CLIENT}` },
    },
    {
      code: 'doctor-sdk',
      state: 'warning',
      says: 'reference client',
      remedy: 'driver: process',
      files: yaml('client: { name: T, version: "1.0.0", driver: sdk }'),
    },
    {
      code: 'doctor-unnamed',
      state: 'warning',
      says: 'name and version',
      remedy: 'Major.Minor.Build',
      files: yaml(`client:\n  command: ${JSON.stringify([process.execPath, CLIENT])}`),
    },
    {
      code: 'unknown-member',
      state: 'usage',
      says: 'comand',
      remedy: 'command',
      files: yaml('client:\n  comand: [x]'),
    },
    {
      code: 'config-not-found',
      state: 'usage',
      says: 'not there',
      remedy: 'poscert init',
      flags: { config: 'other.yaml' },
    },
    {
      code: 'secret-literal',
      state: 'usage',
      says: 'clientSecret',
      remedy: 'env',
      files: yaml(`target: { baseUrl: ${PORTLESS}, authBaseUrl: ${PORTLESS}, clientSecret: s3cret }`),
    },
    {
      code: 'unknown-feature',
      state: 'usage',
      says: 'refund',
      remedy: 'refunds',
      files: yaml(yamlFor('good', { more: 'features: [refundz]' })),
    },
    {
      code: 'unknown-variable',
      state: 'warning',
      says: 'POSCERT_FEATURE',
      remedy: 'POSCERT_FEATURES',
      env: { POSCERT_FEATURE: 'payments' },
      files: yaml(yamlFor('good')),
    },
  ])('says $code', expectBroken);

  it('tries the folder for temporary files too, and leaves nothing behind', async () => {
    const root = await mkdtemp(join(tmpdir(), 'poscert-room-'));
    const file = join(root, 'file');
    await writeFile(file, '');
    const found = await folderChecks(root, undefined, file);
    expect(found).toMatchObject([
      { state: 'error', code: 'doctor-folder-unwritable', data: { what: 'temporary files' } },
    ]);
    expect(await folderChecks(root, join(root, 'certificates'))).toMatchObject([{ state: 'ok' }]);
    await unlink(file);
    await expect(
      rm(root, { recursive: false }).catch(() => rm(root, { recursive: true })),
    ).resolves.toBeUndefined();
  });
});

describe('the adapter', () => {
  it.each<Broken>([
    {
      code: 'doctor-program-missing',
      state: 'error',
      says: 'pithon3',
      remedy: /install/,
      files: yaml(client(['pithon3', 'till.py'])),
    },
    {
      code: 'doctor-program-missing',
      state: 'error',
      says: './til',
      remedy: 'till.sh',
      files: { ...yaml(client(['./til.sh'])), 'till.sh*': '#!/bin/sh\n' },
    },
    {
      code: 'doctor-program-folder',
      state: 'error',
      says: './till',
      remedy: 'inside',
      files: { ...yaml(client(['./till'])), 'till/x': '' },
    },
    {
      code: 'client-not-executable',
      state: 'error',
      says: 'till.sh',
      remedy: 'chmod',
      files: { ...yaml(client(['./till.sh'])), 'till.sh': '#!/bin/sh\n' },
    },
    {
      code: 'doctor-line-ends',
      state: 'error',
      says: 'Windows',
      remedy: 'line ends',
      files: { ...yaml(client(['./till.sh'])), 'till.sh*': '#!/bin/sh\r\nexit 0\r\n' },
    },
    {
      code: 'doctor-interpreter',
      state: 'error',
      says: 'phyton',
      remedy: 'Install',
      files: { ...yaml(client(['./till.py'])), 'till.py*': '#!/usr/bin/env phyton\n' },
    },
    {
      code: 'doctor-no-first-line',
      state: 'error',
      says: './till',
      remedy: 'python3',
      log: 'not found',
      files: { ...yaml(client(['./till'])), 'till*': 'import sys\nsys.exit(0)\n' },
    },
    {
      code: 'doctor-script-missing',
      state: 'error',
      says: 'tills.mjs',
      remedy: 'till.mjs',
      files: { ...yaml(client([process.execPath, 'tills.mjs'])), 'till.mjs': '' },
    },
    {
      code: 'client-exited',
      state: 'error',
      says: 'code 3',
      remedy: /log/,
      log: 'no licence found',
      files: yaml(yamlFor('exits')),
    },
    {
      code: 'client-silent',
      state: 'error',
      says: '300 ms',
      remedy: /flush/,
      files: yaml(yamlFor('silent', { client: 'patience: 300ms' })),
    },
    {
      code: 'client-not-json',
      state: 'error',
      says: 'Till 2.1.0 is starting',
      remedy: 'standard error',
      files: yaml(yamlFor('logs')),
    },
    {
      code: 'client-not-an-answer',
      state: 'error',
      says: 'Small till',
      remedy: 'jsonrpc',
      files: yaml(yamlFor('plain')),
    },
    {
      code: 'client-wrong-id',
      state: 'error',
      says: /answered id "x", a text/,
      remedy: /id of the request/,
      files: yaml(yamlFor('wrong-id')),
    },
    {
      code: 'client-bad-result',
      state: 'error',
      says: /initialize.*notSupported/,
      remedy: /protocol/,
      files: yaml(yamlFor('error')),
    },
    {
      code: 'client-bad-result',
      state: 'error',
      says: /name/,
      remedy: /protocol/,
      files: yaml(yamlFor('nameless')),
    },
    {
      code: 'client-protocol-mismatch',
      state: 'error',
      says: /version 1, the client version 2/,
      remedy: /range/,
      files: yaml(yamlFor('protocol')),
    },
    {
      code: 'doctor-version-form',
      state: 'usage',
      says: 'v2',
      remedy: '"2.1.0"',
      files: yaml(yamlFor('version')),
    },
    {
      code: 'doctor-version-differs',
      state: 'usage',
      says: /3\.0\.0.*2\.1\.0/,
      remedy: 'client.version',
      files: yaml(yamlFor('other')),
    },
    {
      code: 'doctor-commands-missing',
      state: 'usage',
      says: /refunds.*awaitRefund/,
      remedy: 'leave refunds out',
      files: yaml(yamlFor('few', { more: 'features: [refunds]' })),
    },
    {
      code: 'doctor-command-unknown',
      state: 'warning',
      says: 'initiatePayments',
      remedy: 'initiatePayment?',
      files: yaml(yamlFor('slip')),
    },
    {
      code: 'doctor-behaviour-unknown',
      state: 'warning',
      says: 'cancelOnRestart',
      remedy: 'cancelsOnRestart',
      files: yaml(yamlFor('slip')),
    },
    {
      code: 'doctor-callback-url',
      state: 'error',
      says: 'till-7/notify',
      remedy: '127.0.0.1',
      files: yaml(yamlFor('callback')),
    },
    {
      code: 'doctor-callback-unheard',
      state: 'error',
      says: '127.0.0.1:1/',
      remedy: /Listen first/,
      files: yaml(yamlFor('deaf', { extra: '1' })),
    },
    {
      code: 'client-unreachable',
      state: 'error',
      says: PORTLESS,
      remedy: /Start it/,
      files: yaml(`client: { name: T, version: "1.0.0", url: "${PORTLESS}" }`),
    },
    {
      code: 'driver-contradiction',
      state: 'usage',
      says: 'http',
      remedy: 'url',
      files: yaml(client(['x'], '  driver: http\n')),
    },
  ])('says $code', expectBroken);

  it('that can run only once is told apart from one that can not run at all', async () => {
    const name = `poscert-once-${randomUUID()}`;
    try {
      await expectBroken({
        code: 'doctor-not-twice',
        state: 'usage',
        says: /exited with code 1/,
        remedy: 'client.lanes: 1',
        log: 'another till is running',
        files: yaml(yamlFor('once', { extra: name, more: 'features: [payments]' })),
      });
    } finally {
      await unlink(join(tmpdir(), name));
    }
  });

  it('that does not end is a warning', { timeout: 15_000 }, async () => {
    await expectBroken({
      code: 'client-shutdown-forced',
      state: 'warning',
      says: '5 s',
      remedy: /shutdown/,
      files: yaml(yamlFor('stays')),
    });
  });
});

describe('the gateway', () => {
  let taken: Server;
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void taken.close());
  const tls = (cert: string, key: string): Readonly<Record<string, string>> =>
    yaml(yamlFor('good', { more: `gateway: { tls: { cert: ${cert}, key: ${key} } }` }));

  it('can not listen where another program does', async () => {
    const { port } = taken.address() as AddressInfo;
    const files = yaml(yamlFor('good', { more: `gateway: { port: ${port} }` }));
    await expectBroken({
      code: 'port-in-use',
      state: 'error',
      says: String(port),
      remedy: 'gateway.port',
      files,
    });
  });

  it.each<Broken>([
    {
      code: 'doctor-host-not-here',
      state: 'error',
      says: '127.0.0.1.invalid',
      remedy: '127.0.0.1',
      flags: { allowRemote: true, allowPlain: true },
      files: yaml(yamlFor('good', { more: 'gateway: { host: 127.0.0.1.invalid }' })),
    },
    {
      code: 'gateway-remote',
      state: 'usage',
      says: '0.0.0.0',
      remedy: '--allow-remote',
      files: yaml(yamlFor('good', { more: 'gateway: { host: 0.0.0.0 }' })),
    },
    {
      code: 'doctor-tls-file',
      state: 'usage',
      says: 'none.pem',
      remedy: 'relative',
      files: tls('none.pem', KEY),
    },
    { code: 'doctor-tls-pair', state: 'usage', says: /tls-key/, remedy: /private key/, files: tls(KEY, KEY) },
  ])('says $code', expectBroken);
});

describe('a remote target', () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let servers: Server[];
  beforeAll(async () => {
    const listen = (request: IncomingMessage, response: ServerResponse): void => answer(request, response);
    const secure = createSecureServer({ cert: readFileSync(CERT), key: readFileSync(KEY) }, listen);
    servers = [createServer(listen), secure];
    await Promise.all(
      servers.map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))),
    );
  });
  afterAll(() => servers.forEach((one) => one.close()));

  const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  const good = (request: IncomingMessage, response: ServerResponse): void =>
    request.url?.endsWith('/connect/token') === true
      ? json(response, 200, { access_token: 't', expires_in: 3600 })
      : json(response, 200, { storeIds: ['s'] });
  const origin = (scheme: 'http' | 'https'): string =>
    `${scheme}://localhost:${(servers[scheme === 'http' ? 0 : 1]?.address() as AddressInfo).port}`.replace(
      'localhost',
      '127.0.0.1',
    );
  const remote = (base: string, more = ''): Pick<SetUp, 'files' | 'env'> => ({
    env: { ACME_SECRET: 's' },
    files: yaml(
      yamlFor('good', {
        client: `sandboxClientId: ${GUID}`,
        more: `target: { baseUrl: ${base}/pos/v10, authBaseUrl: ${base}/auth, clientSecret: { env: ACME_SECRET }${more} }`,
      }),
    ),
  });

  it('that answers, trusts and knows the store is in order', async () => {
    answer = good;
    const { exitCode, checks } = await diagnose(remote(origin('http')));
    expect(exitCode).toBe(0);
    expect(checks.filter((one) => one.area === 'target').map((one) => one.code)).toEqual([
      'doctor-target',
      'doctor-store',
    ]);
    const trusted = await diagnose(remote(origin('https'), `, ca: ${CERT}`));
    expect(trusted.checks.map((one) => one.code)).toContain('doctor-store');
  });

  const faults: readonly (Broken & {
    readonly at?: 'http' | 'https';
    readonly more?: string;
    readonly reply?: typeof good;
  })[] = [
    {
      code: 'doctor-target-unreachable',
      state: 'error',
      says: /ECONNREFUSED/,
      remedy: 'curl',
      ...remote(PORTLESS),
    },
    { code: 'doctor-tls-untrusted', state: 'error', says: 'not trusted', remedy: 'target.ca', at: 'https' },
    {
      code: 'doctor-ca',
      state: 'usage',
      says: 'none.pem',
      remedy: 'relative',
      at: 'https',
      more: ', ca: none.pem',
    },
    {
      code: 'doctor-credentials-refused',
      state: 'error',
      says: '401',
      remedy: 'sandboxClientId',
      at: 'http',
      reply: (_, response) => json(response, 401, {}),
    },
    {
      code: 'doctor-no-token',
      state: 'error',
      says: '404',
      remedy: '/connect/token',
      at: 'http',
      reply: (_, response) => json(response, 404, {}),
    },
    {
      code: 'doctor-store-missing',
      state: 'error',
      says: '0 stores of merchant DK90000028',
      remedy: 'merchant',
      at: 'http',
      reply: (request, response) =>
        request.url?.includes('/stores') === true
          ? json(response, 200, { storeIds: [] })
          : good(request, response),
    },
    {
      code: 'doctor-stores-refused',
      state: 'error',
      says: '403',
      remedy: 'access',
      at: 'http',
      reply: (request, response) =>
        request.url?.includes('/stores') === true ? json(response, 403, {}) : good(request, response),
    },
    {
      code: 'doctor-clock',
      state: 'warning',
      says: /-?\d{4} s/,
      remedy: 'NTP',
      at: 'http',
      reply: (request, response) => {
        response.setHeader('date', new Date(Date.now() + 7_200_000).toUTCString());
        good(request, response);
      },
    },
  ];
  it.each(faults)('says $code', async ({ at, more, reply, ...broken }) => {
    answer = reply ?? good;
    await expectBroken({ ...broken, ...(at === undefined ? {} : remote(origin(at), more)) });
  });

  it('needs its secret', async () => {
    const { files = {} } = remote(origin('http'));
    await expectBroken({
      code: 'secret-missing',
      state: 'usage',
      says: 'ACME_SECRET',
      remedy: 'ACME_SECRET',
      files,
    });
    const text = files['poscert.yaml']?.replace('{ env: ACME_SECRET }', '{ file: secret.txt }') ?? '';
    await expectBroken({
      code: 'doctor-secret-file',
      state: 'usage',
      says: 'secret.txt',
      remedy: 'relative',
      files: yaml(text),
    });
  });
});

describe('the key', () => {
  const folder = '.config/poscert/keys/signing-key.pem';

  it('that others can read is refused', async () => {
    const files = { ...yaml(yamlFor('good')), [folder]: generateKey().privateKey };
    await expectBroken({
      code: 'key-file-open',
      state: 'usage',
      says: 'Others can read',
      remedy: 'chmod 600',
      files,
    });
  });

  it('that is there is named by its fingerprint', async () => {
    const files = { ...yaml(yamlFor('good')), [`${folder}!`]: generateKey().privateKey };
    const { checks } = await diagnose({ files });
    expect(checks.find((one) => one.code === 'doctor-key')?.title).toMatch(/key SHA256:\S{43}$/);
  });

  it('is not made in CI', async () => {
    await expectBroken({
      code: 'keys-in-ci',
      state: 'warning',
      says: 'CI',
      remedy: 'POSCERT_SIGNING_KEY_FILE',
      env: { CI: 'true' },
      files: yaml(yamlFor('good')),
    });
  });

  it('is not asked for where no certificate is wanted', async () => {
    const { checks } = await diagnose({ files: yaml(yamlFor('good')), flags: { certificate: false } });
    expect(checks.map((one) => one.code)).toContain('doctor-certificate-none');
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { sandboxCommand } from '../../src/cli/sandbox.ts';

const TOOL = { name: 'poscert', version: '0.0.0', node: process.version };
const CERT = fileURLToPath(new URL('../gateway/tls-cert.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../gateway/tls-key.pem', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poscert-cli-sandbox-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Running {
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves when something was printed, or the command ended before that. */
  readonly ready: Promise<void>;
  readonly code: Promise<number>;
  stop(): Promise<number>;
}

function run(flags: Record<string, unknown>): Running {
  let out = '';
  let err = '';
  const stopping = new AbortController();
  let printed = (): void => undefined;
  const io: Io = {
    cwd: folder,
    env: {},
    out: (text) => {
      out += text;
      printed();
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    width: 100,
    color: { out: false, err: false },
    signal: stopping.signal,
  };
  const first = new Promise<void>((resolve) => {
    printed = resolve;
  });
  const code = sandboxCommand(flags, io, TOOL);
  return {
    out: () => out,
    err: () => err,
    ready: Promise.race([first, code.then(() => undefined)]),
    code,
    stop: () => {
      stopping.abort();
      return code;
    },
  };
}

test('--json prints one line when it accepts connections, and Ctrl-C stops it at once', async () => {
  const running = run({ json: true, pollDelay: '250' });
  await running.ready;
  const line = running.out();
  expect(line.endsWith('}\n') && line.trim().split('\n').length).toBe(1);
  const said = JSON.parse(line) as Record<string, string> & { stores: object[] };
  expect(Object.keys(said)).toEqual(['baseUrl', 'authBaseUrl', 'controlUrl', 'stores']);
  expect(said['baseUrl']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/pos\/v10$/);
  expect(said['authBaseUrl']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/integrator-authentication$/);
  expect(said.stores[0]).toEqual({
    storeId: '9d0a9c45-1793-4e82-9410-b0ee6779ab60',
    name: 'MobilePay Certification DK',
    merchantVat: 'DK90000028',
    merchantBrandId: 'MPPOSCERT1',
    merchantLocationId: '00001',
    activated: true,
    balance: 1_000_000,
  });
  const settings = await fetch(`${said['controlUrl'] ?? ''}/settings`);
  expect(await settings.json()).toMatchObject({ pollDelayInMs: 250 });
  expect(await running.stop()).toBe(130);
  await expect(fetch(`${said['baseUrl'] ?? ''}/stores`)).rejects.toThrow();
});

test('without it a person is told where it listens, and two calls to try, which work as they are printed', async () => {
  const running = run({});
  await running.ready;
  const text = running.out();
  const commands = text.match(/ {2}curl (?:.*\\\n)*.*\n/g) ?? [];
  expect(commands).toHaveLength(2);
  const { access_token: token } = JSON.parse(await shell(commands[0] ?? '')) as { access_token: string };
  expect(JSON.parse(await shell(commands[1] ?? '', { TOKEN: token }))).toEqual({
    storeIds: ['9d0a9c45-1793-4e82-9410-b0ee6779ab60', '2f6d7d1b-8a53-4c0e-b7a4-6f0a51c00002'],
  });
  const help = /(\S+\/help)/.exec(text)?.[1] ?? '';
  expect(await (await fetch(help)).text()).toContain('POST /payments/{id}/approve');
  expect(text).toContain('Ctrl-C stops the sandbox.');
  await running.stop();
});

function shell(command: string, env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { env: { ...process.env, ...env } }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(error.message));
    });
  });
}

test('another machine may reach it only where that was meant, and by TLS', async () => {
  const refused = run({ host: '0.0.0.0' });
  expect(await refused.code).toBe(2);
  expect(refused.err()).toContain('--allow-remote');
  const plain = run({ host: '0.0.0.0', allowRemote: true });
  expect(await plain.code).toBe(2);
  expect(plain.err()).toContain('--tls-cert');
  expect(await run({ host: '::', allowRemote: true, tlsCert: CERT }).code).toBe(2);
  const running = run({ host: '127.0.0.1', allowRemote: true, tlsCert: CERT, tlsKey: KEY, json: true });
  await running.ready;
  const { baseUrl, controlUrl } = JSON.parse(running.out()) as Record<string, string>;
  for (const url of [`${baseUrl ?? ''}/stores`, `${controlUrl ?? ''}/`]) {
    expect(url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      request(url, { rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(url.endsWith('/') ? 200 : 401);
  }
  expect(await running.stop()).toBe(130);
});

test('a port in use is said with a remedy, and is no fault of the command line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const port = String((other.address() as AddressInfo).port);
  for (const flags of [{ port }, { controlPort: port }]) {
    const running = run(flags);
    expect(await running.code).toBe(4);
    expect(running.err()).toBe(
      `poscert sandbox: 127.0.0.1:${port} is in use by another program. Stop that, or take another port (--port 0 takes a free one).\n`,
    );
  }
  other.close();
});

test.each<[Record<string, unknown>, string]>([
  [{ port: '70000' }, '--port must be a whole number from 0 to 65535'],
  [{ port: 'abc' }, '--port must be a whole number'],
  [{ pollDelay: '-1' }, '--poll-delay must be a whole number'],
  [{ pollDelay: '1.5' }, '--poll-delay'],
  [{ tlsKey: KEY }, 'belong together'],
  [{ tlsCert: '/nowhere/cert.pem', tlsKey: KEY }, '/nowhere/cert.pem could not be read'],
  [{ tlsCert: KEY, tlsKey: CERT }, "can't be used"],
  [{ tlsCert: '/dev/null', tlsKey: KEY }, '/dev/null is no PEM file'],
])('%j is exit 2 and says what is wrong', async (flags, said) => {
  const running = run(flags);
  expect(await running.code).toBe(2);
  expect(running.err()).toContain(said);
  expect(running.out()).toBe('');
});

test('a host that is none of this machine is exit 4', async () => {
  const running = run({ host: '192.0.2.1', allowRemote: true, tlsCert: CERT, tlsKey: KEY });
  expect(await running.code).toBe(4);
  expect(running.err()).toContain('no address of this machine');
});

test('--state keeps the state; a damaged file is exit 2 and stays as it is', async () => {
  const file = join(folder, 'state');
  const first = run({ state: 'state', json: true });
  await first.ready;
  const { controlUrl } = JSON.parse(first.out()) as Record<string, string>;
  await fetch(`${controlUrl ?? ''}/clock`, { method: 'POST', body: '{"advance":"P8D"}' });
  expect(await first.stop()).toBe(130);
  const second = run({ state: file, json: true });
  await second.ready;
  const next = JSON.parse(second.out()) as Record<string, string>;
  expect(await (await fetch(`${next['controlUrl'] ?? ''}/clock`)).json()).toMatchObject({
    offsetMs: 8 * 86_400_000,
  });
  await second.stop();
  const damaged = `${(await readFile(file, 'utf8')).slice(0, -9)}\n`;
  await writeFile(file, damaged);
  const third = run({ state: file });
  expect(await third.code).toBe(2);
  expect(third.err()).toMatch(/no state that can be gone on from: .*left as it is/);
  expect(await readFile(file, 'utf8')).toBe(damaged);
});

test('a state that cannot be written is said at once', async () => {
  const running = run({ state: join(folder, 'no', 'such', 'folder'), json: true });
  expect(await running.code).toBe(4);
  expect(running.err()).toMatch(/folder could not be written: ENOENT.* Make its folder/);
  expect(running.out()).toBe('');
  expect(await run({ state: '' }).code).toBe(2);
});

test('what a sandbox goes on from is said; a second one at the same file is refused and overwrites nothing', async () => {
  const first = run({ state: 'shared' });
  await first.ready;
  expect(first.out()).not.toContain('goes on from');
  const second = run({ state: join(folder, '.', 'shared') });
  expect(await second.code).toBe(2);
  expect(second.err()).toMatch(/shared is in use: another sandbox keeps its state there/);
  await first.stop();
  const third = run({ state: 'shared' });
  await third.ready;
  expect(third.out()).toContain('It goes on from shared: points of sale 0, payments 0.');
  await third.stop();
});

test('a closed terminal loses nothing, and a process that was killed holds its file no longer', async () => {
  const bin = fileURLToPath(new URL('../../bin/poscert.js', import.meta.url));
  const begin = async () => {
    const child = spawn(process.execPath, [bin, 'sandbox', '--json', '--state', 'hung-up'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, controlUrl: (JSON.parse(line.toString()) as { controlUrl: string }).controlUrl };
  };
  const first = await begin();
  await fetch(`${first.controlUrl}/clock`, { method: 'POST', body: '{"advance":"P8D"}' });
  first.child.kill('SIGHUP');
  expect(await once(first.child, 'close')).toEqual([130, null]);
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const next = await begin();
    expect(await (await fetch(`${next.controlUrl}/clock`)).json()).toMatchObject({
      offsetMs: 8 * 86_400_000,
    });
    next.child.kill(signal);
    await once(next.child, 'close');
  }
});

test('it goes on where nobody reads its warnings any longer', async () => {
  const bin = fileURLToPath(new URL('../../bin/poscert.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'sandbox', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { baseUrl } = JSON.parse(line.toString()) as { baseUrl: string };
  child.stderr.destroy();
  for (let time = 0; time < 3; time += 1) expect((await fetch(`${baseUrl}/stores`)).status).toBe(401);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('with TLS a connection that never shakes hands holds nothing up', async () => {
  const running = run({ host: '127.0.0.1', tlsCert: CERT, tlsKey: KEY, json: true });
  await running.ready;
  const { baseUrl = '' } = JSON.parse(running.out()) as Record<string, string>;
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  await once(socket, 'connect');
  const began = performance.now();
  const closed = once(socket, 'close');
  expect(await running.stop()).toBe(130);
  await closed;
  expect(performance.now() - began).toBeLessThan(3000);
});

test('Ctrl-C is answered in the words of the sandbox, at once, with exit code 130', async () => {
  const bin = fileURLToPath(new URL('../../bin/poscert.js', import.meta.url));
  for (const [flags, words] of [
    [[], 'Stopping the sandbox: its state goes with it (--state FILE keeps it).'],
    [['--state', 'kept'], 'Stopping the sandbox: its state is being written to kept.'],
  ] as const) {
    const child = spawn(process.execPath, [bin, 'sandbox', '--json', ...flags], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, err]).toEqual([130, `\n${words}\n`]);
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Launch } from '../../src/clients/child.ts';
import { processClient } from '../../src/clients/process.ts';
import { ClientFaultError, type Client, type ClientFault } from '../../src/model/client.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import { faultWords } from './words.ts';
import { never, params, script } from './scripts.ts';

const running: Client[] = [];
const logs: string[] = [];
afterEach(async () => {
  logs.length = 0;
  await Promise.all(running.splice(0).map((client) => client.stop(AbortSignal.abort())));
});

function clientOf(text: string): Client {
  const client = processClient(
    script(text),
    posV10Vocabulary.commands,
    'process',
    (lines) => void logs.push(...lines),
  );
  running.push(client);
  return client;
}

async function faultOf(doing: Promise<unknown>): Promise<ClientFault> {
  try {
    await doing;
  } catch (thrown) {
    if (thrown instanceof ClientFaultError) return thrown.fault;
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

async function started(text: string): Promise<Client> {
  const client = clientOf(text);
  await client.start(params(), never());
  return client;
}
const settle = (client: Client, signal = never()): Promise<unknown> =>
  client.call('settle', { lane: 'payments' }, signal);
const GOOD = '{ payments: [], refunds: [] }';

describe('a client that cannot be started', () => {
  it.each([
    ['no such program', ['/no/such/program'], 'client-not-found'],
    ['no command', [], 'client-not-found'],
    ['not executable', [import.meta.filename], 'client-not-executable'],
    ['a name that no system takes', ['till\0'], 'client-not-found'],
  ])('%s', async (_, command, code) => {
    const client = processClient({ ...script(''), command }, posV10Vocabulary.commands);
    expect((await faultOf(client.start(params(), never()))).code).toBe(code);
  });

  it('is told from one whose folder or interpreter is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'poscert-script-'));
    const till = join(folder, 'till');
    await writeFile(till, '#!/no/such/interpreter\n', { mode: 0o755 });
    const told = async (launch: Partial<Launch>): Promise<string> =>
      faultWords(
        await faultOf(
          processClient({ ...script(''), ...launch }, posV10Vocabulary.commands).start(params(), never()),
        ),
      );
    try {
      expect(await told({ command: [till] })).toContain('names no program that is there');
      expect(await told({ cwd: join(folder, 'absent') })).toContain('client.cwd');
      expect(await told({ command: [join(folder, 'absent')] })).toContain('there is no program');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a client that fails at initialize', () => {
  it.each([
    ['ends at once', `console.error('no display'); process.exit(3);`, 'client-exited', 'exited with code 3'],
    ['is killed', `process.kill(process.pid, 'SIGKILL');`, 'client-exited', 'SIGKILL'],
    [
      'greets its operator first',
      `console.log('*** Till 2.1.0 ***'); serve(() => {});`,
      'client-not-json',
      'Till 2.1.0',
    ],
    ['speaks another protocol', `hello.protocol = 99; serve(() => {});`, 'client-protocol-mismatch', '99'],
    [
      'speaks it as a text',
      `hello.protocol = '1'; serve(() => {});`,
      'client-bad-result',
      'protocol: expected number, received string',
    ],
    [
      'begins with a byte order mark',
      `process.stdout.write('\\uFEFF'); serve(() => {});`,
      'client-not-json',
      'without a mark',
    ],
    [
      'writes UTF-16',
      `lines(({ id }) => process.stdout.write(Buffer.from(JSON.stringify({ id, result: hello }) + '\\n', 'utf16le')));`,
      'client-not-json',
      'it is UTF-16',
    ],
    [
      'writes Latin-1',
      `hello.name = 'Blå till'; lines(({ id }) => process.stdout.write(Buffer.from(JSON.stringify({ id, result: hello }) + '\\n', 'latin1')));`,
      'client-not-json',
      'Latin-1',
    ],
    [
      'frames with headers',
      `lines(({ id }) => process.stdout.write('Content-Length: 12\\r\\n\\r\\n' + JSON.stringify({ id, result: hello })));`,
      'client-not-json',
      'without headers',
    ],
    [
      'shows the object as its language does',
      `lines(({ id }) => process.stdout.write("{'jsonrpc': '2.0', 'id': " + id + "}\\n"));`,
      'client-not-json',
      'json.dumps',
    ],
    [
      'answers with a batch',
      `lines(({ id }) => say([{ jsonrpc: '2.0', id, result: hello }]));`,
      'client-not-json',
      'without brackets',
    ],
    [
      'wraps its result',
      `lines(({ id }) => ok(id, { ok: true, data: hello }));`,
      'client-bad-result',
      'lacks protocol, name, version and commands; it has ok and data',
    ],
    [
      'serialises its result twice',
      `lines(({ id }) => ok(id, JSON.stringify(hello)));`,
      'client-bad-result',
      'stands in quotes',
    ],
    ['is a shell that finds no program', `process.exit(127);`, 'client-exited', 'did not find the program'],
    ['lacks its version', `delete hello.version; serve(() => {});`, 'client-bad-result', 'version'],
    ['lacks its commands', `delete hello.commands; serve(() => {});`, 'client-bad-result', 'commands'],
    [
      'answers with a text for an id',
      `lines(({ id }) => ok(String(id), hello));`,
      'client-wrong-id',
      'answered id "1", a text, expected 1',
    ],
    ['answers null', `lines(({ id }) => ok(id, null));`, 'client-bad-result', 'not an object'],
    [
      'refuses',
      `lines(({ id }) => say({ jsonrpc: '2.0', id, error: { code: 1, message: 'not today' } }));`,
      'client-bad-result',
      'not today',
    ],
    [
      'takes no parameters',
      `lines(({ id }) => say({ jsonrpc: '2.0', id, error: { code: -32602, message: 'api is missing' } }));`,
      'client-bad-params',
      'api is missing',
    ],
  ])('%s', async (_, text, code, said) => {
    const fault = await faultOf(clientOf(text).start(params(), never()));
    expect(fault.code).toBe(code);
    expect(faultWords(fault)).toContain(said);
  });

  it('shows the last lines of its log', async () => {
    const fault = await faultOf(
      clientOf(`console.error('cannot open display'); process.exitCode = 1;`).start(params(), never()),
    );
    expect(fault.stderr).toContain('cannot open display');
  });

  it('says nothing: its patience is over', async () => {
    const fault = await faultOf(clientOf(`setInterval(() => {}, 1000);`).start(params(300), never()));
    expect(fault).toMatchObject({ code: 'client-silent', data: { command: 'initialize', ms: 300 } });
    expect(fault.data).not.toHaveProperty('held');
  });

  it('ends no line: what it holds back is shown', async () => {
    const text = `lines(({ id }) => process.stdout.write(JSON.stringify({ id, result: hello })));`;
    const fault = await faultOf(clientOf(text).start(params(3000), never()));
    expect(fault.code).toBe('client-silent');
    expect(faultWords(fault)).toMatch(/It wrote \{"id":1.* and no line end behind it/);
  });
});

it('shutdown names its lane, as every call does', async () => {
  const client = await started(
    `lines(({ id, method, params }) => { if (method === 'shutdown') { console.error('lane ' + params.lane); ok(id, {}); process.exit(0); } ok(id, hello); });`,
  );
  await client.stop(never());
  expect(logs).toContain('lane payments');
});

describe('a client that breaks the protocol in a command', () => {
  it.each([
    [
      'prints its log on stdout',
      `console.log('[info] settling'); ok(id, ${GOOD})`,
      'client-not-json',
      'standard error',
    ],
    ['answers an id that nobody asked', `ok(4711, ${GOOD})`, 'client-wrong-id', '4711'],
    ['answers without an id', `say({ result: ${GOOD} })`, 'client-wrong-id', '(none)'],
    [
      'answers twice in one breath',
      `const one = JSON.stringify({ id, result: ${GOOD} }) + '\\n'; process.stdout.write(one + one)`,
      'client-wrong-id',
      'answered id 2 a second time',
    ],
    ['lacks a member', `ok(id, { payments: [] })`, 'client-bad-result', 'refunds'],
    [
      'misspells a member',
      `ok(id, { Payments: [], refunds: [] })`,
      'client-bad-result',
      'lacks payments; it has Payments and refunds',
    ],
    [
      'writes two objects on a line',
      `process.stdout.write(JSON.stringify({ id, result: ${GOOD} }) + '{"log":"done"}\\n')`,
      'client-not-json',
      'Two objects stand on one line',
    ],
    ['gives a member another type', `ok(id, { payments: 3, refunds: [] })`, 'client-bad-result', 'payments'],
    ['answers null', `ok(id, null)`, 'client-bad-result', 'not an object'],
    ['answers a list', `ok(id, [])`, 'client-bad-result', 'not an object'],
    [
      'has a result and an error',
      `say({ id, result: ${GOOD}, error: { code: 1, message: 'or not' } })`,
      'client-not-an-answer',
      'result',
    ],
    ['has neither', `say({ jsonrpc: '2.0', id })`, 'client-not-an-answer', 'result'],
    ['has neither but a null', `say({ jsonrpc: '2.0', id, error: null })`, 'client-not-an-answer', 'result'],
    [
      'prints prettily',
      `process.stdout.write(JSON.stringify({ id, result: ${GOOD} }, undefined, 2) + '\\n')`,
      'client-not-json',
      'spread over several lines',
    ],
    [
      'forgets a brace',
      `process.stdout.write('{"id":' + id + ',"result":{}\\n')`,
      'client-not-json',
      'one JSON object a line',
    ],
    ['writes a number', `say(7)`, 'client-not-json', '7'],
    [
      'nests without end',
      `process.stdout.write('['.repeat(60000) + ']'.repeat(60000) + '\\n')`,
      'client-not-json',
      '[[',
    ],
    [
      'writes a line of two MiB',
      `say({ id, result: { noise: 'x'.repeat(2 ** 21) } })`,
      'client-line-too-long',
      '1048576',
    ],
    [
      'writes without a line end',
      `process.stdout.write('x'.repeat(2 ** 21))`,
      'client-line-too-long',
      'one JSON object a line'.replace('one', 'One'),
    ],
    ['leaves', `process.exit(0)`, 'client-exited', 'in a loop until shutdown'],
    ['throws', `throw new Error('out of paper')`, 'client-exited', 'code 1'],
    [
      'calls the parameters malformed',
      `say({ id, error: { code: -32602, message: 'lane?' } })`,
      'client-bad-params',
      'lane?',
    ],
  ])('%s', async (_, answer, code, said) => {
    const client = await started(`serve(({ id }) => { ${answer} });`);
    const fault = await faultOf(settle(client));
    expect(fault.code).toBe(code);
    expect(faultWords(fault)).toContain(said);
    // and it stays broken: nothing that it says later is believed
    expect(await faultOf(settle(client))).toBeDefined();
  });

  it('floods its log', async () => {
    const client = await started(
      `serve(() => { const write = () => { while (process.stderr.write('x'.repeat(9999) + '\\n')); process.stderr.once('drain', write); }; write(); });`,
    );
    expect((await faultOf(settle(client))).code).toBe('client-flood');
  });

  it('shows the last twenty lines of a long log', async () => {
    const client = await started(
      `serve(() => { for (let n = 0; n < 90; n += 1) console.error('line ' + n); process.exitCode = 1; process.stdin.destroy(); });`,
    );
    const { stderr } = await faultOf(settle(client));
    expect(stderr).toHaveLength(20);
    expect(stderr.at(-1)).toBe('line 89');
  });
});

describe('a client that breaks the protocol while no command is with it', () => {
  it.each([
    ['answers once more', `setTimeout(() => ok(id, ${GOOD}), 30)`, 'client-wrong-id'],
    ['prints', `setTimeout(() => console.log('bye'), 30)`, 'client-not-json'],
    ['leaves', `setTimeout(() => process.exit(9), 30)`, 'client-exited'],
  ])('%s: that is told at once, and again at the next command', async (_, after, code) => {
    const client = await started(`serve(({ id }) => { ok(id, ${GOOD}); ${after}; });`);
    await settle(client);
    expect((await client.exited).code).toBe(code);
    expect((await faultOf(settle(client))).code).toBe(code);
  });
});

describe('what is lawful', () => {
  it.each([
    [
      'members that nobody knows',
      `say({ id, more: 1, result: { ...${GOOD}, more: 2 } })`,
      { kind: 'result' },
    ],
    [
      'an error that is null beside a result',
      `say({ id, result: ${GOOD}, error: null })`,
      { kind: 'result' },
    ],
    [
      'a result that is null beside an error',
      `say({ id, result: null, error: { code: 2, message: 'enough' } })`,
      { kind: 'gaveUp', message: 'enough' },
    ],
    [
      'refusing, with data',
      `say({ id, error: { code: 1, message: 'no', data: { apiCode: '1360' } } })`,
      { kind: 'refused', message: 'no', data: { apiCode: '1360' } },
    ],
    [
      'not knowing the command',
      `say({ id, error: { code: -32601, message: '?' } })`,
      { kind: 'notSupported', message: '?' },
    ],
    [
      'any other error',
      `say({ id, error: { code: -1, message: 'hm' } })`,
      { kind: 'failed', code: -1, message: 'hm' },
    ],
    [
      'a line end of Windows',
      `process.stdout.write(JSON.stringify({ id, result: ${GOOD} }) + '\\r\\n')`,
      { kind: 'result' },
    ],
    [
      'an answer in pieces',
      `const t = JSON.stringify({ id, result: ${GOOD} }) + '\\n'; process.stdout.write(t.slice(0, 9)); setTimeout(() => process.stdout.write(t.slice(9)), 20)`,
      { kind: 'result' },
    ],
    [
      'a line separator that is none of ours',
      `say({ id, result: { ...${GOOD}, note: 'a\\u2028b' } })`,
      { kind: 'result' },
    ],
  ])('%s', async (_, answer, reply) => {
    const client = await started(`serve(({ id }) => { ${answer} });`);
    expect(await settle(client)).toMatchObject(reply);
  });

  it('notifications are not answers; they are logged', async () => {
    const client = await started(
      `serve(({ id }) => { say({ jsonrpc: '2.0', method: 'progress', params: { done: 1 } }); ok(id, ${GOOD}); });`,
    );
    expect(await settle(client)).toMatchObject({ kind: 'result' });
    expect(logs.join()).toContain('progress');
  });

  it('every word is a sign of life', async () => {
    const client = clientOf(`serve(({ id }) => { console.error('working'); ok(id, ${GOOD}); });`);
    let signs = 0;
    client.onActivity(() => (signs += 1));
    await client.start(params(), never());
    const before = signs;
    await settle(client);
    expect(signs).toBeGreaterThan(before);
  });
});

describe('its end', () => {
  it('is asked for', async () => {
    const client = await started(`serve(() => {});`);
    expect(await client.stop(never())).toEqual({});
  });

  it('is forced where a command is still with it, and says so', async () => {
    const client = await started(`serve(() => {});`);
    const waiting = settle(client).catch(() => undefined);
    expect(await client.stop(never())).toEqual({ warning: 'client-shutdown-forced' });
    void waiting;
  });

  it('an abandoned command is over at once', async () => {
    const client = await started(`serve(() => {});`);
    const stop = new AbortController();
    const waiting = faultOf(settle(client, stop.signal));
    stop.abort();
    expect((await waiting).code).toBe('client-abandoned');
    expect((await faultOf(settle(client, AbortSignal.abort()))).code).toBe('client-abandoned');
  });

  it('by a power cut is no exit of its own, takes its children along, and it can be started again', async () => {
    const client = clientOf(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       serve(({ id }) => ok(id, { payments: [{ paymentId: String(child.pid), state: 'Captured' }], refunds: [] }));`,
    );
    await client.start(params(), never());
    const reply = (await settle(client)) as { result: { payments: { paymentId: string }[] } };
    const pid = Number(reply.result.payments[0]?.paymentId);
    expect(() => process.kill(pid, 0)).not.toThrow();
    await client.kill();
    await gone(pid);
    await client.start({ ...params(), restarted: true }, never());
    expect(await settle(client)).toMatchObject({ kind: 'result' });
  });
});

/** Resolves when there is no such process; a killed child is there until its parent's parent has taken note. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

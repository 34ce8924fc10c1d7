import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { JSON_BODY, jsonAnswer, requestText, startBench } from './bench.ts';
import type { Bench, BenchOptions } from './bench.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.gateway.stop();
  bench = undefined;
});

async function started(options: BenchOptions = {}): Promise<Bench> {
  bench = await startBench(options);
  return bench;
}

const get = (b: Bench, path = '/a'): string => requestText(b.gateway.port, `GET ${path}`);
const post = (b: Bench, path = '/a'): string => requestText(b.gateway.port, `POST ${path}`, [], '{"n":1}');
const kinds = (b: Bench, id: number): string[] => b.events.filter((e) => e.id === id).map((e) => e.kind);
const fault = (
  kind: Extract<Plan, { kind: 'fault' }>['fault'],
  processed: boolean,
  delayMs?: number,
): Plan => ({
  kind: 'fault',
  fault: kind,
  processed,
  ...(delayMs === undefined ? {} : { delayMs }),
});

describe('forwarding', () => {
  it('hands over the raw request, asks the upstream, waits for the gate and delivers', async () => {
    const b = await started();
    const reply = await fetch(`${b.gateway.origin}/pos/v10/payments?x=1&x=2`, {
      method: 'POST',
      headers: { 'X-One': 'a' },
      body: '{"n":1}',
    });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ paymentId: 'p-1' });
    const { delivery } = await b.event('delivered', 1);
    expect(kinds(b, 1)).toEqual(['arrival', 'workedOut', 'delivered']);
    const { arrival } = await b.event('arrival', 1);
    expect(arrival.request).toMatchObject({ method: 'POST', path: '/pos/v10/payments', query: 'x=1&x=2' });
    expect(Buffer.from(arrival.request.body).toString()).toBe('{"n":1}');
    expect(arrival).toMatchObject({ connection: 1, lagMs: 0 });
    expect(delivery).toMatchObject({ outcome: 'delivered', reachedClient: true, answer: { status: 200 } });
    expect((await b.event('workedOut', 1)).outcome).toMatchObject({
      processed: true,
      upstream: { status: 200 },
    });
    expect(delivery.at).toBeGreaterThanOrEqual(arrival.at);
  });

  it('keeps the order, the case and the duplicates of raw headers', async () => {
    const b = await started();
    const wire = await b.raw(
      requestText(b.gateway.port, 'GET /a', ['X-Key: 1', 'x-other: 2', 'x-key: 3', 'Connection: close']),
    );
    await wire.closed;
    const { arrival } = await b.event('arrival');
    expect(arrival.request.headers.slice(1)).toEqual([
      ['X-Key', '1'],
      ['x-other', '2'],
      ['x-key', '3'],
      ['Connection', 'close'],
    ]);
  });

  it('lets no byte leave before the gate is done with what was worked out', async () => {
    let go = (): void => undefined;
    const pending = new Promise<void>((resolve) => (go = resolve));
    const b = await started({ workedOut: () => pending });
    const wire = await b.raw(get(b));
    await b.event('workedOut');
    await new Promise((resolve) => setImmediate(resolve));
    expect(wire.text()).toBe('');
    go();
    await wire.received(/p-1/);
  });

  it('answers pipelined requests one after another, each decided when the one before has ended', async () => {
    const order: string[] = [];
    const b = await started({
      plan: (arrival) => {
        order.push(`decide ${arrival.request.path}`);
        return { kind: 'forward' };
      },
      upstream: async (request) => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`handled ${request.path}`);
        return jsonAnswer(`{"path":"${request.path}"}`);
      },
    });
    const wire = await b.raw(get(b, '/1') + get(b, '/2') + get(b, '/3'));
    const text = await wire.received(/"\/3"/);
    expect(order).toEqual(['decide /1', 'handled /1', 'decide /2', 'handled /2', 'decide /3', 'handled /3']);
    expect(text.indexOf('"/1"')).toBeLessThan(text.indexOf('"/2"'));
    expect(b.events.filter((e) => e.kind === 'arrival').map((e) => e.arrival.connection)).toEqual([1, 1, 1]);
  });

  it('answers a client that closes its own side after the request', async () => {
    const b = await started({
      upstream: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return jsonAnswer(JSON_BODY);
      },
    });
    const wire = await b.raw(get(b));
    wire.socket.end();
    expect((await wire.closed).text).toMatch(/^HTTP\/1\.1 200 OK[^]*p-1"\}$/);
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'delivered',
      reachedClient: true,
    });
  });

  it('speaks HTTP/1.0, without Host as well', async () => {
    const b = await started();
    const wire = await b.raw('GET /a HTTP/1.0\r\n\r\n');
    expect((await wire.closed).text).toMatch(/200 OK[^]*p-1/);
  });

  it('answers Expect: 100-continue before the body comes', async () => {
    const b = await started();
    const wire = await b.raw(
      requestText(b.gateway.port, 'POST /a', ['Expect: 100-continue', 'Content-Length: 2']),
    );
    await wire.received(/100 Continue/);
    wire.socket.write('{}');
    await wire.received(/200 OK[^]*p-1/);
    expect(b.handled[0]?.headers.map(([name]) => name)).not.toContain('Expect');
  });

  it('answers HEAD without a body and 204 without a length', async () => {
    const b = await started({
      plan: (a) => (a.request.method === 'HEAD' ? { kind: 'forward' } : status(204)),
    });
    const head = await fetch(`${b.gateway.origin}/a`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(JSON_BODY.length));
    const empty = await fetch(`${b.gateway.origin}/a`);
    expect([empty.status, empty.headers.get('content-length')]).toEqual([204, null]);
  });

  it('strips hop-by-hop fields on the way to the upstream, but no end-to-end field that Connection names', async () => {
    const b = await started();
    const wire = await b.raw(
      requestText(b.gateway.port, 'GET /a', [
        'Connection: close, X-Secret-Hop, authorization',
        'X-Secret-Hop: 1',
        'Authorization: Bearer t',
        'Keep-Alive: 5',
        'TE: trailers',
        'Upgrade: h2c',
        'Proxy-Authorization: x',
      ]),
    );
    await wire.closed;
    expect(b.handled[0]?.headers.map(([name]) => name)).toEqual(['Host', 'Authorization']);
  });
});

const status = (code: number, more: Partial<Extract<Plan, { kind: 'status' }>> = {}): Plan => ({
  kind: 'status',
  status: code,
  processed: false,
  ...more,
});

describe('answers made by us', () => {
  it('answers a status without asking the upstream', async () => {
    const b = await started({ plan: status(500) });
    const reply = await fetch(`${b.gateway.origin}/a`);
    expect([reply.status, await reply.text()]).toEqual([500, '']);
    expect(b.handled).toHaveLength(0);
    expect((await b.event('workedOut')).outcome).toMatchObject({
      processed: false,
      planned: { status: 500 },
    });
    expect((await b.event('workedOut')).outcome.upstream).toBeUndefined();
  });

  it('answers a status with headers and a body after the upstream has carried it out', async () => {
    const plan = status(503, { processed: true, body: '{"code":"1"}', headers: [['Retry-After', '1']] });
    const b = await started({ plan });
    const reply = await fetch(`${b.gateway.origin}/a`);
    expect(reply.headers.get('retry-after')).toBe('1');
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await reply.json()).toEqual({ code: '1' });
    expect(b.handled).toHaveLength(1);
    expect((await b.event('delivered')).delivery.outcome).toBe('delivered');
  });

  it('patches the answer of the upstream and frames it anew', async () => {
    const b = await started({
      plan: { kind: 'patch', patch: { state: 'New', gone: null, deep: { a: null, b: 2 } } },
      upstream: () => jsonAnswer('{"state":"Old","gone":1,"kept":[1],"deep":{"a":1}}'),
    });
    const reply = await fetch(`${b.gateway.origin}/a`);
    expect(await reply.json()).toEqual({ state: 'New', kept: [1], deep: { b: 2 } });
  });

  it('leaves an unsuccessful answer unpatched', async () => {
    const b = await started({
      plan: { kind: 'patch', patch: { a: 1 } },
      upstream: () => jsonAnswer('{"code":"1"}', 409),
    });
    expect(await (await fetch(`${b.gateway.origin}/a`)).json()).toEqual({ code: '1' });
  });

  it('answers 502 for an upstream that fails, and says so', async () => {
    const b = await started({
      upstream: () => {
        throw new Error('no route');
      },
    });
    const reply = await fetch(`${b.gateway.origin}/a`);
    expect(reply.status).toBe(502);
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'unreachable',
      reachedClient: true,
    });
    expect((await b.event('workedOut')).outcome.processed).toBe(false);
    expect(b.troubles).toEqual([{ kind: 'upstream-failed', id: 1, message: 'no route' }]);
  });

  it('answers 502 for an answer that is too large', async () => {
    const b = await started({ limits: { answerBodyBytes: 5 } });
    expect((await fetch(`${b.gateway.origin}/a`)).status).toBe(502);
  });

  it('answers 401 where a request is not admitted, and makes no exchange of it', async () => {
    const b = await started({
      admit: (request) => request.headers.some(([, value]) => value === 'Bearer ours'),
    });
    expect((await fetch(`${b.gateway.origin}/a`)).status).toBe(401);
    expect((await fetch(`${b.gateway.origin}/a`, { headers: { authorization: 'Bearer ours' } })).status).toBe(
      200,
    );
    expect(b.events.filter((e) => e.kind === 'arrival')).toHaveLength(1);
  });

  it('survives a gate that throws', async () => {
    const b = await started({
      plan: () => {
        throw new Error('gate');
      },
    });
    await expect(fetch(`${b.gateway.origin}/a`)).rejects.toThrow();
    expect(b.troubles).toEqual([{ kind: 'exchange-failed', id: 1, message: 'gate' }]);
  });
});

describe('faults', () => {
  it('time-out: withholds until the client closes; the fault begins before that', async () => {
    const b = await started({ plan: fault('timeout', true) });
    const wire = await b.raw(post(b));
    await b.event('faultBegun');
    expect(b.gateway.openExchanges()).toBe(1);
    expect(kinds(b, 1)).toEqual(['arrival', 'workedOut', 'faultBegun']);
    wire.socket.destroy();
    const { delivery } = await b.event('delivered');
    expect(delivery).toMatchObject({ outcome: 'withheld', reachedClient: false });
    expect(delivery.answer).toBeUndefined();
    expect(b.handled).toHaveLength(1);
    expect((await b.event('workedOut')).outcome.planned).toBeUndefined();
  });

  it('time-out without processing never asks the upstream', async () => {
    const b = await started({ plan: fault('timeout', false) });
    const wire = await b.raw(post(b));
    await b.event('faultBegun');
    wire.socket.destroy();
    await b.event('delivered');
    expect(b.handled).toHaveLength(0);
  });

  it('time-out: a client that abandons without closing is released by its next request, without a byte', async () => {
    const b = await started({
      plan: (arrival, gateway) => {
        if (arrival.id === 1) return fault('timeout', false);
        gateway().release(1);
        return { kind: 'forward' };
      },
    });
    const abandoned = await b.raw(post(b));
    await b.event('faultBegun', 1);
    const next = await b.raw(post(b));
    await next.received(/200 OK/);
    expect(await abandoned.closed).toEqual({ text: '' });
    expect((await b.event('delivered', 1)).delivery.outcome).toBe('withheld');
  });

  it('time-out: ends by itself after the limit, without a byte', async () => {
    const b = await started({ plan: fault('timeout', false), limits: { withholdMs: 20 } });
    const wire = await b.raw(post(b));
    expect(await wire.closed).toEqual({ text: '' });
    expect((await b.event('delivered')).delivery.outcome).toBe('withheld');
  });

  it('time-out: a client that closes its side at once is still withheld from until released', async () => {
    const b = await started({
      plan: fault('timeout', true),
      upstream: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return jsonAnswer('{}');
      },
    });
    const wire = await b.raw(post(b));
    wire.socket.end();
    await b.event('faultBegun');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(b.gateway.openExchanges()).toBe(1);
    b.gateway.release(1);
    expect(await wire.closed).toEqual({ text: '' });
  });

  it('time-out: released before it has begun, it ends as soon as it begins', async () => {
    const b = await started({
      plan: (arrival, gateway) => {
        gateway().release(arrival.id);
        return fault('timeout', false);
      },
    });
    expect(await (await b.raw(post(b))).closed).toEqual({ text: '' });
    expect(kinds(b, 1)).toEqual(['arrival', 'workedOut', 'faultBegun', 'delivered']);
  });

  it('hold: stays until disarmed', async () => {
    const b = await started({ plan: fault('hold', true) });
    const wires = [await b.raw(post(b)), await b.raw(post(b))];
    await b.event('faultBegun', 1);
    await b.event('faultBegun', 2);
    b.gateway.disarm();
    expect(await Promise.all(wires.map((wire) => wire.closed))).toEqual([{ text: '' }, { text: '' }]);
    await b.event('delivered', 2);
    expect(b.gateway.openExchanges()).toBe(0);
  });

  it('reset: the client gets a reset and no byte', async () => {
    const b = await started({ plan: fault('reset', false) });
    const wire = await b.raw(post(b));
    expect(await wire.closed).toEqual({ text: '', error: 'ECONNRESET' });
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'withheld',
      reachedClient: false,
    });
    expect(kinds(b, 1)).toEqual(['arrival', 'workedOut', 'faultBegun', 'delivered']);
  });

  it.each([JSON_BODY, '', 'x'])('truncated: %j promises more than it sends, then closes', async (body) => {
    const b = await started({ plan: fault('truncated', true), upstream: () => jsonAnswer(body) });
    const { text, error } = await (await b.raw(post(b))).closed;
    expect(error).toBeUndefined();
    const [head = '', sent = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200/);
    expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBeGreaterThan(sent.length);
    expect(body.startsWith(sent)).toBe(true);
    const { delivery } = await b.event('delivered');
    expect(delivery).toMatchObject({ outcome: 'delivered', reachedClient: true });
    expect(Buffer.from(delivery.answer?.body ?? []).toString()).toBe(sent);
    expect(Buffer.from((await b.event('workedOut')).outcome.planned?.body ?? []).toString()).toBe(body);
  });

  it.each([JSON_BODY, '', '12', 'null', '<html>'])(
    'malformed: %j becomes no JSON, rightly framed',
    async (body) => {
      const b = await started({ plan: fault('malformed', true), upstream: () => jsonAnswer(body, 409) });
      const reply = await fetch(`${b.gateway.origin}/a`);
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json']);
      const text = await reply.text();
      expect(() => JSON.parse(text) as unknown).toThrow();
      expect(text).not.toBe('');
      expect((await b.event('delivered')).delivery.outcome).toBe('delivered');
    },
  );

  it.each([JSON_BODY, ''])('slow: %j drips, and arrives whole', async (body) => {
    const b = await started({ plan: fault('slow', true, 60), upstream: () => jsonAnswer(body) });
    const wire = await b.raw(get(b));
    const begun = await b.event('faultBegun');
    expect(begun.id).toBe(1);
    const head = await wire.received(/\r\n\r\n/);
    expect(head.split('\r\n\r\n')[1]).not.toBe(body === '' ? '0' : body);
    const { delivery } = await b.event('delivered');
    const { arrival } = await b.event('arrival');
    expect(delivery.outcome).toBe('delivered');
    expect(delivery.at - arrival.at).toBeGreaterThanOrEqual(50);
    const whole = await wire.received(body === '' ? /\r\n0\r\n\r\n$/ : /"\}$/);
    if (body !== '') expect(whole.endsWith(body)).toBe(true);
  });

  it('slow: the defaults stay under the time-outs of reads and writes', async () => {
    const b = await started({ plan: fault('slow', true) });
    const begin = performance.now();
    await (await fetch(`${b.gateway.origin}/a`)).text();
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('clients that go away', () => {
  it('before the answer was worked out: abandoned, told once, the work done all the same', async () => {
    let go = (): void => undefined;
    const pending = new Promise<void>((resolve) => (go = resolve));
    const b = await started({
      upstream: async () => {
        await pending;
        return jsonAnswer(JSON_BODY);
      },
    });
    const wire = await b.raw(post(b));
    await b.event('arrival');
    wire.socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    go();
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'abandoned',
      reachedClient: false,
    });
    expect(kinds(b, 1)).toEqual(['arrival', 'workedOut', 'delivered']);
  });

  it('by an ordinary close while the answer is worked out: abandoned too', async () => {
    let go = (): void => undefined;
    const pending = new Promise<void>((resolve) => (go = resolve));
    const b = await started({ workedOut: () => pending });
    const wire = await b.raw(post(b));
    await b.event('workedOut');
    wire.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    go();
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'abandoned',
      reachedClient: false,
    });
  });

  it('while the body drips: abandoned, but reached', async () => {
    const b = await started({ plan: fault('slow', true, 5000) });
    const wire = await b.raw(get(b));
    await wire.received(/\r\n\r\n/);
    wire.socket.resetAndDestroy();
    expect((await b.event('delivered')).delivery).toMatchObject({
      outcome: 'abandoned',
      reachedClient: true,
    });
  });

  it('in the middle of a request: no exchange', async () => {
    const b = await started();
    const wire = await b.raw(requestText(b.gateway.port, 'POST /a', ['Content-Length: 100']) + '{"half":');
    wire.socket.destroy();
    await (await b.raw(get(b))).received(/200 OK/);
    expect(b.events.filter((e) => e.kind === 'arrival')).toHaveLength(1);
    expect(b.gateway.openExchanges()).toBe(0);
  });

  it('without reading a large answer: cut off after the limit', async () => {
    const b = await started({
      limits: { deliverMs: 30 },
      upstream: () => jsonAnswer('"'.padEnd(5_000_000, 'x')),
    });
    const wire = await b.raw();
    wire.socket.pause();
    wire.socket.write(get(b));
    expect((await b.event('delivered')).delivery.outcome).toBe('abandoned');
  });
});

describe('stopping', () => {
  it('ends withheld, waiting and idle connections, and tells the gate of each exchange', async () => {
    const b = await startBench({
      plan: (arrival) => (arrival.id === 1 ? fault('hold', true) : { kind: 'forward' }),
      workedOut: (id) => (id === 2 ? new Promise<void>(() => undefined) : undefined),
    });
    const wires = [await b.raw(post(b)), await b.raw(post(b)), await b.raw()];
    await b.event('faultBegun', 1);
    await b.event('workedOut', 2);
    await b.gateway.stop();
    expect((await Promise.all(wires.map((wire) => wire.closed))).map(({ text }) => text)).toEqual([
      '',
      '',
      '',
    ]);
    expect(kinds(b, 1).at(-1)).toBe('delivered');
    expect(kinds(b, 2).at(-1)).toBe('delivered');
    await expect(b.raw()).rejects.toThrow();
  });
});

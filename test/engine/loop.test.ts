import { describe, expect, it } from 'vitest';
import { BAIL, runCase, type LoopPorts, type RunningCase } from '../../src/engine/loop.ts';
import { ClientFaultError, type Client, type ClientFault, type Reply } from '../../src/model/client.ts';
import type { ActOutcome, Happening } from '../../src/model/recording.ts';
import { caseOf, contextOf, operations } from './play.ts';

interface Call {
  readonly command: string;
  readonly params: unknown;
  readonly signal: AbortSignal;
  readonly reply: (reply: Reply) => void;
  readonly fail: (fault: ClientFault) => void;
}

const DONE: ActOutcome = { kind: 'done', result: {} };
const fault = (code: string): ClientFault => ({ code, data: {}, stderr: [] });

/** A loop whose client, acts and timers do what a test says. */
function laid(steps: string, act: () => ActOutcome | Promise<ActOutcome> = () => DONE) {
  const records: Happening[] = [];
  const calls: Call[] = [];
  const timers: { ms: number; ring: () => void; cancelled: boolean }[] = [];
  const told: string[] = [];
  let leave: (fault: ClientFault) => void = () => undefined;
  let killed: () => void = () => undefined;
  const stop = new AbortController();
  const client: Client = {
    exited: new Promise((resolve) => (leave = resolve)),
    onActivity: () => undefined,
    traits: { killable: true, kind: 'process' },
    call: (command, params, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new ClientFaultError(fault('client-abandoned'))));
        calls.push({
          command,
          params,
          signal,
          reply: resolve,
          fail: (one) => reject(new ClientFaultError(one)),
        });
      }),
    start: () => Promise.reject(new Error('not here')),
    kill: () => {
      told.push('kill');
      return new Promise((resolve) => (killed = resolve));
    },
    stop: () => Promise.resolve({}),
  };
  const ports: LoopPorts = {
    client,
    acts: { act },
    truth: { ask: () => ({ asked: true }) },
    load: () => ({}),
    record: (happening) => {
      records.push(happening);
      return happening;
    },
    release: (exchange) => told.push(`release ${exchange}`),
    disarm: () => told.push('disarm'),
    restart: () => {
      told.push('restart');
      return Promise.resolve({
        protocol: 1,
        name: '',
        version: '',
        commands: [],
        behaviours: [],
        quietMs: 0,
      });
    },
    timer: (ms, ring) => {
      const timer = { ms, ring, cancelled: false };
      timers.push(timer);
      return () => (timer.cancelled = true);
    },
    patienceMs: 1000,
    lane: 'payments',
    nextCommand: () => calls.length + 1,
    signal: stop.signal,
  };
  const running = runCase(contextOf(caseOf(steps)), ports);
  return {
    running,
    records,
    calls,
    timers,
    told,
    stop,
    leave: (code: string) => leave(fault(code)),
    killed: () => killed(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const SETTLE = '  - client: settle\n';

function request(running: RunningCase, operation: string, exchange: number): void {
  const known = operations.find((one) => one.name === operation);
  running.request({
    kind: 'request',
    exchange,
    command: 1,
    operation,
    params: {},
    method: known?.method ?? '',
    target: known?.path ?? '',
    query: {},
    headers: [],
    connection: 1,
    lagMs: 0,
  });
}
const answered = (exchange: number): Happening => ({
  kind: 'answered',
  exchange,
  processed: true,
  upstream: { status: 200, headers: [] },
  planned: { status: 200, headers: [] },
});

describe('the loop', () => {
  it('hands the commands over with the lane, and records the truth with each result', async () => {
    const { running, calls, records } = laid(SETTLE);
    await turn();
    expect(calls[0]).toMatchObject({ command: 'settle', params: { lane: 'payments' } });
    request(running, 'queryStores', 1);
    calls[0]?.reply({ kind: 'result', result: {} });
    expect((await running.done).outcome).toEqual({ kind: 'passed' });
    expect(records.map((one) => one.kind)).toEqual(['command', 'request', 'result']);
    expect(records[2]).toMatchObject({ truth: { asked: true } });
  });

  it('starts patience anew with every sign of life, and ends it with the command', async () => {
    const { running, timers, calls } = laid(SETTLE);
    await turn();
    const patience = (): typeof timers => timers.filter((timer) => timer.ms === 1000);
    expect(timers.map((timer) => timer.ms)).toEqual([10_000, 1000]);
    request(running, 'queryStores', 1);
    running.alive();
    expect(patience().map((timer) => timer.cancelled)).toEqual([true, true, false]);
    calls[0]?.reply({ kind: 'result', result: {} });
    await running.done;
    expect(timers.every((timer) => timer.cancelled)).toBe(true);
    running.alive();
    expect(patience()).toHaveLength(4);
  });

  it.each([
    [1000, 'silent'],
    [10_000, 'ran-too-long'],
  ])('calls it an error when %i ms are over: %s, and abandons the command', async (ms, code) => {
    const { running, timers, calls } = laid(SETTLE);
    await turn();
    timers.find((timer) => timer.ms === ms)?.ring();
    expect((await running.done).outcome).toMatchObject({
      kind: 'error',
      origin: 'client',
      finding: { code, data: { ms } },
    });
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('tells of a client that breaks the protocol, in a command', async () => {
    const { running, calls } = laid(SETTLE);
    await turn();
    calls[0]?.fail(fault('client-wrong-id'));
    expect((await running.done).outcome).toMatchObject({
      kind: 'error',
      origin: 'client',
      finding: { code: 'client-wrong-id' },
    });
  });

  it('and of one that leaves while an act of the case is under way', async () => {
    const { running, leave } = laid('  - clock: +1d\n', () => new Promise(() => undefined));
    await turn();
    leave('client-exited');
    expect((await running.done).outcome).toMatchObject({
      kind: 'error',
      origin: 'client',
      finding: { code: 'client-exited' },
    });
  });

  it('takes whatever is thrown in here for a fault of ours', async () => {
    for (const act of [
      () => {
        throw new Error('oh');
      },
      () => Promise.reject(new Error('oh')),
    ]) {
      const { running } = laid('  - clock: +1d\n', act);
      expect((await running.done).outcome).toMatchObject({
        kind: 'error',
        origin: 'harness',
        finding: { data: { message: 'oh' } },
      });
    }
  });

  it('carries acts out one after another, and lets an answer wait for its own alone', async () => {
    const ends: ((outcome: ActOutcome) => void)[] = [];
    const { running, calls } = laid(
      `${SETTLE}    traffic:\n      - expect: capturePayment\n      - callback: checkIn\n      - { expect: cancelPayment, times: 0..1 }\n`,
      () => new Promise((resolve) => ends.push(resolve)),
    );
    await turn();
    request(running, 'capturePayment', 1);
    const first = running.event(answered(1));
    expect(first).toBeInstanceOf(Promise);
    // a client may well ask something before it answers the notification
    request(running, 'queryCheckIn', 2);
    expect(running.event(answered(2))).toBeUndefined();
    ends[0]?.(DONE);
    await first;
    calls[0]?.reply({ kind: 'result', result: {} });
    expect((await running.done).outcome).toEqual({ kind: 'passed' });
  });

  it('leaves no answer waiting for acts that the end of the case prevents', async () => {
    const { running, timers } = laid(
      `${SETTLE}    traffic:\n      - expect: capturePayment\n      - callback: checkIn\n      - expect: cancelPayment\n      - callback: checkIn\n`,
      () => new Promise(() => undefined),
    );
    await turn();
    request(running, 'capturePayment', 1);
    void running.event(answered(1));
    request(running, 'cancelPayment', 2);
    const waiting = running.event(answered(2));
    expect(waiting).toBeInstanceOf(Promise);
    timers.find((timer) => timer.ms === 10_000)?.ring();
    await running.done;
    await waiting;
  });

  it('keeps what comes after the end in the recording', async () => {
    const { running, calls, records } = laid(SETTLE);
    await turn();
    request(running, 'queryStores', 1);
    calls[0]?.reply({ kind: 'result', result: {} });
    await running.done;
    void running.event(answered(1));
    request(running, 'queryStores', 2);
    expect(records.slice(-2).map((one) => one.kind)).toEqual(['answered', 'request']);
  });

  it('cuts the power in the middle of a request and starts again', async () => {
    const { running, calls, told, killed, records } = laid(
      `${SETTLE}    traffic:\n      - { expect: capturePayment, answer: { fault: hold, processed: true } }\n      - client: kill\n  - client: restart\n`,
    );
    await turn();
    request(running, 'capturePayment', 1);
    void running.event({ kind: 'answered', exchange: 1, processed: true });
    void running.event({ kind: 'fault-begun', exchange: 1 });
    expect(told).toEqual(['kill']);
    expect(calls[0]?.signal.aborted).toBe(true);
    killed();
    await turn();
    // what is dead already is not killed a second time
    killed();
    await turn();
    expect(calls[1]).toMatchObject({ command: 'recover' });
    calls[1]?.reply({ kind: 'result', result: {} });
    expect((await running.done).outcome).toEqual({ kind: 'passed' });
    expect(records.map((one) => one.kind)).not.toContain('client-fault');
  });

  it.each([
    [undefined, 'interrupted'],
    [BAIL, 'bail'],
  ])('stopped from outside (%s) it is cancelled: %s', async (reason, code) => {
    const { running, stop, calls } = laid(SETTLE);
    await turn();
    stop.abort(reason);
    expect((await running.done).outcome).toMatchObject({ kind: 'cancelled', reason: { code } });
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('keeps what had failed before it was stopped', async () => {
    const { running, stop } = laid(SETTLE);
    await turn();
    request(running, 'initiatePayment', 1);
    stop.abort();
    expect((await running.done).outcome?.kind).toBe('failed');
  });
});

import { describe, expect, it } from 'vitest';
import { createLaneGate, type LaneGate } from '../../src/engine/gate.ts';
import { runLane } from '../../src/engine/lane.ts';
import type { LanePorts } from '../../src/engine/stage.ts';
import type { Case } from '../../src/model/case.ts';
import { ClientFaultError, type InitializeResult, type Reply } from '../../src/model/client.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { CaseRun } from '../../src/model/outcome.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import { caseOf, keyHeader, operations } from './play.ts';

const COMMANDS = ['settle', 'recover', 'createPointOfSale', 'initiatePayment'];
const crash = (): never => {
  throw new ClientFaultError({ code: 'client-exited', data: {}, stderr: [] });
};

interface Lane {
  readonly cases: readonly Case[];
  /** What the client does with a command; `send` is a request of its. */
  readonly does?: (
    command: string,
    params: JsonObject,
    send: (operation: string, params?: JsonObject) => void,
    generation: number,
  ) => Reply | Promise<Reply>;
  readonly start?: (generation: number) => void;
  readonly hello?: Partial<InitializeResult>;
  readonly ports?: Partial<LanePorts>;
}

const settled: Reply = { kind: 'result', result: {} };

/** Runs cases in a lane whose client is a function. */
async function laneOf(
  lane: Lane,
): Promise<{ runs: CaseRun[]; records: RunRecord[]; built: number[]; closed: number[] }> {
  const records: RunRecord[] = [];
  const built: number[] = [];
  const closed: number[] = [];
  let exchanges = 0;
  let now = 0;
  const record: LanePorts['record'] = (happening, caseId) => {
    records.push({
      ...happening,
      seq: records.length,
      at: now,
      ...(caseId === undefined ? {} : { case: caseId }),
    });
    return happening;
  };
  const stageOf = (generation: number): Awaited<ReturnType<LanePorts['build']>> => {
    const gate: LaneGate = createLaneGate({
      operations,
      redaction: {
        headers: (headers) => headers,
        target: (target) => target,
        body: (_, bytes) =>
          bytes.length === 0 ? {} : { json: JSON.parse(new TextDecoder().decode(bytes)) as JsonObject },
      },
      load: () => 0,
      nextExchange: () => (exchanges += 1),
      record,
    });
    let id = 0;
    const send = (operation: string, answer?: JsonObject): void => {
      const known = operations.find((one) => one.name === operation);
      const path = (known?.path ?? '').replace(/\{\w+\}/g, 'x');
      id += 1;
      gate.decide({
        id,
        connection: 1,
        at: now,
        lagMs: 0,
        request: {
          method: known?.method ?? '',
          target: path,
          path,
          query: '',
          headers: [],
          body: new Uint8Array(),
        },
      });
      const body = new TextEncoder().encode(JSON.stringify(answer ?? {}));
      const upstream = { status: 200, headers: [], body };
      void gate.workedOut(id, { processed: true, upstream, planned: upstream });
      gate.delivered(id, { outcome: 'delivered', reachedClient: true, at: now, lagMs: 0, answer: upstream });
    };
    return {
      client: {
        exited: new Promise(() => undefined),
        onActivity: () => undefined,
        traits: { killable: true, kind: 'process' },
        call: async (command, params) => {
          const look = lane.does ?? ((): Reply => (send('queryStores'), settled));
          return look(command, params, send, generation);
        },
        start: () => Promise.reject(new Error('the stage starts it')),
        kill: () => Promise.resolve(),
        stop: () => Promise.resolve({}),
      },
      acts: { act: () => ({ kind: 'done', result: {} }) },
      truth: { ask: () => ({}) },
      gate,
      release: () => undefined,
      disarm: () => undefined,
      start: async () => {
        lane.start?.(generation);
        return {
          result: {
            protocol: 1,
            name: 't',
            version: '1.0.0',
            commands: COMMANDS,
            behaviours: [],
            quietMs: 0,
            ...lane.hello,
          },
          given: {},
        };
      },
      close: async () => {
        closed.push(generation);
        return {};
      },
    };
  };
  const runs = await runLane({
    lane: 'payments',
    feature: 'payments',
    driver: 'process',
    cases: lane.cases,
    operations,
    keyHeader,
    needs: posV10Vocabulary.needs,
    identifying: {},
    build: async (generation) => {
      built.push(generation);
      return stageOf(generation);
    },
    record,
    unique: (caseId, generation) => `${caseId}-${generation}`,
    now: () => (now += 1),
    timer: () => () => undefined,
    patienceMs: 1000,
    pollDelayMs: 0,
    bail: false,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...lane.ports,
  });
  return { runs, records, built, closed };
}

const named = (slug: string, more: Partial<Case> = {}, steps = '  - client: settle\n'): Case => ({
  ...caseOf(steps),
  id: `payments/${slug}`,
  ...more,
});
const kinds = (runs: readonly CaseRun[]): string[] => runs.map((run) => run.outcome.kind);
const A = named('a');
const B = named('b');
const C = named('c');

describe('a lane', () => {
  it('takes all its cases through one client', async () => {
    const { runs, built, closed, records } = await laneOf({ cases: [A, B, C] });
    expect(kinds(runs)).toEqual(['passed', 'passed', 'passed']);
    expect([built, closed]).toEqual([[0], [0]]);
    expect(records.filter((one) => one.kind === 'case-ended').map((one) => one.case)).toEqual([
      'payments/a',
      'payments/b',
      'payments/c',
    ]);
  });

  it('is renewed after a case that failed, which never makes the next one fail', async () => {
    const { runs, built, closed } = await laneOf({
      cases: [A, B],
      does: (_, __, send, generation) => {
        send(generation === 0 ? 'capturePayment' : 'queryStores');
        return settled;
      },
    });
    expect(kinds(runs)).toEqual(['failed', 'passed']);
    expect([built, closed]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('is renewed after any case that did not pass', async () => {
    const { runs, built } = await laneOf({
      cases: [A, B],
      does: (_, __, send, generation) => (generation === 1 ? (send('queryStores'), settled) : settled),
    });
    expect(kinds(runs)).toEqual(['unproven', 'passed']);
    expect(built).toEqual([0, 1]);
  });

  it('ends with the second error of its client', async () => {
    const { runs, built } = await laneOf({ cases: [A, B, C], does: crash });
    expect(
      runs.map((run) => ('finding' in run.outcome ? run.outcome.finding.code : run.outcome.kind)),
    ).toEqual(['client-exited', 'client-exited', 'lane-ended']);
    expect(built).toEqual([0, 1]);
    expect(runs.map((run) => run.attempts)).toEqual([1, 1, 0]);
  });

  it('goes on after one', async () => {
    const { runs } = await laneOf({
      cases: [A, B, C],
      does: (_, __, send, generation) => (generation === 0 ? crash() : (send('queryStores'), settled)),
    });
    expect(kinds(runs)).toEqual(['error', 'passed', 'passed']);
  });

  it('counts a client that does not start as an error of the client, with its fault', async () => {
    const { runs, closed } = await laneOf({ cases: [A, B, C], start: crash });
    expect(kinds(runs)).toEqual(['error', 'error', 'error']);
    expect(runs[0]?.outcome).toMatchObject({
      origin: 'client',
      finding: { code: 'client-exited', case: 'payments/a' },
    });
    expect(runs[2]?.outcome).toMatchObject({ finding: { code: 'lane-ended' } });
    expect(closed).toEqual([0, 1]);
  });

  it.each([
    ['EADDRINUSE', 'port-in-use'],
    ['ENOSPC', 'folder-not-writable'],
    [undefined, 'lane-not-built'],
  ])('whose ground cannot be laid (%s) is an error of the environment: %s', async (code, expected) => {
    const build = (): never => {
      throw Object.assign(new Error('no'), code === undefined ? {} : { code });
    };
    const { runs } = await laneOf({ cases: [A, B, C], ports: { build: async () => build() } });
    for (const run of runs)
      expect(run.outcome).toMatchObject({
        kind: 'error',
        origin: 'environment',
        finding: { code: expected },
      });
  });
});

describe('what a client cannot do', () => {
  it('is said before it is tried', async () => {
    const { runs, records } = await laneOf({ cases: [A], hello: { commands: [] } });
    expect(runs[0]).toMatchObject({
      attempts: 0,
      outcome: { kind: 'unsupported', reason: { data: { command: 'settle' } } },
    });
    expect(records.some((one) => one.kind === 'case-not-run')).toBe(true);
  });

  it('a declared behaviour makes a case not applicable', async () => {
    const one = named('a', { unless: { behaviour: 'capturesWhenReserved' } });
    expect(
      kinds((await laneOf({ cases: [one], hello: { behaviours: ['capturesWhenReserved'] } })).runs),
    ).toEqual(['not applicable']);
    expect(kinds((await laneOf({ cases: [one] })).runs)).toEqual(['passed']);
  });

  it('does not renew the lane', async () => {
    const one = named(
      'a',
      {},
      '  - client: initiatePayment\n    with: { posId: x, amount: 1.00, currencyCode: DKK }\n',
    );
    const { runs, built } = await laneOf({ cases: [A, one, B], hello: { commands: ['settle'] } });
    expect(kinds(runs)).toEqual(['passed', 'unsupported', 'passed']);
    expect(built).toEqual([0]);
  });
});

describe('cases that belong together', () => {
  const save =
    '  - client: initiatePayment\n    with: { posId: x, orderId: $order, amount: 1.00, currencyCode: DKK }\n    traffic:\n      - { expect: initiatePayment, answered: { paymentId: { save: payment } } }\n';
  const first = named('a', {}, save);
  const second = named('b', { after: 'payments/a' }, '  - client: settle\n');
  it('hand over what the first one saved, and the same unique texts', async () => {
    const { runs, records } = await laneOf({
      cases: [first, second],
      does: (command, _, send) => (
        send(command === 'settle' ? 'queryStores' : 'initiatePayment', { paymentId: 'p1' }),
        { kind: 'result', result: { paymentId: 'p1' } }
      ),
    });
    expect(kinds(runs)).toEqual(['passed', 'passed']);
    const begun = records.filter((one) => one.kind === 'case-started');
    expect(begun[1]).toMatchObject({ names: { payment: 'p1' }, uniquePrefix: 'payments/a-0' });
  });

  it('run one after another or not at all', async () => {
    const { runs } = await laneOf({
      cases: [first, second],
      does: (_, __, send) => (send('queryStores'), settled),
    });
    expect(runs.map((run) => run.outcome)).toMatchObject([
      { kind: 'failed' },
      { kind: 'cancelled', reason: { code: 'after-failed' } },
    ]);
  });
});

describe('needs', () => {
  const one = named('a', { needs: { pointOfSale: true } });
  const two = named('b', { needs: { pointOfSale: true } });
  const make = (
    command: string,
    _: JsonObject,
    send: (operation: string, answer?: JsonObject) => void,
  ): Reply => {
    send(command === 'createPointOfSale' ? 'createPointOfSale' : 'queryStores', { posId: 'p1' });
    return { kind: 'result', result: command === 'createPointOfSale' ? { posId: 'p1' } : {} };
  };

  it('are made once a lane', async () => {
    const { runs, records } = await laneOf({ cases: [one, two], does: make });
    expect(kinds(runs)).toEqual(['passed', 'passed']);
    expect(records.filter((each) => each.kind === 'command').map((each) => each.method)).toEqual([
      'createPointOfSale',
      'settle',
      'settle',
    ]);
    expect(records.filter((each) => each.kind === 'case-started')[2]).toMatchObject({
      names: { posId: 'p1' },
    });
  });

  it('that fail are an error of the client, and the rest of the lane is not run for that cause', async () => {
    const { runs } = await laneOf({ cases: [one, two, C], does: () => settled });
    expect(runs[0]?.outcome).toMatchObject({ kind: 'error', origin: 'client', need: 'pointOfSale' });
    expect(runs.slice(1).map((run) => run.outcome)).toMatchObject([
      { kind: 'error', finding: { code: 'need-failed', data: { firstCause: 'payments/a' } } },
      { kind: 'error', finding: { code: 'need-failed' } },
    ]);
  });

  it('are made again when the lane was renewed', async () => {
    const { runs, built } = await laneOf({
      cases: [one, two],
      does: (command, params, send, generation) => {
        if (command === 'settle' && generation === 0) send('capturePayment');
        return make(command, params, send);
      },
    });
    expect(kinds(runs)).toEqual(['failed', 'passed']);
    expect(built).toEqual([0, 1]);
  });
});

describe('stopping', () => {
  it('--bail ends the lane after the first failure', async () => {
    const { runs } = await laneOf({
      cases: [A, B],
      does: (_, __, send) => (send('capturePayment'), settled),
      ports: { bail: true },
    });
    expect(runs.map((run) => run.outcome)).toMatchObject([
      { kind: 'failed' },
      { kind: 'cancelled', reason: { code: 'bail' } },
    ]);
  });

  it('an interruption cancels what is under way and what is to come', async () => {
    const stop = new AbortController();
    const { runs, records } = await laneOf({
      cases: [A, B],
      does: () => new Promise(() => setImmediate(() => stop.abort())),
      ports: { signal: stop.signal },
    });
    expect(runs.map((run) => run.outcome)).toMatchObject([
      { kind: 'cancelled', reason: { code: 'interrupted' } },
      { kind: 'cancelled', reason: { code: 'interrupted' } },
    ]);
    expect(records.find((one) => one.kind === 'case-ended')).toMatchObject({
      stopped: { code: 'interrupted' },
    });
  });
});

describe('requests that come late', () => {
  it.each([
    ['what an ended case made belong to that case', 'paymentId', ['passed', 'passed'], 'payments/a'],
    ['another id than paths have belong to the case at hand', 'orderId', ['passed', 'failed'], 'payments/b'],
  ])('and name %s', async (_, name, verdicts, owner) => {
    const make = named(
      'a',
      {},
      '  - client: initiatePayment\n    with: { posId: x, orderId: $order, amount: 1.00, currencyCode: DKK }\n    traffic:\n      - expect: initiatePayment\n',
    );
    const { runs, records } = await laneOf({
      cases: [make, B],
      does: (command, _params, send) => {
        if (command === 'initiatePayment') send('initiatePayment', { [name]: 'X' });
        else send('cancelPayment');
        if (command !== 'initiatePayment') send('queryStores');
        return { kind: 'result', result: command === 'initiatePayment' ? { paymentId: 'X' } : {} };
      },
    });
    expect(kinds(runs)).toEqual(verdicts);
    const late = records.find((one) => one.kind === 'request' && one.operation === 'cancelPayment');
    expect(late?.case).toBe(owner);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { replay } from '../../src/assembly/replay.ts';
import type { Ask, Said } from '../../src/model/operator.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import { pack, run, verdicts, type Certified } from '../clients-drivers/certified.ts';
import { personAtTheTill, type Manner, type Person } from './person.ts';

let person: Person;
afterEach(() => person.leave());

async function operated(cases: readonly string[], manner: Manner = {}, client = {}): Promise<Certified> {
  person = personAtTheTill(manner);
  return run({ cases, client: { driver: 'operator', ...client }, operator: person });
}

/** Says `said` at the `nth` prompt of this code, and goes on as usual otherwise. */
function saying(code: string, said: Said, nth = 1): Manner {
  let met = 0;
  return {
    answer: (ask: Ask) => {
      if (ask.sentence.code !== code) return undefined;
      met += 1;
      return met === nth ? said : undefined;
    },
  };
}

const codes = (): string[] => person.asked.map((ask) => ask.sentence.code.replace('operator-', ''));
const results = (records: readonly RunRecord[]): Extract<RunRecord, { kind: 'result' }>[] =>
  records.filter((record) => record.kind === 'result');

describe('a person at the till', () => {
  it('goes through a payment sentence by sentence, and the recording comes to the same again', async () => {
    const { report, records } = await operated(['payments/complete-a-payment']);
    expect(verdicts(report)).toEqual({ 'payments/complete-a-payment': 'passed' });
    expect(codes()).toEqual([
      'set-up',
      'createPointOfSale',
      'initiatePayment',
      'awaitPayment',
      'which-ending',
      'capturePayment',
      'does-it-show',
    ]);
    const started = records.find((record) => record.kind === 'lane-started');
    expect(started).toMatchObject({
      driver: 'operator',
      client: {
        name: 'Test till',
        version: '2.1.0',
        behaviours: [],
        commands: Object.keys(pack.vocabulary.commands),
      },
    });
    // What the person saw is attested, what the traffic showed is not.
    expect(
      results(records).map(({ reply }) => [
        Object.keys('result' in reply ? reply.result : {}).includes('paymentId'),
        'attested' in reply ? reply.attested : undefined,
      ]),
    ).toEqual([
      [false, undefined],
      [true, undefined],
      [true, ['state']],
      [false, ['state']],
    ]);
    const again = replay(records, pack);
    expect(again.first.map((one) => one.outcome.kind)).toEqual(['passed']);
    expect(again.otherPlans).toEqual([]);

    // It need not say what the traffic has shown.
    const todo = person.asked.filter((ask) => ask.kind === 'do' && ask.shownByTraffic);
    expect(todo.length).toBeGreaterThan(0);
    expect(person.seen()).toBeGreaterThan(0);
    const last = person.observations.at(-1);
    expect(last?.lines.map((line) => line.state)).toContain('done');
    const during = person.observations.find((one) => one.lines.some((line) => line.state === 'current'));
    expect(during?.lines.filter((line) => line.state === 'current')).toHaveLength(1);

    // The till's own order number is what the case calls the order.
    const sent = records.find(
      (record) => record.kind === 'request' && record.operation === 'initiatePayment',
    );
    const order = sent?.kind === 'request' ? (sent.json as { orderId: string }).orderId : '';
    const suggested = person.asked.find((ask) => ask.sentence.code === 'operator-initiatePayment')?.sentence
      .data;
    expect(suggested).toMatchObject({ free: ['orderId'] });
    expect(order).not.toBe(suggested?.['orderId']);
    const asked = records.find((record) => record.kind === 'truth' && record.truth === 'paymentsOfOrder');
    expect(asked).toMatchObject({ query: { orderId: order }, found: [{ orderId: order }] });
  }, 60_000);

  it('keeps the order that an act of the case has used', async () => {
    const { report } = await operated(['payments/clean-up-an-active-payment']);
    expect(verdicts(report)).toEqual({ 'payments/clean-up-an-active-payment': 'passed' });
    const told = person.asked.find((ask) => ask.sentence.code === 'operator-initiatePayment');
    expect(told?.sentence.data).toMatchObject({ free: [] });
  }, 60_000);

  it('can say that the till can not do it: unsupported, never passed', async () => {
    const { report } = await operated(
      ['payments/complete-a-payment'],
      saying('operator-capturePayment', { kind: 'cannot' }),
    );
    expect(verdicts(report)).toEqual({ 'payments/complete-a-payment': 'unsupported: unsupported-command' });
    expect(report.exitCode).toBe(3);
  }, 60_000);

  it('can say that the till shows something else: the case fails by what they attest', async () => {
    const { report, records } = await operated(
      ['payments/check-in-after'],
      saying('operator-does-it-show', { kind: 'chose' }),
    );
    expect(verdicts(report)['payments/check-in-after']).toMatch(/^(failed: wrong-ending|inconclusive)/);
    expect(results(records).at(-1)?.reply).toMatchObject({
      result: { state: 'Unknown' },
      attested: ['state'],
    });
  }, 60_000);

  it('who says done too early is told what is still to come, once', async () => {
    const { report } = await operated(
      ['payments/cancel-a-payment'],
      saying('operator-cancelPayment', { kind: 'done' }),
    );
    expect(codes()).toContain('not-seen');
    const asked = person.asked.find((ask) => ask.sentence.code === 'operator-not-seen');
    expect(asked?.sentence.data).toMatchObject({ command: 'cancelPayment' });
    // Said again it is taken for what it is: the request never came.
    expect(verdicts(report)['payments/cancel-a-payment']).toMatch(/^(failed|inconclusive)/);
  }, 60_000);

  it('who can not set the till up ends the lane before its first case', async () => {
    const { report } = await operated(
      ['payments/check-in-after'],
      saying('operator-set-up', { kind: 'cannot' }),
    );
    expect(verdicts(report)).toEqual({ 'payments/check-in-after': 'error: operator-cannot-set-up' });
  }, 60_000);

  it('pulls the plug where a case restarts the till', async () => {
    const { report } = await operated(['payments/restart-with-an-active-payment']);
    expect(verdicts(report)).toEqual({ 'payments/restart-with-an-active-payment': 'passed' });
    expect(codes()).toContain('recover');
  }, 60_000);

  it('invokes the callback when the till is ready for it', async () => {
    const { report, records } = await operated(
      ['notifications/check-in-notification'],
      saying('operator-callback', { kind: 'cannot' }),
      { callbackUrl: 'http://127.0.0.1:9/nobody' },
    );
    expect(person.asked.find((ask) => ask.button === 'invoke-callback')).toBeDefined();
    expect(records.some((record) => record.kind === 'act' && record.group === 'callback')).toBe(true);
    expect(report.cases[0]?.verdict).toBe('unsupported');
  }, 60_000);

  it('finds the till of the next feature at the same address, to begin anew', async () => {
    const { report, records } = await operated([
      'onboarding/onboard-a-pos-final',
      'payments/cancel-a-payment',
    ]);
    expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['passed']));
    expect(codes().filter((code) => code === 'set-up')).toHaveLength(1);
    expect(codes()).toContain('begin-anew');
    const given = records.flatMap((record) =>
      record.kind === 'lane-started' && !record.restarted ? [JSON.stringify(record.given['api'])] : [],
    );
    expect(given).toHaveLength(2);
    expect(new Set(given).size).toBe(1);
  }, 60_000);

  it('can stop the run', async () => {
    const stop = new AbortController();
    person = personAtTheTill({
      answer: (ask) => {
        if (ask.sentence.code !== 'operator-awaitPayment') return undefined;
        stop.abort();
        return { kind: 'stop' };
      },
    });
    const { report } = await run({
      cases: ['payments/complete-a-payment'],
      client: { driver: 'operator' },
      operator: person,
      signal: stop.signal,
    });
    expect(report.verdict).toBe('interrupted');
    expect(report.exitCode).toBe(130);
  }, 60_000);
});

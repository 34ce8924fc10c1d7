import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../src/assembly/replay.ts';
import type { Ask, Operator, Said } from '../../src/model/operator.ts';
import { textMember } from '../../src/model/json.ts';
import type { Host } from '../../src/serve.ts';
import {
  BRISK,
  pack,
  run,
  TILL,
  verdicts,
  type Certified,
  type RunOptions,
} from '../clients-drivers/certified.ts';
import { CLIENT_ID, control, elsewhere, SECRET, targetAt } from './sandbox.ts';

/** Another authority than the one that the sandbox has its certificate from: one of those that Node brings with it. */
const OTHER_CA = join(tmpdir(), `poscert-other-ca-${process.pid}.pem`);

let host: Host;
beforeAll(async () => {
  host = await elsewhere();
  await writeFile(OTHER_CA, rootCertificates[0] ?? '');
});
afterAll(async () => {
  await host.stop();
  await rm(OTHER_CA, { force: true });
});

const command = [process.execPath, TILL, ...BRISK];

function remote(
  cases: readonly string[],
  more: Partial<RunOptions> & { target?: RunOptions['target'] } = {},
): Promise<Certified> {
  return run({
    cases,
    target: targetAt(host.apiOrigin, { testUsers: true }),
    clientSecret: SECRET,
    ...more,
    client: { driver: 'process', command, sandboxClientId: CLIENT_ID, ...more.client },
  });
}

describe("against somebody else's sandbox", () => {
  it('every fault is in front of it, its test users are the customer, and it is asked what a case checks', async () => {
    const cases = [
      'onboarding/find-the-store',
      'payments/complete-a-payment',
      'payments/cancelled-by-user',
      'refunds/complete-a-refund',
    ];
    const { report, records, journal } = await remote(cases);
    expect(verdicts(report)).toEqual(Object.fromEntries(cases.map((id) => [id, 'passed'])));
    expect(report.target).toBe('remote');
    const checked = records.filter((record) => record.kind === 'truth');
    expect(
      checked.find((one) => one.truth === 'payment' && one.case === 'payments/complete-a-payment')?.found,
    ).toMatchObject({
      state: 'Captured',
      capturedAmount: 100,
    });
    // The client is known there by its own id and secret, and the secret is nowhere in the recording.
    const started = records.find((record) => record.kind === 'lane-started');
    expect(started).toMatchObject({ given: { api: { clientId: CLIENT_ID } } });
    expect(journal).not.toContain(SECRET);
    expect(journal).not.toContain(Buffer.from(`${CLIENT_ID}:${SECRET}`).toString('base64'));
    expect(replay(records, pack).first.map((one) => one.outcome.kind)).toEqual([
      'passed',
      'passed',
      'passed',
      'passed',
    ]);
  }, 90_000);

  it('finds the client out all the same', async () => {
    const { report } = await remote(['payments/complete-a-payment'], {
      client: { command: [...command, '--defect', 'fresh-key-on-retry'] },
    });
    expect(verdicts(report)['payments/complete-a-payment']).toMatch(/^(failed|inconclusive)/);
  }, 60_000);

  it.each([
    ['payments/reservation-expires', 'unsupported-remote', { act: 'clock: advance' }],
    ['payments/cancelled-by-mobilepay', 'unsupported-remote', { act: 'mobilepay: cancelPayment' }],
    ['payments/clean-up-an-active-payment', 'unsupported-remote', { act: 'world: activePaymentFromBefore' }],
    [
      'payments-with-restrictions/debit-card-disallowed',
      'unsupported-check',
      { truth: 'payment', member: 'card' },
    ],
  ])('says before it begins why it can not go through %s', async (id, code, data) => {
    const { report, records } = await remote([id]);
    expect(report.cases[0]).toMatchObject({
      id,
      verdict: 'unsupported',
      reason: { code, data },
      attempts: 0,
    });
    expect(records.some((record) => record.kind === 'command')).toBe(false);
    // A certificate may lack it where the pack says so, but a run of nothing else proves nothing.
    expect(report.exitCode).toBe(3);
    expect(replay(records, pack).first.map((one) => one.outcome)).toMatchObject([
      { kind: 'unsupported', reason: { code } },
    ]);
  });

  it('says so where nobody acts as the customer', async () => {
    const { report } = await remote(['payments/check-in-after', 'payments/cancel-a-payment'], {
      target: targetAt(host.apiOrigin),
    });
    expect(verdicts(report)).toEqual({
      'payments/check-in-after': 'unsupported: unsupported-customer',
      'payments/cancel-a-payment': 'passed',
    });
  }, 60_000);

  it('blames the surroundings, not the client, where it can not be reached', async () => {
    const gone = await elsewhere();
    await gone.stop();
    const { report } = await remote(['payments/cancel-a-payment'], { target: targetAt(gone.apiOrigin) });
    expect(report.cases[0]).toMatchObject({
      verdict: 'error',
      origin: 'environment',
      findings: [{ code: 'target-unreachable' }],
    });
    expect(report.exitCode).toBe(4);
  }, 60_000);

  it('trusts no certificate but the one that it was told to', async () => {
    const untold = targetAt(host.apiOrigin, { ca: OTHER_CA });
    const { report } = await remote(['payments/cancel-a-payment'], { target: untold });
    expect(report.cases[0]).toMatchObject({
      verdict: 'error',
      origin: 'environment',
      findings: [{ code: 'target-unreachable' }],
    });
  }, 60_000);

  it('never reaches production, whatever it is told', async () => {
    const { report } = await remote(['payments/cancel-a-payment'], {
      target: targetAt('https://api.mobilepay.dk'),
    });
    expect(report.cases[0]).toMatchObject({ verdict: 'error', origin: 'environment' });
    expect(JSON.stringify(report.cases[0]?.findings)).toContain('production');
  });
});

interface World {
  readonly payments: readonly { readonly id: string; readonly posId: string; readonly state: string }[];
}

/** How often the client has asked for a payment so far, by the journal of the run below `root`. */
async function polled(root: string): Promise<number> {
  const [run = ''] = await readdir(join(root, '.poscert', 'runs'));
  const journal = await readFile(join(root, '.poscert', 'runs', run, 'run.jsonl'), 'utf8');
  return journal
    .split('\n')
    .filter((line) => line.includes('"kind":"request"') && line.includes('"operation":"queryPayment"'))
    .length;
}

describe('a person as the customer', () => {
  const asked: Ask[] = [];
  /** Does with the control API of the sandbox what a person would do with the app; takes a while over it, as a person does. */
  function customer(root: () => string, said: Said = { kind: 'done' }): Operator {
    return {
      async ask(ask) {
        asked.push(ask);
        const before = await polled(root());
        // The client goes on polling meanwhile: no request of it waits for a person.
        while ((await polled(root())) < before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
        const state = (await control(host, 'GET', 'state')) as World;
        const payment = state.payments.at(-1);
        const path =
          ask.sentence.code === 'operator-checkIn'
            ? `pointofsales/${payment?.posId ?? ''}/check-in`
            : `payments/${payment?.id ?? ''}/approve`;
        if (said.kind === 'done') await control(host, 'POST', path);
        return said;
      },
      observed: () => undefined,
      tell: () => undefined,
    };
  }

  it('takes their time: the client is shown the time before the act, and misses no step of the case', async () => {
    let root = '';
    const { report, records } = await remote(['payments/complete-a-payment'], {
      target: targetAt(host.apiOrigin),
      operator: customer(() => root),
      began: (folder) => (root = folder),
      client: {
        driver: 'process',
        command,
        sandboxClientId: CLIENT_ID,
      },
    });
    expect(verdicts(report)).toEqual({ 'payments/complete-a-payment': 'passed' });
    expect(asked.map((ask) => ask.sentence.code)).toEqual(['operator-checkIn', 'operator-approve']);
    const acts = records.filter((record) => record.kind === 'act');
    expect(acts.map((one) => one.outcome)).toEqual([
      { kind: 'done', result: { attested: true } },
      { kind: 'done', result: { attested: true } },
    ]);
    // What was polled while a person was busy showed nothing new, whatever had happened in the sandbox meanwhile.
    const before = records.slice(0, records.indexOf(acts[0] ?? records[0]!));
    const shown = before.flatMap((record) =>
      record.kind === 'delivered' ? (textMember(record.answer?.json, 'status') ?? []) : [],
    );
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(new Set(shown)).toEqual(new Set(['Initiated']));
    expect(replay(records, pack).first.map((one) => one.outcome.kind)).toEqual(['passed']);
  }, 60_000);

  it('who can not do it leaves the case unsupported', async () => {
    let root = '';
    const { report, records } = await remote(['payments/check-in-after'], {
      target: targetAt(host.apiOrigin),
      operator: customer(() => root, { kind: 'cannot' }),
      began: (folder) => (root = folder),
    });
    expect(verdicts(report)).toEqual({ 'payments/check-in-after': 'unsupported: customer-cannot' });
    expect(replay(records, pack).first.map((one) => one.outcome.kind)).toEqual(['unsupported']);
  }, 60_000);
});

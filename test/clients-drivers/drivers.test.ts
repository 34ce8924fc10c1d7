import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personAtTheTill, type Person } from '../operator/person.ts';
import { BRISK, run, TILL, verdicts, type Certified } from './certified.ts';
import { normalTraffic } from './normal.ts';
import { tillService } from './service.ts';

/** An onboarding, a payment with every fault in it, one that the customer rejects, and a refund: what every driver can do. */
const CASES = [
  'onboarding/onboard-a-pos-final',
  'payments/complete-a-payment',
  'payments/cancelled-by-user',
  'refunds/complete-a-refund',
];
const command = [process.execPath, TILL, ...BRISK];

describe('one client by every driver', () => {
  let byProcess: Certified;
  let service: Awaited<ReturnType<typeof tillService>>;
  let person: Person;
  beforeAll(async () => {
    byProcess = await run({ cases: CASES, client: { driver: 'process', command } });
    service = await tillService();
    // A person who types what is suggested: else the order numbers would be the till's own.
    person = personAtTheTill({ types: true });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await person.leave();
  });

  it('passes as a process', () => {
    const came = verdicts(byProcess.report);
    expect(Object.keys(came)).toEqual(expect.arrayContaining(CASES));
    expect(new Set(Object.values(came))).toEqual(new Set(['passed']));
    expect(normalTraffic(byProcess.records).length).toBeGreaterThan(30);
  });

  it.each([
    ['oneshot', () => run({ cases: CASES, client: { driver: 'oneshot', command } })],
    ['http', () => run({ cases: CASES, client: { driver: 'http', url: service.url } })],
    ['operator', () => run({ cases: CASES, client: { driver: 'operator' }, operator: person })],
  ] as const)(
    'comes to the same as %s',
    async (_, certified) => {
      const { report, records } = await certified();
      expect(verdicts(report)).toEqual(verdicts(byProcess.report));
      expect(normalTraffic(records)).toEqual(normalTraffic(byProcess.records));
    },
    120_000,
  );

  it('would see a difference', async () => {
    const other = await run({
      cases: CASES.slice(0, 2),
      client: { driver: 'process', command: [...command, '--defect', 'fresh-key-on-retry'] },
    });
    expect(verdicts(other.report)['payments/complete-a-payment']).toMatch(/^(failed|inconclusive)/);
    expect(normalTraffic(other.records)).not.toEqual(normalTraffic(byProcess.records));
  }, 60_000);
});

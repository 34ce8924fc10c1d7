import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { personAtTheTill } from '../operator/person.ts';
import { BRISK, run, TILL, verdicts, type RunOptions } from './certified.ts';
import { tillService } from './service.ts';

const KILLED = ['payments/killed-while-initiating', 'payments/killed-while-capturing'] as const;
const command = [process.execPath, TILL, ...BRISK];
const passed = Object.fromEntries(KILLED.map((id) => [id, 'passed']));
const python = fileURLToPath(new URL('../../examples/python/till.py', import.meta.url));

const lawful: readonly (readonly [string, RunOptions['client']])[] = [
  ['the SDK', { driver: 'sdk' }],
  ['the test till', { driver: 'process', command }],
  ['the test till, one command a process', { driver: 'oneshot', command }],
];

/** On an overloaded machine poscert says so instead of failing anybody. */
const NOT_SURVIVED = /^(failed|inconclusive)/;

describe('the power cut in the middle of a request', () => {
  it.each(lawful)(
    'is survived by %s',
    async (_, client) => {
      const { report, records } = await run({ cases: KILLED, client });
      expect(verdicts(report)).toEqual(passed);
      // It was one: each case killed the client while its request was held.
      expect(records.filter((record) => record.kind === 'killed').length).toBe(2);
    },
    120_000,
  );

  it.runIf(existsSync(python))(
    'is survived by the Python adapter',
    async () => {
      const { report } = await run({
        cases: KILLED,
        client: { driver: 'process', command: ['python3', python], patienceMs: 30_000 },
      });
      expect(verdicts(report)).toEqual(passed);
    },
    180_000,
  );

  it.each([
    // It keeps key and payment in memory alone, or forgets the payment that was on the wire.
    ['keeps-nothing', KILLED[1]],
    ['forgets-active-payment-on-restart', KILLED[0]],
    ['key-counts-from-one-after-restart', KILLED[0]],
    ['loses-decisions-on-restart', KILLED[1]],
  ] as const)(
    'is not survived with %s: %s',
    async (defect, id) => {
      const { report } = await run({
        cases: [id],
        client: { driver: 'process', command: [...command, '--defect', defect] },
      });
      expect(verdicts(report)[id]).toMatch(NOT_SURVIVED);
    },
    60_000,
  );

  it('is beyond what can be done to a service or a person, and said so', async () => {
    const service = await tillService();
    const person = personAtTheTill();
    try {
      for (const options of [
        { client: { driver: 'http' as const, url: service.url } },
        { client: { driver: 'operator' as const }, operator: person },
      ]) {
        const { report } = await run({ cases: KILLED, ...options });
        expect(verdicts(report)).toEqual(
          Object.fromEntries(KILLED.map((id) => [id, 'unsupported: unsupported-kill'])),
        );
      }
    } finally {
      await service.stop();
      await person.leave();
    }
  }, 60_000);
});

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, lastReport, poscert, ROOT, TILL } from './command-line.ts';

const LONG = 170_000;
const verdicts = (report: Awaited<ReturnType<typeof lastReport>>): Record<string, string> =>
  Object.fromEntries(report.cases.map((one) => [one.id, one.verdict]));

describe.concurrent('poscert run', () => {
  it(
    'certifies the reference client for payments and refunds with the documented time-outs',
    async () => {
      await inFolder(async (folder) => {
        const ended = await poscert(['run', '--features', 'payments,refunds'], { cwd: folder });
        expect(ended.err).not.toMatch(/at .*\.js:\d+/);
        expect(ended.out).toContain('35 passed of 35 cases');
        expect(ended.code).toBe(0);
        const report = await lastReport(folder);
        expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['passed']));
        expect(report.obligations.filter((one) => one.applicable && one.state !== 'kept')).toEqual([]);
        expect(report.cases[0]?.id).toBe('onboarding/onboard-a-pos');
        // Nothing but the client's own waits, plus a second a lane; other tests share the processors meanwhile.
        const share = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
        expect(report.time.oursMs).toBeLessThan(3000 * share);
      });
    },
    LONG,
  );

  it(
    'certifies a lawful till by the process driver, and writes an unsigned statement only with a poscert.yaml',
    async () => {
      await inFolder(async (folder) => {
        await writeFile(
          join(folder, 'poscert.yaml'),
          `client:\n  name: Acme POS\n  version: "2.1.0"\n  sandboxClientId: 7c0f8a5e-2f0a-4a39-9a5b-0d8d5a1c2e3f\n  command: [node, ${join(ROOT, 'test/clients/till.mjs')}]\nfeatures: [payments]\n`,
        );
        const ended = await poscert(
          ['run', '--report', 'junit=out/report.xml', '--report', 'json=out/report.json'],
          {
            cwd: folder,
          },
        );
        expect(ended.out).toContain('PASSED');
        expect(ended.code).toBe(0);
        const report = await lastReport(folder);
        // Told from the project's folder: a report says nothing of the machine.
        expect(report.certificate?.folder).toMatch(/^poscert-certificates\/2\.1\/[0-9a-f-]{36}$/);
        const statement = JSON.parse(
          await readFile(
            join(folder, report.certificate?.folder ?? '', 'certificate.statement.json'),
            'utf8',
          ),
        ) as { predicate: { resourceUri: string; verifiedLevels: string[] } };
        expect(statement.predicate.resourceUri).toBe('pkg:generic/Acme%20POS@2.1');
        expect(statement.predicate.verifiedLevels).toEqual([
          'POSCERT_FEATURE_ONBOARDING',
          'POSCERT_FEATURE_PAYMENTS',
        ]);
        expect(await readFile(join(folder, 'out/report.xml'), 'utf8')).toContain(
          '<testsuite name="payments"',
        );
        expect(JSON.parse(await readFile(join(folder, 'out/report.json'), 'utf8'))).toMatchObject({
          verdict: 'passed',
        });
      });
    },
    LONG,
  );

  it(
    'certifies the Python adapter by the process and the oneshot driver',
    async () => {
      const client = `python3 ${join(ROOT, 'examples/python/till.py')}`;
      const env = { TILL_READ_TIMEOUT: '0.5', TILL_WRITE_TIMEOUT: '0.6', TILL_RETRY_DELAY: '0.05' };
      const yaml = (driver: string): string =>
        `client:\n  driver: ${driver}\n  command: [${client.split(' ').join(', ')}]\n  env: ${JSON.stringify(env)}\n`;
      for (const driver of ['process', 'oneshot'])
        await inFolder(async (folder) => {
          await writeFile(join(folder, 'poscert.yaml'), yaml(driver));
          const ended = await poscert(['run', '--features', 'refunds', '--no-certificate'], { cwd: folder });
          expect(ended.out).toContain('16 passed of 16 cases');
          expect(ended.code).toBe(0);
        });
    },
    LONG,
  );

  it('stops at once when it is interrupted, keeps what it saw and exits with 130', async () => {
    await inFolder(async (folder) => {
      const stop = new AbortController();
      const running = poscert(['run', '--features', 'payments', '--client', TILL], {
        cwd: folder,
        signal: stop.signal,
      });
      while (!existsSync(join(folder, '.poscert', 'runs')))
        await new Promise((resolve) => setTimeout(resolve, 20));
      stop.abort();
      expect((await running).code).toBe(130);
    });
  });
});

describe.concurrent('poscert, given what is wrong', () => {
  const cases: readonly [string, readonly string[], string | undefined, number, RegExp][] = [
    ['an unknown feature', ['run', '--features', 'paymets'], undefined, 2, /no feature paymets[^]*payments/],
    [
      'a case that does not exist',
      ['run', '--case', 'payments/complet-a-payment'],
      undefined,
      2,
      /complete-a-payment/,
    ],
    ['an unknown flag', ['run', '--featurs', 'all'], undefined, 2, /--features/],
    ['an unknown command', ['rnu'], undefined, 2, /run/],
    ['an unknown report', ['run', '--report', 'junti'], undefined, 2, /junti/],
    ['a YAML error', ['run'], 'client: [\n', 2, /poscert\.yaml:\d+:\d+/],
    ['an unknown key', ['run'], 'clint:\n  name: x\n', 2, /poscert\.yaml:1:1[^]*client/],
    ['an unquoted version', ['run'], 'client:\n  version: 3.10\n', 2, /poscert\.yaml:2:12[^]*"3\.10"/],
    ['a name without a client', ['run'], 'client:\n  name: Acme\n', 2, /driver: sdk/],
    ['a missing adapter', ['run', '--client', './nothing-here'], undefined, 4, /there is no program/],
    [
      'an adapter that is not there for its interpreter',
      ['run', '--client', 'node nothing-here.mjs'],
      undefined,
      4,
      /exited with code 1/,
    ],
    ['an id nobody knows', ['explain', 'idempotency-key-kep'], undefined, 2, /idempotency-key-kept/],
  ];
  it.each(cases)(
    '%s: one clear error with the remedy and its exit code',
    async (_, args, yaml, code, says) => {
      await inFolder(async (folder) => {
        if (yaml !== undefined) await writeFile(join(folder, 'poscert.yaml'), yaml);
        const ended = await poscert(args, { cwd: folder });
        const said = ended.out + ended.err;
        expect(said).toMatch(says);
        expect(said).not.toMatch(/\n\s+at .*(\.js|node:)/);
        expect(ended.code).toBe(code);
      });
    },
  );

  it('a port in use: an error of the environment, exit 4', async () => {
    const { createServer } = await import('node:net');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'poscert.yaml'), `gateway: { port: ${String(port)} }\n`);
      const ended = await poscert(['run', '--client', TILL], { cwd: folder });
      expect(ended.out).toMatch(/port is taken/);
      expect(ended.code).toBe(4);
    });
    taken.close();
  });
});

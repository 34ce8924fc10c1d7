import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../cli/command-line.ts';
import { startBench, type HostBench } from '../host/bench.ts';
import { HOST_LIMITS } from '../../src/host/limits.ts';
import { CONTROL_ROUTES } from '../../src/host/control/routes.ts';
import { CATALOGUE } from '../../src/sandbox/pos-v10/catalogue.ts';
import { testUser } from '../../src/sandbox/pos-v10/test-users.ts';

/* What docs/sandbox.md states is what the sandbox does, in both directions; its example is run as it stands, but for the ports. */

const page = await readFile(join(ROOT, 'docs/sandbox.md'), 'utf8');

function between(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/sandbox.md has no part ${name}`);
  return found;
}

/** The rows of a table below its head, each as its cells without backticks. */
function rows(name: string): string[][] {
  return between(name)
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

let bench: HostBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.host.stop());

describe('docs/sandbox.md', () => {
  it('names the stores', async () => {
    const stores = (await bench.control('GET', '/state')).body['stores'] as Record<string, unknown>[];
    expect(rows('stores').map((row) => row.slice(0, 4))).toEqual(
      stores.map(({ id, merchantVat, merchantBrandId, merchantLocationId }) => [
        id,
        merchantVat,
        merchantBrandId,
        merchantLocationId,
      ]),
    );
    expect(stores.every(({ balance }) => balance === 1_000_000)).toBe(true);
    expect(stores.filter(({ activated }) => activated === false).map(({ id }) => id)).toEqual([
      rows('stores').find((row) => row[4]?.includes('1204'))?.[0],
    ]);
  });

  it('names the test phones and what is special about them', () => {
    const users = rows('phones');
    expect(users).toHaveLength(5);
    for (const [danish = '', finnish = '', card, special = ''] of users) {
      for (const phone of [danish, `+45${danish}`, finnish, `+358${finnish}`]) {
        const user = testUser(phone);
        expect(user?.card, phone).toBe(card);
        expect(user?.customerReceiptToken !== '', phone).toBe(special.includes('receipt'));
        expect(user?.loyaltyIds.length !== 0, phone).toBe(special.includes('loyalty'));
        expect(user?.partialCapture, phone).toBe(special.includes('less'));
      }
    }
  });

  it('names every call of the control API with the members that it takes', () => {
    const told = rows('control').map(([call = '', members = '', effect = '']) => [
      call.replace(/\{\w+\}/g, '*').replace(' /', ' '),
      members.startsWith('any') ? 'any' : members,
      effect,
    ]);
    const real = CONTROL_ROUTES.map(({ method, path, members, effect }) => [
      `${method} ${path}`,
      members?.join(', ') ?? (method === 'GET' ? '' : 'any'),
      effect,
    ]);
    expect(told.sort()).toEqual(real.sort());
  });

  it('names every setting with its default', async () => {
    const { body } = await bench.control('GET', '/settings');
    expect(rows('settings').map(([name, value]) => [name, value])).toEqual(
      Object.entries(body).map(([name, value]) => [name, String(value)]),
    );
  });

  it('names every code of the catalogue with its status', () => {
    expect(rows('codes').map(([code, status]) => [code, Number(status)])).toEqual(
      Object.entries(CATALOGUE).map(([code, { status }]) => [code, status]),
    );
    for (const [, , how] of rows('codes')) expect(how).not.toBe('');
  });

  it('names the bounds of the host', () => {
    expect(page).toContain(`1 MiB a body, 200 headers, ${String(HOST_LIMITS.maxConnections)} connections`);
    expect(HOST_LIMITS.bodyBytes).toBe(1024 * 1024);
  });

  it('leads from nothing to a captured payment', async () => {
    const script = /```sh\n([^]*?)```/.exec(between('first payment'))?.[1] ?? '';
    const ported = script
      .replace('http://127.0.0.1:8010', bench.host.apiOrigin)
      .replace('http://127.0.0.1:8011', bench.host.controlOrigin);
    expect(ported).not.toMatch(/:801[01]/);
    const lines = (await shell(ported)).trim().split('\n');
    expect(lines).toHaveLength(3);
    const [checkedIn, approved, shown] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([checkedIn?.['state'], approved?.['state']]).toEqual(['IssuedToUser', 'Reserved']);
    expect(shown).toMatchObject({ orderId: 'A-1', amount: 25.5, status: 'Captured' });
  });
});

/** What a script prints, run by a plain POSIX shell; rejects where it ends otherwise than with 0. */
function shell(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-euc', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${String(code)}: ${err}`));
    });
  });
}

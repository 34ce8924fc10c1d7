import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWatchers } from '../../src/host/page/watchers.ts';
import { payment, startBench, STORE, type HostBench } from './bench.ts';

const CHROMIUM = '/usr/bin/chromium';
const found = existsSync(CHROMIUM);
if (!found)
  console.warn(
    `The page was NOT tested in a browser: there is no ${CHROMIUM} (apt-get install -y chromium).`,
  );

describe('the page without a browser', () => {
  let bench: HostBench;
  beforeAll(async () => {
    bench = await startBench({ limits: { maxWatchers: 2 } });
  });
  afterAll(async () => {
    await bench.host.stop();
  });

  test('it asks for nothing from elsewhere, and allows none', async () => {
    const answer = await fetch(`${bench.host.controlOrigin}/`);
    const html = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(html.match(/(?:src|href)="([^"]*)"/g)).toEqual([
      'href="data:,"',
      'href="/page.css"',
      'src="/page.js"',
      'href="/help"',
      'href="/help"',
    ]);
    expect(html).not.toMatch(/ on\w+=|<script>|style="/);
    for (const file of ['/page.css', '/page.js']) {
      const text = await (await fetch(bench.host.controlOrigin + file)).text();
      expect(text, file).not.toMatch(
        /https?:\/\/(?!www\.w3\.org)|innerHTML|insertAdjacentHTML|document\.write/,
      );
    }
  });

  test('so many may watch and no more', async () => {
    const stop = new AbortController();
    const watch = async (): Promise<number> =>
      (await fetch(`${bench.host.controlOrigin}/events`, { signal: stop.signal })).status;
    expect([await watch(), await watch(), await watch()]).toEqual([200, 200, 503]);
    stop.abort();
    await expect
      .poll(async () => {
        const again = new AbortController();
        const answer = await fetch(`${bench.host.controlOrigin}/events`, { signal: again.signal });
        again.abort();
        return answer.status;
      })
      .toBe(200);
  });
});

test('a view that cannot be worked out ends nothing', () => {
  const said: string[] = [];
  let works = true;
  const rings: (() => void)[] = [];
  const watchers = createWatchers(
    2,
    () => {
      if (!works) throw new TypeError('broken');
      return { clock: 0 };
    },
    (message) => said.push(message),
    (_, ring) => {
      rings.push(ring);
      return () => undefined;
    },
  );
  const written: string[] = [];
  const response = {
    writeHead: () => undefined,
    write: (text: string) => written.push(text),
    on: () => undefined,
  };
  const message = { on: () => undefined, socket: { setTimeout: () => undefined } };
  const add = (): boolean => watchers.add(message as never, response as never);
  expect(add()).toBe(true);
  works = false;
  rings[0]?.();
  expect(said).toEqual([expect.stringContaining('broken')]);
  expect(written).toHaveLength(1);
  expect(add()).toBe(false);
});

describe.runIf(found)('the page in a browser', () => {
  let bench: HostBench;
  let profile: string;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'poscert-chromium-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      viewport: { width: 1280, height: 800 },
      args: [
        '--no-sandbox',
        '--headless',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  beforeEach(async () => {
    faults.length = 0;
    bench = await startBench({ wallClock: () => Date.now() });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('dialog', (dialog) => {
      faults.push('a dialog');
      void dialog.dismiss();
    });
    await page.goto(`${bench.host.controlOrigin}/`);
    await page.locator('#link.live').waitFor();
  });
  afterEach(async () => {
    await page.close();
    await bench.host.stop();
  });

  const stateOf = (id: string) => page.locator(`.till [data-payment="${id}"] .chip`);

  test('a person checks in, approves, and sees the payment go through', async () => {
    const posId = await bench.createPos({ name: 'Kasse 7', merchantPosId: 'till-7' });
    const till = page.locator(`[data-pos="${posId}"]`);
    await till.locator('h3', { hasText: 'Kasse 7' }).waitFor();
    const { beaconId } = (await bench.api('GET', `/pointofsales/${posId}`)).body;
    expect(await till.locator('.qr p').textContent()).toBe(
      `mobilepaypos://pos?id=${String(beaconId)}&source=qr`,
    );
    expect(await till.locator('.qr path').getAttribute('d')).toMatch(/^M4 4h7v1h-7z/);
    const id = await bench.initiate(posId, { amount: 1234.5 });
    await stateOf(id).filter({ hasText: 'Initiated' }).waitFor();
    expect(await till.locator('.amount').textContent()).toBe('1.234,50 DKK');
    await till.getByLabel('Loyalty id').fill('MEMBER-1');
    await till.locator('.guest select').selectOption('debit');
    await till.locator('.check-in').click();
    await stateOf(id).filter({ hasText: 'Issued to user' }).waitFor();
    expect((await bench.api('GET', `/payments/${id}`)).body).toMatchObject({ loyaltyIds: ['MEMBER-1'] });
    await till.locator('.approve').click();
    await page.locator(`#payments [data-payment="${id}"] [data-state="Reserved"]`).waitFor();
    await bench.api('POST', `/payments/${id}/capture`, { body: { amount: 1234.5 } });
    await page.locator(`#payments [data-payment="${id}"] [data-state="Captured"]`).waitFor();
    await page
      .locator('#exchanges .target', { hasText: `POST /pos/v10/payments/${id.slice(0, 8)}…/capture` })
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('rejecting, the clock, and what cannot be done', async () => {
    const posId = await bench.createPos();
    const id = await bench.initiate(posId);
    await page.locator(`[data-pos="${posId}"] .check-in`).click();
    await page.locator(`[data-pos="${posId}"] .reject`).click();
    await page.locator(`#payments [data-payment="${id}"] [data-state="CancelledByUser"]`).waitFor();
    await page.locator('[data-advance="P8D"]').click();
    await page.locator('#moved', { hasText: 'moved by 8 d' }).waitFor();
    await bench.getToken();
    const first = await bench.createPos({ requirePaymentBeforeCheckin: true });
    await page.locator(`[data-pos="${first}"] .check-in`).click();
    await page.locator('#told', { hasText: 'lets nobody check in before there is a payment' }).waitFor();
    // The refusal is one that the page expects; Chromium notes its status in the console.
    expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  });

  test('a card that is not allowed is said, and another may be tried', async () => {
    const posId = await bench.createPos();
    const id = await bench.initiate(posId, { restrictions: { debitCardDisallowed: true } });
    const till = page.locator(`[data-pos="${posId}"]`);
    await till.locator('.guest select').selectOption('debit');
    await till.locator('.guest summary').click();
    await till.locator('.partial').check();
    await till.locator('.check-in').click();
    const own = till.locator('.pay option').first();
    await own.filter({ hasText: 'Own card (debit, not allowed)' }).waitFor({ state: 'attached' });
    await till.locator('.approve').click();
    await page.locator('#told', { hasText: 'the debit card is not allowed' }).waitFor();
    expect((await bench.api('GET', `/payments/${id}`)).body).toMatchObject({ status: 'IssuedToUser' });
    await till.locator('.pay select').selectOption('credit');
    await till.locator('.approve').click();
    await page.locator(`#payments [data-payment="${id}"] [data-state="Reserved"]`).waitFor();
    expect((await bench.api('GET', `/payments/${id}`)).body).toMatchObject({ partialCapturePossible: true });
    expect(faults).toEqual([]);
  });

  test('the stage: stores, calls that fail, tokens, and a new beginning', async () => {
    const posId = await bench.createPos({ name: 'Kasse 1' });
    await page.locator('.stage summary').click();
    const store = page.locator(`[data-store="${STORE}"]`);
    await store.getByRole('button', { name: 'Deactivate' }).click();
    await page.locator(`[data-pos="${posId}"] .store-part`, { hasText: 'Store not activated' }).waitFor();
    const refused = await bench.api('POST', '/payments', { body: payment(posId) });
    expect(refused.code).toBe('1204');
    await store.getByRole('button', { name: 'Activate' }).click();
    await page.locator(`[data-pos="${posId}"] .store-part`).waitFor({ state: 'hidden' });
    await store.getByLabel('Balance', { exact: true }).fill('7.5');
    await store.getByRole('button', { name: 'Set, balance' }).click();
    await expect
      .poll(async () => (await bench.control('GET', '/state')).text)
      .toContain('"activated":true,"balance":7.5');
    const failing = page.locator('[data-setting="failNext"]');
    await failing.getByRole('spinbutton').fill('2');
    await failing.getByRole('button').click();
    await page.locator('#unusual', { hasText: 'the next 2 calls fail' }).waitFor();
    expect((await bench.api('GET', `/pointofsales/${posId}`)).status).toBe(500);
    await page.locator('#unusual', { hasText: 'the next call fails' }).waitFor();
    await page.getByRole('button', { name: 'Revoke all tokens' }).click();
    await expect.poll(async () => (await bench.api('GET', `/pointofsales/${posId}`)).status).toBe(401);
    const row = page.locator('#exchanges li').first();
    await row.locator('.noted').waitFor();
    await row.locator('summary').click();
    expect(await row.locator('.warning').textContent()).toBe(
      '401: the token is unknown here, or was revoked',
    );
    await page.locator('#reset').click();
    await page.getByRole('button', { name: 'Really begin anew?' }).click();
    await page.locator('#no-tills').waitFor();
    expect(faults.filter((fault) => !/\b40[019]\b/.test(fault))).toEqual([]);
  });

  test('it says how much it leaves out, reads news out, and shows when it is cut off', async () => {
    const posId = await bench.createPos({ name: 'Kasse 1' });
    for (let order = 0; order < 62; order += 1) {
      const id = await bench.initiate(posId, { orderId: `A-${order}` });
      await bench.api('POST', `/payments/${id}/cancel`);
    }
    await page.locator('#payments-count', { hasText: 'the newest 60 of 62' }).waitFor();
    const id = await bench.initiate(posId, { orderId: 'B' });
    await page.locator('#heard', { hasText: 'Order B: Initiated' }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Check in, Kasse 1' }).click();
    await page.locator('#heard', { hasText: 'Order B: Issued to user' }).waitFor({ state: 'attached' });
    await page
      .getByRole('article', { name: 'Kasse 1' })
      .getByRole('button', { name: 'Approve, order B' })
      .click();
    await page.locator(`#payments [data-payment="${id}"] [data-state="Reserved"]`).waitFor();
    await bench.host.stop();
    await page.locator('body.lost').waitFor();
  });

  test('what a customer has begun to fill in stays while other things change', async () => {
    const posId = await bench.createPos();
    const field = page.locator(`[data-pos="${posId}"]`).getByLabel('Loyalty id');
    await field.fill('HALF');
    const id = await bench.initiate(posId);
    await stateOf(id).waitFor();
    expect(await field.inputValue()).toBe('HALF');
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Loyalty id');
  });

  test('text from a hostile client stays text', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const posId = await bench.createPos({ name: hostile, merchantPosId: '</script><script>alert(1)' });
    const id = await bench.initiate(posId, {
      orderId: '\'"><svg onload=alert(1)>',
      merchantPaymentLabel: '{token}$&',
    });
    await stateOf(id).waitFor();
    await fetch(`${bench.host.apiOrigin}/x?<img%20src=x%20onerror=alert(1)>`).catch(() => undefined);
    expect(await page.locator('.till h3').textContent()).toBe(hostile);
    expect(await page.locator('.till img, .rows img, .rows svg').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('a sandbox that was started anew is followed, with its own token', async () => {
    const { port } = new URL(bench.host.controlOrigin);
    await bench.host.stop();
    await page.locator('#link:not(.live)').waitFor();
    bench = await startBench({ controlPort: Number(port) });
    const posId = await bench.createPos();
    await page.locator(`[data-pos="${posId}"] .check-in`).click();
    await page.locator(`[data-pos="${posId}"] .here`).waitFor();
  });

  test('another site cannot press its buttons', async () => {
    const posId = await bench.createPos();
    const other = await startBench();
    const evil = await context.newPage();
    await evil.goto(`${other.host.apiOrigin}/openapi.yaml`).catch(() => undefined);
    await evil.goto(`${other.host.controlOrigin}/`);
    const outcome = await evil.evaluate(
      async ([url]) =>
        fetch(url ?? '', { method: 'POST', mode: 'no-cors', body: '{}' }).then(
          () => 'sent',
          () => 'blocked',
        ),
      [`${bench.host.controlOrigin}/pointofsales/${posId}/check-in`],
    );
    expect(['sent', 'blocked']).toContain(outcome);
    expect((await bench.api('GET', `/pointofsales/${posId}/checkin`)).body).toMatchObject({
      isUserCheckedIn: false,
    });
    await evil.close();
    await other.host.stop();
  });
});

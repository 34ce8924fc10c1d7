import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOperatorPage, type OperatorPage, type OperatorView } from '../../src/host/operator-page.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let view: OperatorView;
let server: OperatorPage;
let said: (readonly [number, string | number])[];
let heard: (() => void)[];

beforeEach(async () => {
  said = [];
  heard = [];
  view = {
    client: 'Acme <b>POS</b>',
    case: { title: 'Complete a payment', number: 1, of: 3 },
    ask: {
      id: 7,
      kind: 'do',
      sentence: 'Start a payment of 100.00 DKK, order <img src=x onerror=alert(1)>',
      options: [],
      shownByTraffic: true,
    },
    lines: [
      { title: 'Create a PoS', state: 'done' },
      { title: 'Initiate a payment (time-out)', state: 'current' },
      { title: 'Initiate a payment', state: 'later' },
    ],
    note: '',
    over: false,
  };
  server = await startOperatorPage({
    host: '127.0.0.1',
    port: 0,
    key: 'k'.repeat(32),
    view: () => view,
    say: (ask, what) => {
      if (ask !== view.ask?.id) return false;
      said.push([ask, what]);
      for (const wake of heard.splice(0)) wake();
      return true;
    },
  });
});
afterEach(() => server.stop());

const show = (change: Partial<OperatorView>): void => {
  view = { ...view, ...change };
  server.changed();
};
const hears = (): Promise<void> => new Promise((resolve) => heard.push(resolve));

describe("the operator's page as others may try it", () => {
  const address = (path: string): string => new URL(path, server.url).href;
  const post = (headers: Record<string, string>): Promise<Response> =>
    fetch(address('/say'), { method: 'POST', headers, body: JSON.stringify({ ask: 7, say: 'done' }) });

  it('says nothing and takes nothing without its key', async () => {
    expect((await fetch(address('/events'))).status).toBe(403);
    expect((await fetch(address('/events?key=wrong'))).status).toBe(403);
    expect((await post({})).status).toBe(403);
    expect((await post({ 'X-Poscert-Key': 'wrong' })).status).toBe(403);
    // A page of another site could send the key in the address, if it knew it, but not the header.
    expect(
      (await fetch(address(`/say?key=${'k'.repeat(32)}`), { method: 'POST', body: '{"ask":7,"say":"done"}' }))
        .status,
    ).toBe(403);
    expect((await post({ 'X-Poscert-Key': 'k'.repeat(32), 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    );
    expect(said).toEqual([]);
    expect((await post({ 'X-Poscert-Key': 'k'.repeat(32) })).status).toBe(200);
    expect(said).toEqual([[7, 'done']]);
  });

  it('takes no answer to what is not asked any more', async () => {
    view = { ...view, ask: { id: 8, kind: 'do', sentence: 'x', options: [], shownByTraffic: false } };
    expect((await post({ 'X-Poscert-Key': 'k'.repeat(32) })).status).toBe(409);
    expect(said).toEqual([]);
  });

  it('knows its own address alone, and forbids foreign script', async () => {
    const { request } = await import('node:http');
    const { port } = new URL(server.url);
    const status = await new Promise<number>((resolve, reject) => {
      request({ port, path: '/', headers: { Host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
    expect((await fetch(server.url)).headers.get('content-security-policy')).toContain("script-src 'self'");
  });
});

const there = existsSync(CHROMIUM);
if (!there) console.warn(`No ${CHROMIUM} here: the operator's page is not tried in a browser.`);

interface Look {
  readonly text: string;
  readonly color: string;
  readonly tick: string;
}

describe.runIf(there)("the operator's page in a browser", () => {
  let folder: string;
  let browser: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'poscert-chromium-'));
    browser = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: ARGUMENTS });
    page = await browser.newPage();
    page.on('dialog', (dialog) => void dialog.accept());
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await page.goto(server.url);
    await page.locator('#link.live').waitFor();
  });

  it('shows the sentence, and the steps as the earlier tool did', async () => {
    expect(await page.locator('#sentence').textContent()).toBe(
      'Start a payment of 100.00 DKK, order <img src=x onerror=alert(1)>',
    );
    expect(await page.locator('#client').textContent()).toBe('Acme <b>POS</b>');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('#traffic').isVisible()).toBe(true);
    // As a text: the browser's own names are not ours.
    const looks = await page.evaluate<
      readonly Look[]
    >(`[...document.querySelectorAll('#lines li')].map((item) => ({
      text: item.textContent,
      color: getComputedStyle(item).color,
      tick: getComputedStyle(item, '::before').content,
    }))`);
    expect(looks.map((one) => one.text)).toEqual(view.lines.map((one) => one.title));
    expect(looks.map((one) => one.tick.includes('✓'))).toEqual([true, false, false]);
    expect(looks[1]?.color).toBe('rgb(0, 0, 0)');
    expect(looks[2]?.color).toBe('rgb(111, 117, 135)');
  });

  it('says done, and follows what is asked next without being loaded again', async () => {
    const taken = hears();
    await page.getByRole('button', { name: 'Done' }).click();
    await taken;
    expect(said).toEqual([[7, 'done']]);
    show({
      ask: {
        id: 8,
        kind: 'choose',
        sentence: 'Does the till show it as approved?',
        options: ['x'],
        shownByTraffic: false,
      },
      note: 'Seen: Initiate a payment',
    });
    await page.getByRole('button', { name: 'Yes' }).waitFor();
    expect(await page.locator('#note').textContent()).toBe('Seen: Initiate a payment');
    expect(await page.getByRole('button', { name: 'Done' }).count()).toBe(0);
    const answered = hears();
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await answered;
    expect(said.at(-1)).toEqual([8, 'no']);
  });

  it('offers what the till may show, and none of it', async () => {
    show({
      ask: {
        id: 9,
        kind: 'choose',
        sentence: 'What does the till show now?',
        options: ['approved', 'paid'],
        shownByTraffic: false,
      },
    });
    const chosen = hears();
    await page.getByRole('button', { name: 'paid' }).click();
    await chosen;
    const none = hears();
    await page.getByRole('button', { name: 'None of these' }).click();
    await none;
    expect(said).toEqual([
      [9, 2],
      [9, 'none'],
    ]);
  });

  it('invokes the callback, repeats, and stops', async () => {
    show({
      ask: {
        id: 10,
        kind: 'do',
        sentence: 'Is the till ready?',
        options: [],
        shownByTraffic: false,
        button: 'invoke-callback',
      },
    });
    const invoked = hears();
    await page.getByRole('button', { name: 'Invoke callback' }).click();
    await invoked;
    await page.getByRole('button', { name: 'Repeat' }).click();
    await page.getByText('Is the till ready?').waitFor();
    const stopped = hears();
    await page.getByRole('button', { name: 'Stop' }).click();
    await stopped;
    expect(said).toEqual([
      [10, 'done'],
      [10, 'stop'],
    ]);
  });

  it('has nothing to press when nothing is asked', async () => {
    view = { client: view.client, lines: [], note: '', over: true };
    server.changed();
    await page.getByText('The run is over').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});

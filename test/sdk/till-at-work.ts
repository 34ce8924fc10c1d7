import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, PosClient, Settings } from '../../src/sdk/index.ts';
import { openPosClient } from '../../src/sdk/index.ts';
import { FakeApi } from './fake-api.ts';

/** A clock whose sleeps take no time and are written down. */
export interface QuickClock extends Clock {
  readonly slept: number[];
  /** Moves on by so many milliseconds. */
  advance(ms: number): void;
}

function quickClock(): QuickClock {
  let passed = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => passed,
    today: () => Date.UTC(2026, 0, 1) + passed,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      passed += ms;
      await Promise.resolve();
    },
    advance: (ms) => {
      passed += ms;
    },
  };
}

/** A fake API, a folder, and clients on both: what a test needs. */
export interface TillAtWork {
  readonly api: FakeApi;
  readonly clock: QuickClock;
  readonly stateDir: string;
  /** A client on the same folder: the first, or one after a power cut (the one before is simply left behind). */
  open(more?: Partial<Settings>): PosClient;
  stop(): Promise<void>;
}

export async function tillAtWork(): Promise<TillAtWork> {
  const api = await new FakeApi().start();
  const stateDir = mkdtempSync(join(tmpdir(), 'poscert-sdk-'));
  const clock = quickClock();
  const opened: PosClient[] = [];
  return {
    api,
    clock,
    stateDir,
    open: (more = {}) => {
      const client = openPosClient({
        baseUrl: `${api.origin}/pos/v10`,
        authBaseUrl: `${api.origin}/integrator-authentication`,
        clientId: 'id',
        clientSecret: 'secret',
        merchantVat: 'DK90000028',
        systemVersion: '2.1.0',
        merchantBrandId: 'MPPOSCERT1',
        merchantLocationId: '00001',
        stateDir,
        readTimeoutMs: 2000,
        writeTimeoutMs: 2000,
        retryDelayMs: 100,
        patienceMs: 60_000,
        random: () => 0.5,
        clock,
        ...more,
      });
      opened.push(client);
      return client;
    },
    stop: async () => {
      for (const client of opened) await client.close();
      await api.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** A PoS and a payment on it that the customer has approved. */
export async function reservedPayment(
  till: TillAtWork,
  client: PosClient,
): Promise<{ posId: string; paymentId: string }> {
  const { posId = '' } = await client.createPointOfSale({ supportedBeaconTypes: ['QR'] });
  const { paymentId = '' } = await client.initiatePayment({ posId, amount: 10_000, currencyCode: 'DKK' });
  till.api.payment(paymentId).status = 'Reserved';
  await client.awaitPayment(paymentId);
  return { posId, paymentId };
}

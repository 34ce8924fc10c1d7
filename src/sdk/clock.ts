import { setTimeout as delay } from 'node:timers/promises';

/** Where the client gets its time from; a test hands in one of its own. */
export interface Clock {
  /** Monotonic milliseconds: for pauses and time-outs. */
  now(): number;
  /** Milliseconds since 1970: for what is kept on disk. */
  today(): number;
  /** Resolves after `ms` milliseconds; rejects when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  today: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};

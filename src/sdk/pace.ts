import type { Clock } from './clock.ts';

/** Timers may fire a little early, and the network may carry the second request faster than the first. */
const margin = 10;

/**
 * Keeps to `pollDelayInMs`: the same path isn't asked again before the delay in its last answer is over (api_principles#call_throttling).
 * The delay counts from the end of the previous request, so that from arrival to arrival it is never shorter.
 */
export interface Pace {
  /** Waits until `path` may be asked. */
  wait(path: string, signal: AbortSignal): Promise<void>;
  /** A request for `path` has ended, with the delay that its answer named, or without one: then the last delay holds. */
  ended(path: string, delayMs: number | undefined, retryAfterMs: number): void;
}

export function openPace(clock: Clock, firstDelayMs: number): Pace {
  // Ids in paths are GUIDs: the same in either case.
  const paths = new Map<string, { readonly delayMs: number; readonly notBefore: number }>();
  const known = (path: string): { readonly delayMs: number; readonly notBefore: number } | undefined =>
    paths.get(path.toLowerCase());
  return {
    wait: async (path, signal) => {
      for (;;) {
        const left = (known(path)?.notBefore ?? 0) - clock.now();
        if (left <= 0) return;
        await clock.sleep(left, signal);
      }
    },
    ended: (path, delayMs, retryAfterMs) => {
      const delay = delayMs ?? known(path)?.delayMs ?? firstDelayMs;
      paths.set(path.toLowerCase(), {
        delayMs: delay,
        notBefore: clock.now() + Math.max(delay + margin, retryAfterMs),
      });
    },
  };
}

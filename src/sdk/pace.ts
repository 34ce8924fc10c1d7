import type { Clock } from './clock.ts';

/** Timers may fire a little early, and the network may carry the second request faster than the first. */
const margin = 10;

/** How long a path rests after a request. */
export interface Rest {
  /** The delay that the answer named; undefined where there was no answer: then the last one holds. */
  readonly delayMs: number | undefined;
  readonly retryAfterMs: number;
}

/**
 * Keeps to `pollDelayInMs`: the same path isn't asked again before the delay in its last answer is over (api_principles#call_throttling).
 * The delay counts from the end of the previous request, so that from arrival to arrival it is never shorter.
 */
export interface Pace {
  /** Asks once `path` may be asked; whoever else wants to ask it waits for its turn. */
  take<T>(
    path: string,
    signal: AbortSignal,
    ask: () => Promise<T>,
    restAfter: (answer: T) => Rest,
  ): Promise<T>;
  /** From now on `path` rests as after a request. */
  rest(path: string, rest: Rest): void;
}

export function openPace(clock: Clock, firstDelayMs: number): Pace {
  // Ids in paths are GUIDs: the same in either case.
  const paths = new Map<string, { readonly delayMs: number; readonly notBefore: number }>();
  const turns = new Map<string, Promise<void>>();

  const rest = (path: string, { delayMs, retryAfterMs }: Rest): void => {
    const delay = delayMs ?? paths.get(path.toLowerCase())?.delayMs ?? firstDelayMs;
    const notBefore = clock.now() + Math.max(delay + margin, retryAfterMs);
    paths.set(path.toLowerCase(), { delayMs: delay, notBefore });
  };

  const untilRested = async (path: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const left = (paths.get(path.toLowerCase())?.notBefore ?? 0) - clock.now();
      if (left <= 0) return;
      await clock.sleep(left, signal);
    }
  };

  return {
    rest,
    take: async (path, signal, ask, restAfter) => {
      const before = turns.get(path.toLowerCase()) ?? Promise.resolve();
      const asked = before.then(async () => {
        await untilRested(path, signal);
        const answer = await ask();
        rest(path, restAfter(answer));
        return answer;
      });
      const over = asked.then(
        () => undefined,
        () => undefined,
      );
      turns.set(path.toLowerCase(), over);
      return await asked.finally(() => {
        if (turns.get(path.toLowerCase()) === over) turns.delete(path.toLowerCase());
      });
    },
  };
}

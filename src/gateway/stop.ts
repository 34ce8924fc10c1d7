/** One end for everything that is under way. */
export interface Stop {
  readonly signal: AbortSignal;
  /** The result of `work`, or a rejection as soon as it is stopped, whichever is first. */
  unlessStopped<T>(work: T | Promise<T>): Promise<T>;
  stop(): void;
}

/** A race against one promise that outlives them all would keep every loser in memory; this forgets what has ended. */
export function createStop(): Stop {
  const controller = new AbortController();
  const cuts = new Set<() => void>();
  return {
    signal: controller.signal,
    unlessStopped: (work) =>
      new Promise((resolve, reject) => {
        const cut = (): void => {
          reject(new Error('the gateway was stopped'));
        };
        if (controller.signal.aborted) cut();
        cuts.add(cut);
        Promise.resolve(work)
          .then(resolve, reject)
          .finally(() => cuts.delete(cut));
      }),
    stop: () => {
      controller.abort();
      for (const cut of cuts) cut();
    },
  };
}

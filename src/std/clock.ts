import { performance } from 'node:perf_hooks';

/** Anything that tells milliseconds by a monotonic clock. */
interface Ticking {
  now(): number;
}

/** A monotonic clock that counts milliseconds from its making, with three decimals at most. */
export function createClock(): Ticking {
  const start = performance.now();
  return { now: () => roundMs(performance.now() - start) };
}

/** Milliseconds with three decimals at most. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Measures how late our own event loop is. */
export interface Meter {
  /** The worst lateness around the moment `at` (ms by the meter's clock): the most by which a time read then can be too late. */
  lagAround(at: number): number;
  stop(): void;
}

/** Calls `tick` about every `ms` milliseconds until the function it returns is called. */
export type Repeat = (ms: number, tick: () => void) => () => void;

const SAMPLE_EVERY_MS = 10;
/** What was queued while the loop stood still runs soon after the sample that saw it. */
const AROUND_MS = 50;
const KEPT = 64;

const repeatUnreferenced: Repeat = (ms, tick) => {
  const timer = setInterval(tick, ms).unref();
  return () => {
    clearInterval(timer);
  };
};

/** A meter that samples the event loop every 10 ms and keeps no process alive. */
export function createMeter(clock: Ticking, repeat: Repeat = repeatUnreferenced): Meter {
  const samples: { at: number; lag: number }[] = [];
  let last = clock.now();
  const stop = repeat(SAMPLE_EVERY_MS, () => {
    const at = clock.now();
    const lag = at - last - SAMPLE_EVERY_MS;
    last = at;
    if (lag <= 0) return;
    samples.push({ at, lag });
    if (samples.length > KEPT) samples.shift();
  });
  return {
    lagAround: (at) => {
      // A sample that is overdue counts as well: a long callback of the same turn has not let it run yet.
      let worst = Math.max(0, at - last - SAMPLE_EVERY_MS);
      for (const sample of samples) {
        const begun = sample.at - sample.lag;
        if (begun <= at && at <= sample.at + AROUND_MS) worst = Math.max(worst, sample.lag);
      }
      return roundMs(worst);
    },
    stop,
  };
}

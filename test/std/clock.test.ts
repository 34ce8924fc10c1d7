import { describe, expect, it } from 'vitest';
import { createClock, createMeter, roundMs } from '../../src/std/clock.ts';

/** A meter over a clock and a timer that the test moves. */
function rig(): {
  at(now: number): void;
  tick(now: number): void;
  lag(at: number): number;
  stopped: () => boolean;
  stop(): void;
} {
  let now = 0;
  let ticking: (() => void) | undefined;
  const meter = createMeter({ now: () => now }, (_, tick) => {
    ticking = tick;
    return () => {
      ticking = undefined;
    };
  });
  return {
    at: (moment) => (now = moment),
    tick: (moment) => {
      now = moment;
      ticking?.();
    },
    lag: (at) => meter.lagAround(at),
    stopped: () => ticking === undefined,
    stop: () => {
      meter.stop();
    },
  };
}

describe('the lag meter', () => {
  it('sees no lag while samples come in time', () => {
    const r = rig();
    for (const now of [10, 20, 30]) r.tick(now);
    expect(r.lag(35)).toBe(0);
  });

  it('answers with the worst lag of the samples around a moment', () => {
    const r = rig();
    r.tick(10);
    r.tick(50);
    r.tick(61);
    expect(r.lag(62)).toBe(30);
    // While the loop stood still, from 20 to 50.
    expect(r.lag(25)).toBe(30);
    expect(r.lag(15)).toBe(0);
  });

  it('forgets after a while', () => {
    const r = rig();
    r.tick(40);
    for (let now = 50; now <= 200; now += 10) r.tick(now);
    expect(r.lag(200)).toBe(0);
  });

  it('counts a sample that is overdue', () => {
    const r = rig();
    r.tick(10);
    expect(r.lag(45)).toBe(25);
  });

  it('stops', () => {
    const r = rig();
    r.stop();
    expect(r.stopped()).toBe(true);
  });

  it('measures a real stand-still, and keeps no process alive', async () => {
    const clock = createClock();
    const meter = createMeter(clock);
    await new Promise((resolve) => setTimeout(resolve, 15));
    const begin = clock.now();
    while (clock.now() - begin < 60);
    expect(meter.lagAround(clock.now())).toBeGreaterThanOrEqual(40);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(meter.lagAround(clock.now())).toBeGreaterThanOrEqual(40);
    meter.stop();
  });
});

describe('the clock', () => {
  it('never goes back, and has three decimals at most', () => {
    const clock = createClock();
    const [first, second] = [clock.now(), clock.now()];
    expect(first).toBeGreaterThanOrEqual(0);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(roundMs(1.23456)).toBe(1.235);
  });
});

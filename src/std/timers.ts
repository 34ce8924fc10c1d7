/** Sets a timer; the function it returns cancels it. */
export type SetTimer = (ms: number, ring: () => void) => () => void;

/** The longest that Node waits; anything above would ring at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Real timers. */
export const realTimer: SetTimer = (ms, ring) => {
  const timer = setTimeout(ring, Math.min(ms, LONGEST_MS));
  return () => clearTimeout(timer);
};

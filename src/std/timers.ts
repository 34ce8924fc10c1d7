/** Sets a timer; the function it returns cancels it. */
export type SetTimer = (ms: number, ring: () => void) => () => void;

/** Real timers. */
export const realTimer: SetTimer = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

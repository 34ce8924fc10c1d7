/**
 * Milliseconds to wait before repetition number `repetition` (0 is the first): doubled each time, up to half as much again by chance,
 * so that tills that failed together don't come back together (api_principles#retrying_requests).
 */
export function backoff(baseMs: number, repetition: number, random: () => number): number {
  return baseMs * 2 ** repetition * (1 + random() / 2);
}

/** Retry-After in milliseconds, seconds and HTTP dates alike; undefined where it says nothing. */
export function retryAfter(header: string | undefined, today: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - today);
}

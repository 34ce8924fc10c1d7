const ISO =
  /^P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,7})W)?(?:(\d{1,8})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,10})M)?(?:(\d{1,12}(?:[.,]\d{1,9})?)S)?)?$/;
const SHORT = /^\+?(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOST_MS = 100 * 366 * 86_400_000;

/**
 * How far a duration moves a clock that stands at `from`, in whole ms; undefined where the text is no duration, or one beyond a hundred
 * years. Understood: ISO 8601 (`P8D`, `PT90M`, `P1M`, months and years by the calendar) and the form of the cases (`+8d`, `90s`).
 */
export function durationFrom(text: string, from: number): number | undefined {
  const short = SHORT.exec(text);
  if (short) return bounded(Number(short[1]) * (UNITS[short[2] ?? ''] ?? NaN));
  const iso = ISO.exec(text);
  if (!iso) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = iso
    .slice(1)
    .map((part: string | undefined) => Number((part ?? '0').replace(',', '.')));
  const date = new Date(from);
  date.setUTCMonth(date.getUTCMonth() + (months ?? 0) + 12 * (years ?? 0));
  const rest =
    ((weeks ?? 0) * 7 + (days ?? 0)) * 86_400_000 + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000;
  return bounded(date.getTime() - from + rest + (seconds ?? 0) * 1000);
}

function bounded(ms: number): number | undefined {
  const whole = Math.round(ms);
  return Number.isFinite(whole) && whole >= 0 && whole <= MOST_MS ? whole : undefined;
}

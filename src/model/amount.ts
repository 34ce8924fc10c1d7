/** Money is counted in whole minor units (øre, cent) inside; JSON numbers in major units are only at the border. */
export type Minor = number;

/**
 * A JSON number in major units as minor units, or undefined where it has more than two decimals, is not finite or is too large to be exact.
 * Source: pos-v10.md 1.7 (decimals are inferred: at most two).
 */
export function toMinor(major: unknown): Minor | undefined {
  if (typeof major !== 'number' || !Number.isFinite(major)) return undefined;
  const minor = Math.round(major * 100);
  if (!Number.isSafeInteger(minor)) return undefined;
  return minor / 100 === major ? minor : undefined;
}

/** Minor units as the JSON number in major units. */
export function toMajor(minor: Minor): number {
  return minor / 100;
}

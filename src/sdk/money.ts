/** Money in whole minor units (øre, cent). Major units exist only in JSON bodies. */
export type Minor = number;

/** A JSON number in major units as minor units; undefined where it isn't an exact amount of at most two decimals. */
export function minorOf(major: unknown): Minor | undefined {
  if (typeof major !== 'number' || !Number.isFinite(major)) return undefined;
  const minor = Math.round(major * 100);
  return Number.isSafeInteger(minor) && minor / 100 === major ? minor : undefined;
}

/** Minor units as the JSON number in major units. */
export function majorOf(minor: Minor): number {
  return minor / 100;
}

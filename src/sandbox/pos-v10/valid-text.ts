/** The API's valid characters (pos-v10.md 1.14): printable ASCII and Latin-1 without U+00A0, U+00AD, U+00B7, U+00B8, U+00F7, and four letters with caron. */
const VALID = /^[ -~\u00A1-\u00AC\u00AE-\u00B6\u00B9-\u00F6\u00F8-\u00FF\u0160\u0161\u017D\u017E]*$/;

/** Whether `text` has between `least` and `most` characters, all of them valid. */
export function isValidText(text: string, least: number, most = 36): boolean {
  return text.length >= least && text.length <= most && VALID.test(text);
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `text` as a GUID in lower case, or undefined where it is none. */
export function guidOf(text: unknown): string | undefined {
  return typeof text === 'string' && GUID.test(text) ? text.toLowerCase() : undefined;
}

/** A beacon is a number of 15 digits or a GUID (1100). */
export function isBeacon(text: string): boolean {
  return /^\d{15}$/.test(text) || GUID.test(text);
}

/** A VAT number with its country (FMT). */
export function isVat(text: string): boolean {
  return /^(DK|FI)\d{8}$/.test(text);
}

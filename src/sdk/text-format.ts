import { PosRefused } from './errors.ts';

/** The characters that MobilePay accepts (input_formats#valid_characters): printable ASCII, Latin-1 without · ¸ ÷ and the soft hyphen, and Š š Ž ž. */
const valid = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u00b6\u00b9-\u00f6\u00f8-\u00ffŠšŽž]{1,36}$/;

/** Refuses a text that the API would answer with 400: more than 36 characters, or one that isn't valid. */
export function requireValidText(name: string, text: string): void {
  if (!valid.test(text)) {
    throw new PosRefused(`${name} must be 1 to 36 characters of printable Latin-1: ${JSON.stringify(text)}`);
  }
}

/*
 * The valid characters (input_formats#valid-characters, computed from the page's list in pos-v10.md 1.14): printable ASCII and Latin-1
 * without the middle dot, the cedilla, the division sign and the soft hyphen, and the four letters with caron.
 */
const VALID =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u00b6\u00b9-\u00f6\u00f8-\u00ff\u0160\u0161\u017d\u017e]*$/;

/** The longest text that any of the limited members may have, in characters. */
export const LONGEST = 36;

/** What is wrong with a text, or undefined. */
export function faultOf(text: string): 'empty' | 'too long' | 'invalid character' | undefined {
  if (text === '') return 'empty';
  if (!VALID.test(text)) return 'invalid character';
  return text.length > LONGEST ? 'too long' : undefined;
}

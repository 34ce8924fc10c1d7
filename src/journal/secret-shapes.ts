/* Secrets known by their look alone: JSON web tokens, PEM blocks, card numbers. Every pattern here runs in linear time on hostile text. */

type Replace = (found: string) => string;

/** Starts only where a run of its characters starts; starting anywhere would make `eyJ-eyJ-…` quadratic. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]{5,}){1,4}\.?/g;
const CARD = /(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
/** The ranges of the large issuers; without them one number of thirteen digits in ten would pass for a card. */
const ISSUER = /^(?:4|5[0-5]|2[2-7]|3[4-8]|6)/;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{1,60}-----/g;

/** Replaces JSON web tokens and PEM blocks. A block without an end reaches to the end of the text. */
export function replaceTokens(text: string, replace: Replace): string {
  return replacePem(text, replace).replace(JWT, replace);
}

/** Replaces card numbers: 13 to 19 digits of a known issuer that pass Luhn's check, spaces and hyphens between them allowed. */
export function replaceCards(text: string, replace: Replace): string {
  return text.replace(CARD, (found) => (isCard(found) ? replace(found) : found));
}

/** Whether the digits of a text are a card number. */
export function isCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^\d{13,19}$/.test(digits) || !ISSUER.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

function replacePem(text: string, replace: Replace): string {
  let result = '';
  let rest = 0;
  for (const begin of text.matchAll(PEM_BEGIN)) {
    if (begin.index < rest) continue;
    const end = text.indexOf('-----END ', begin.index);
    const closing = end < 0 ? -1 : text.indexOf('-----', end + 9);
    const to = closing < 0 ? text.length : closing + 5;
    result += text.slice(rest, begin.index) + replace(text.slice(begin.index, to));
    rest = to;
  }
  return result + text.slice(rest);
}

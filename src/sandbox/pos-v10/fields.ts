import { toMinor, type Minor } from '../../model/amount.ts';
import { isJsonObject, member, type JsonObject } from '../../model/json.ts';
import { CAPTURE_DELAYS, CURRENCIES } from '../../model/pos-v10/truth.ts';
import type { ErrorCode } from './catalogue.ts';
import type { Restrictions, Terms } from './state.ts';
import { guidOf, isValidText } from './valid-text.ts';

/** What is wrong with a body: the code, and which member where the code does not say. */
export interface Flaw {
  readonly flaw: ErrorCode;
  readonly detail?: string;
}

export function isFlaw(value: object): value is Flaw {
  return 'flaw' in value;
}

/** The flaw of a member that has no code of its own. */
export function unfit(name: string, wanted: string): Flaw {
  return { flaw: '1099', detail: `${name} must be ${wanted}.` };
}

/** A text of `least` to 36 valid characters, or undefined. */
export function textOf(body: JsonObject, name: string, least = 1): string | undefined {
  const value = member(body, name);
  return typeof value === 'string' && isValidText(value, least) ? value : undefined;
}

/** The member, or undefined where it is missing or null. */
export function given(body: JsonObject, name: string): ReturnType<typeof member> {
  return member(body, name) ?? undefined;
}

/** One of a list of words, exactly. */
export function wordOf<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

/** A positive amount with at most two decimals as minor units, or undefined (1102; decimals inferred). */
export function amountOf(body: JsonObject): Minor | undefined {
  const minor = toMinor(member(body, 'amount'));
  return minor !== undefined && minor > 0 ? minor : undefined;
}

/** A GUID in lower case, or undefined. */
export function idOf(body: JsonObject, name: string): string | undefined {
  return guidOf(member(body, name));
}

/** What initiate and ready have in common. */
export function termsOf(body: JsonObject): Terms | Flaw {
  const amount = amountOf(body);
  if (amount === undefined) return { flaw: '1102' };
  const currencyCode = wordOf(CURRENCIES, member(body, 'currencyCode'));
  if (currencyCode === undefined) return unfit('currencyCode', CURRENCIES.join(' or '));
  const plannedCaptureDelay = wordOf(CAPTURE_DELAYS, member(body, 'plannedCaptureDelay'));
  if (plannedCaptureDelay === undefined) return unfit('plannedCaptureDelay', CAPTURE_DELAYS.join(', '));
  const label = textOf(body, 'merchantPaymentLabel', 0);
  if (label === undefined && given(body, 'merchantPaymentLabel') !== undefined) return { flaw: '1117' };
  const restrictions = restrictionsOf(body);
  if (restrictions !== undefined && isFlaw(restrictions)) return restrictions;
  const terms: { -readonly [Name in keyof Terms]: Terms[Name] } = {
    amount,
    currencyCode,
    plannedCaptureDelay,
  };
  if (label !== undefined) terms.merchantPaymentLabel = label;
  if (restrictions !== undefined) terms.restrictions = restrictions;
  return terms;
}

const FLAGS = ['debitCardDisallowed', 'creditCardDisallowed'] as const;

function restrictionsOf(body: JsonObject): Restrictions | Flaw | undefined {
  const value = given(body, 'restrictions');
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return unfit('restrictions', 'an object or null');
  const flags: { debitCardDisallowed?: boolean; creditCardDisallowed?: boolean } = {};
  for (const name of FLAGS) {
    const flag = given(value, name);
    if (flag === undefined) continue;
    if (typeof flag !== 'boolean') return unfit(`restrictions.${name}`, 'true, false or null');
    flags[name] = flag;
  }
  return flags;
}

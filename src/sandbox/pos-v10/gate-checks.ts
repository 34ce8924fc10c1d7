import { headerValues, type Header, type HttpAnswer, type HttpRequest } from '../../model/http.ts';
import { getIn } from '../../std/persistent-map.ts';
import { unauthorized } from './answers.ts';
import type { ErrorCode } from './catalogue.ts';
import type { Owner, Token } from './state.ts';
import type { Turn } from './turn.ts';
import { guidOf, isValidText, isVat } from './valid-text.ts';

/*
 * What is checked before a call is looked at: the token first (401), then the headers in the order of the catalogue (400).
 */

const AUTHORIZATION = 'Authorization';
const VAT = 'X-MobilePay-Merchant-VAT-Number';
const VERSION = 'X-MobilePay-Client-System-Version';
const KEY = 'X-MobilePay-Idempotency-Key';

/** The token that the request carries, where it is one of ours and still good. */
export function tokenOf(turn: Turn, request: HttpRequest): Token | undefined {
  const values = headerValues(request.headers, AUTHORIZATION);
  const text = values.length === 1 ? /^bearer +(\S+)$/i.exec((values[0] ?? '').trim())?.[1] : undefined;
  const token = text === undefined ? undefined : getIn(turn.state.tokens, text);
  if (token === undefined) return undefined;
  const { tokensAge, tokenLifetimeMs } = turn.state.settings;
  return tokensAge && turn.now >= token.issuedAt + tokenLifetimeMs ? undefined : token;
}

/** Whether the request names an Authorization at all (the user simulations ask for none). */
export function hasAuthorization(request: HttpRequest): boolean {
  return headerValues(request.headers, AUTHORIZATION).length > 0;
}

export type Passed =
  | { readonly kind: 'caller'; readonly caller: Owner }
  | { readonly kind: 'code'; readonly code: ErrorCode; readonly detail?: string }
  | { readonly kind: 'answer'; readonly answer: HttpAnswer };

/** Token, merchant and client version of a call of the API. */
export function checkCaller(turn: Turn, request: HttpRequest): Passed {
  const token = tokenOf(turn, request);
  if (token === undefined) return { kind: 'answer', answer: unauthorized() };
  if (token.vat !== undefined && !isVat(token.vat)) return { kind: 'code', code: '1182' };
  const vat = one(request.headers, VAT);
  if (vat === SEVERAL) return { kind: 'code', code: '1155' };
  if (vat === undefined && token.vat === undefined) return { kind: 'code', code: '1151' };
  if (vat !== undefined && !isVat(vat)) return { kind: 'code', code: '1159' };
  // What a header that contradicts the claim gives was never documented (pos-v10.md 6, gap 7).
  if (vat !== undefined && token.vat !== undefined && vat !== token.vat)
    return {
      kind: 'code',
      code: '1159',
      detail: 'The VAT number differs from the merchant_vat of the token.',
    };
  const version = one(request.headers, VERSION);
  if (version === undefined) return { kind: 'code', code: '1153' };
  if (version === SEVERAL) return { kind: 'code', code: '1157' };
  if (!/^\d{1,10}\.\d{1,10}\.\d{1,10}$/.test(version)) return { kind: 'code', code: '1161' };
  return { kind: 'caller', caller: { integrator: token.integrator, vat: vat ?? token.vat ?? '' } };
}

/** The idempotency key of a creating call, or what is wrong with it. */
export function checkKey(request: HttpRequest): { readonly key: string } | { readonly code: ErrorCode } {
  const values = headerValues(request.headers, KEY).map((value) => value.trim());
  const [key] = values;
  if (key === undefined || (key === '' && values.length === 1)) return { code: '1164' };
  if (values.length > 1) return { code: '1163' };
  // Libraries join repeated headers by a comma; a comma alone is a valid character of a key.
  const parts = key.split(/, ?/);
  if (parts.length > 1 && parts.every((part) => part === parts[0] || guidOf(part) !== undefined))
    return { code: '1163' };
  return isValidText(key, 1) ? { key } : { code: '1162' };
}

/** Stands for more than one value: no header can hold a line end. */
const SEVERAL = '\n';

/** The only value of a header; undefined where it is missing or empty, SEVERAL where it was repeated or joined by a comma. */
function one(headers: readonly Header[], name: string): string | undefined {
  const values = headerValues(headers, name);
  const value = values[0]?.trim();
  if (values.length > 1) return SEVERAL;
  if (value === undefined || value === '') return undefined;
  return value.includes(',') ? SEVERAL : value;
}

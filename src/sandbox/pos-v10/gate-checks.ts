import { headerValues, isNamed, type Header, type HttpAnswer, type HttpRequest } from '../../model/http.ts';
import { getIn } from '../../std/persistent-map.ts';
import { unauthorized } from './answers.ts';
import type { ErrorCode } from './catalogue.ts';
import type { Owner, Token } from './state.ts';
import { note, type Turn } from './turn.ts';
import { guidOf, isValidText, isVat } from './valid-text.ts';

/*
 * What is checked before a call is looked at: the token first (401), then the headers in the order of the catalogue (400).
 */

const AUTHORIZATION = 'Authorization';
const VAT = 'X-MobilePay-Merchant-VAT-Number';
const VERSION = 'X-MobilePay-Client-System-Version';
const KEY = 'X-MobilePay-Idempotency-Key';
/** Stands for more than one value: no header can hold a line end. */
const SEVERAL = '\n';

/** The token that the request carries, where it is one of ours and still good. */
export function tokenOf(turn: Turn, request: HttpRequest): Token | undefined {
  return goodToken(turn, given(request.headers).authorization);
}

/** 401 has no body, so the log says why. */
function goodToken(turn: Turn, value: string | undefined): Token | undefined {
  const text = value === undefined || value === SEVERAL ? undefined : bearer(value);
  const token = text === undefined ? undefined : getIn(turn.state.tokens, text);
  if (token === undefined) {
    const fault =
      value === undefined
        ? 'there is no Authorization header'
        : text === undefined
          ? 'Authorization is not one Bearer token'
          : 'the token is unknown here, or was revoked';
    note(turn, `401: ${fault}`);
    return undefined;
  }
  const { tokensAge, tokenLifetime } = turn.state.settings;
  if (!tokensAge || turn.now < token.issuedAt + tokenLifetime * 1000) return token;
  note(turn, `401: the token has ended, ${String(tokenLifetime)} s after it was given`);
  return undefined;
}

function bearer(value: string): string | undefined {
  // The usual way to write it first: a pattern is dear where every call goes through it.
  if (value.startsWith('Bearer ') && !value.includes(' ', 7)) return value.slice(7);
  return /^bearer +(\S+)$/i.exec(stripped(value))?.[1];
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
  const { authorization, vat, version } = given(request.headers);
  const token = goodToken(turn, authorization);
  if (token === undefined) return { kind: 'answer', answer: unauthorized() };
  if (token.vat !== undefined && !isVat(token.vat)) return { kind: 'code', code: '1182' };
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
  if (version === undefined) return { kind: 'code', code: '1153' };
  if (version === SEVERAL) return { kind: 'code', code: '1157' };
  if (!isVersion(version)) return { kind: 'code', code: '1161' };
  return { kind: 'caller', caller: { integrator: token.integrator, vat: vat ?? token.vat ?? '' } };
}

interface Given {
  authorization: string | undefined;
  vat: string | undefined;
  version: string | undefined;
}

/** What every call has to carry, found in one pass: undefined where it is missing or empty, SEVERAL where it was repeated. */
function given(headers: readonly Header[]): Given {
  const found: Given = { authorization: undefined, vat: undefined, version: undefined };
  for (const [name, value] of headers)
    if (isNamed(name, AUTHORIZATION)) found.authorization = joined(found.authorization, value);
    else if (isNamed(name, VAT)) found.vat = joined(found.vat, value);
    else if (isNamed(name, VERSION)) found.version = joined(found.version, value);
  found.vat = one(found.vat, isVat);
  found.version = one(found.version, isVersion);
  return found;
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : SEVERAL;
}

/** Without the white space that HTTP allows around a value: spaces and tabs, and nothing else that looks empty. */
function stripped(value: string): string {
  return isBlank(value, 0) || isBlank(value, value.length - 1)
    ? value.replace(/^[ \t]+|[ \t]+$/g, '')
    : value;
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}

/** Undefined where it is empty; SEVERAL where several that `fits` were joined by commas on the way. */
function one(value: string | undefined, fits: (text: string) => boolean): string | undefined {
  const text = value === SEVERAL || value === undefined ? value : stripped(value);
  if (text === undefined || text === '') return undefined;
  return text.includes(',') && text.split(',').every((part) => fits(stripped(part))) ? SEVERAL : text;
}

function isVersion(text: string): boolean {
  return /^\d{1,10}\.\d{1,10}\.\d{1,10}$/.test(text);
}

/** The idempotency key of a creating call, or what is wrong with it. */
export function checkKey(request: HttpRequest): { readonly key: string } | { readonly code: ErrorCode } {
  const values = headerValues(request.headers, KEY).map(stripped);
  const [key] = values;
  if (key === undefined || (key === '' && values.length === 1)) return { code: '1164' };
  if (values.length > 1) return { code: '1163' };
  // Libraries join repeated headers by a comma and a space, some by the comma alone; both are valid characters of a key.
  if (key.includes(',')) {
    const [first = '', ...others] = key.split(', ');
    if (others.length > 0 && first !== '' && others.every((other) => other === first))
      return { code: '1163' };
    if (key.split(/, ?/).every((part) => guidOf(part) !== undefined)) return { code: '1163' };
  }
  return isValidText(key, 1) ? { key } : { code: '1162' };
}

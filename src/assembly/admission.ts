import { headerValues, type HttpRequest } from '../model/http.ts';

/** The tokens that were issued in this run. */
export interface Tokens {
  has(token: string): boolean;
  add(token: string): unknown;
}

/**
 * Beyond this machine anybody may knock: only the token call, and requests that carry a token issued in this run, are let through; what is not
 * is answered 401 and is no exchange (cli.md, gateway). On this machine everything passes, so that a missing token is seen and judged.
 */
export function admissionTo(
  host: string,
  tokens: Tokens,
): { readonly admit?: (request: HttpRequest) => boolean } {
  return isLoopback(host) ? {} : { admit: (request) => isAdmitted(request, tokens) };
}

const TOKEN_CALL = /^\/integrator-authentication\/connect\/token$/i;

function isAdmitted(request: HttpRequest, tokens: Tokens): boolean {
  if (request.method === 'POST' && TOKEN_CALL.test(request.path)) return true;
  const given = headerValues(request.headers, 'Authorization');
  const [only = ''] = given;
  const token = /^Bearer +(\S+)$/i.exec(only)?.[1];
  return given.length === 1 && token !== undefined && tokens.has(token);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/*
 * Where secrets stand by their name (standards.md 3.3). Client ids are public facts. The API's error code is a JSON member named `code`,
 * so that name counts in forms and queries alone.
 */

const HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-ibm-client-secret',
]);

/** Names with `_` between words; written with `-`, without or in camel case they count as well. */
const NAMES = [
  'client_secret',
  'client_assertion',
  'access_token',
  'refresh_token',
  'id_token',
  'code_verifier',
  'password',
  'pin',
  'pan',
  'cvv',
  'secret',
  'api_key',
  'assertion',
];

const PLAIN_NAMES = new Set(NAMES.map(plainName));

function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** Whether a header's value is a secret. */
export function isSecretHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return HEADERS.has(lower) || /-(?:secret|token)$|signature/.test(lower);
}

/** Whether a JSON member's value is a secret. */
export function isSecretMember(name: string): boolean {
  return PLAIN_NAMES.has(plainName(name));
}

/** Whether a field of a form or a query is a secret. */
export function isSecretField(name: string): boolean {
  return isSecretMember(name) || plainName(name) === 'code';
}

/** Members, fields and headers that hold ids and keys: digits in them are no card number. */
export function isIdentifier(name: string): boolean {
  return /(?:id|ids|key)$/i.test(name);
}

/** The names as alternatives of a regular expression that ignores case. */
export const SECRET_NAME_PATTERN = NAMES.map((name) => name.replace(/_/g, '[_-]?')).join('|');

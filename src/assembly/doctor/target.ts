import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join, isAbsolute } from 'node:path';
import type { Config } from '../../model/config.ts';
import type { Check } from '../../model/diagnosis.ts';
import { textMember, member } from '../../model/json.ts';
import { parseJson } from '../../std/bytes.ts';
import { checksOf, systemError } from './check.ts';

type Remote = Extract<Config['target'], { readonly kind: 'remote' }>;

const check = checksOf('target');
const WAIT_MS = 10_000;
/** A difference that a watch would show: certificates and logs would not fit each other. */
const MOST_SKEW_MS = 60_000;
const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_|EPROTO)/;

interface Answer {
  readonly status: number;
  readonly date: string | undefined;
  readonly text: string;
}

/** Whether the sandbox that is named can be reached and trusted, takes the credentials, and knows the store. Reads only; nothing is created there. */
export async function targetChecks(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Promise<Check[]> {
  const { target } = config;
  if (target.kind === 'embedded') return [check('ok', 'doctor-embedded')];
  const ca = target.ca === undefined ? undefined : await readFile(target.ca, 'utf8').catch(systemError);
  if (ca !== undefined && typeof ca !== 'string')
    return [check('usage', 'doctor-ca', { path: target.ca ?? '', message: ca.message })];
  const secret = await secretOf(target, config.root, environment);
  if (!('text' in secret)) return [secret];
  const { sandboxClientId = '' } = config.client;
  const url = `${target.authBaseUrl}/connect/token`;
  const basic = Buffer.from(`${sandboxClientId}:${secret.text}`).toString('base64');
  try {
    const answer = await ask(url, ca, { authorization: `Basic ${basic}` }, 'grant_type=client_credentials');
    const token = textMember(parseJson(answer.text), 'access_token');
    const skew = skewChecks(answer.date, now());
    if (answer.status === 200 && token !== undefined)
      return [
        check('ok', 'doctor-target', { url }),
        ...(await storeChecks(config, target, ca, token)),
        ...skew,
      ];
    const refused = [400, 401, 403].includes(answer.status);
    const data = { url, status: answer.status, clientId: sandboxClientId };
    return [check('error', refused ? 'doctor-credentials-refused' : 'doctor-no-token', data), ...skew];
  } catch (thrown) {
    return [reachCheck(url, thrown)];
  }
}

async function secretOf(
  target: Remote,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly text: string } | Check> {
  const from = target.clientSecret;
  if ('env' in from) {
    const text = environment[from.env] ?? '';
    return text === '' ? check('usage', 'secret-missing', { variable: from.env }) : { text };
  }
  const path = isAbsolute(from.file) ? from.file : join(root, from.file);
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return text === '' ? check('usage', 'doctor-secret-file', { path, message: 'it is empty' }) : { text };
  } catch (thrown) {
    return check('usage', 'doctor-secret-file', { path, message: systemError(thrown).message });
  }
}

/** The store that the client will have to find: none, or more than one, and every case fails. */
async function storeChecks(
  config: Config,
  target: Remote,
  ca: string | undefined,
  token: string,
): Promise<Check[]> {
  const { vat, brandId, locationId } = config.merchant;
  const query = new URLSearchParams({ merchantBrandId: brandId, merchantLocationId: locationId });
  const url = `${target.baseUrl}/stores?${query.toString()}`;
  const answer = await ask(url, ca, {
    authorization: `Bearer ${token}`,
    'x-mobilepay-merchant-vat-number': vat,
    'x-mobilepay-client-system-version': config.client.version ?? '1.0.0',
  });
  const ids = member(parseJson(answer.text), 'storeIds');
  const data = { vat, brandId, locationId, status: answer.status, url };
  if (answer.status === 200 && Array.isArray(ids) && ids.length === 1)
    return [check('ok', 'doctor-store', data)];
  const code = answer.status === 200 && Array.isArray(ids) ? 'doctor-store-missing' : 'doctor-stores-refused';
  return [check('error', code, { ...data, ...(Array.isArray(ids) ? { count: ids.length } : {}) })];
}

function skewChecks(date: string | undefined, now: number): Check[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs) || Math.abs(theirs - now) <= MOST_SKEW_MS) return [];
  return [check('warning', 'doctor-clock', { seconds: Math.round((now - theirs) / 1000) })];
}

function reachCheck(url: string, thrown: unknown): Check {
  const { code, message } = systemError(thrown);
  return check('error', UNTRUSTED.test(code) ? 'doctor-tls-untrusted' : 'doctor-target-unreachable', {
    url,
    code,
    message: message === '' ? code : message,
  });
}

function ask(
  url: string,
  ca: string | undefined,
  headers: Readonly<Record<string, string>>,
  form?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secureRequest : plainRequest;
    const request = send(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      agent: false,
      signal: AbortSignal.timeout(WAIT_MS),
      ...(ca === undefined ? {} : { ca }),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > 1_000_000) response.destroy(new Error('the answer does not end'));
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, date: response.headers.date, text }),
      );
    });
    request.end(form);
  });
}

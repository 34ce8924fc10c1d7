import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { backoff } from './backoff.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { numberIn, parseRecord, textIn } from './json.ts';
import type { Resolved } from './settings.ts';
import type { Transport, WireAnswer } from './transport.ts';

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'lost'; readonly why: string };

/** The access token: one for all calls, kept over a restart, renewed before it ends and when the API no longer takes it. */
export interface TokenSource {
  get(): Promise<TokenAnswer>;
  /** The API answered 401 to this token: the next `get` fetches another, unless that has happened already. */
  reject(token: string): void;
}

interface Held {
  readonly token: string;
  readonly renewAt: number;
}

export function openTokenSource(settings: Resolved, transport: Transport): TokenSource {
  const path = join(settings.stateDir, 'token.json');
  // A token is only good for the client and the place it was issued for.
  const owner = createHash('sha256').update(`${settings.authBaseUrl} ${settings.clientId}`).digest('hex');
  let held = readHeld(path, owner);
  let fetching: Promise<TokenAnswer> | undefined;

  const fetchToken = async (): Promise<TokenAnswer> => {
    for (let repetition = 0; ; repetition += 1) {
      const answer = readToken(await requestToken(settings, transport), settings.clock.today());
      if (answer.kind === 'held') {
        held = answer.held;
        writeDurably(path, JSON.stringify({ owner, ...held }));
        return { kind: 'token', token: held.token };
      }
      if (answer.kind === 'refused' || repetition >= settings.retries) return answer;
      settings.log(`token: ${answer.why}; repeated`);
      await settings.clock.sleep(
        backoff(settings.retryDelayMs, repetition, settings.random),
        transport.signal,
      );
    }
  };

  return {
    get: async () => {
      if (held !== undefined && settings.clock.today() < held.renewAt)
        return { kind: 'token', token: held.token };
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return await fetching;
    },
    reject: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
}

async function requestToken(settings: Resolved, transport: Transport): Promise<WireAnswer> {
  const credentials = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString('base64');
  return await transport.send({
    method: 'POST',
    url: `${settings.authBaseUrl}/connect/token`,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
    timeoutMs: settings.writeTimeoutMs,
  });
}

function readToken(
  answer: WireAnswer,
  today: number,
): { readonly kind: 'held'; readonly held: Held } | Exclude<TokenAnswer, { kind: 'token' }> {
  if (answer.kind === 'lost') return answer;
  const { status } = answer;
  if (status >= 400 && status < 500) {
    const reason = textIn(parseRecord(answer.body) ?? {}, 'error') ?? `HTTP ${status}`;
    return { kind: 'refused', status, message: `no access token: ${reason}; check client id and secret` };
  }
  const body = parseRecord(answer.body);
  const token = body === undefined ? undefined : textIn(body, 'access_token');
  if (status < 200 || status >= 300 || body === undefined || token === undefined) {
    return { kind: 'lost', why: `HTTP ${status} without a token` };
  }
  const lifeMs = (numberIn(body, 'expires_in') ?? 0) * 1000;
  // Ten minutes ahead, as certified clients do, but never later than half its life: short-lived tokens exist in tests.
  return { kind: 'held', held: { token, renewAt: today + Math.max(lifeMs / 2, lifeMs - 600_000) } };
}

function readHeld(path: string, owner: string): Held | undefined {
  const record = parseRecord(readIfThere(path) ?? '');
  if (record === undefined || record['owner'] !== owner) return undefined;
  const token = textIn(record, 'token');
  const renewAt = numberIn(record, 'renewAt');
  return token === undefined || renewAt === undefined ? undefined : { token, renewAt };
}

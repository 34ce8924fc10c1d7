import { backoff, retryAfter } from './backoff.ts';
import type { JsonRecord } from './json.ts';
import { numberIn, parseRecord, textIn } from './json.ts';
import type { Pace } from './pace.ts';
import type { Resolved } from './settings.ts';
import type { TokenSource } from './token.ts';
import type { Transport, WireAnswer } from './transport.ts';

/** What came of a call. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: JsonRecord }
  | Refusal
  /** No usable answer: a network error, a time-out, a 5xx, or a body that breaks off. The outcome is unknown. */
  | Lost;

export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  /** The API's error code; '' where it gave none. */
  readonly code: string;
  readonly message: string;
}

export interface Lost {
  readonly kind: 'lost';
  readonly why: string;
  readonly retryAfterMs: number;
  /** Its retries are spent already (those of the token). */
  readonly isFinal?: boolean;
}

/** A call that changes something. */
export interface Write {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: JsonRecord;
  /** The idempotency key, on the four creating POSTs alone. */
  readonly key?: string;
  /** A text that the answer must have; without it the outcome is unknown. */
  readonly needs?: string;
}

/** The API's calls with everything that every call needs: token, headers, time-outs, retries, pace. */
export interface Calls {
  /** Writes, and repeats it with the same key and body after network errors and 5xx. */
  write(call: Write): Promise<Answer>;
  /** Looks something up, repeated likewise. */
  lookUp(path: string, query?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Asks once for something that is polled, as soon as the delay allows. */
  poll(path: string): Promise<Answer>;
  /** Polls until there is an answer, at most as often as a call is tried. */
  see(path: string): Promise<Answer>;
}

interface Attempt {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonRecord;
  readonly key?: string;
  readonly needs?: string;
}

export function openCalls(settings: Resolved, transport: Transport, tokens: TokenSource, pace: Pace): Calls {
  const send = async (call: Attempt, token: string): Promise<WireAnswer> => {
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    return await transport.send({
      method: call.method,
      url: `${settings.baseUrl}${call.path}${query}`,
      headers: headersOf(settings, call, token),
      timeoutMs: call.method === 'GET' ? settings.readTimeoutMs : settings.writeTimeoutMs,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
  };

  /** One attempt. A 401 costs one new token and the same request once more, which is no retry. */
  const attempt = async (call: Attempt): Promise<Answer> => {
    for (let renewed = false; ; renewed = true) {
      const token = await tokens.get();
      if (token.kind === 'refused') return { ...token, code: '' };
      if (token.kind === 'lost') return { ...token, retryAfterMs: 0, isFinal: true };
      const answer = await send(call, token.token);
      if (answer.kind === 'answer' && answer.status === 401) {
        tokens.reject(token.token);
        if (!renewed) continue;
      }
      return judge(call, answer, settings);
    }
  };

  const persist = async (call: Attempt): Promise<Answer> => {
    for (let repetition = 0; ; repetition += 1) {
      const answer = await attempt(call);
      if (answer.kind !== 'lost' || answer.isFinal === true || repetition >= settings.retries) return answer;
      settings.log(`${call.method} ${call.path}: ${answer.why}; repeated`);
      const pause = backoff(settings.retryDelayMs, repetition, settings.random);
      await settings.clock.sleep(Math.max(pause, answer.retryAfterMs), transport.signal);
    }
  };

  const poll = async (path: string): Promise<Answer> => {
    const ask = async (): Promise<Answer> => await attempt({ method: 'GET', path });
    const answer = await pace.take(path, transport.signal, ask, (given) => ({
      delayMs: given.kind === 'ok' ? numberIn(given.body, 'pollDelayInMs') : undefined,
      retryAfterMs: given.kind === 'lost' ? given.retryAfterMs : 0,
    }));
    if (answer.kind === 'lost') settings.log(`GET ${path}: ${answer.why}`);
    return answer;
  };

  return {
    write: persist,
    lookUp: async (path, query) =>
      await persist(query === undefined ? { method: 'GET', path } : { method: 'GET', path, query }),
    poll,
    see: async (path) => {
      let answer = await poll(path);
      for (let repetition = 0; answer.kind === 'lost' && repetition < settings.retries; repetition += 1) {
        if (answer.isFinal === true) break;
        answer = await poll(path);
      }
      return answer;
    },
  };
}

function headersOf(settings: Resolved, call: Attempt, token: string): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    'X-MobilePay-Client-System-Version': settings.systemVersion,
    'X-MobilePay-Merchant-VAT-Number': settings.merchantVat,
    Accept: 'application/json',
    ...(call.key === undefined ? {} : { 'X-MobilePay-Idempotency-Key': call.key }),
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
}

function judge(call: Attempt, answer: WireAnswer, settings: Resolved): Answer {
  if (answer.kind === 'lost') return { ...answer, retryAfterMs: 0 };
  const { status } = answer;
  const body = answer.body.trim() === '' ? {} : parseRecord(answer.body);
  if (status >= 400 && status < 500) {
    const code = errorCode(body ?? {});
    const message = textIn(body ?? {}, 'message') ?? '';
    return { kind: 'refused', status, code, message: `HTTP ${status} ${code} ${message}`.trimEnd() };
  }
  if (status < 200 || status >= 300) {
    // A redirect isn't the API's: whoever sent it must not get the token, and what became of the call is unknown.
    const asked = retryAfter(answer.headers['retry-after'], settings.clock.today()) ?? 0;
    return {
      kind: 'lost',
      why: `HTTP ${status}`,
      retryAfterMs: Math.min(asked, settings.longestRetryAfterMs),
    };
  }
  if (body === undefined)
    return { kind: 'lost', why: `HTTP ${status} with a body that is no JSON`, retryAfterMs: 0 };
  const isShort = call.method === 'GET' && Object.keys(body).length === 0;
  if (isShort || (call.needs !== undefined && textIn(body, call.needs) === undefined)) {
    return { kind: 'lost', why: `HTTP ${status} without ${call.needs ?? 'a body'}`, retryAfterMs: 0 };
  }
  return { kind: 'ok', body };
}

/** The code is a text; a number is read as well, since nothing else would be meant by it. */
function errorCode(body: JsonRecord): string {
  return textIn(body, 'code') ?? numberIn(body, 'code')?.toString() ?? '';
}

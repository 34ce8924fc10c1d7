import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Dispatcher } from 'undici';

/** One HTTP request, ready to be sent. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds from here to the last byte of the answer. */
  readonly timeoutMs: number;
}

export type WireAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Nothing usable came back: the request may have been carried out or not. */
  | { readonly kind: 'lost'; readonly why: string };

export interface Transport {
  /** Sends once. Follows no redirect, repeats nothing; the client's own end is the one thing it throws on. */
  send(request: WireRequest): Promise<WireAnswer>;
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** No answer of this API comes near it; more is somebody else's page. */
const longestBody = 1_048_576;

/** Connections to the API. undici is loaded with the first request: it costs more than all the rest of the start. */
export function openTransport(ca: string | undefined): Transport {
  const ending = new AbortController();
  // A shop's server may have any number of calls under way; each listens for the end, and none is a leak.
  setMaxListeners(0, ending.signal);
  let opened: Promise<{ undici: typeof import('undici'); agent: Dispatcher }> | undefined;

  const open = async (): Promise<{ undici: typeof import('undici'); agent: Dispatcher }> => {
    const undici = await import('undici');
    const connect = ca === undefined ? { timeout: 0 } : { timeout: 0, ca: readFileSync(ca, 'utf8') };
    // The time-out of a call is ours, for the whole of it; the library's own ones would blur it.
    return { undici, agent: new undici.Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }) };
  };

  return {
    signal: ending.signal,
    send: async ({ method, url, headers, body, timeoutMs }) => {
      const { undici, agent } = await (opened ??= open());
      ending.signal.throwIfAborted();
      const attempt = new AbortController();
      const end = (): void => {
        attempt.abort();
      };
      const timer = setTimeout(end, timeoutMs);
      ending.signal.addEventListener('abort', end, { once: true });
      try {
        const options = { method, headers, dispatcher: agent, signal: attempt.signal, body: body ?? null };
        const answer = await undici.request(url, options);
        const text = await readText(answer.body);
        return {
          kind: 'answer',
          status: answer.statusCode,
          headers: plainHeaders(answer.headers),
          body: text,
        };
      } catch (error) {
        ending.signal.throwIfAborted();
        const why = attempt.signal.aborted ? `no answer within ${timeoutMs} ms` : nameOf(error);
        return { kind: 'lost', why };
      } finally {
        clearTimeout(timer);
        ending.signal.removeEventListener('abort', end);
      }
    },
    close: async () => {
      ending.abort(new Error('the client was closed'));
      if (opened !== undefined) await (await opened).agent.destroy();
    },
  };
}

async function readText(body: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    if (!(part instanceof Uint8Array)) throw new TypeError('the answer is not made of bytes');
    length += part.length;
    if (length > longestBody) throw new Error('the answer is longer than 1 MiB');
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString('utf8');
}

function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network error';
  return 'code' in error && typeof error.code === 'string'
    ? `${error.code}: ${error.message}`
    : error.message;
}

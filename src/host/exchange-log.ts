import type { HttpAnswer, HttpRequest } from '../model/http.ts';

/** One exchange as the page shows it. */
export interface LoggedExchange {
  readonly number: number;
  /** The sandbox's time, ms since 1970. */
  readonly at: number;
  readonly request: Pick<HttpRequest, 'method' | 'target' | 'body'>;
  readonly answer: Pick<HttpAnswer, 'status' | 'body'>;
  readonly warnings: readonly string[];
}

export interface ExchangeLog {
  note(at: number, request: HttpRequest, answer: HttpAnswer, warnings: readonly string[]): void;
  /** The newest first. */
  newest(): LoggedExchange[];
  clear(): void;
}

const KEPT = 40;
const MOST_BYTES = 4096;

/** Keeps the last exchanges: as many as a page shows, and no more of a body than it shows. */
export function createExchangeLog(): ExchangeLog {
  const ring: (Omit<LoggedExchange, 'number'> | undefined)[] = new Array<undefined>(KEPT);
  let count = 0;
  return {
    note(at, request, answer, warnings) {
      ring[count % KEPT] =
        isShort(request.body) && isShort(answer.body) && request.target.length <= MOST_BYTES
          ? { at, request, answer, warnings }
          : shortened(at, request, answer, warnings);
      count += 1;
    },
    newest() {
      const found: LoggedExchange[] = [];
      for (let number = count; number > 0 && number > count - KEPT; number -= 1) {
        const exchange = ring[(number - 1) % KEPT];
        if (exchange !== undefined) found.push({ number, ...exchange });
      }
      return found;
    },
    clear() {
      ring.fill(undefined);
    },
  };
}

function shortened(
  at: number,
  { method, target, body }: HttpRequest,
  answer: HttpAnswer,
  warnings: readonly string[],
): Omit<LoggedExchange, 'number'> {
  return {
    at,
    request: { method, target: target.slice(0, MOST_BYTES), body: start(body) },
    answer: { status: answer.status, body: start(answer.body) },
    warnings,
  };
}

/** Neither long nor a part of a larger buffer, which would be kept with it. */
function isShort(body: Uint8Array): boolean {
  return body.length <= MOST_BYTES && body.buffer.byteLength <= 4 * MOST_BYTES;
}

function start(body: Uint8Array): Uint8Array {
  return isShort(body) ? body : Buffer.from(body.subarray(0, MOST_BYTES));
}

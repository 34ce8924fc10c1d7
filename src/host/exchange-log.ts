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
  const ring: (LoggedExchange | undefined)[] = new Array<LoggedExchange | undefined>(KEPT);
  let count = 0;
  return {
    note(at, request, answer, warnings) {
      const { method, target } = request;
      ring[count % KEPT] = {
        number: count + 1,
        at,
        request: { method, target: target.slice(0, MOST_BYTES), body: start(request.body) },
        answer: { status: answer.status, body: start(answer.body) },
        warnings,
      };
      count += 1;
    },
    newest: () =>
      ring.filter((exchange) => exchange !== undefined).sort((one, two) => two.number - one.number),
    clear() {
      ring.fill(undefined);
    },
  };
}

/** A copy where the body is long or a part of a larger buffer, which would be kept with it. */
function start(body: Uint8Array): Uint8Array {
  return body.length > MOST_BYTES || body.buffer.byteLength > 4 * MOST_BYTES
    ? Buffer.from(body.subarray(0, MOST_BYTES))
    : body;
}

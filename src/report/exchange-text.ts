import type { JsonValue } from '../model/json.ts';
import type { ExchangeReport } from '../model/run.ts';
import { duration } from '../words/phrases.ts';

/*
 * One exchange in words, and as a command to repeat it.
 */

/** Seconds since the run began: `12.310 s`. */
export function moment(ms: number): string {
  return `${(Math.max(0, Number.isFinite(ms) ? ms : 0) / 1000).toFixed(3)} s`;
}

/** What the client got, in a few words: `200 after 3 ms`, `no answer for 5.0 s`. */
export function answerPhrase(exchange: ExchangeReport): string {
  const lasted = exchange.endedAt === undefined ? undefined : duration(exchange.endedAt - exchange.at);
  const after = lasted === undefined ? '' : ` after ${lasted}`;
  switch (exchange.outcome) {
    case undefined:
      return 'no end recorded';
    case 'withheld':
      return `no answer${lasted === undefined ? '' : ` for ${lasted}`}`;
    case 'abandoned':
      return `the client went away${after}`;
    case 'unreachable':
      return `502${after}: the target could not be reached`;
    default:
      return `${exchange.status ?? '?'}${after}`;
  }
}

/** What poscert did to it, in words. */
export function faultPhrase(exchange: ExchangeReport): string | undefined {
  if (exchange.fault === undefined) return undefined;
  return exchange.fault.includes('by poscert') ? exchange.fault : `poscert: ${exchange.fault}`;
}

/** A body as text: JSON in the given indentation, other text as it is. */
export function bodyText(body: JsonValue | undefined, indent?: number): string | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body, undefined, indent);
}

/** A body on one line with spaces between its members, so that it can be wrapped. */
export function bodyLine(body: JsonValue | undefined): string | undefined {
  return body === undefined || typeof body === 'string' ? body : spaced(body);
}

function spaced(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${spaced(one)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** Headers that curl makes itself, or that mean nothing for another connection. */
const OWN = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'user-agent',
  'transfer-encoding',
  'keep-alive',
  'expect',
]);

const shellText = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

/**
 * The request as a `curl` command for a shell, one option a line: `$SANDBOX` is an origin, `$TOKEN` a token; the rest is as it was sent,
 * secrets redacted.
 */
export function curlCommand(exchange: ExchangeReport): readonly string[] {
  const method = /^[A-Z]+$/.test(exchange.method) ? exchange.method : shellText(exchange.method);
  const parts = [`curl -i${method === 'GET' ? '' : ` -X ${method}`} "$SANDBOX"${shellText(exchange.target)}`];
  for (const [name, value] of exchange.requestHeaders) {
    if (OWN.has(name.toLowerCase())) continue;
    if (name.toLowerCase() === 'authorization') parts.push('-H "Authorization: Bearer $TOKEN"');
    else parts.push(`-H ${shellText(`${name}: ${value}`)}`);
  }
  const body = bodyText(exchange.requestBody);
  if (body !== undefined) parts.push(`--data-raw ${shellText(body)}`);
  return parts.map(
    (part, index) => `${index === 0 ? '' : '  '}${part}${index === parts.length - 1 ? '' : ' \\'}`,
  );
}

/** What the names in `curlCommand` stand for. */
export const CURL_NOTE =
  'SANDBOX is the origin of a sandbox (`poscert sandbox` prints one), TOKEN an access token that it gave.';

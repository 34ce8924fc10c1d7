import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

/** What a client must be told. */
export interface Settings {
  /** The API's base, ending in `/pos/v10`. */
  readonly baseUrl: string;
  /** The base of the token endpoint: `{authBaseUrl}/connect/token`. */
  readonly authBaseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With its country prefix: DK12345678. Sent as a header with every call. */
  readonly merchantVat: string;
  /** Major.Minor.Build of the till's software, sent with every call. */
  readonly systemVersion: string;
  readonly merchantBrandId: string;
  readonly merchantLocationId: string;
  /** A folder of this client's own, for one process at a time; it must outlive a restart. Made if missing. */
  readonly stateDir: string;
  /** Path of a PEM file with the certificates to trust instead of the system's. */
  readonly ca?: string;
  /** Milliseconds for an answer to a GET; the documentation says 500 (api_principles#handling_timeouts). */
  readonly readTimeoutMs?: number;
  /** Milliseconds for an answer to a POST or DELETE; the documentation says 2000. */
  readonly writeTimeoutMs?: number;
  /** How often a call is repeated after a network error or a 5xx: 2 is advised, more than 5 is forbidden (api_principles#retrying_requests). */
  readonly retries?: number;
  /** Milliseconds before the first repetition, doubled for each further one, with jitter on top. */
  readonly retryDelayMs?: number;
  /** The longest that a Retry-After header is obeyed, in milliseconds. */
  readonly longestRetryAfterMs?: number;
  /** Milliseconds between polls until the backend has named a delay. */
  readonly firstPollDelayMs?: number;
  /** How long `await…` polls before it answers the present state, in milliseconds. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
  /** A number from 0 up to 1 for jitter. */
  readonly random?: () => number;
  /** Told in one line what went wrong on the way and was coped with; never gets a secret. */
  readonly log?: (line: string) => void;
}

/** Settings with every default filled in. */
export type Resolved = Required<Omit<Settings, 'ca'>> & { readonly ca: string | undefined };

/** Fills in the defaults. Throws a RangeError where a number can't be meant. */
export function resolveSettings(settings: Settings): Resolved {
  const resolved: Resolved = {
    readTimeoutMs: 500,
    writeTimeoutMs: 2000,
    retries: 2,
    retryDelayMs: 250,
    longestRetryAfterMs: 10_000,
    firstPollDelayMs: 1000,
    patienceMs: 600_000,
    clock: systemClock,
    random: Math.random,
    log: () => undefined,
    ...settings,
    ca: settings.ca,
    baseUrl: settings.baseUrl.replace(/\/+$/, ''),
    authBaseUrl: settings.authBaseUrl.replace(/\/+$/, ''),
  };
  if (!Number.isInteger(resolved.retries) || resolved.retries < 0 || resolved.retries > 5) {
    throw new RangeError(`retries is ${resolved.retries}; at most 5 are allowed`);
  }
  for (const name of [
    'readTimeoutMs',
    'writeTimeoutMs',
    'retryDelayMs',
    'firstPollDelayMs',
    'patienceMs',
  ] as const) {
    if (!(resolved[name] > 0)) throw new RangeError(`${name} is ${resolved[name]}; it must be more than 0`);
  }
  if (!/^\d+\.\d+\.\d+$/.test(resolved.systemVersion)) {
    throw new RangeError(
      `systemVersion is "${resolved.systemVersion}"; write Major.Minor.Build, such as 2.1.0`,
    );
  }
  return resolved;
}

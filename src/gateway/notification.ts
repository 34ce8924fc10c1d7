import { readFile } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Header } from '../model/http.ts';
import type { Clock } from '../model/ports.ts';
import { isLoopback } from './address.ts';
import { flatHeaders } from './header-fields.ts';

/** A notification to deliver. */
export interface Notification {
  readonly url: string;
  readonly headers: readonly Header[];
  /** JSON text. */
  readonly body: string;
}

/** How notifications are sent. Times in ms. MobilePay documents the three retries; spacing and time-out it never said (pos-v10.md 1.12). */
export interface NotificationSettings {
  readonly retries: number;
  readonly spacingMs: number;
  readonly timeoutMs: number;
  /** PEM file to trust instead of the system's store. */
  readonly ca?: string;
}

export const NOTIFICATION_SETTINGS: NotificationSettings = { retries: 3, spacingMs: 1000, timeoutMs: 5000 };

/** One try. Either `status` is there, whatever it is, or `failure`. */
export interface NotificationAttempt {
  readonly at: number;
  readonly tookMs: number;
  readonly status?: number;
  readonly failure?: {
    readonly kind: 'timeout' | 'unreachable' | 'stopped' | 'forbidden';
    readonly message: string;
  };
}

const MAX_ANSWER = 64 * 1024;

/** Why a notification may not go to this URL, or undefined: https anywhere, plain http to this machine alone. */
export function notificationUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'it is no URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'it holds credentials';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'it is neither https nor http';
  return isLoopback(url.hostname) ? undefined : 'plain http is for this machine alone';
}

/**
 * Posts a notification until it is answered 200, at most once and then `retries` times more. No redirect is followed. Returns every attempt,
 * the last one first answered 200 or the last made; never rejects for what the other side does. Source: pos-v10.md 1.12.
 */
export async function notify(
  notification: Notification,
  settings: NotificationSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly NotificationAttempt[]> {
  const forbidden = notificationUrlFault(notification.url);
  if (forbidden !== undefined) {
    return [{ at: clock.now(), tookMs: 0, failure: { kind: 'forbidden', message: forbidden } }];
  }
  const ca = settings.ca === undefined ? undefined : await readFile(settings.ca);
  const attempts: NotificationAttempt[] = [];
  for (let retry = 0; retry <= settings.retries; retry++) {
    if (retry > 0) await pause(settings.spacingMs, signal);
    if (signal.aborted) break;
    const at = clock.now();
    const outcome = await post(notification, settings.timeoutMs, ca, signal);
    attempts.push({ at, tookMs: clock.now() - at, ...outcome });
    if (outcome.status === 200) break;
  }
  return attempts;
}

type Outcome = Pick<NotificationAttempt, 'status' | 'failure'>;

function post(
  notification: Notification,
  timeoutMs: number,
  ca: Buffer | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const url = new URL(notification.url);
    const body = Buffer.from(notification.body, 'utf8');
    const headers: Header[] = [
      ['Host', url.host],
      ['Content-Type', 'application/json'],
      ...notification.headers.filter(
        ([name]) => !/^(?:host|content-type|content-length|connection)$/i.test(name),
      ),
      ['Content-Length', String(body.length)],
      ['Connection', 'close'],
    ];
    const settings = { method: 'POST', headers: flatHeaders(headers), agent: false as const, signal };
    const sent: ClientRequest =
      url.protocol === 'https:'
        ? requestTls(url, { ...settings, ...(ca && { ca }) })
        : requestPlain(url, settings);
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      sent.destroy();
    };
    const timer = setTimeout(() => {
      settle({ failure: { kind: 'timeout', message: `no answer within ${String(timeoutMs)} ms` } });
    }, timeoutMs);
    sent.on('error', (error) => {
      settle({ failure: { kind: signal.aborted ? 'stopped' : 'unreachable', message: error.message } });
    });
    sent.on('response', (answer: IncomingMessage) => {
      let length = 0;
      const status = answer.statusCode ?? 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER) settle({ status });
      });
      answer.on('end', () => {
        settle({ status });
      });
      answer.on('error', (error) => {
        settle({ failure: { kind: 'unreachable', message: error.message } });
      });
    });
    sent.end(body);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

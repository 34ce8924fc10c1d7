import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { headerValue, type HttpAnswer } from '../model/http.ts';
import type { JsonObject } from '../model/json.ts';
import { member } from '../model/json.ts';
import type { StepLine } from '../model/operator.ts';
import { parseJson } from '../std/bytes.ts';
import { jsonAnswer, sendAnswer } from './answer.ts';
import { HOST_LIMITS } from './limits.ts';
import { OPERATOR_HTML, OPERATOR_STYLE } from './operator-html.ts';
import { OPERATOR_SCRIPT } from './operator-script.ts';
import { readBody } from './request-body.ts';
import { hostRule, readHead, type Head, type HostRule } from './request-head.ts';
import { listen, type TlsTexts } from './server.ts';

/** What the page shows: texts are ready to be read. */
export interface OperatorView {
  /** Whose till it is. */
  readonly client: string;
  readonly case?: { readonly title: string; readonly number: number; readonly of: number };
  readonly ask?: {
    /** Counts; an answer names it, so that one that comes late answers nothing else. */
    readonly id: number;
    readonly kind: 'do' | 'choose';
    readonly sentence: string;
    readonly options: readonly string[];
    readonly shownByTraffic: boolean;
    readonly button?: 'invoke-callback';
  };
  readonly lines: readonly StepLine[];
  /** What was seen or said last. */
  readonly note: string;
  readonly over: boolean;
}

export interface OperatorPageOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: TlsTexts;
  /** In the page's address: who does not know it sees nothing and says nothing. */
  readonly key: string;
  readonly view: () => OperatorView;
  /** What somebody said on the page; false where it is not asked any more, or means nothing. */
  readonly say: (ask: number, said: string | number) => boolean;
}

export interface OperatorPage {
  /** The address to open, key included. */
  readonly url: string;
  /** What is shown has changed. */
  changed(): void;
  stop(): Promise<void>;
}

const KEY_HEADER = 'X-Poscert-Key';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const MOST_WATCHERS = 16;
/** A proxy or a sleeping tablet would take a stream for dead that says nothing for long. */
const ALIVE_MS = 15_000;

/** The operator's page: the same sentence as in the terminal, for a tablet beside the till. Rejects where the address can't be bound. */
export async function startOperatorPage(options: OperatorPageOptions): Promise<OperatorPage> {
  const watchers = new Set<ServerResponse>();
  const event = (): string => `data: ${JSON.stringify(options.view())}\n\n`;
  const files: Readonly<Record<string, HttpAnswer>> = {
    '/': asset('text/html', OPERATOR_HTML),
    '/operator.css': asset('text/css', OPERATOR_STYLE),
    '/operator.js': asset('text/javascript', OPERATOR_SCRIPT),
    '/favicon.ico': { status: 204, headers: [], body: new Uint8Array(0) },
  };
  let port = 0;
  const allowed = hostRuleOf(options, () => port);

  const handle = (message: IncomingMessage, response: ServerResponse): void => {
    const head = readHead(message, allowed, HOST_LIMITS.bodyBytes);
    const [path = '', query = ''] = (message.url ?? '').split('?');
    if (head.refusal !== undefined) return refuse(response, head.refusal.status, head.refusal.reason);
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (file !== undefined && message.method === 'GET') return sendAnswer(response, file, false);
    const key = headerValue(head.headers, KEY_HEADER) ?? new URLSearchParams(query).get('key') ?? '';
    if (!same(key, options.key))
      return refuse(response, 403, 'This address is not the one that poscert printed.');
    if (path === '/events' && message.method === 'GET') return watch(message, response);
    if (path === '/say' && message.method === 'POST') return take(head, message, response);
    refuse(response, 404, 'There is nothing here.');
  };

  const watch = (message: IncomingMessage, response: ServerResponse): void => {
    if (watchers.size >= MOST_WATCHERS) return refuse(response, 503, 'Too many pages are open.');
    // It stays open for as long as the page does.
    message.socket.setTimeout(0);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.write(`retry: 1000\n${event()}`);
    watchers.add(response);
    message.on('close', () => watchers.delete(response));
    response.on('error', () => watchers.delete(response));
  };

  const take = (head: Head, message: IncomingMessage, response: ServerResponse): void => {
    // A page of another site can't set our header, but the browser says where it comes from as well (standards.md 3.2).
    const site = headerValue(head.headers, 'Sec-Fetch-Site');
    if (headerValue(head.headers, KEY_HEADER) === undefined || (site !== undefined && site !== 'same-origin'))
      return refuse(response, 403, 'Only the page itself may answer.');
    readBody(message, { ...HOST_LIMITS, bodyBytes: 4096 }, (body) => {
      const given = body === undefined ? undefined : parseJson(new TextDecoder().decode(body));
      const ask = member(given, 'ask');
      const said = member(given, 'say');
      const meant = typeof ask === 'number' && (typeof said === 'string' || typeof said === 'number');
      const taken = meant && options.say(ask, said);
      sendAnswer(response, jsonAnswer(taken ? 200 : 409, { taken } satisfies JsonObject), false);
    });
  };

  const { origin, ...server } = await listen(
    { host: options.host, port: options.port, ...(options.tls && { tls: options.tls }) },
    HOST_LIMITS,
    handle,
  );
  port = server.port;
  const alive = setInterval(() => {
    for (const response of watchers) response.write(': alive\n\n');
  }, ALIVE_MS);
  return {
    url: `${origin}/?key=${options.key}`,
    changed() {
      const text = watchers.size === 0 ? '' : event();
      for (const response of watchers) response.write(text);
    },
    async stop() {
      clearInterval(alive);
      for (const response of watchers) response.end();
      await server.stop();
    },
  };
}

/** Where every interface is bound a tablet comes by a literal address: rebinding needs a name. */
function hostRuleOf(options: OperatorPageOptions, port: () => number): HostRule {
  const rule = hostRule(options.host, port, options.tls !== undefined);
  if (options.host !== '0.0.0.0' && options.host !== '::') return rule;
  return (host) => rule(host) || (host.endsWith(`:${port()}`) && isIP(nameOf(host)) !== 0);
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function same(one: string, two: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(two));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendAnswer(response, jsonAnswer(status, { message }), true);
}

function asset(type: string, text: string): HttpAnswer {
  return {
    status: 200,
    headers: [
      ['Content-Type', `${type}; charset=utf-8`],
      ['Content-Security-Policy', POLICY],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Referrer-Policy', 'no-referrer'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
    ],
    body: new TextEncoder().encode(text),
  };
}

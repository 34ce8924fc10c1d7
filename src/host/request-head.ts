import type { IncomingMessage } from 'node:http';
import { isNamed, type Header } from '../model/http.ts';

/** The head of a request, and what is wrong with it, if anything. */
export interface Head {
  readonly headers: readonly Header[];
  /** Whether a body may follow. */
  readonly hasBody: boolean;
  /** The only Host, or undefined. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The client waits to be asked for the body. */
  readonly expects: boolean;
  /** It would speak something else on this connection: what comes behind is not to be read as a request. */
  readonly upgrades: boolean;
  readonly refusal: Refusal | undefined;
}

export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Whether `Host` may name this: protection against DNS rebinding (standards.md 3.2). */
export type HostRule = (host: string) => boolean;

/**
 * Without TLS: the names of this machine and the host configured, with the port in use. With TLS the certificate already binds the
 * name, so that a page at another name never gets this far.
 */
export function hostRule(configured: string, portOf: () => number, tls: boolean): HostRule {
  if (tls) return () => true;
  const shown = configured.includes(':') ? `[${configured}]` : configured;
  const names = ['127.0.0.1', 'localhost', '[::1]', shown.toLowerCase()];
  // The port is known once the server listens.
  let allowed: ReadonlySet<string> | undefined;
  return (host) => (allowed ??= namesWith(names, portOf())).has(host.toLowerCase());
}

/** Clients leave the port out where it is that of http. */
function namesWith(names: readonly string[], port: number): ReadonlySet<string> {
  return new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
}

/** Reads the head in one pass over what Node's parser let through (the table in standards.md 3.2). */
export function readHead(message: IncomingMessage, allowed: HostRule, maxBody: number): Head {
  const raw = message.rawHeaders;
  const headers: Header[] = [];
  let host: string | undefined;
  let hosts = 0;
  let coding: string | undefined;
  let length = 0;
  let origin: string | undefined;
  let expects = false;
  let upgrades = false;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    headers.push([name, value]);
    if (isNamed(name, 'Host')) {
      hosts += 1;
      host = value;
    } else if (isNamed(name, 'Content-Length')) length = Number(value);
    else if (isNamed(name, 'Upgrade')) upgrades = true;
    else if (isNamed(name, 'Origin')) origin = value;
    else if (isNamed(name, 'Expect')) expects = message.httpVersion !== '1.0';
    else if (isNamed(name, 'Transfer-Encoding')) coding = coding === undefined ? value : `${coding},${value}`;
  }
  const hasBody = coding !== undefined || length > 0;
  const refusal =
    countFault(headers.length, hosts) ??
    hostFault(host, message.httpVersion, allowed) ??
    refusalOf(message.url ?? '', coding, length, maxBody);
  return { headers, hasBody, host, origin, expects, upgrades, refusal };
}

const MOST_HEADERS = 200;

function countFault(headers: number, hosts: number): Refusal | undefined {
  if (headers > MOST_HEADERS)
    return { status: 431, reason: `The request has more than ${MOST_HEADERS} headers.` };
  return hosts > 1 ? { status: 400, reason: 'The request has more than one Host header.' } : undefined;
}

function hostFault(host: string | undefined, version: string, allowed: HostRule): Refusal | undefined {
  if (host === undefined)
    return version === '1.0' ? undefined : { status: 400, reason: 'The request has no Host header.' };
  if (allowed(host)) return undefined;
  const reason =
    'The Host header does not name this sandbox: call it by the address that it printed; with TLS it takes any name.';
  return { status: 421, reason };
}

function refusalOf(
  target: string,
  coding: string | undefined,
  length: number,
  maxBody: number,
): Refusal | undefined {
  const fault = targetFault(target);
  if (fault !== undefined) return { status: 400, reason: fault };
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return { status: 501, reason: 'The only transfer coding is chunked.' };
  return length > maxBody ? { status: 413, reason: `The body is longer than ${maxBody} bytes.` } : undefined;
}

const UNUSUAL = /[^\x21-\x7e]|[#\\]|%00|%2e|%2f|%5c|\.\./i;

function targetFault(target: string): string | undefined {
  if (!target.startsWith('/')) return 'The request target is no path.';
  if (target.startsWith('//')) return 'The request target begins with two slashes.';
  if (!UNUSUAL.test(target)) return undefined;
  if (!/^[\x21-\x7e]+$/.test(target)) return 'The request target holds characters that no URL has.';
  if (target.includes('#')) return 'The request target holds a fragment.';
  if (target.includes('%00')) return 'The request target holds %00.';
  const path = target.split('?', 1)[0] ?? '';
  if (path.includes('\\')) return 'The path holds a backslash.';
  const plain = path.replace(/%2e/gi, '.').replace(/%(?:2f|5c)/gi, '/');
  return plain.split('/').includes('..') ? 'The path holds a .. segment.' : undefined;
}

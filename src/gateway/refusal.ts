import { isIP } from 'node:net';
import { headerValue, headerValues } from '../model/http.ts';
import type { Header } from '../model/http.ts';

/** A request that goes no further than the gateway: nothing of it is decided, handled or recorded as an exchange. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Which `Host` a request may name: protection against DNS rebinding (standards.md 3.2). */
export type HostRule = (host: string) => boolean;

const UNSPECIFIED = new Set(['0.0.0.0', '::']);

/**
 * Accepts the loopback names and the host configured, with the port in use. Where every interface is bound, any literal address
 * is accepted as well: rebinding needs a name.
 */
export function hostRule(configured: string, port: number, defaultPort: number): HostRule {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', bracketed(configured.toLowerCase())]);
  return (host) => {
    const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host.toLowerCase());
    const name = match?.[1];
    if (name === undefined) return false;
    if (Number(match?.[2] ?? defaultPort) !== port) return false;
    return names.has(name) || (UNSPECIFIED.has(configured) && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
  };
}

/** An IPv6 address in brackets, as it stands in a URL; anything else as it is. */
export function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

interface Head {
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: readonly Header[];
}

/** What is wrong with the head of a request that Node's parser let through, if anything (the table in standards.md 3.2). */
export function refusalOf(head: Head, hostAllowed: HostRule, maxBody: number): Refusal | undefined {
  const hosts = headerValues(head.headers, 'host');
  if (hosts.length > 1) return { status: 400, reason: 'more than one Host header' };
  const [host] = hosts;
  if (host === undefined && head.httpVersion !== '1.0') return { status: 400, reason: 'no Host header' };
  if (host !== undefined && !hostAllowed(host)) {
    return { status: 421, reason: `the Host header names ${JSON.stringify(host)}, not this gateway` };
  }
  const target = targetFault(head.target);
  if (target !== undefined) return { status: 400, reason: target };
  const codings = headerValues(head.headers, 'transfer-encoding');
  if (codings.length > 0 && codings.join(',').trim().toLowerCase() !== 'chunked') {
    return { status: 501, reason: 'a transfer coding other than chunked' };
  }
  const length = Number(headerValue(head.headers, 'content-length') ?? 0);
  if (length > maxBody) return { status: 413, reason: `a body of ${String(length)} bytes` };
  return undefined;
}

function targetFault(target: string): string | undefined {
  if (!target.startsWith('/')) return 'the request target is no path';
  if (target.startsWith('//')) return 'the request target begins with //';
  if (!/^[\x21-\x7e]+$/.test(target)) return 'the request target holds characters that no URL has';
  if (target.includes('#')) return 'the request target holds a fragment';
  if (/%00/.test(target)) return 'the request target holds %00';
  const path = target.split('?', 1)[0] ?? '';
  if (path.includes('\\')) return 'the path holds a backslash';
  const plain = path.replace(/%2e/gi, '.').replace(/%(?:2f|5c)/gi, '/');
  return plain.split('/').includes('..') ? 'the path holds a .. segment' : undefined;
}

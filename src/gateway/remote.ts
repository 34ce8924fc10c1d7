import { readFile } from 'node:fs/promises';
import type { Agent } from 'undici';
import type { Header, HttpAnswer, HttpRequest } from '../model/http.ts';
import type { Upstream } from '../model/ports.ts';
import { isLoopback, isNoHost, pinnedLookup } from './address.ts';
import { endToEndHeaders, flatHeaders } from './header-fields.ts';

/** One part of the gateway's path space and where it leads: `base` takes the place of `prefix`, by joining texts. */
export interface Mount {
  /** Begins with `/`, ends with no `/`. */
  readonly prefix: string;
  /** Origin and base path, without query. */
  readonly base: string;
}

/** Times in ms, sizes in bytes. */
export interface RemoteOptions {
  readonly mounts: readonly Mount[];
  /** PEM file to trust instead of the system's store. */
  readonly ca?: string;
  readonly headersMs?: number;
  readonly bodyMs?: number;
  readonly connectMs?: number;
  readonly answerBytes?: number;
}

export interface RemoteUpstream extends Upstream {
  close(): Promise<void>;
}

/** Certification never touches production, whatever the configuration says (standards.md 3.2). */
const PRODUCTION_HOSTS = new Set(['api.mobilepay.dk']);

/** Why requests may not be sent to this base, or undefined: https, or plain http to this machine; never production. */
export function remoteBaseFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'it is no URL';
  const url = new URL(text);
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (PRODUCTION_HOSTS.has(host)) return 'it is the production host';
  if (url.username !== '' || url.password !== '') return 'it holds credentials';
  if (isNoHost(host)) return 'it is an address of no host';
  if (url.search !== '' || url.hash !== '') return 'it holds a query or a fragment';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(host))) return undefined;
  return 'it is neither https nor http to this machine';
}

/**
 * An upstream on another machine. Bases are fixed; nothing of a request chooses the host. Each name is looked up once and its address
 * kept. No redirect is followed, no compression asked for. A request under no mount is answered 404 here.
 * Throws at once where a base is not allowed; `handle` rejects where the upstream fails. Source: standards.md 3.2.
 */
export function createRemoteUpstream(options: RemoteOptions): RemoteUpstream {
  for (const { base } of options.mounts) {
    const fault = remoteBaseFault(base);
    if (fault !== undefined) throw new Error(`${base} cannot be the upstream: ${fault}`);
  }
  // The longest prefix first, so that the nearest mount is found.
  const mounts = options.mounts
    .map(destination)
    .sort((left, right) => right.prefix.length - left.prefix.length);
  let agent: Promise<Agent> | undefined;

  return {
    handle: async (request, signal) => {
      const mount = mounts.find(
        ({ prefix }) => request.path === prefix || request.path.startsWith(`${prefix}/`),
      );
      if (!mount) return { status: 404, headers: [], body: new Uint8Array() };
      agent ??= makeAgent(options);
      return ask(await agent, mount, request, signal, options.answerBytes ?? 5 * 1024 * 1024);
    },
    close: async () => {
      await (await agent)?.destroy();
    },
  };
}

interface Destination {
  readonly prefix: string;
  readonly origin: string;
  /** The base path without a slash at its end; a request's own path is appended as it stands. */
  readonly path: string;
}

function destination({ prefix, base }: Mount): Destination {
  const path = /^[^:]+:\/\/[^/]+(.*)$/.exec(base)?.[1] ?? '';
  return { prefix, origin: new URL(base).origin, path: path.replace(/\/+$/, '') };
}

async function makeAgent(options: RemoteOptions): Promise<Agent> {
  // undici costs 70 ms to load, so it is loaded only where there is a remote target.
  const undici = await import('undici');
  const ca = options.ca === undefined ? undefined : await readFile(options.ca, 'utf8');
  return new undici.Agent({
    headersTimeout: options.headersMs ?? 30_000,
    bodyTimeout: options.bodyMs ?? 30_000,
    pipelining: 1,
    connect: {
      timeout: options.connectMs ?? 10_000,
      lookup: pinnedLookup(),
      ...(ca !== undefined && { ca }),
    },
  });
}

async function ask(
  agent: Agent,
  mount: Destination,
  request: HttpRequest,
  signal: AbortSignal,
  maxBytes: number,
): Promise<HttpAnswer> {
  const path = mount.path + request.target.slice(mount.prefix.length);
  const answer = await agent.request({
    origin: mount.origin,
    path: path.startsWith('/') ? path : `/${path}`,
    method: request.method,
    headers: flatHeaders(onwardHeaders(request.headers)),
    body: request.body.length > 0 ? request.body : null,
    signal,
    responseHeaders: 'raw',
  });
  const body: AsyncIterable<Uint8Array> = answer.body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is larger than ${String(maxBytes)} bytes`);
    chunks.push(chunk);
  }
  const headers = rawPairs(answer.headers as unknown as readonly (string | Uint8Array)[]);
  return {
    status: answer.statusCode,
    headers: endToEndHeaders(headers),
    body: Buffer.concat(chunks, length),
  };
}

function onwardHeaders(headers: readonly Header[]): Header[] {
  const kept = endToEndHeaders(headers).filter(([name]) => !/^(?:host|expect|accept-encoding)$/i.test(name));
  return [...kept, ['Accept-Encoding', 'identity']];
}

function rawPairs(raw: readonly (string | Uint8Array)[]): Header[] {
  const texts = raw.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('latin1')));
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : []));
}

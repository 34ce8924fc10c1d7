import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { HttpRequest } from '../model/http.ts';
import type { Clock, Gate, Upstream } from '../model/ports.ts';
import { createExchanges } from './exchange.ts';
import { headerPairs } from './header-fields.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import { bracketed, hostRule, refusalOf } from './refusal.ts';
import { readBody } from './request-body.ts';
import { listening, makeServer } from './server.ts';
import type { TlsTexts } from './server.ts';
import type { Trouble } from './trouble.ts';

export type { Trouble } from './trouble.ts';
export type { Limits } from './limits.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  /** The address to bind; 127.0.0.1 unless the configuration says otherwise. */
  readonly host?: string;
  /** 0 (the default): any free port. */
  readonly port?: number;
  /** With it the gateway speaks TLS. */
  readonly tls?: TlsTexts;
  readonly gate: Gate;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly meter: { lagAround(at: number): number };
  readonly limits?: Partial<Limits>;
  /** Whether a request may pass at all; one that may not is answered 401 and is no exchange. */
  readonly admit?: (request: HttpRequest) => boolean;
  /** Hears of what is no exchange: refused requests, and failures of the upstream or of the gate. */
  readonly trouble?: (trouble: Trouble) => void;
}

export interface Gateway {
  readonly origin: string;
  readonly port: number;
  /** Ends a withheld answer: closes the connection without a byte. One not withheld yet ends as soon as it is. */
  release(id: number): void;
  /** Releases every exchange that is open now. */
  disarm(): void;
  /** Closes everything; every open exchange is told to the gate as delivered before this resolves. */
  stop(): Promise<void>;
  openExchanges(): number;
}

/** What is known of one connection. Requests on it are dealt with one after another. */
interface Line {
  readonly number: number;
  queue: Promise<void>;
  waiting: number;
  /** An exchange is open on it. */
  open: boolean;
}

/** Starts the HTTP server in front of an upstream. Rejects where the address cannot be bound. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const host = options.host ?? '127.0.0.1';
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const trouble = options.trouble ?? (() => undefined);
  const lines = new WeakMap<object, Line>();
  const rawSockets = new Map<string, Socket>();
  let connections = 0;
  let hostAllowed: (name: string) => boolean = () => false;

  const reset = (socket: Socket): void => {
    // Under TLS only the socket beneath can send a reset.
    const raw = rawSockets.get(peerOf(socket)) ?? socket;
    raw.resetAndDestroy();
    socket.destroy();
  };
  const exchanges = createExchanges({ ...options, limits, reset, trouble });

  const lineOf = (socket: Socket): Line => {
    const known = lines.get(socket);
    if (known) return known;
    const line: Line = { number: ++connections, queue: Promise.resolve(), waiting: 0, open: false };
    lines.set(socket, line);
    return line;
  };

  const take = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    const { socket } = request;
    const line = lineOf(socket);
    if (++line.waiting > limits.maxPipelined) {
      socket.destroy();
      return;
    }
    const target = request.url ?? '';
    const headers = headerPairs(request.rawHeaders);
    const head = { target, httpVersion: request.httpVersion, headers };
    let refusal = refusalOf(head, hostAllowed, limits.requestBodyBytes);
    if (expectsContinue && !refusal) response.writeContinue();
    const reading = expectsContinue && refusal ? undefined : readBody(request, limits.requestBodyBytes);
    const arrived = reading?.then((read) => ({ read, at: options.clock.now() }));
    line.queue = line.queue.then(async () => {
      const arrival = await arrived;
      if (arrival?.read.kind === 'too-large') refusal ??= { status: 413, reason: 'the body is too large' };
      const method = request.method ?? '';
      // What was pipelined behind an answer that never came gets none either, and is not carried out.
      if (socket.destroyed) return;
      if (refusal) {
        trouble({ kind: 'refused', ...refusal, method, target });
        response.writeHead(refusal.status, ['Connection', 'close', 'Content-Length', '0']).end();
      } else if (arrival?.read.kind === 'whole') {
        const [path = '', ...query] = target.split('?');
        const { body } = arrival.read;
        const whole = { method, target, path, query: query.join('?'), headers, body };
        line.open = true;
        await exchanges.run(whole, response, line.number, arrival.at);
        line.open = false;
      }
      line.waiting--;
    });
  };

  const server = makeServer(options.tls, limits);
  server.on('request', (request, response) => {
    take(request, response, false);
  });
  server.on('checkContinue', (request, response) => {
    take(request, response, true);
  });
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    rawSockets.set(peer, socket);
    socket.once('close', () => rawSockets.delete(peer));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!(socket instanceof Socket)) return;
    const line = lines.get(socket);
    const status = STATUS_OF_ERROR[error.code ?? ''] ?? 400;
    if (error.code !== 'ECONNRESET') {
      trouble({ kind: 'refused', status, reason: error.code ?? error.message, method: '', target: '' });
    }
    // Beside an open exchange, or to a connection that has sent nothing, an error answer would pass for the answer to a request.
    const silent = line?.open === true || socket.bytesRead === 0;
    if (socket.writable && !silent && error.code !== 'ECONNRESET') {
      socket.end(`HTTP/1.1 ${String(status)} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    } else socket.destroy();
  });

  const port = await listening(server, host, options.port ?? 0);
  hostAllowed = hostRule(host, port, options.tls ? 443 : 80);
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return {
    origin: `${options.tls ? 'https' : 'http'}://${bracketed(shown)}:${String(port)}`,
    port,
    release: (id) => {
      exchanges.release(id);
    },
    disarm: () => {
      exchanges.disarm();
    },
    openExchanges: () => exchanges.open(),
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await exchanges.stop();
      server.closeAllConnections();
      for (const socket of rawSockets.values()) socket.destroy();
      await closed;
    },
  };
}

const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''} ${String(socket.remotePort ?? 0)}`;
}

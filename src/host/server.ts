import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { HostLimits } from './limits.ts';

/** A certificate and its key as PEM texts. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** One listening HTTP server. */
export interface Listening {
  /** `http://127.0.0.1:41001`, without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  /** Ends it and every connection at once. */
  stop(): Promise<void>;
}

/** Where and how to listen. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsTexts;
}

/** Listens; rejects with the system's error where the address cannot be bound, or the certificate is none. */
export async function listen(place: Place, limits: HostLimits, handler: RequestListener): Promise<Listening> {
  const settings = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    insecureHTTPParser: false,
    noDelay: true,
    // A request without a Host is refused where all others are, in their words.
    requireHostHeader: false,
  };
  const server: Server = place.tls
    ? createTlsServer(
        { ...settings, ...place.tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersMs },
        handler,
      )
    : createPlainServer(settings, handler);
  server.maxConnections = limits.maxConnections;
  server.timeout = limits.stillMs;
  // Node leaves out what comes after so many headers without a word: a second Host among them would not be seen.
  server.maxHeadersCount = 0;
  // With Expect: 100-continue the handler decides before the body is asked for.
  server.on('checkContinue', handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.port, place.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Errors of the listening socket after that (too many open files) end nothing that is under way.
  server.on('error', () => undefined);
  // With TLS the server does not know a connection before its handshake is done.
  const raw = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: originOf(place.tls !== undefined, place.host, port),
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of raw) socket.destroy();
      }),
  };
}

/** How clients on this machine reach an address: every interface is shown as loopback. */
function originOf(tls: boolean, host: string, port: number): string {
  const shown =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${shown}:${port}`;
}

import { createServer as createPlainServer } from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Limits } from './limits.ts';

/** A certificate and its key as PEM texts. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** An HTTP server with our limits, TLS where texts for it are given; not listening yet. */
export function makeServer(tls: TlsTexts | undefined, limits: Limits): Server {
  const settings: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    insecureHTTPParser: false,
  };
  const server = tls ? createTlsServer({ ...settings, ...tls }) : createPlainServer(settings);
  server.maxConnections = limits.maxConnections;
  server.maxRequestsPerSocket = limits.maxRequestsPerConnection;
  // Node answers a client that has closed its own side only with this property set (lib/_http_server.js, socketOnEnd).
  return Object.assign(server, { httpAllowHalfOpen: true });
}

/** Binds an address and gives the port; rejects where it cannot be bound. */
export function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { parseRecord, textIn } from './json.ts';

/** "A customer has checked in at this PoS": all that a notification says. What it means is asked of the API (notification_service). */
export interface Notification {
  readonly posId: string;
  readonly merchantPosId?: string;
}

export interface NotificationListener {
  /** Where it listens; make it reachable by HTTPS under the URL that MobilePay has for your alias. */
  readonly callbackUrl: string;
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
}

const longestNotification = 65_536;

/** Listens for check-in notifications. Each is answered 200 at once, whatever happens afterwards: anything else makes MobilePay repeat it. */
export async function listenForNotifications(
  onNotification: (notification: Notification) => void,
  { host = '127.0.0.1', port = 0 }: ListenOptions = {},
): Promise<NotificationListener> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    void receive(request, response, onNotification);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    callbackUrl: `http://${host}:${portOf(server)}/mobilepay/check-in`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  onNotification: (notification: Notification) => void,
): Promise<void> {
  try {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const notification = readNotification(await readBody(request));
    response.writeHead(notification === undefined ? 400 : 200).end();
    if (notification !== undefined) onNotification(notification);
  } catch {
    response.writeHead(400).end();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestNotification) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function readNotification(text: string): Notification | undefined {
  const body = parseRecord(text);
  const posId = body === undefined ? undefined : textIn(body, 'PosId');
  if (body === undefined || posId === undefined) return undefined;
  const merchantPosId = textIn(body, 'MerchantPosId');
  return merchantPosId === undefined ? { posId } : { posId, merchantPosId };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

import http from 'node:http';
import { Abandoned, errorOf } from './endings.mjs';
import { greet, openSession } from './session.mjs';
import { openStore } from './store.mjs';
import { run } from './commands.mjs';

/** The http driver: JSON-RPC by POST on loopback, one session a lane; what lasts, lasts as long as the service. */
export function serveHttp({ settings, policy, log }) {
  const sessions = new Map();
  const stores = new Map();

  async function handle({ id, method, params = {} }) {
    const message = { jsonrpc: '2.0', id };
    try {
      if (method === 'initialize') {
        sessions.get(params.lane)?.close();
        const store = stores.get(params.stateDir) ?? openStore('', { lasting: false });
        // forgotten work may still hold the old object: the new session gets a copy of what was last saved
        const kept = { data: globalThis.structuredClone(store.data), save: () => {} };
        stores.set(params.stateDir, kept);
        const till = await openSession({ settings, policy, params, store: kept, listens: true, log });
        sessions.set(params.lane, till);
        message.result = greet(till);
      } else {
        const till = sessions.get(params.lane);
        if (till === undefined && method !== 'shutdown') throw new Error(`${params.lane}: no initialize yet`);
        message.result = till === undefined ? {} : await run(till, method, params);
        if (method === 'shutdown') {
          sessions.get(params.lane)?.close();
          sessions.delete(params.lane);
        }
      }
    } catch (cause) {
      if (!(cause instanceof Abandoned) && errorOf(cause).code === -32000) log(cause?.stack ?? cause);
      message.error = errorOf(cause);
    }
    return { message, method };
  }

  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      void handle(JSON.parse(Buffer.concat(chunks).toString('utf8'))).then(({ message, method }) => {
        const text = policy.lines(message, method).join('\n');
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      });
    });
  });
  server.listen(settings.httpPort, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`);
  });
}

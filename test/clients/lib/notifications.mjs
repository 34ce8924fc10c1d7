import http from 'node:http';

/** Listens on loopback for the check-in notifications; remembers those nobody is waiting for. */
export async function listenForCheckIns(till) {
  const told = new Set();
  const waiting = new Map();
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      till.policy.onNotification(response, till);
      let posId = '';
      try {
        posId = String(JSON.parse(Buffer.concat(chunks).toString('utf8')).PosId).toLowerCase();
      } catch {
        till.log('a notification that is not JSON');
      }
      told.add(posId);
      waiting.get(posId)?.();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}/check-in`,
    /** Resolves when there was a notification for this PoS, or when `ms` are over. */
    wait(posId, ms, signal) {
      const id = posId.toLowerCase();
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(id);
          told.delete(id);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done, { once: true });
        waiting.set(id, done);
        if (told.has(id)) done();
      });
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

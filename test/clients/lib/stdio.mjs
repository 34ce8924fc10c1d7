import { errorOf } from './endings.mjs';
import { greet, openSession } from './session.mjs';
import { openStore } from './store.mjs';
import { run } from './commands.mjs';

/** The process driver: JSON-RPC, one object a line, on stdin and stdout; commands one after another. */
export function serveStdio({ settings, policy, log }) {
  let till;
  let queue = Promise.resolve();
  let rest = '';
  const write = (message, name) =>
    new Promise((resolve) => {
      const lines = policy.lines(message, name);
      if (lines.length === 0) resolve();
      else process.stdout.write(lines.map((line) => `${line}\n`).join(''), resolve);
    });
  const leave = () => {
    if (policy.outlivesShutdown) return;
    till?.close();
    process.exit(0);
  };

  async function answer(line) {
    let request;
    try {
      request = JSON.parse(line);
    } catch {
      log(`not JSON: ${line.slice(0, 200)}`);
      return;
    }
    const { id, method, params = {} } = request;
    if (id === undefined) return;
    const message = { jsonrpc: '2.0', id };
    try {
      if (method === 'initialize') {
        till?.close();
        const store = openStore(params.stateDir, { lasting: policy.keepsState });
        till = await openSession({ settings, policy, params, store, listens: true, log });
        message.result = greet(till);
      } else message.result = await run(till, method, params);
    } catch (cause) {
      message.error = errorOf(cause);
      if (message.error.code === -32000) log(cause?.stack ?? cause);
    }
    await write(message, method);
    if (method === 'shutdown') leave();
  }

  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim() !== '') queue = queue.then(() => answer(line));
  });
  process.stdin.on('end', () => void queue.then(leave));
}

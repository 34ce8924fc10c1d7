import type { InitializeParams } from '../../src/model/client.ts';
import type { Launch } from '../../src/clients/child.ts';

/** What a client script may use: `lines(answer)` reads commands, `say` writes one object a line, `hello` is a good greeting. */
const PRELUDE = `
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
const hello = { protocol: 1, name: 'script', version: '1.0.0', commands: ['settle'] };
const lines = (answer) => {
  let rest = '';
  process.stdin.on('data', (chunk) => {
    const parts = (rest + chunk).split('\\n');
    rest = parts.pop();
    for (const part of parts) answer(JSON.parse(part));
  });
};
const ok = (id, result) => say({ jsonrpc: '2.0', id, result });
const serve = (answer) => lines((call) => {
  if (call.method === 'initialize') ok(call.id, hello);
  else if (call.method === 'shutdown') { ok(call.id, {}); process.exit(0); }
  else answer(call);
});
`;

/** A client made of a few lines of JavaScript. */
export function script(text: string): Launch {
  return {
    command: [process.execPath, '-e', PRELUDE + text],
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '' },
  };
}

export function params(patienceMs = 5000): InitializeParams {
  return {
    protocol: { min: 1, max: 1 },
    lane: 'payments',
    api: {
      baseUrl: 'http://127.0.0.1:1',
      authBaseUrl: 'http://127.0.0.1:1',
      clientId: 'x',
      clientSecret: 'y',
      merchantVat: 'DK90000028',
    },
    store: { merchantBrandId: 'b', merchantLocationId: '00001' },
    stateDir: import.meta.dirname,
    patienceMs,
    restarted: false,
  };
}

export const never = (): AbortSignal => new AbortController().signal;

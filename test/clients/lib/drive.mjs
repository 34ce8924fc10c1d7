import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { applyDefect } from '../defects.mjs';
import { applyHabit } from '../habits.mjs';
import { run } from './commands.mjs';
import { errorOf } from './endings.mjs';
import { lawfulPolicy } from './policy.mjs';
import { greet, openSession } from './session.mjs';
import { readSettings } from './settings.mjs';
import { openStore } from './store.mjs';

export const TILL = fileURLToPath(new URL('../till.mjs', import.meta.url));

/** Starts the till as the process driver does, for the tills' own tests. */
export function startTill(flags, { api, stateDir, restarted = false, lane = 'test', patienceMs = 3000 }) {
  const child = spawn(process.execPath, [TILL, '--quiet', ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map();
  const lines = [];
  let stderr = '';
  let next = 0;
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk) => (stderr += chunk));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  });
  const exited = new Promise((resolve) =>
    child.on('exit', (code, signal) => resolve({ code, signal, stderr })),
  );
  void exited.then((end) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the till left: ${end.code ?? end.signal} ${stderr}`));
  });
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      next += 1;
      waiting.set(next, { resolve, reject });
      child.stdin.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: next, method, params: { lane, ...params } })}\n`,
      );
    });
  const store = { merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' };
  return {
    child,
    lines,
    exited,
    send,
    initialize: () =>
      send('initialize', { protocol: { min: 1, max: 1 }, api, store, stateDir, patienceMs, restarted }),
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

/** A till in this process, for tests that only look at traffic: `say(command, params)` resolves with the ending. */
export async function openTill(flags, { api, stateDir, restarted = false, patienceMs = 3000 }) {
  const short = ['--write-timeout=80', '--read-timeout=80', '--backoff=30', '--scale=0.02', '--quiet'];
  const settings = readSettings([...short, ...flags], {});
  const policy = lawfulPolicy(settings);
  for (const name of settings.habits) applyHabit(name, policy, settings);
  for (const name of settings.defects) applyDefect(name, policy, settings);
  const store = openStore(stateDir, { lasting: policy.keepsState });
  const shop = { merchantBrandId: 'MPPOSCERT1', merchantLocationId: '00001' };
  const params = { api, store: shop, lane: 'test', stateDir, patienceMs, restarted };
  const log = () => {};
  const till = await openSession({ settings, policy, params, store, listens: false, log });
  return {
    till,
    greeting: greet(till),
    close: () => till.close(),
    say: (command, given = {}) =>
      run(till, command, given).then(
        (result) => ({ result }),
        (cause) => ({ error: errorOf(cause) }),
      ),
  };
}

import fs from 'node:fs';
import { errorOf } from './endings.mjs';
import { greet, openSession } from './session.mjs';
import { openStore } from './store.mjs';
import { run } from './commands.mjs';

const EXITS = { 1: 10, 2: 11, '-32601': 12 };

/** The oneshot driver: one process a command, everything that must last in stateDir. */
export async function runOnce({ settings, policy, log, env }) {
  const method = env.POSCERT_METHOD;
  const given = JSON.parse(fs.readFileSync(0, 'utf8') || '{}');
  const params = method === 'initialize' ? given : JSON.parse(env.POSCERT_SESSION);
  const store = openStore(params.stateDir);
  const till = await openSession({ settings, policy, params, store, keepsToken: true, listens: false, log });
  let exit = 0;
  let object;
  try {
    object = method === 'initialize' ? greet(till) : await run(till, method, given);
  } catch (cause) {
    const { code, ...error } = errorOf(cause);
    exit = EXITS[code] ?? 1;
    if (exit === 1) log(cause?.stack ?? cause);
    else object = error;
  }
  const lines = object === undefined ? [] : [JSON.stringify(object)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''), () => process.exit(exit));
}

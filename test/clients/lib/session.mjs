import { setMaxListeners } from 'node:events';
import fs from 'node:fs';
import { COMMANDS } from './commands.mjs';
import { sleep } from './calls.mjs';
import { closeAgents, openAgents } from './http.mjs';
import { listenForCheckIns } from './notifications.mjs';

/**
 * A session is what one `initialize` begins: the till's memory. `store` outlives it.
 * `keepsToken`: the token is kept with the state (oneshot has no other memory).
 */
export async function openSession({ settings, policy, params, store, keepsToken, listens, log }) {
  const controller = new AbortController();
  // every poll under way listens for the end of the session
  setMaxListeners(0, controller.signal);
  const { api } = params;
  const till = {
    settings,
    policy,
    api,
    shop: params.store ?? {},
    lane: params.lane,
    restarted: params.restarted === true,
    version: api.systemVersion ?? settings.version,
    patienceMs: settings.patienceMs ?? params.patienceMs ?? 30_000,
    store,
    keepsToken: keepsToken || policy.keepsTokenOverRestart,
    token: undefined,
    ca: api.ca === undefined ? undefined : fs.readFileSync(api.ca),
    agents: openAgents(policy.keepAlive),
    signal: controller.signal,
    notifications: undefined,
    log: settings.quiet ? () => {} : log,
  };
  if (till.keepsToken) till.token = store.data.token;
  till.sleep = (ms) => sleep(till, ms);
  till.close = () => {
    controller.abort();
    closeAgents(till.agents);
    till.notifications?.close();
  };
  if (listens && policy.listens) till.notifications = await listenForCheckIns(till);
  return till;
}

/** The result of `initialize`. */
export function greet(till) {
  const names = Object.keys(COMMANDS);
  const result = {
    protocol: 1,
    name: 'poscert test till',
    version: till.version,
    commands: till.policy.commands(names),
    behaviours: till.policy.behaviours,
    quietMs: 0,
  };
  const defaults = { cancel: 'cancelsOnRestart', resume: 'resumesOnRestart' };
  const onRestart = defaults[till.policy.onRestart];
  if (onRestart !== undefined) result.behaviours = [...result.behaviours, onRestart];
  if (till.notifications !== undefined) result.callbackUrl = till.notifications.url;
  return till.policy.hello(result);
}

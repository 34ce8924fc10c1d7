import { HEADERS } from './defects/headers.mjs';
import { KEYS } from './defects/keys.mjs';
import { CLAIMS, LEDGER } from './defects/ledger.mjs';
import { LIFECYCLE } from './defects/lifecycle.mjs';
import { MEMBERS } from './defects/members.mjs';
import { MIX_UPS } from './defects/mix-ups.mjs';
import { POLLING, SILENCE } from './defects/polling.mjs';
import { CHATTER, CRASHES, HANGS } from './defects/process.mjs';
import { REFUNDS } from './defects/refunds.mjs';
import { REPORTS } from './defects/reports.mjs';
import { RETRIES, TIMEOUTS, TIMING } from './defects/retries.mjs';
import { FALSE_REPORTS, STATUS } from './defects/status.mjs';
import { TEXTS } from './defects/texts.mjs';

const groups = {
  keys: KEYS,
  retries: RETRIES,
  timing: TIMING,
  'time-outs': TIMEOUTS,
  polling: POLLING,
  'status handling': STATUS,
  headers: HEADERS,
  'texts and amounts': TEXTS,
  lifecycle: LIFECYCLE,
  ledger: [...LEDGER, ...REFUNDS],
  claims: CLAIMS,
  'mix-ups': [...MIX_UPS, ...MEMBERS],
  'false reports': [...FALSE_REPORTS, ...REPORTS],
  'crashes and restarts': CRASHES,
  hangs: HANGS,
  silence: SILENCE,
  chatter: CHATTER,
};

/**
 * Every defect: `name`, `group`, `sentence` (what it breaks), `breaks` (the obligation it offends, or `step`: an expectation, ending or
 * truth of the case; `client-error`: the client protocol; `unsupported`; `unproven`; `warning`), `seenIn` (a case that should tell), `gap` (why none tells yet) and `apply`, which
 * replaces members of the lawful policy (lib/policy.mjs).
 */
export const DEFECTS = Object.entries(groups).flatMap(([group, entries]) =>
  entries.map((entry) => ({ group, ...entry })),
);

/** The same as plain data (without `apply`). */
export const defectTable = JSON.parse(JSON.stringify(DEFECTS));

export function applyDefect(name, policy, settings) {
  const defect = DEFECTS.find((one) => one.name === name);
  if (defect === undefined) throw new Error(`no such defect: ${name}`);
  defect.apply(policy, settings);
}

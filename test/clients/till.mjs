#!/usr/bin/env node
/**
 * A till that speaks the client protocol, lawful unless told otherwise: `--defect NAME` breaks one thing,
 * `--habit NAME` does a lawful thing in an unusual way. Flags: lib/settings.mjs. It shares no code with the SDK.
 */
import { applyDefect } from './defects.mjs';
import { applyHabit } from './habits.mjs';
import { lawfulPolicy } from './lib/policy.mjs';
import { runOnce } from './lib/oneshot.mjs';
import { serveHttp } from './lib/service.mjs';
import { readSettings } from './lib/settings.mjs';
import { serveStdio } from './lib/stdio.mjs';

const log = (text) => process.stderr.write(`${text}\n`);

function settled() {
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    const policy = lawfulPolicy(settings);
    for (const name of settings.habits) applyHabit(name, policy, settings);
    for (const name of settings.defects) applyDefect(name, policy, settings);
    return { settings, policy, log, env: process.env };
  } catch (cause) {
    log(`till: ${cause.message}`);
    process.exit(2);
  }
}

const parts = settled();
parts.policy.atStart();
if (parts.settings.httpPort !== undefined) serveHttp(parts);
else if (process.env.POSCERT_METHOD !== undefined) await runOnce(parts);
else serveStdio(parts);

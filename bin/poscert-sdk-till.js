#!/usr/bin/env node
import { runTill } from '../dist/sdk/till/main.js';

await runTill({
  input: process.stdin,
  output: process.stdout,
  log: process.stderr,
  environment: process.env,
});

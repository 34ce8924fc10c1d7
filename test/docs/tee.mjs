import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/* Runs a client and writes down what goes in and out: node tee.mjs FILE PROGRAM ARGUMENT… */
const [file, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.on('data', (bytes) => {
  appendFileSync(file, bytes);
  child.stdin.write(bytes);
});
process.stdin.on('end', () => child.stdin.end());
child.stdout.on('data', (bytes) => {
  appendFileSync(file, bytes);
  process.stdout.write(bytes);
});
child.on('close', (code) => process.exit(code ?? 1));

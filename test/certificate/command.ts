import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { IDS, temporaryFolder, TILL } from './certified.ts';

/** A command line without a terminal, unless `terminal`, and what was written to it. */
export function screen(
  env: Record<string, string | undefined> = {},
  terminal = false,
  cwd = temporaryFolder(),
): { io: Io; out: () => string; err: () => string } {
  let out = '';
  let err = '';
  const io: Io = {
    cwd,
    env,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    width: 160,
    color: { out: false, err: false },
    signal: new AbortController().signal,
  };
  return { io, out: () => out, err: () => err };
}

/** A folder with a poscert.yaml that certifies onboarding of the test till; `more`: further lines under `client`. */
export function project(command: readonly string[] = [process.execPath, TILL], more = ''): string {
  const root = temporaryFolder();
  writeFileSync(
    join(root, 'poscert.yaml'),
    `client:
  name: Acme POS
  version: "2.4.1"
  sandboxClientId: ${IDS.sandbox}
  productionClientId: ${IDS.production}
  ${command.length === 0 ? 'driver: sdk' : `command: ${JSON.stringify(command)}`}
${more}`,
  );
  return root;
}

/** The same with a till that writes down what it was given before it works. */
export function spyProject(): { root: string; dump: string } {
  const folder = temporaryFolder();
  const dump = join(folder, 'dump.json');
  const spy = join(folder, 'spy.mjs');
  writeFileSync(
    spy,
    `import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
const descriptors = readdirSync('/proc/self/fd').flatMap((fd) => { try { return [readlinkSync('/proc/self/fd/' + fd)]; } catch { return []; } });
writeFileSync(${JSON.stringify(dump)}, JSON.stringify({ env: process.env, descriptors: descriptors.filter((one) => one !== process.execPath) }));
await import(${JSON.stringify(TILL)});
`,
  );
  return { root: project([process.execPath, spy]), dump };
}

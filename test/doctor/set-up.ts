import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { doctorCommand } from '../../src/cli/doctor.ts';
import type { Io } from '../../src/cli/io.ts';
import type { Check } from '../../src/model/diagnosis.ts';

export const CLIENT = join(import.meta.dirname, 'client.mjs');

/** A set-up in a folder of its own: files by their names, executable where the name ends in `*`, for the owner alone where it ends in `!`. */
export interface SetUp {
  readonly files?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
}

export type Told = Check & { readonly title: string; readonly cause?: string; readonly remedy?: string };

export interface Diagnosis {
  readonly exitCode: number;
  readonly checks: readonly Told[];
  /** What a person reads. */
  readonly text: string;
  /** The lines that are not in order. */
  readonly wrong: readonly Told[];
}

/** A poscert.yaml for the small client with `mode`; `more` is put at its end, `client` under client. */
export function yamlFor(
  mode: string,
  { client = '', more = '', extra = '' }: { client?: string; more?: string; extra?: string } = {},
): string {
  const command = JSON.stringify([process.execPath, CLIENT, mode, extra]);
  return [
    'client:',
    '  name: Small till',
    '  version: "2.1.0"',
    `  command: ${command}`,
    ...client.split('\n').map((line) => `  ${line}`),
    more,
  ].join('\n');
}

/** Lets the doctor look at a set-up, twice: as JSON and as text only where `text` is asked for. */
export async function diagnose({
  files = {},
  flags = {},
  env = {},
  node = process.version,
}: SetUp): Promise<Diagnosis> {
  const cwd = await mkdtemp(join(tmpdir(), 'poscert-set-up-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(cwd, name.replace(/[*!]$/, ''));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      if (name.endsWith('*')) await chmod(path, 0o755);
      if (name.endsWith('!')) await chmod(path, 0o600);
    }
    let out = '';
    const io: Io = {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
      out: (text) => (out += text),
      err: (text) => (out += text),
      outIsTerminal: false,
      errIsTerminal: false,
      width: 100,
      color: { out: false, err: false },
      signal: new AbortController().signal,
    };
    const exitCode = await doctorCommand(
      { json: true, ...flags },
      io,
      { name: 'poscert', version: '0.1.0', node },
      {},
    );
    const text = out;
    const checks = flags['json'] === false ? [] : (JSON.parse(out) as { checks: Told[] }).checks;
    return { exitCode, checks, text, wrong: checks.filter((one) => one.state !== 'ok') };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

import { constants } from 'node:fs';
import { access, open, readdir, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Check } from '../../model/diagnosis.ts';
import { nearest } from '../../model/nearest.ts';
import { checksOf } from './check.ts';

const check = checksOf('adapter');
const SCRIPT = /\.(?:py|m?js|cjs|ts|php|rb|sh|jar|java|dll|exe|pl|lua)$/i;
const WINDOWS = /^[A-Za-z]:\\/;

/**
 * What can be seen of a command without starting it: whether the program is there, is a file, may be executed and has a first line that works,
 * and whether the script it is given is there. `path`: the PATH that the client gets. The first thing that is wrong, or undefined.
 */
export async function commandCheck(
  command: readonly string[],
  cwd: string,
  path: string,
): Promise<Check | undefined> {
  const [program = '', ...args] = command;
  const found = await programFile(program, cwd, path);
  if (found.kind === 'missing') {
    const near = found.folder === undefined ? undefined : await nearFile(found.folder, basename(program));
    const data = { program, cwd, named: found.folder !== undefined };
    return check('error', 'doctor-program-missing', near === undefined ? data : { ...data, nearest: near });
  }
  if (found.kind === 'folder') return check('error', 'doctor-program-folder', { program });
  if (found.kind === 'not executable') return check('error', 'client-not-executable', { command: program });
  const line = await shebangCheck(found.file, program, path);
  if (line !== undefined) return line;
  const script = args.find((one) => SCRIPT.test(one) && !one.startsWith('-') && !one.includes('://'));
  if (script === undefined) return undefined;
  const file = resolve(cwd, script);
  if (await isThere(file)) return undefined;
  const near = await nearFile(dirname(file), basename(file));
  return check('error', 'doctor-script-missing', {
    script,
    cwd,
    program,
    ...(near === undefined ? {} : { nearest: join(dirname(script), near) }),
  });
}

type Found =
  | { readonly kind: 'missing'; readonly folder?: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'not executable' }
  | { readonly kind: 'file'; readonly file: string };

/** As the system finds it: a name with a slash from the working directory, any other in PATH. */
async function programFile(program: string, cwd: string, path: string): Promise<Found> {
  if (/[/\\]/.test(program) || WINDOWS.test(program)) {
    const file = isAbsolute(program) ? program : join(cwd, program);
    if (!(await isThere(file))) return { kind: 'missing', folder: dirname(file) };
    if ((await stat(file)).isDirectory()) return { kind: 'folder' };
    return (await mayExecute(file)) ? { kind: 'file', file } : { kind: 'not executable' };
  }
  for (const folder of path.split(delimiter).filter((one) => one !== ''))
    for (const ending of delimiter === ';' ? ['', '.exe', '.cmd', '.bat'] : ['']) {
      const file = join(folder, program + ending);
      if (await mayExecute(file)) return { kind: 'file', file };
    }
  return { kind: 'missing' };
}

/** A first line `#!…` that ends in \r, or names what is not there, lets the system say that the script itself is missing. */
async function shebangCheck(file: string, program: string, path: string): Promise<Check | undefined> {
  const head = await firstLine(file);
  if (head?.startsWith('#!') !== true) return undefined;
  if (head.endsWith('\r')) return check('error', 'doctor-line-ends', { program });
  const [interpreter = '', argument = ''] = head.slice(2).trim().split(/\s+/);
  const named = basename(interpreter) === 'env' && !argument.startsWith('-') ? argument : interpreter;
  const there = await programFile(named, dirname(file), path);
  return there.kind === 'file' || named === ''
    ? undefined
    : check('error', 'doctor-interpreter', { program, interpreter: named });
}

/** Whether the program of a command is a text that does not begin with `#!`. */
export async function lacksFirstLine(command: readonly string[], cwd: string): Promise<boolean> {
  const [program = ''] = command;
  if (!/[/\\]/.test(program)) return false;
  const head = await firstLine(isAbsolute(program) ? program : join(cwd, program));
  return head !== undefined && !head.startsWith('#!') && /^[\t\r\x20-\x7e]*$/.test(head);
}

async function firstLine(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
      return buffer.toString('latin1', 0, bytesRead).split('\n')[0];
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function mayExecute(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    async () => (await stat(file)).isFile(),
    () => false,
  );
}

async function nearFile(folder: string, name: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  return nearest(name, names);
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneLine } from '../report/terminal-text.ts';
import { serve, StateFileError, type Host, type ServeOptions } from '../serve.ts';
import { exitCode } from '../words/exit-codes.ts';
import type { Io } from './io.ts';
import { addresses, greeting } from './sandbox-greeting.ts';
import type { Tool } from './tool.ts';

const DESCRIPTION = fileURLToPath(new URL('../../schema/openapi.yaml', import.meta.url));

/** What a user can cause, with what to do about it. */
class SandboxFault extends Error {
  readonly code: 'usage' | 'error';
  constructor(code: 'usage' | 'error', message: string) {
    super(message);
    this.name = 'SandboxFault';
    this.code = code;
  }
}

/** `poscert sandbox`: runs until it is interrupted, and says so by its exit code (cli.md). */
export async function sandboxCommand(flags: Record<string, unknown>, io: Io, tool: Tool): Promise<number> {
  let host: Host;
  try {
    host = await started(await optionsOf(flags, io));
  } catch (thrown) {
    if (!(thrown instanceof SandboxFault)) throw thrown;
    io.err(`poscert sandbox: ${oneLine(thrown.message)}\n`);
    return exitCode(thrown.code);
  }
  const stateFile = text(flags, 'state');
  io.sayOnStop?.(
    stateFile === undefined
      ? 'Stopping the sandbox: its state goes with it (--state FILE keeps it).'
      : `Stopping the sandbox: its state is being written to ${oneLine(stateFile)}.`,
  );
  io.out(flags['json'] === true ? `${JSON.stringify(addresses(host))}\n` : greeting(host, tool, stateFile));
  await aborted(io.signal);
  try {
    await host.stop();
  } catch (thrown) {
    io.err(`poscert sandbox: the state could not be written: ${oneLine(messageOf(thrown))}\n`);
    return exitCode('error');
  }
  return exitCode('interrupted');
}

async function optionsOf(flags: Record<string, unknown>, io: Io): Promise<ServeOptions> {
  const host = text(flags, 'host') ?? '127.0.0.1';
  const tls = await tlsOf(flags, io);
  if (!isLoopback(host)) {
    if (flags['allowRemote'] !== true)
      throw usage(
        `${host} can be reached from other machines. Add --allow-remote if that is meant, and TLS.`,
      );
    if (tls === undefined)
      throw usage('Beyond this machine the sandbox wants TLS: give --tls-cert and --tls-key (PEM files).');
  }
  const pollDelay = number(flags, 'pollDelay', 0, 2_147_483_647);
  const stateFile = text(flags, 'state');
  if (stateFile?.trim() === '') throw usage('--state needs the name of a file.');
  return {
    host,
    port: number(flags, 'port', 0, 65_535) ?? 0,
    controlPort: number(flags, 'controlPort', 0, 65_535) ?? 0,
    settings: pollDelay === undefined ? {} : { pollDelayInMs: pollDelay },
    description: await readFile(DESCRIPTION, 'utf8'),
    warn: warner(io, 'warnings'),
    // On a count of their own, so that no client can talk so much that these are not heard.
    trouble: warner(io, 'failures'),
    ...(tls === undefined ? {} : { tls }),
    ...(stateFile === undefined ? {} : { stateFile: resolve(io.cwd, stateFile) }),
  };
}

function usage(message: string): SandboxFault {
  return new SandboxFault('usage', message);
}

function text(flags: Record<string, unknown>, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

function number(
  flags: Record<string, unknown>,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const found = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (found >= least && found <= most) return found;
  throw usage(`${flag} must be a whole number from ${least} to ${most}, not ${JSON.stringify(value)}.`);
}

async function tlsOf(flags: Record<string, unknown>, io: Io): Promise<ServeOptions['tls']> {
  const cert = text(flags, 'tlsCert');
  const key = text(flags, 'tlsKey');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('--tls-cert and --tls-key belong together.');
  const read = async (file: string): Promise<string> => {
    try {
      const pem = await readFile(resolve(io.cwd, file), 'utf8');
      if (pem.includes('-----BEGIN ')) return pem;
    } catch (thrown) {
      throw usage(`${file} could not be read: ${messageOf(thrown)}`);
    }
    throw usage(`${file} is no PEM file: it has no line that begins with -----BEGIN.`);
  };
  return { cert: await read(cert), key: await read(key) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

async function started(options: ServeOptions): Promise<Host> {
  try {
    return await serve(options);
  } catch (thrown) {
    throw faultOf(thrown, options);
  }
}

/** Says what the system's error means here, and what to do. */
function faultOf(thrown: unknown, options: ServeOptions): unknown {
  if (thrown instanceof StateFileError) return stateFault(thrown, options.stateFile ?? '');
  const { code, port } = thrown as NodeJS.ErrnoException & { readonly port?: number };
  const where = `${options.host}:${port ?? options.port}`;
  switch (code) {
    case 'EADDRINUSE':
      return new SandboxFault(
        'error',
        `${where} is in use by another program. Stop that, or take another port (--port 0 takes a free one).`,
      );
    case 'EACCES':
      return new SandboxFault('error', `This user may not listen on ${where}. Take a port above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SandboxFault('error', `${options.host} is no address of this machine. Take 127.0.0.1.`);
    default:
      if (code?.startsWith('ERR_OSSL') === true || code?.startsWith('ERR_TLS') === true)
        return usage(`The certificate or its key can't be used: ${messageOf(thrown)}`);
      return code?.startsWith('E') === true ? new SandboxFault('error', messageOf(thrown)) : thrown;
  }
}

function stateFault({ kind, message }: StateFileError, file: string): SandboxFault {
  switch (kind) {
    case 'damaged':
      return usage(
        `${file} is no state that can be gone on from: ${message}. It was left as it is; move it away, or name another file.`,
      );
    case 'unreadable':
      return usage(`${file} could not be read: ${message}. Name another file.`);
    case 'held':
      return usage(`${file} is in use: ${message}. Stop that one, or name another file.`);
    case 'unwritable':
      return new SandboxFault(
        'error',
        `${file} could not be written: ${message}. Make its folder, or one that this user may write to, or name another file.`,
      );
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const MOST_WARNINGS = 200;

/** Says each thing once: clients repeat themselves. */
function warner(io: Io, what: string): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (said.size >= MOST_WARNINGS || said.has(warning)) return;
    said.add(warning);
    io.err(`${oneLine(warning)}\n`);
    if (said.size === MOST_WARNINGS) io.err(`Further ${what} are not shown.\n`);
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

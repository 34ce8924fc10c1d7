import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { ClientFaultError, type ClientFault } from '../model/client.ts';

/** How a client's command is started. */
export interface Launch {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment: an allow-list of ours plus `client.env`; never the signing key (certificate.md, Keys). */
  readonly env: Readonly<Record<string, string>>;
}

const ALLOWED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|SYSTEMROOT|ComSpec|PATHEXT|WINDIR|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramFiles|JAVA_HOME|DOTNET_ROOT|PYENV_ROOT|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/;

/** What of our own environment a client gets. */
export function allowedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && ALLOWED.test(name)) allowed[name] = value;
  return allowed;
}

/** Most that a client may log while one process of it runs, bytes: all of it stands in the recording. */
export const LOG_LIMIT = 16 * 1024 * 1024;
/** How long a process may take to be gone after SIGKILL, ms: one that we may not kill would hold us for ever. */
const KILL_MS = 5000;
const STDERR_LINES = 20;
const STDERR_LINE_LENGTH = 500;

/** A client's process: its own group, its log kept, killed as a whole. */
export interface Child {
  readonly process: ChildProcess;
  /** The last lines of its log. */
  log(): readonly string[];
  /** How much of it there was so far, bytes. */
  logged(): number;
  /** Hears of whatever is logged; the lines that were completed by it, which may be none. */
  onLog(listener: (lines: readonly string[]) => void): void;
  /** Resolves when it has exited and its streams are read to the end. */
  readonly closed: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGKILL to the whole group; resolves when the process is gone. Throws where it can't be ended: it runs as somebody else (sudo), say. */
  kill(): Promise<void>;
}

/** Starts a command without a shell. Throws ClientFaultError where it cannot be started. */
export async function startChild(launch: Launch): Promise<Child> {
  const [file, ...args] = launch.command;
  if (file === undefined)
    throw new ClientFaultError({ code: 'client-not-found', data: { command: '' }, stderr: [] });
  const child = spawned(file, args, launch);
  child.stdin.on('error', () => undefined);
  const lines: string[] = [];
  const listeners: ((lines: readonly string[]) => void)[] = [];
  let rest = '';
  let logged = 0;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    logged += Buffer.byteLength(chunk);
    const parts = (rest + chunk).slice(-65_536).split('\n');
    rest = parts.pop() ?? '';
    const fresh = parts.map((line) => line.replace(/\r$/, '').slice(0, STDERR_LINE_LENGTH));
    lines.push(...fresh);
    lines.splice(0, Math.max(0, lines.length - STDERR_LINES));
    for (const listener of listeners) listener(fresh);
  });
  const closed = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    // A grandchild may keep the streams open: the exit alone must do, a moment later.
    child.once('exit', (code, signal) => {
      const timer = setTimeout(() => resolve({ code, signal }), 200);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ClientFaultError(startFault(error, launch))),
    );
  });
  return {
    process: child,
    log: () => (rest === '' ? lines.slice() : [...lines, rest.slice(0, STDERR_LINE_LENGTH)]),
    logged: () => logged,
    onLog: (listener) => listeners.push(listener),
    closed,
    async kill() {
      killGroup(child);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          // What can't be ended must not keep us from ending.
          for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
          child.unref();
          reject(new Error(`the client's process ${child.pid ?? ''} could not be ended; end it by hand`));
        }, KILL_MS);
      });
      await Promise.race([closed, late]).finally(() => clearTimeout(timer));
    },
  };
}

function spawned(file: string, args: readonly string[], launch: Launch): ChildProcessWithoutNullStreams {
  try {
    return spawn(file, args, {
      cwd: launch.cwd,
      env: { ...launch.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (thrown) {
    // What no system could start is not even tried: an empty name, a zero byte.
    throw new ClientFaultError(startFault(thrown as NodeJS.ErrnoException, launch));
  }
}

/** The system says ENOENT as well where the folder, or the interpreter that a script's first line names, is not there. */
function startFault(error: NodeJS.ErrnoException, { command, cwd }: Launch): ClientFault {
  const code = error.code === 'EACCES' ? 'client-not-executable' : 'client-not-found';
  const [program = ''] = command;
  const absent = !existsSync(cwd)
    ? { absent: 'folder', cwd }
    : /[/\\]/.test(program) && existsSync(resolve(cwd, program))
      ? { absent: 'interpreter' }
      : {};
  const data = { command: command.join(' '), message: error.message };
  return { code, data: code === 'client-not-found' ? { ...data, ...absent } : data, stderr: [] };
}

/** Ends the process and all its children at once: a power cut asks nobody. */
function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/T', '/F', '/PID', String(pid)], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** How an exit nobody asked for is told. */
export function exitFault(
  child: Child,
  ended: { readonly code: number | null; readonly signal: string | null },
  during: string | undefined,
): ClientFault {
  return {
    code: 'client-exited',
    data: { code: ended.code, signal: ended.signal, ...(during === undefined ? {} : { command: during }) },
    stderr: child.log(),
  };
}

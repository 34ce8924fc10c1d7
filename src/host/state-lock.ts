import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { StateFileError } from './state-file.ts';

/**
 * Holds a state file for this process, so that two sandboxes do not overwrite each other's state without a word; returns what lets it go.
 * What is held is a local socket and not a file: the system takes it back however the process ends. Throws StateFileError where another
 * process of this machine holds it.
 */
export async function holdStateFile(file: string): Promise<() => void> {
  const name = await socketOf(file);
  let server = await listening(name);
  // A socket that is a file outlives a process that was killed; nobody answers there any longer.
  if (server === undefined && name.startsWith('/') && !(await answers(name))) {
    await unlink(name).catch(() => undefined);
    server = await listening(name);
  }
  if (server === undefined) throw new StateFileError('held', 'another sandbox keeps its state there');
  return () => {
    server.close();
  };
}

/** Linux and Windows know sockets that are no files; elsewhere one lies in the temporary folder. */
async function socketOf(file: string): Promise<string> {
  const folder = await realpath(dirname(file)).catch(() => dirname(file));
  const id = createHash('sha256')
    .update(join(folder, basename(file)))
    .digest('hex')
    .slice(0, 32);
  const name = `poscert-state-${id}`;
  switch (platform()) {
    case 'linux':
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return join(tmpdir(), `${name}.sock`);
  }
}

/** A server there, or undefined where there is one already. A system that has no such sockets can hold nothing, and nothing is refused. */
function listening(name: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.destroy();
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? undefined : server);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}

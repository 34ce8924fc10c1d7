import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import { refuse } from './failure.ts';
import type { Io } from './io.ts';
import { settings, type Flags } from './settings.ts';

/** A save comes as several events: so long nothing may follow before it counts, ms. */
const QUIET_MS = 300;
/** What a run or a build writes, and what no adapter is made of. */
const IGNORED =
  /(^|[\\/])(\.poscert|\.git|node_modules|poscert-certificates|__pycache__)([\\/]|$)|\.(pyc|log|swp|tmp|part)$|~$/;

interface WatchParts {
  readonly io: Io;
  /** Files that are looked at: those of the adapter (its whole folder) and the configuration. */
  readonly files: readonly string[];
  /** One run; what it answers is its exit code. */
  readonly run: (signal: AbortSignal) => Promise<number>;
}

/** `poscert run --watch`. Nothing is certified: what is being changed is no version yet. */
export function watchCommand(
  flags: Flags,
  io: Io,
  run: (flags: Flags, io: Io) => Promise<number>,
): number | Promise<number> {
  const resolved = settings(flags, io);
  if (!resolved.ok) return refuse(resolved.problems, io);
  const files = filesToWatch(resolved.value.config);
  if (files.length === 0) return refuse([{ code: 'nothing-to-watch', data: {} }], io);
  return watchAndRun({
    io,
    files,
    run: (signal) => run({ ...flags, certificate: false }, { ...io, signal }),
  });
}

/** Runs, and runs again whenever a file of the adapter or poscert.yaml has changed; a run under way is stopped for it. Ends by Ctrl-C. */
export async function watchAndRun({ io, files, run }: WatchParts): Promise<number> {
  if (!io.outIsTerminal || !io.errIsTerminal) return refuse([{ code: 'watch-needs-terminal', data: {} }], io);
  let changed = deferred();
  const watchers = watchFiles(files, () => {
    changed.resolve();
  });
  const over = aborted(io.signal);
  try {
    for (;;) {
      const now = changed;
      const stop = new AbortController();
      void now.promise.then(() => {
        stop.abort();
      });
      const code = await run(AbortSignal.any([io.signal, stop.signal]));
      if (hasEnded(io.signal)) return code;
      io.err('\nWaiting for a change of the adapter or of poscert.yaml; Ctrl-C ends.\n');
      await Promise.race([now.promise, over]);
      if (hasEnded(io.signal)) return code;
      changed = deferred();
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The files that a configuration is made of: poscert.yaml and what of the client's command is a file. */
function filesToWatch(config: Config): string[] {
  const own = config.file === undefined ? [] : [config.file];
  const adapter = (config.client.command ?? [])
    .map((word) => resolve(config.client.cwd, word))
    .filter((path) => existsSync(path) && statSync(path).isFile());
  return [...own, ...adapter];
}

function watchFiles(files: readonly string[], onChange: () => void): FSWatcher[] {
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
  };
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = dirname(file);
    folders.set(folder, (folders.get(folder) ?? new Set()).add(basename(file)));
  }
  // A folder and not the file: editors put a new file in the place of the old one.
  return [...folders].map(([folder, names]) => {
    const wide = [...names].some((name) => name !== 'poscert.yaml') && !/^\/(usr|bin|opt)(\/|$)/.test(folder);
    const watcher = watch(folder, { recursive: wide }, (_, name) => {
      if (name !== null && !IGNORED.test(name) && (wide || names.has(name))) soon();
    });
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  });
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function deferred(): Deferred {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

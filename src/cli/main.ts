import { runCommandLine } from './program.ts';
import { wantsColor, type Io } from './io.ts';

/*
 * The way in: reads the global process once, runs the command line, and leaves with its exit code when everything written has been taken.
 */

const FORCE_AFTER_MS = 8000;
const stop = new AbortController();
let stopWords =
  'Stopping: the cases under way are ended, what was seen is kept. Press Ctrl-C again to leave at once.';

process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(130);
  process.stderr.write(`\n${stopWords}\n`);
  stop.abort();
  setTimeout(() => process.exit(130), FORCE_AFTER_MS).unref();
});
// A closed terminal (SIGHUP) ends a run or a sandbox as properly as anybody else who asks it to.
for (const signal of ['SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    stop.abort();
    setTimeout(() => process.exit(130), FORCE_AFTER_MS).unref();
  });
// A reader that went away (poscert list | head) is no error of ours; nor is a terminal that did, while what was seen is still kept.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EIO' && stop.signal.aborted) return;
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});
// Progress and warnings that nobody can read end nothing: a sandbox or a run goes on without them.
process.stderr.on('error', () => undefined);

const argv = process.argv.slice(2);
const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  width: process.stdout.columns || 100,
  color: {
    out: wantsColor(process.stdout.isTTY, process.env, argv),
    err: wantsColor(process.stderr.isTTY, process.env, argv),
  },
  // Opened by whoever reads it: an open input would keep the process alive.
  get input() {
    return process.stdin;
  },
  signal: stop.signal,
  sayOnStop: (text) => {
    stopWords = text;
  },
};

process.exitCode = await runCommandLine(argv, io);

/**
 * The till's own settings, from flags and environment.
 *
 * --defect NAME        breaks one thing (repeatable; also TILL_DEFECT, comma-separated)
 * --habit NAME         an unusual but lawful way (repeatable; also TILL_HABIT)
 * --http PORT          serve JSON-RPC by POST on 127.0.0.1 (0: any free port, printed on stdout)
 * --write-timeout MS   200 (TILL_WRITE_TIMEOUT_MS)      --read-timeout MS   200 (TILL_READ_TIMEOUT_MS)
 * --retries N          4 (TILL_RETRIES)                 --backoff MS        100 (TILL_BACKOFF_MS)
 * --patience MS        how long an await… command waits (TILL_PATIENCE_MS; else patienceMs of initialize)
 * --scale X            multiplies the times that habits and defects name in seconds (TILL_SCALE; 1)
 * --version-number V   the version it states when initialize gives none (TILL_VERSION; 2.1.0)
 * --quiet              no log on stderr
 */
export function readSettings(argv, env) {
  const number = (name, fallback) => (env[name] === undefined ? fallback : Number(env[name]));
  const list = (text) => (text ?? '').split(',').filter((name) => name !== '');
  const settings = {
    defects: list(env.TILL_DEFECT),
    habits: list(env.TILL_HABIT),
    httpPort: undefined,
    writeTimeoutMs: number('TILL_WRITE_TIMEOUT_MS', 200),
    readTimeoutMs: number('TILL_READ_TIMEOUT_MS', 200),
    retries: number('TILL_RETRIES', 4),
    backoffMs: number('TILL_BACKOFF_MS', 100),
    patienceMs: number('TILL_PATIENCE_MS', undefined),
    scale: number('TILL_SCALE', 1),
    version: env.TILL_VERSION ?? '2.1.0',
    quiet: env.TILL_QUIET === '1',
  };
  const flags = {
    '--defect': (value) => settings.defects.push(...list(value)),
    '--habit': (value) => settings.habits.push(...list(value)),
    '--http': (value) => (settings.httpPort = Number(value)),
    '--write-timeout': (value) => (settings.writeTimeoutMs = Number(value)),
    '--read-timeout': (value) => (settings.readTimeoutMs = Number(value)),
    '--retries': (value) => (settings.retries = Number(value)),
    '--backoff': (value) => (settings.backoffMs = Number(value)),
    '--patience': (value) => (settings.patienceMs = Number(value)),
    '--scale': (value) => (settings.scale = Number(value)),
    '--version-number': (value) => (settings.version = value),
  };
  for (let index = 0; index < argv.length; index += 1) {
    const [flag, inline] = argv[index].split(/=(.*)/s, 2);
    if (flag === '--quiet') {
      settings.quiet = true;
      continue;
    }
    const set = flags[flag];
    if (set === undefined) throw new Error(`unknown flag ${flag}`);
    const value = inline ?? argv[(index += 1)];
    if (value === undefined) throw new Error(`${flag} wants a value`);
    set(value);
  }
  return settings;
}

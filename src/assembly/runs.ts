import { lstat, open, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { Problem } from '../model/problem.ts';
import { readJournal, type ReadBack } from '../journal/read-back.ts';
import { parseJson } from '../std/bytes.ts';

/** A run as it lies on the disk. */
export interface StoredRun {
  /** As the recording says, else the folder's name. */
  readonly id: string;
  /** Absolute. */
  readonly journal: string;
  readonly read: ReadBack;
  /** What was reported of it when it ended, if that is there. */
  readonly report?: JsonObject;
  /** The run whose passed cases this one goes on from, where it was resumed. */
  readonly before?: StoredRun;
}

/** Where runs are looked for: `root` is the folder of poscert.yaml, else the working directory. */
export interface RunPlace {
  readonly root: string;
  readonly cwd: string;
}

/** Something made of stored recordings, or why that can't be; `damaged`: a recording is there and can't be believed. */
export type Audited<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly damaged: boolean; readonly problems: readonly Problem[] };

/** What can't be had, for one reason. */
export function refused(problem: Problem, damaged = false): Audited<never> {
  return { ok: false, damaged, problems: [problem] };
}

/** The run, after those that it goes on from. */
export function chainOf(run: StoredRun): StoredRun[] {
  return run.before === undefined ? [run] : [...chainOf(run.before), run];
}

/** The case pack that a run was made with. */
export function packOf({ read }: StoredRun): { id: string; version: string; digest: string } | undefined {
  return read.records.find((record) => record.kind === 'run-started')?.pack;
}

/** A recording of a whole run has a few megabytes; more is no file of ours. */
const MAX_BYTES = 256 * 1024 * 1024;
/** How often a run may have been resumed. */
const MAX_RESUMED = 20;
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Finds the run that a person named: by its id (its beginning or end where only one run has it), by the path of its folder or recording, or,
 * without a name, the last one that ended; `newest`: the last one that began. Throws what the file system throws but for what is not there.
 */
export async function findRun(
  name: string | undefined,
  { root, cwd }: RunPlace,
): Promise<Audited<StoredRun>> {
  const place = await placeOf(name, root, cwd);
  if (!place.ok) return refused(place.problem);
  const found = await readRun(place.journal, 0);
  if (!found.ok) return found;
  const { id, read } = found.value;
  const torn = read.chain.kind === 'torn' ? read.chain.line : undefined;
  const warnings: Problem[] = [];
  if (torn !== undefined) warnings.push({ code: 'recording-cut-off', data: { run: id, line: torn } });
  else if (!read.finished) warnings.push({ code: 'run-unfinished', data: { run: id } });
  return { ...found, warnings };
}

/** The file of a run's folder that names the run it goes on from. */
const RESUMES_FILE = 'resumes';

/** Notes beside a run which run it went on from, so that it can be told with it. Throws what the file system throws. */
export async function rememberBefore(root: string, run: string, before: string): Promise<void> {
  const file = join(root, '.poscert', 'runs', run, RESUMES_FILE);
  await writeFile(file, `${before}\n`, { mode: 0o600, flag: 'wx' });
}

type Place =
  { readonly ok: true; readonly journal: string } | { readonly ok: false; readonly problem: Problem };

async function placeOf(name: string | undefined, root: string, cwd: string): Promise<Place> {
  const folder = join(root, '.poscert', 'runs');
  if (name === undefined || name === 'last') {
    const last = (await textOf(join(root, '.poscert', 'last')))?.trim() ?? '';
    if (RUN_ID.test(last)) return { ok: true, journal: join(folder, last, 'run.jsonl') };
    return { ok: false, problem: { code: 'no-run-yet', data: { root } } };
  }
  const newest = name === 'newest' ? await newestOf(folder) : undefined;
  if (newest !== undefined) return { ok: true, journal: join(folder, newest, 'run.jsonl') };
  const path = resolve(cwd, name);
  if (await isFile(path)) return { ok: true, journal: path };
  if (await isFile(join(path, 'run.jsonl'))) return { ok: true, journal: join(path, 'run.jsonl') };
  const ids = await runIds(folder);
  const meant = ids.includes(name)
    ? [name]
    : ids.filter((id) => name.length >= 4 && (id.startsWith(name) || id.endsWith(name)));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return { ok: true, journal: join(folder, only, 'run.jsonl') };
  const near = nearest(name, ids);
  return {
    ok: false,
    problem: {
      code: 'run-missing',
      data: { run: name, root, like: meant, ...(near === undefined ? {} : { nearest: near }) },
    },
  };
}

/** Reads one recording with what lies beside it. */
async function readRun(journal: string, depth: number): Promise<Audited<StoredRun>> {
  const bytes = await bytesOf(journal, MAX_BYTES);
  if (bytes === undefined) return refused({ code: 'recording-missing', data: { path: journal } });
  if (bytes === 'too large')
    return refused({ code: 'file-too-large', data: { path: journal, limitMiB: MAX_BYTES / 1048576 } });
  const read = readJournal(bytes);
  const damaged = (line: number, fault: string): Audited<never> =>
    refused({ code: 'recording-damaged', data: { path: journal, line, fault } }, true);
  if (read.chain.kind === 'damaged') return damaged(read.chain.damage.line, read.chain.damage.fault);
  const [first] = read.records;
  if (first?.kind !== 'run-started' || !isPlayable(first.config))
    return damaged(1, 'it does not begin with the start of a run');
  const folder = dirname(journal);
  const report = await reportOf(folder, first.run);
  const run: StoredRun = { id: first.run, journal, read, ...(report === undefined ? {} : { report }) };
  const resumed = basename(journal) === 'run.jsonl' ? await textOf(join(folder, RESUMES_FILE)) : undefined;
  if (resumed === undefined) return { ok: true, value: run, warnings: [] };
  const id = resumed.trim();
  if (!RUN_ID.test(id) || depth >= MAX_RESUMED)
    return refused(
      { code: 'resumed-run-missing', data: { run: first.run, resumed: id.slice(0, 100) } },
      true,
    );
  const before = await readRun(join(dirname(folder), id, 'run.jsonl'), depth + 1);
  return before.ok ? { ...before, value: { ...run, before: before.value } } : before;
}

/** A configuration that says how the client was operated. */
function isPlayable(config: JsonObject): boolean {
  const { client } = config;
  return isJsonObject(client) && typeof client['driver'] === 'string';
}

async function reportOf(folder: string, run: string): Promise<JsonObject | undefined> {
  const bytes = await bytesOf(join(folder, 'report.json'), MAX_BYTES);
  if (bytes === undefined || bytes === 'too large') return undefined;
  const value = parseJson(Buffer.from(bytes).toString('utf8'));
  return isJsonObject(value) && value['run'] === run ? value : undefined;
}

async function runIds(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => RUN_ID.test(name)).sort();
  } catch (thrown) {
    if (isAbsent(thrown)) return [];
    throw thrown;
  }
}

/** The run that began last: ids begin with the second, and within one the recording that was written to last counts. */
async function newestOf(folder: string): Promise<string | undefined> {
  const ids = await runIds(folder);
  const second = ids.at(-1)?.slice(0, 15) ?? '';
  let newest: { readonly id: string; readonly at: number } | undefined;
  for (const id of ids.filter((one) => one.startsWith(second))) {
    const journal = join(folder, id, 'run.jsonl');
    const at = (await isFile(journal)) ? (await stat(journal)).mtimeMs : 0;
    if (newest === undefined || at >= newest.at) newest = { id, at };
  }
  return newest?.id;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (thrown) {
    if (isAbsent(thrown)) return false;
    throw thrown;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

/** The bytes of an ordinary file up to a size; undefined where there is no such file. Throws what else the file system throws. */
export async function bytesOf(path: string, limit: number): Promise<Uint8Array | 'too large' | undefined> {
  try {
    // A pipe or a device would be waited for without end.
    if (!(await lstat(await realpath(path))).isFile()) return undefined;
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).size > limit) return 'too large';
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

function isAbsent(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

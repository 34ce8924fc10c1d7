import { configFileSchema, type ConfigFile } from '../model/config.ts';
import { isJsonObject } from '../model/json.ts';
import { nodeAt, placeOf, problemAt, type LocatedText, type Path } from '../model/located.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { check } from '../model/schema-problems.ts';
import { foldersUp, resolvePath } from './paths.ts';
import { readConfigText } from './yaml.ts';

/** The text of a file, or undefined where there is none. Throws what the system throws. */
export type ReadFile = (path: string) => string | undefined;

const FILE_NAME = 'poscert.yaml';

/** A configuration file as it was found and read. */
export interface Found {
  readonly path: string;
  readonly located: LocatedText;
  readonly file: ConfigFile;
}

/** The file named, or the nearest poscert.yaml from `cwd` upwards; undefined where there is none. */
export function findFile(cwd: string, named: string | undefined, read: ReadFile): Parsed<Found | undefined> {
  const warnings: Problem[] = [];
  const places =
    named === undefined
      ? foldersUp(cwd).map((folder) => resolvePath(folder, FILE_NAME))
      : [resolvePath(cwd, named)];
  for (const path of places) {
    const text = readSafely(path, read);
    if (!text.ok) return text;
    if (text.value !== undefined) return readFile(path, text.value);
    if (named !== undefined)
      return { ok: false, problems: [{ code: 'config-not-found', place: { file: path }, data: {} }] };
    const other = path.replace(/yaml$/, 'yml');
    const misnamed = readSafely(other, read);
    if (misnamed.ok && misnamed.value !== undefined)
      warnings.push({ code: 'config-misnamed', place: { file: other }, data: { expected: FILE_NAME } });
  }
  return { ok: true, value: undefined, warnings };
}

function readSafely(path: string, read: ReadFile): Parsed<string | undefined> {
  try {
    return { ok: true, value: read(path), warnings: [] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, problems: [{ code: 'config-unreadable', place: { file: path }, data: { message } }] };
  }
}

function readFile(path: string, text: string): Parsed<Found> {
  const located = readConfigText(text, path);
  if (!located.ok) return { ok: false, problems: located.problems.map(withoutSecrets) };
  if (located.value.root.value === null)
    return { ok: true, value: { path, located: located.value, file: {} }, warnings: [] };
  const literal = literalSecret(located.value);
  const parsed = check(located.value, [], configFileSchema);
  const problems = (parsed.ok ? [] : parsed.problems).filter(
    (problem) => literal === undefined || problem.place?.line !== literal.place?.line,
  );
  const all = literal === undefined ? problems : [...problems, literal];
  if (!parsed.ok || all.length > 0) return { ok: false, problems: all.map(withoutSecrets) };
  return { ok: true, value: { path, located: located.value, file: parsed.value }, warnings: [] };
}

const SECRET: Path = ['target', 'clientSecret'];

/** A secret that stands in the file itself: it would be committed with it. */
function literalSecret(located: LocatedText): Problem | undefined {
  const node = nodeAt(located.root, SECRET);
  if (node === undefined || isJsonObject(node.value)) return undefined;
  return problemAt(located, SECRET, 'secret-literal', { member: 'clientSecret' });
}

const SHOWS_SECRET = /((?:secret|passw(?:or)?d|token)["']?\s*:\s*)(?!\s*[{\s])([^\s#,}][^#,}]*)/gi;

/** The same problem with what looks like a secret hidden from its line and data: problems are printed and logged. */
function withoutSecrets(problem: Problem): Problem {
  const text = problem.place?.text;
  if (problem.place === undefined || text === undefined) return problem;
  const hidden = text.replace(SHOWS_SECRET, (_, before: string) => `${before}…`);
  if (hidden === text) return problem;
  const data = Object.entries(problem.data).filter(([name]) => name !== 'got');
  return { ...problem, data: Object.fromEntries(data), place: { ...problem.place, text: hidden } };
}

/** A problem with what stands at `path` of the file. */
export function fileProblem(found: Found, path: Path, code: string, data: Problem['data'] = {}): Problem {
  return { code, place: placeOf(found.located, path), data };
}

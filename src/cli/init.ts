import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionSchema } from '../model/config.ts';
import { member } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { Problem } from '../model/problem.ts';
import { oneLine } from '../report/terminal-text.ts';
import { exitCode } from '../words/exit-codes.ts';
import { breakDown, refuse } from './failure.ts';
import { askAnswers, type Answers } from './init-questions.ts';
import { LANGUAGES, type Language } from './init-languages.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';
import type { Tool } from './tool.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const CONFIG = 'poscert.yaml';
const ADAPTER = 'adapter';

/** `poscert init`: a poscert.yaml and an adapter that onboards a point of sale at once. No file that is there is ever touched. */
export async function initCommand(flags: Flags, io: Io, tool: Tool): Promise<number> {
  const folder = resolve(io.cwd, typeof flags['dir'] === 'string' ? flags['dir'] : '.');
  const guess = guessed(flags, folder);
  if (!('language' in guess)) return refuse([guess], io);
  const asks = flags['yes'] !== true;
  if (asks && !(io.outIsTerminal && io.errIsTerminal))
    return refuse([{ code: 'init-no-terminal', data: {} }], io);
  try {
    // Before the questions: nobody answers for nothing.
    const taken = [
      CONFIG,
      ...(asks && flags['language'] === undefined ? [] : adapterFiles(guess.language).map(([path]) => path)),
    ];
    const there = taken.filter((path) => existsSync(join(folder, path)));
    if (there.length > 0) return refuse([fileExists(folder, there)], io);
    const said = {
      language: flags['language'] !== undefined,
      name: flags['clientName'] !== undefined,
      version: flags['clientVersion'] !== undefined,
    };
    const answers = asks ? await askAnswers(guess, said) : guess;
    if (answers === undefined) return exitCode('interrupted');
    const files = [[CONFIG, configText(answers, folder, tool)] as const, ...adapterFiles(answers.language)];
    const present = files.map(([path]) => path).filter((path) => existsSync(join(folder, path)));
    if (present.length > 0) return refuse([fileExists(folder, present)], io);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      // Should the file have come into being this moment, it stays as it is.
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    io.out(
      farewell(
        answers,
        folder,
        files.map(([path]) => path),
        io,
      ),
    );
    return exitCode('passed');
  } catch (thrown) {
    const { code, path } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return refuse([fileExists(folder, [path ?? ''])], io);
    return breakDown(thrown, io);
  }
}

function fileExists(folder: string, files: readonly string[]): Problem {
  return { code: 'init-file-exists', data: { folder, files: [...files] } };
}

/** What the flags and the folder say; the rest is asked, or with --yes taken as guessed. */
function guessed(flags: Flags, folder: string): Answers | Problem {
  const wanted = flags['language'];
  const language =
    typeof wanted === 'string' ? LANGUAGES.find((one) => one.id === wanted) : languageOf(folder);
  if (language === undefined) {
    const known = LANGUAGES.map((one) => one.id);
    const near = nearest(String(wanted), known);
    const data = { setting: '--language', expected: known.join(', '), got: String(wanted) };
    return { code: 'setting-wrong', data: near === undefined ? data : { ...data, nearest: near } };
  }
  const version = flags['clientVersion'];
  if (typeof version === 'string' && !versionSchema.safeParse(version).success)
    return {
      code: 'setting-wrong',
      data: { setting: '--client-version', expected: 'Major.Minor.Build', got: version },
    };
  const name = flags['clientName'];
  const named = basename(folder);
  return {
    language,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim() : named === '' ? 'My till' : named,
    version: typeof version === 'string' ? version : (packageVersion(folder) ?? '1.0.0'),
  };
}

/** The language that the files of a folder give away; Node otherwise, since that is there. */
function languageOf(folder: string): Language | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return LANGUAGES.find((one) => names.some((name) => one.signs.test(name))) ?? LANGUAGES[0];
}

/** package.json as the place of the version, where one stands there that can be certified. */
function packageVersion(folder: string): { readonly from: string } | undefined {
  try {
    const version = member(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), 'version');
    return versionSchema.safeParse(version).success ? { from: 'package.json' } : undefined;
  } catch {
    return undefined;
  }
}

/** The adapter's files: path in the project, text. */
function adapterFiles(language: Language): (readonly [path: string, text: string])[] {
  const source = join(PACKAGE, 'templates', language.id);
  return readdirSync(source)
    .sort()
    .map((name) => [`${ADAPTER}/${name}`, readFileSync(join(source, name), 'utf8')] as const);
}

/** Where an editor finds the schema: beside the project's own poscert, else where packages are served. */
function schemaAddress(folder: string, tool: Tool): string {
  const path = relative(folder, join(PACKAGE, 'schema', 'poscert.schema.json'))
    .split(sep)
    .join('/');
  if (/^(?:\.\.\/)*node_modules\/poscert\//.test(path)) return path.startsWith('.') ? path : `./${path}`;
  return `https://unpkg.com/poscert@${tool.version}/schema/poscert.schema.json`;
}

function configText({ language, name, version }: Answers, folder: string, tool: Tool): string {
  const told = typeof version === 'string' ? JSON.stringify(version) : `{ from: ${version.from} }`;
  return `# yaml-language-server: $schema=${schemaAddress(folder, tool)}
client:
  name: ${JSON.stringify(name)}${' '.repeat(Math.max(1, 30 - JSON.stringify(name).length))}# the client system, as MobilePay knows it
  version: ${told}${' '.repeat(Math.max(1, 27 - told.length))}# Major.Minor.Build, in quotes
  sandboxClientId: ${randomUUID()}
  # productionClientId: 00000000-0000-4000-8000-000000000000
  driver: ${language.driver}
  command: [${language.command.join(', ')}]
# The adapter onboards a point of sale. Add payments, refunds, … here as it learns more: poscert list shows what each needs.
features: [onboarding]
`;
}

function farewell({ language }: Answers, folder: string, files: readonly string[], io: Io): string {
  const place = relative(io.cwd, folder);
  const change = place === '' ? [] : [`  cd ${oneLine(/\s/.test(place) ? JSON.stringify(place) : place)}`];
  return [
    'Wrote:',
    ...files.map((file) => `  ${oneLine(join(place, file))}`),
    '',
    `The adapter needs ${language.needs}. It onboards a point of sale against the embedded sandbox as it stands. Next:`,
    '',
    ...change,
    ...(language.before === undefined ? [] : [`  ${language.before}`]),
    '  poscert doctor     whether everything is in place',
    '  poscert run        the first cases',
    '',
    `A complete adapter to look things up in: ${join(PACKAGE, 'examples', language.id)}`,
    '',
  ].join('\n');
}

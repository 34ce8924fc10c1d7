import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { newCase } from '../inspect.ts';
import { oneLine } from '../report/terminal-text.ts';
import { exitCode } from '../words/exit-codes.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import { readText, type Flags } from './settings.ts';

/** Where packs stand in a checkout. */
const FOLDER = join('cases', 'pos-v10');

/** `poscert new case FEATURE/SLUG`: a case file to start from, and its place in the order of the pack. Writes over nothing. */
export function newCaseCommand(id: string, flags: Flags, io: Io): number {
  const folder = resolve(io.cwd, typeof flags['folder'] === 'string' ? flags['folder'] : FOLDER);
  const title = typeof flags['title'] === 'string' ? flags['title'] : undefined;
  try {
    const made = newCase(folder, id, title, readText);
    if (!made.ok) return refuse(made.problems, io);
    const { file, text, order } = made.value;
    const path = join(folder, file);
    if (existsSync(path)) return refuse([{ code: 'case-there', data: { case: id, file: path } }], io);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    if (order !== undefined) writeFileSync(join(folder, 'pack.yaml'), order);
    const shown = relative(io.cwd, path) || path;
    io.out(
      [
        `${oneLine(shown)} is there to start from: it does what ${made.value.model} does.`,
        'Then: say it in CHANGELOG.md, name it in the obligations that it proves (provedBy), and',
        `  poscert lint ${oneLine(shown)}`,
        `  poscert run --case ${id}`,
        '',
      ].join('\n'),
    );
    return exitCode('passed');
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

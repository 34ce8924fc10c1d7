import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

async function cruise(folder: string): Promise<Cruise> {
  const depcruise = join(root, 'node_modules/.bin/depcruise');
  const { stdout } = await run(
    depcruise,
    ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'],
    {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
    },
  ).catch((error: unknown) => error as { stdout: string });
  return JSON.parse(stdout) as Cruise;
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'src'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe('the fence', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'poscert-fence-'));
    for (const name of ['src', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs'])
      await cp(join(root, name), join(copy, name), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('sees every file on disk and finds nothing wrong', async () => {
    const seen = await cruise(root);
    expect(seen.summary.violations).toEqual([]);
    const known = new Set(seen.modules.map((module) => module.source));
    expect((await sources(root)).filter((file) => !known.has(file))).toEqual([]);
  });

  it('catches a violation planted in every room, types included', async () => {
    const planted: Record<string, string> = {
      'src/sdk/planted.ts':
        "import type { Minor } from '../model/amount.ts';\nexport type Planted = Minor;\n",
      'src/rules/planted.ts':
        "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
      'src/sandbox/planted.ts': "export { posV10Rules } from '../rules/pos-v10/index.ts';\n",
      'src/engine/planted.ts': "export { startGateway } from '../gateway/gateway.ts';\n",
      'src/gateway/planted.ts': "export { posV10Sandbox } from '../sandbox/pos-v10/simulation.ts';\n",
      'src/model/planted.ts': "export { createClock } from '../std/clock.ts';\n",
      'src/verdict/planted.ts': "export { wordsFor } from '../words/words.ts';\n",
      'src/report/planted.ts': "export { decide } from '../verdict/decide.ts';\n",
      'src/clients/planted.ts': "export { runCase } from '../engine/loop.ts';\n",
      'src/certificate/planted.ts':
        "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
      'src/cli/planted.ts': "export { runLane } from '../engine/lane.ts';\n",
    };
    for (const [file, text] of Object.entries(planted)) await writeFile(join(copy, file), text);
    const seen = await cruise(copy);
    const caught = new Set(seen.summary.violations.map((violation) => violation.from));
    expect(Object.keys(planted).filter((file) => !caught.has(file))).toEqual([]);
  });

  it('is the table of ARCHITECTURE.md', async () => {
    const { rooms } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
      rooms: Record<string, { rooms: string[]; packages: string[]; spines?: boolean; because: string }>;
    };
    const rows = Object.entries(rooms).map(
      ([name, room]) =>
        `| ${name} | ${[...room.rooms, ...(room.spines === true ? ['the spines'] : []), ...room.packages].join(', ')} | ${room.because} |`,
    );
    const table = [
      '| room | may import | because |',
      '| --- | --- | --- |',
      ...rows,
      '| the four spines (`certify`, `audit`, `serve`, `inspect`) | every room but cli and sdk | the only place where concrete things meet |',
      '| bin | the built cli; for the SDK behind the protocol the built sdk | a shebang and one import |',
    ].join('\n');
    const file = join(root, 'ARCHITECTURE.md');
    const text = await readFile(file, 'utf8');
    const wanted = text.replace(
      /<!-- rooms -->[^]*<!-- \/rooms -->/,
      `<!-- rooms -->\n${table}\n<!-- /rooms -->`,
    );
    if (process.env['UPDATE'] === '1') await writeFile(file, wanted);
    else expect(text).toBe(wanted);
  });
});

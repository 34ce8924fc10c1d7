import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, poscert, ROOT } from '../cli/command-line.ts';

/** Commands of the README that other tests run, with the test that does: they take long, or go on until they are stopped. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci && npx poscert run --features payments,refunds': 'test/cli/run.test.ts',
  'npm ci && npm run check': '.ci/run',
  'npx poscert run --features payments,refunds --client "python3 examples/python/till.py"': 'test/cli/run.test.ts',
  'npx poscert run --features payments,refunds --report junit=report.xml --report json=report.json': 'test/cli/run.test.ts',
  'npx poscert sandbox': 'test/cli/sandbox.test.ts',
};

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap((block) => (block[1] ?? '').split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

describe('the README', () => {
  it('names no command that nothing runs', () => {
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands)
      if (command in ELSEWHERE) expect(existsSync(join(ROOT, ELSEWHERE[command] ?? ''))).toBe(true);
      else expect(command).toMatch(/^npx poscert (list|explain|run --case) ?/);
    for (const command of Object.keys(ELSEWHERE)) expect(commands).toContain(command);
  });

  it.each(commands.filter((command) => !(command in ELSEWHERE)))('%s', async (command) => {
    await inFolder(async (folder) => {
      const ended = await poscert(command.replace('npx poscert ', '').split(' '), { cwd: folder });
      expect(ended.err).not.toMatch(/error/i);
      expect(ended.out).not.toBe('');
      expect(ended.code).toBe(0);
    });
  });

  it('links to nothing that is not there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !link.startsWith('http') && !existsSync(join(ROOT, link)))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { readTrust } from '../../src/config/trust.ts';
import { screen } from './command.ts';
import { issued } from './issued.ts';

/* What is written about certificates is what there is. */

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const docs = read('docs/certificate.md');

it('the trust file of the docs is one', () => {
  const block = /```yaml\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
  const trust = readTrust(block, 'docs');
  expect(trust.ok && trust.value).toMatchObject([
    { verifierId: 'https://acme.example/poscert', assurance: 'self' },
  ]);
  for (const wrong of [
    block.replace('assurance: self', 'assurance: demo'),
    block.replace('verifierId', 'issuer'),
    'keys: []',
  ])
    expect(readTrust(wrong, 'docs').ok).toBe(false);
});

it('the table of files is the folder of a certificate, both ways', () => {
  const table = docs.slice(docs.indexOf('## The files'), docs.indexOf('## Verifying'));
  const written = [...table.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]).sort();
  const files = [...issued().made.files.map((file) => file.name), 'run.jsonl']
    .filter((name) => name !== 'claim-2.json')
    .sort();
  expect(written).toEqual(files);
});

it('the flags of the gate are those of the docs, both ways', async () => {
  const { io, out } = screen();
  await runCommandLine(['gate', '--help'], io);
  const offered = [...out().matchAll(/^\s+(--[a-z-]+)/gm)]
    .map((match) => match[1])
    .filter((flag) => flag !== '--version');
  const section = docs.slice(docs.indexOf('## The gate'), docs.indexOf('## Whom to believe'));
  const table = section.slice(section.indexOf('| flag'));
  const written = [...table.matchAll(/^\|([^|]*(?:\\\|[^|]*)*)\|/gm)].flatMap((row) =>
    [...(row[1] ?? '').matchAll(/`(--[a-z-]+)/g)].map((match) => match[1]),
  );
  expect(offered.length).toBeGreaterThan(8);
  expect([...new Set(written)].sort()).toEqual([...new Set(offered)].sort());
});

describe.each(['examples/ci/github-actions.yml', 'examples/ci/gitlab-ci.yml'])('%s', (path) => {
  it('is YAML, and every command of poscert in it is one', async () => {
    const text = read(path);
    expect(parse(text)).toBeTypeOf('object');
    const commands = [...text.matchAll(/npx poscert ([a-z]+)((?: --[a-z-]+)*)/g)];
    expect(commands.length).toBeGreaterThan(1);
    for (const [, name = ''] of commands) {
      const { io } = screen();
      expect(await runCommandLine([name, '--help'], io), name).toBe(0);
    }
    for (const [, flag = ''] of text.matchAll(/npx poscert gate.* (--[a-z-]+)/g)) {
      const { io, out } = screen();
      await runCommandLine(['gate', '--help'], io);
      expect(out()).toContain(flag);
    }
  });
  it('gives no key to a job that is not meant to have one', () => {
    expect(read(path)).not.toMatch(/POSCERT_SIGNING_KEY(?!_FILE)/);
  });
});

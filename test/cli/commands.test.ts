import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/model/run.ts';
import { reports } from '../../src/report/reports.ts';
import { lastReport, ROOT } from './command-line.ts';
import { inProcess } from './in-process.ts';

/** An adapter whose till is lawful unless a file `defect` beside it names what is wrong with it. */
const ADAPTER = `import { existsSync, readFileSync } from 'node:fs';
const defect = new URL('defect', import.meta.url);
if (existsSync(defect)) process.argv.push('--defect', readFileSync(defect, 'utf8'));
await import(${JSON.stringify(join(ROOT, 'test/clients/till.mjs'))});
`;
const YAML = `client:
  name: Acme POS
  version: "2.1.0"
  command: [node, adapter.mjs]
  env: { TILL_PASSWORD: hunter2, TILL_MODE: test }
features: [onboarding]
`;
const run = promisify(execFile);

let folder = '';
let passed: RunReport;
let broken = '';
const lastRun = async (): Promise<string> =>
  (await readFile(join(folder, '.poscert', 'last'), 'utf8')).trim();
const poscert = (...args: string[]) => inProcess(args, folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poscert-commands-'));
  await writeFile(join(folder, 'adapter.mjs'), ADAPTER);
  await writeFile(join(folder, 'poscert.yaml'), YAML);
  for (const shard of ['1', '2']) {
    const ended = await poscert('run', '--shard', `${shard}/2`, '--quiet');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain(`shard ${shard}/2`);
    const last = await lastRun();
    await mkdir(join(folder, 'shards'), { recursive: true });
    await cp(join(folder, '.poscert', 'runs', last), join(folder, 'shards', shard), { recursive: true });
  }
  await writeFile(join(folder, 'defect'), 'no-version-header');
  await poscert('run', '--case', 'onboarding/find-the-store', '--quiet', '--report', 'har=broken.har', '-v');
  broken = await lastRun();
  await rm(join(folder, 'defect'));
  const ended = await poscert(
    'run',
    '--case',
    'onboarding/find-the-store',
    '--quiet',
    '--report',
    'har=day.har',
    '-v',
  );
  expect(ended.code).toBe(0);
  passed = await lastReport(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('poscert report', () => {
  it('tells a run as it was told when it ended, in every format', async () => {
    for (const format of Object.keys(reports)) {
      const again = await poscert('report', '--format', format);
      expect(again, format).toMatchObject({ code: 0, err: '' });
      expect(again.out.length, format).toBeGreaterThan(50);
    }
    const json = await poscert('report', '--format', 'json', '-v');
    expect(JSON.parse(json.out)).toEqual(passed);
  });

  it('exits as the run did, by its id, a part of it, or its path', async () => {
    const names = [broken, broken.slice(-6), join(folder, '.poscert/runs', broken, 'run.jsonl')];
    for (const name of names) {
      const again = await poscert('report', name, '--format', 'json');
      expect(again.code).toBe(1);
      expect((JSON.parse(again.out) as RunReport).run).toBe(broken);
    }
  });

  it('refuses a recording that was altered, and says what there is where a run is missing', async () => {
    const altered = join(folder, 'altered.jsonl');
    const text = await readFile(join(folder, 'shards/1/run.jsonl'), 'utf8');
    await writeFile(
      altered,
      text.replace('"complete":false', '"complete":true').replace(/"at":\d+/, '"at":1'),
    );
    expect(await poscert('report', altered)).toMatchObject({ code: 4, out: '' });
    const missing = await poscert('report', `${passed.run}x`);
    expect(missing.code).toBe(2);
    expect(missing.err).toContain(`Did you mean ${passed.run}?`);
    expect(await poscert('report', '../../../etc/passwd')).toMatchObject({ code: 4 });
    expect(await poscert('report', '--format', 'pdf')).toMatchObject({ code: 2 });
    expect(await inProcess(['report'], tmpdir())).toMatchObject({ code: 2 });
  });

  it('tells the whole lines of a recording that was cut off, as a run that was interrupted', async () => {
    const cut = join(folder, 'cut.jsonl');
    const text = await readFile(join(folder, 'shards/1/run.jsonl'), 'utf8');
    // In the middle of a line: half of the text may end with one.
    await writeFile(cut, text.slice(0, text.indexOf('\n', text.length / 2) - 5));
    const told = await poscert('report', cut);
    expect(told.code).toBe(130);
    expect(told.err).toContain('was cut off');
  });
});

describe('poscert check', () => {
  it('says of every obligation whether a HAR keeps it, breaks it or proves nothing', async () => {
    const good = await poscert('check', 'day.har', '--json');
    expect(good.code).toBe(0);
    const { files } = JSON.parse(good.out) as { files: { obligations: { id: string; state: string }[] }[] };
    const state = (id: string): string | undefined =>
      files[0]?.obligations.find((one) => one.id === id)?.state;
    expect(state('version-header')).toBe('kept');
    expect(state('finds-pos-on-restart')).toBe('unproven');
    const bad = await poscert('check', 'broken.har', 'day.har');
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('A call came without x-mobilepay-client-system-version');
    // On a busy machine the till may have asked twice, which the HAR shows as a repetition.
    expect(bad.out).toMatch(/broken +\d: .*version-header/);
    expect(bad.out).not.toMatch(/kept .*version-header/);
  });

  it('judges a recording by the obligations alone', async () => {
    expect(await poscert('check', 'shards/1/run.jsonl')).toMatchObject({ code: 0, err: '' });
  });

  it('is no pass where nothing was examined, and says what can not be read', async () => {
    await writeFile(join(folder, 'empty.har'), '{"log":{"entries":[]}}');
    expect(await poscert('check', 'empty.har')).toMatchObject({ code: 3 });
    expect(await poscert('check', 'nowhere.har')).toMatchObject({ code: 2, out: '' });
    expect(await poscert('check', 'poscert.yaml', 'empty.har')).toMatchObject({ code: 2 });
    expect(await poscert('check')).toMatchObject({ code: 2 });
  });
});

describe('poscert merge', () => {
  it('joins shards into the report of the whole', async () => {
    const merged = await poscert('merge', 'shards/1', 'shards/2', '--report', 'json=merged.json');
    expect(merged).toMatchObject({ code: 0, err: '' });
    const report = JSON.parse(await readFile(join(folder, 'merged.json'), 'utf8')) as RunReport;
    expect(report.partial).toBe(false);
    expect(report.certificate).toBeUndefined();
    expect(report.noCertificate?.code).toBe('merged-run');
    expect(report.cases.map((one) => one.verdict)).toEqual(report.cases.map(() => 'passed'));
    expect(report.cases.length).toBeGreaterThan(6);
    expect(report.obligations.filter((one) => one.applicable && one.state !== 'kept')).toEqual([]);
  });

  it('refuses one run alone, the same run twice and runs that share a case', async () => {
    expect(await poscert('merge', 'shards/1')).toMatchObject({ code: 2 });
    expect((await poscert('merge', 'shards/1', 'shards/1')).err).toContain('given twice');
    const shared = await poscert('merge', broken, passed.run);
    expect(shared.code).toBe(2);
    expect(shared.err).toContain('onboarding/find-the-store');
  });
});

describe('poscert run', () => {
  it('goes on with a run: what has passed keeps its verdict, and there is no certificate', async () => {
    const before = broken;
    const ended = await poscert('run', '--resume', before, '--quiet');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain(`went on from run ${before}`);
    expect(await poscert('report')).toMatchObject({ code: 0 });
    const nothing = await poscert('run', '--resume');
    expect(nothing.err).toContain('nothing to go on with');
    const other = await poscert('run', '--resume', before, '--client-version', '3.0.0');
    expect(other).toMatchObject({ code: 2 });
    expect(other.err).toContain('was 2.1.0, now it is 3.0.0');
  }, 20_000);

  it('keeps apart the flags that choose cases', async () => {
    expect((await poscert('run', '--shard', '1/2', '--failed')).err).toContain('can not be given together');
    expect(await poscert('run', '--shard', '3/2')).toMatchObject({ code: 2 });
    expect(await poscert('run', '--shard', '98/99')).toMatchObject({ code: 2 });
    expect(await poscert('run', '--watch')).toMatchObject({ code: 2 });
  });

  it('runs again when the adapter changes, and ends by Ctrl-C', async () => {
    const own = await mkdtemp(join(tmpdir(), 'poscert-watch-'));
    await writeFile(join(own, 'adapter.mjs'), ADAPTER);
    await writeFile(join(own, 'poscert.yaml'), YAML);
    const stop = new AbortController();
    const terminal = { outIsTerminal: true, errIsTerminal: true, signal: stop.signal };
    const args = ['run', '--watch', '--quiet', '--case', 'onboarding/find-the-store'];
    const watching = inProcess(args, own, terminal);
    const until = async (count: number): Promise<void> => {
      const begun = async (): Promise<number> =>
        (await readdir(join(own, '.poscert', 'runs')).catch(() => [])).length;
      while ((await begun()) < count) await new Promise((wake) => setTimeout(wake, 50));
    };
    await until(1);
    await appendFile(join(own, 'adapter.mjs'), '// changed\n');
    await until(2);
    stop.abort();
    expect((await watching).code).toBe(130);
    await rm(own, { recursive: true, force: true });
  }, 20_000);

  it.each([
    [['list', '--no-color']],
    [['config', '--no-color']],
    [['keys', 'show', '--no-color']],
    [['report', '--no-color']],
  ])('takes --no-color after the command: %s', async (args) => {
    expect((await poscert(...args)).err).not.toContain('unknown option');
  });
});

describe('poscert diff', () => {
  it('tells what got worse and what got better', async () => {
    const good = passed.run;
    const worse = await poscert('diff', good, broken);
    expect(worse.code).toBe(1);
    expect(worse.out).toContain('version-header: kept → broken');
    expect(worse.out).toContain('something got worse');
    const better = await poscert('diff', broken, good, '--json');
    expect(better.code).toBe(0);
    expect(JSON.parse(better.out)).toMatchObject({ worse: false, compared: 1 });
    expect(await poscert('diff', good, good)).toMatchObject({ code: 0 });
  });
});

describe('poscert config', () => {
  it('names what decided each setting and shows no secret', async () => {
    const env = { POSCERT_TIER: 'all' };
    const args = ['config', '--print', '--json', '--client-version', '9.9.9'];
    const told = await inProcess(args, folder, { env });
    const { settings } = JSON.parse(told.out) as { settings: Record<string, unknown> };
    expect(settings).toMatchObject({
      'client.name': { value: 'Acme POS', source: 'file' },
      'client.version': { value: '9.9.9', source: 'flag' },
      tier: { value: 'all', source: 'environment' },
      'gateway.port': { value: 0, source: 'default' },
      'client.env': { value: { TILL_MODE: 'test' } },
    });
    expect(told.out).not.toContain('hunter2');
    const hidden = await poscert('config', '--client', 'node till.mjs --api-token=abc --password xyz');
    expect(hidden.out).not.toMatch(/abc|xyz/);
    expect(await poscert('config', '--tier', 'none')).toMatchObject({ code: 2 });
  });
});

describe('poscert support', () => {
  it('gathers what Developer Support asks for', async () => {
    const told = await poscert('support', broken, 'find-the-store');
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/merchant VAT +DK90000028/);
    expect(told.out).toContain('"code":"1153"');
    expect(told.out).toContain('embedded sandbox');
    expect(told.out).not.toMatch(/Bearer (?!\[redacted)/);
    const json = await poscert('support', '--json');
    const facts = JSON.parse(json.out) as { ids: Record<string, string[]>; errors: unknown[] };
    expect(facts.ids['storeId']?.length).toBeGreaterThan(0);
    expect(await poscert('support', 'last', 'no-such-case')).toMatchObject({ code: 2 });
  });
});

describe('poscert completion', () => {
  it('completes commands, flags and values in bash', async () => {
    await writeFile(join(folder, 'completion.bash'), (await poscert('completion', 'bash')).out);
    const completed = async (...words: string[]): Promise<string[]> => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const script = `source completion.bash; COMP_WORDS=(poscert ${line}); COMP_CWORD=${String(words.length)}; _poscert; echo "\${COMPREPLY[@]}"`;
      return (await run('bash', ['-c', script], { cwd: folder })).stdout.trim().split(' ');
    };
    expect(await completed('re')).toEqual(['report']);
    expect(await completed('run', '--bai')).toEqual(['--bail']);
    expect(await completed('run', '--tier', '')).toEqual(['certification', 'all']);
    expect(await completed('run', '--case', 'onboarding/find')).toEqual(['onboarding/find-the-store']);
    expect(await completed('keys', 's')).toEqual(['show']);
    expect(await completed('check', 'day')).toEqual(['day.har']);
    expect(await poscert('completion', 'fish')).toMatchObject({ code: 2 });
  });
});

describe('docs/commands.md', () => {
  /** Examples that end otherwise than with 0, with the reason. */
  const OTHERWISE = new Map([
    ['poscert run --resume last --quiet', 2], // everything has passed
    ['poscert run --watch', 2], // no terminal
    ['poscert diff shards/1 shards/2', 3], // no case in common
  ]);
  it('has examples that do what it says', async () => {
    const text = await readFile(join(ROOT, 'docs/commands.md'), 'utf8');
    const examples = [...text.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) =>
      block.split('\n').filter((line) => line !== ''),
    );
    expect(examples.length).toBeGreaterThan(15);
    for (const example of examples) {
      const [name, ...args] = example.split(' ');
      expect(name).toBe('poscert');
      const ended = await poscert(...args);
      expect([example, ended.code, ended.err]).toEqual([
        example,
        OTHERWISE.get(example) ?? 0,
        expect.anything(),
      ]);
    }
  }, 30_000);
});

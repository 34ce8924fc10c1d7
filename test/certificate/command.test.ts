import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { REFERENCE_CLIENT, type Statement } from '../../src/model/certificate.ts';
import { sha256Hex } from '../../src/std/bytes.ts';
import { IDS, newSigner, temporaryFolder, TILL } from './certified.ts';
import { project, screen } from './command.ts';

/* The commands as a person or a pipeline gives them. */

const PATH = process.env['PATH'];
let root: string;
let home: string;
let folder: string;

const say = async (
  argv: string[],
  cwd = root,
  env: Record<string, string | undefined> = {},
): Promise<{ code: number; out: string; err: string }> => {
  const { io, out, err } = screen({ HOME: home, PATH, ...env }, false, cwd);
  const code = await runCommandLine(argv, io);
  return { code, out: out(), err: err() };
};
const certificates = (at: string): string[] => {
  const store = join(at, 'poscert-certificates');
  return existsSync(store) ? readdirSync(store, { recursive: true, encoding: 'utf8' }).sort() : [];
};
const copyOf = (from: string): string => {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(from, copy, { recursive: true });
  for (const name of readdirSync(copy)) chmodSync(join(copy, name), 0o644);
  return copy;
};

beforeAll(async () => {
  home = temporaryFolder();
  root = project();
  expect((await say(['keys', 'init'])).code).toBe(0);
  const ran = await say(['run', '--quiet']);
  expect(ran.code, ran.err).toBe(0);
  const [serial] = readdirSync(join(root, 'poscert-certificates', '2.4'));
  folder = join(root, 'poscert-certificates', '2.4', serial ?? '');
}, 60_000);

describe('poscert verify', () => {
  it('verifies a folder, or its certificate.json', async () => {
    const whole = await say(['verify', folder]);
    expect(whole.code, whole.err).toBe(0);
    expect(whole.out).toMatch(/^verified: /);
    expect(whole.out).toContain('all the same');
    expect(whole.out).toContain('self-certification statement');
    expect((await say(['verify', join(folder, 'certificate.json')])).code).toBe(0);
  });
  it('one file alone: its signature, and what was not at hand', async () => {
    const alone = join(temporaryFolder(), 'certificate.json');
    writeFileSync(alone, readFileSync(join(folder, 'certificate.json')));
    const { code, out } = await say(['verify', alone]);
    expect(code).toBe(0);
    expect(out).toContain('not at hand, so not compared: ');
    expect(out).toContain('run.jsonl');
  });
  it('an altered one is 4, an unknown signer 1, nothing there 2', async () => {
    const copy = copyOf(folder);
    writeFileSync(join(copy, 'claim-1.json'), '{}');
    const altered = await say(['verify', copy]);
    expect(altered.code).toBe(4);
    expect(altered.err).toContain('claim-1.json is not the file that the certificate names');
    const stranger = await say(['verify', folder], root, { HOME: temporaryFolder() });
    expect(stranger.code).toBe(1);
    expect(stranger.err).toContain('is not trusted here');
    expect((await say(['verify', temporaryFolder()])).code).toBe(2);
    expect((await say(['verify', join(root, 'nowhere')])).code).toBe(2);
  });
  it('a trust file decides whom to believe, and how far', async () => {
    const pem = readFileSync(join(folder, 'poscert.pub'), 'utf8');
    const trust = (key: string, issuer: string): string => {
      const file = join(temporaryFolder(), 'trust.yaml');
      const block = key
        .trimEnd()
        .split('\n')
        .map((line) => `      ${line}`)
        .join('\n');
      writeFileSync(file, `- verifierId: ${issuer}\n  assurance: ci\n  spkiPem: |\n${block}\n`);
      return file;
    };
    const anonymous = { HOME: temporaryFolder() };
    const believed = await say(
      ['verify', folder, '--trust', trust(pem, 'urn:poscert:issuer:self'), '--json'],
      root,
      anonymous,
    );
    expect(believed.code, believed.err).toBe(0);
    expect(JSON.parse(believed.out)).toMatchObject({
      verified: true,
      assurance: 'ci',
      problems: [],
      doubts: [],
    });
    expect((await say(['verify', folder, '--trust', trust(pem, 'https://other.example')])).code).toBe(1);
    expect(
      (
        await say([
          'verify',
          folder,
          '--trust',
          trust(newSigner().signer.publicKey, 'urn:poscert:issuer:self'),
        ])
      ).code,
    ).toBe(1);
    expect((await say(['verify', folder, '--trust', trust('no key', 'x')])).code).toBe(2);
    expect((await say(['verify', folder, '--trust', 'nowhere.yaml'])).code).toBe(2);
  });
  it('judges with the pack given only where it is the certified one', async () => {
    const pack = join(temporaryFolder(), 'pos-v10');
    cpSync(new URL('../../cases/pos-v10', import.meta.url), pack, { recursive: true });
    expect((await say(['verify', folder, '--pack', pack])).code).toBe(0);
    const file = join(pack, 'pack.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n# weaker\n`);
    const other = await say(['verify', folder, '--pack', pack]);
    expect(other.code).toBe(2);
    expect(other.err).toContain('is not the one that was certified with');
  });
});

describe('poscert gate', () => {
  it.each(['2.4.0', '2.4.1', '2.4.17'])('%s is covered', async (version) => {
    const { code, out } = await say(['gate', version]);
    expect(code).toBe(0);
    expect(out).toContain('covered: Acme POS');
    if (version === '2.4.17') expect((await say(['gate', '--version', version])).code).toBe(0);
  });
  it.each(['2.5.0', '3.4.0', '2.40.0', '9.9.9'])('%s is not, and what to run is told', async (version) => {
    // Other spellings of the question are the same for every version (certificate.md, Policy: never 0 for 9.9.9).
    const spellings =
      version === '9.9.9'
        ? [
            ['gate', '--version', version],
            ['gate', `--version=${version}`],
          ]
        : [];
    for (const argv of [['gate', version], ...spellings]) {
      const { code, out, err } = await say(argv);
      expect(code).toBe(1);
      expect(out).toContain('not covered');
      expect(out).toContain('poscert run --features onboarding');
      expect(err).toContain('A build change is covered, a major or minor change is not.');
    }
  });
  it.each([
    ['02.4.1'],
    ['2.4'],
    [],
    ['2.4.1', '--version', '2.4.2'],
    ['--version'],
    ['2.4.1', '--features', 'nonsense'],
    ['2.4.1', '--environment', 'moon'],
    ['2.4.1', '--nonsense'],
  ])('gate %s %s %s is no question: 2', async (...argv) => {
    expect((await say(['gate', ...argv.filter((one) => typeof one === 'string')])).code).toBe(2);
  });
  it('features, ids and assurance count', async () => {
    expect((await say(['gate', '2.4.1', '--features', 'payments,refunds'])).code).toBe(1);
    expect((await say(['gate', '2.4.1', '--client-id', IDS.production])).code).toBe(0);
    expect((await say(['gate', '2.4.1', '--client-id', IDS.sandbox])).code).toBe(1);
    expect((await say(['gate', '2.4.1', '--client-id', IDS.sandbox, '--environment', 'sandbox'])).code).toBe(
      0,
    );
    expect((await say(['gate', '2.4.1', '--min-assurance', 'ci'])).code).toBe(1);
    expect((await say(['gate', '2.4.1', '--min-pack', '99.0.0'])).code).toBe(1);
    expect((await say(['gate', '2.4.1', '--tier', 'all'])).code).toBe(1);
    expect((await say(['gate', '2.4.1', '--client-name', 'Other POS'])).code).toBe(1);
  });
  it('takes the store named, trusts nobody it does not know, and says it in JSON', async () => {
    const elsewhere = temporaryFolder();
    const argv = ['gate', '2.4.1', '--certificates', join(root, 'poscert-certificates')];
    expect((await say(argv, elsewhere)).code).toBe(0);
    const stranger = await say([...argv, '--json'], elsewhere, { HOME: temporaryFolder() });
    expect(stranger.code).toBe(1);
    expect(JSON.parse(stranger.out)).toMatchObject({
      covered: false,
      others: [{ gaps: [{ code: 'key-not-trusted' }] }],
    });
    expect((await say(['gate', '2.4.1'], elsewhere)).code).toBe(1);
  });
  it('a broken certificate is 4 where nothing else covers', async () => {
    const other = project();
    const store = join(other, 'poscert-certificates', '2.4', 'serial');
    cpSync(folder, store, { recursive: true });
    chmodSync(join(store, 'run.jsonl'), 0o644);
    writeFileSync(
      join(store, 'run.jsonl'),
      readFileSync(join(store, 'run.jsonl'), 'utf8').replace('Acme', 'Acne'),
    );
    const broken = await say(['gate', '2.4.1'], other);
    expect(broken.code).toBe(4);
    expect(broken.err).toContain('broken or altered');
    cpSync(folder, join(other, 'poscert-certificates', '2.4', 'whole'), { recursive: true });
    const covered = await say(['gate', '2.4.1'], other);
    expect(covered.code).toBe(0);
    expect(covered.err).toContain('broken or altered');
  });
});

describe('what a run leaves behind', () => {
  const digests = (at: string): Record<string, string> =>
    Object.fromEntries(
      certificates(at)
        .map((name) => join(at, 'poscert-certificates', name))
        .filter((path) => statSync(path).isFile())
        .map((path) => [path, sha256Hex(readFileSync(path))]),
    );

  it('a later run that fails, and every other command, leaves each certificate as it was', async () => {
    const before = digests(root);
    const configured = readFileSync(join(root, 'poscert.yaml'), 'utf8');
    writeFileSync(join(root, 'poscert.yaml'), configured.replace(TILL, `${TILL}","--defect","no-bearer`));
    const failed = await say(['run', '--quiet']);
    writeFileSync(join(root, 'poscert.yaml'), configured);
    expect(failed.code, failed.out).not.toBe(0);
    await say(['keys', 'rotate']);
    await say(['verify', folder]);
    await say(['gate', '2.4.1']);
    expect(digests(root)).toEqual(before);
    expect((await say(['gate', '2.4.1'])).code).toBe(0);
    expect(
      readdirSync(join(root, 'poscert-certificates', '2.4')).filter((name) => name.startsWith('.')),
    ).toEqual([]);
  }, 60_000);

  // Each of these has a folder of its own, and waits more than it works.
  it.concurrent(
    'a run of some cases, one without a file, and one that wants none: no certificate, and why',
    async () => {
      const some = project();
      const list = await say(['list', '--json'], some);
      const id = /"id":\s*"(onboarding\/[a-z-]+)"/.exec(list.out)?.[1] ?? '';
      expect(id).not.toBe('');
      const partial = await say(['run', '--quiet', '--case', id], some);
      expect(partial.out).toContain('only some cases were run');
      const unwanted = await say(['run', '--quiet', '--no-certificate'], some);
      expect(unwanted.out).toContain('none was wanted');
      expect(certificates(some)).toEqual([]);
      const bare = temporaryFolder();
      const without = await say(['run', '--quiet', '--client', `${process.execPath} ${TILL}`], bare);
      expect(without.out).toContain('there is no poscert.yaml');
      expect(certificates(bare)).toEqual([]);
    },
    60_000,
  );

  it.concurrent(
    'without a key in CI: the statement, unsigned, in a clear word; the gate does not take it',
    async () => {
      const at = project();
      const nobody = temporaryFolder();
      const ran = await say(['run', '--quiet'], at, { HOME: nobody, CI: 'true' });
      expect(ran.code, ran.err).toBe(0);
      expect(ran.out).toContain('unsigned');
      expect(ran.out).toContain('there is no key to sign with');
      expect(existsSync(join(nobody, '.config'))).toBe(false);
      const [serial] = readdirSync(join(at, 'poscert-certificates', '2.4'));
      const made = join(at, 'poscert-certificates', '2.4', serial ?? '');
      expect(existsSync(join(made, 'certificate.json'))).toBe(false);
      expect((await say(['verify', made], at)).code).toBe(1);
      expect((await say(['verify', made, '--unsigned'], at)).code).toBe(0);
      // Whoever is about to sign takes nothing unjudged: no results that can't be read, no part of the folder alone.
      const unread = copyOf(made);
      const results = 'no results';
      writeFileSync(join(unread, 'test-result.statement.json'), results);
      const file = join(unread, 'certificate.statement.json');
      const stated = readFileSync(file, 'utf8');
      const digest = sha256Hex(readFileSync(join(made, 'test-result.statement.json')));
      writeFileSync(file, stated.replace(digest, sha256Hex(results)));
      expect((await say(['verify', unread, '--unsigned'], at)).code).toBe(4);
      const alone = join(temporaryFolder(), 'certificate.statement.json');
      writeFileSync(alone, stated);
      const part = await say(['verify', alone, '--unsigned'], at);
      expect(part.code).toBe(1);
      expect(part.err).toContain('Not to be signed');
      const older = copyOf(made);
      writeFileSync(
        join(older, 'certificate.statement.json'),
        stated.replace('"assurance": "ci"', '"assurance": "self"'),
      );
      expect((await say(['verify', older, '--unsigned'], at)).code).toBe(4);
      expect((await say(['gate', '2.4.1'], at)).code).toBe(1);
    },
    60_000,
  );

  it.concurrent(
    'the reference client is a demonstration, and the gate refuses it',
    async () => {
      const at = project([]);
      const ran = await say(['run', '--quiet'], at);
      expect(ran.code, ran.err).toBe(0);
      const refused = await say(['gate', '2.4.1'], at);
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('It is a demonstration');
      const store = join(at, 'poscert-certificates', '2.4');
      const [serial = ''] = readdirSync(store);
      const text = readFileSync(join(store, serial, 'certificate.statement.json'), 'utf8');
      // By this name it is known again where somebody names it as a command.
      expect((JSON.parse(text) as Statement).predicate.poscertCertificate.client.saidName).toBe(
        REFERENCE_CLIENT,
      );
      expect((await say(['gate', '2.4.1', '--allow-demo'], at)).code).toBe(0);
    },
    60_000,
  );
});

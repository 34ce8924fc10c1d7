import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { takeSigningSecrets } from '../../src/cli/signing.ts';
import { generateKey, keyIdOf, readSigner } from '../../src/certificate/keys.ts';
import { screen, spyProject } from './command.ts';
import { temporaryFolder } from './certified.ts';

const keysIn = (home: string): string => join(home, '.config', 'poscert', 'keys');

describe('poscert keys', () => {
  it('init makes a key that only its owner can read, and never another over it', async () => {
    const home = temporaryFolder();
    const first = screen({ HOME: home });
    expect(await runCommandLine(['keys', 'init'], first.io)).toBe(0);
    const file = join(keysIn(home), 'signing-key.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(keysIn(home)).mode & 0o777).toBe(0o700);
    const before = readFileSync(file, 'utf8');
    const second = screen({ HOME: home });
    expect(await runCommandLine(['keys', 'init'], second.io)).toBe(2);
    expect(second.err()).toContain('There is a key already');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(first.out() + first.err() + second.out() + second.err()).not.toContain('PRIVATE KEY');
  });

  it('show tells the fingerprint and the public half, never the private one', async () => {
    const home = temporaryFolder();
    await runCommandLine(['keys', 'init'], screen({ HOME: home }).io);
    const { io, out } = screen({ HOME: home });
    expect(await runCommandLine(['keys', 'show', '--json'], io)).toBe(0);
    const told = JSON.parse(out()) as { keyId: string; publicKey: string; ssh: string };
    expect(told.keyId).toBe(keyIdOf(told.publicKey));
    expect(told.ssh).toMatch(/^ssh-ed25519 AAAA/);
    expect(out()).not.toContain('PRIVATE');
  });

  it('show without a key says how one is made', async () => {
    const { io, err } = screen({ HOME: temporaryFolder() });
    expect(await runCommandLine(['keys', 'show'], io)).toBe(2);
    expect(err()).toContain('poscert keys init');
  });

  it('rotate puts the old key aside, its public half still known', async () => {
    const home = temporaryFolder();
    const shown = async (): Promise<{ keyId: string; putAside: string[] }> => {
      const { io, out } = screen({ HOME: home });
      await runCommandLine(['keys', 'show', '--json'], io);
      return JSON.parse(out()) as never;
    };
    await runCommandLine(['keys', 'init'], screen({ HOME: home }).io);
    const before = await shown();
    expect(await runCommandLine(['keys', 'rotate'], screen({ HOME: home }).io)).toBe(0);
    const after = await shown();
    expect(after.keyId).not.toBe(before.keyId);
    expect(after.putAside).toEqual([before.keyId]);
    // Without its public half the next one would be put aside under the name of the first.
    unlinkSync(join(keysIn(home), 'signing-key.pub'));
    expect(await runCommandLine(['keys', 'rotate'], screen({ HOME: home }).io)).toBe(0);
    expect(readdirSync(keysIn(home)).filter((one) => one.endsWith('.pem'))).toHaveLength(3);
    for (const name of readdirSync(keysIn(home)).filter((one) => one.endsWith('.pem')))
      expect(statSync(join(keysIn(home), name)).mode & 0o077).toBe(0);
  });

  it.each([{ CI: 'true' }, { CI: '1' }, { GITHUB_ACTIONS: 'true' }])('makes none in CI (%j)', async (env) => {
    const home = temporaryFolder();
    const { io, err } = screen({ HOME: home, ...env }, true);
    expect(await runCommandLine(['keys', 'init'], io)).toBe(2);
    expect(await runCommandLine(['keys', 'rotate'], io)).toBe(2);
    expect(err()).toContain('In CI no key is made');
    expect(existsSync(keysIn(home))).toBe(false);
  });

  it('locks with a passphrase, in a form that openssl opens', async () => {
    const home = temporaryFolder();
    const env = { HOME: home, POSCERT_SIGNING_KEY_PASSPHRASE: 'correct horse' };
    expect(await runCommandLine(['keys', 'init'], screen({ ...env }).io)).toBe(0);
    const file = join(keysIn(home), 'signing-key.pem');
    expect(readFileSync(file, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(
      execFileSync('openssl', ['pkey', '-in', file, '-passin', 'pass:correct horse', '-pubout'], {
        encoding: 'utf8',
      }),
    ).toBe(readFileSync(join(keysIn(home), 'signing-key.pub'), 'utf8'));
    expect(await runCommandLine(['keys', 'show'], screen({ ...env }).io)).toBe(0);
    const none = screen({ HOME: home });
    expect(await runCommandLine(['keys', 'show'], none.io)).toBe(2);
    expect(none.err()).toContain('POSCERT_SIGNING_KEY_PASSPHRASE');
    const wrong = screen({ HOME: home, POSCERT_SIGNING_KEY_PASSPHRASE: 'wrong battery' });
    expect(await runCommandLine(['keys', 'show'], wrong.io)).toBe(2);
    expect(wrong.err()).toContain('does not open the key');
    expect(wrong.err()).not.toContain('battery');
  });
});

describe('a key is refused', () => {
  const made = (): { file: string; folder: string } => {
    const folder = temporaryFolder();
    const file = join(folder, 'key.pem');
    writeFileSync(file, generateKey().privateKey, { mode: 0o600 });
    return { file, folder };
  };
  const show = async (file: string): Promise<{ code: number; err: string }> => {
    const { io, err } = screen({ HOME: temporaryFolder(), POSCERT_SIGNING_KEY_FILE: file });
    return { code: await runCommandLine(['keys', 'show'], io), err: err() };
  };
  it('where it is fine it is taken, so that the rest is refused for its fault alone', async () => {
    expect((await show(made().file)).code).toBe(0);
  });
  it.each([0o640, 0o604, 0o660, 0o644])('where others can read or write it (%o)', async (mode) => {
    const { file } = made();
    chmodSync(file, mode);
    const { code, err } = await show(file);
    expect(code).toBe(2);
    expect(err).toContain('chmod 600');
  });
  it('where it is a link', async () => {
    const { file, folder } = made();
    const link = join(folder, 'link.pem');
    symlinkSync(file, link);
    const { code, err } = await show(link);
    expect(code).toBe(2);
    expect(err).toContain('is a link');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });
  it('where it is missing, a folder, or no key', async () => {
    const { file, folder } = made();
    expect((await show(join(folder, 'none.pem'))).err).toContain('There is no key');
    expect((await show(folder)).err).toContain('is no key file');
    writeFileSync(file, 'secret words');
    const { code, err } = await show(file);
    expect(code).toBe(2);
    expect(err).toContain('no private key in PEM');
    expect(err).not.toContain('secret words');
  });
  it('where it is of another kind', () => {
    const rsa = execFileSync('openssl', ['genpkey', '-algorithm', 'X25519'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(readSigner(rsa)).toMatchObject({ ok: false, code: 'key-kind' });
  });
});

it('takes the variables of the signer out of the environment', () => {
  const env: Record<string, string | undefined> = {
    PATH: '/bin',
    POSCERT_SIGNING_KEY: 'a',
    POSCERT_SIGNING_KEY_FILE: 'b',
    POSCERT_SIGNING_KEY_PASSPHRASE: 'c',
  };
  expect(takeSigningSecrets(env)).toEqual({ key: 'a', keyFile: 'b', passphrase: 'c' });
  expect(env).toEqual({ PATH: '/bin' });
});

it('a client under certification finds the key neither in its environment nor in what it inherits', async () => {
  const { root, dump } = spyProject();
  const home = temporaryFolder();
  const { privateKey } = generateKey('correct horse');
  const keyFile = join(home, 'key.pem');
  writeFileSync(keyFile, privateKey, { mode: 0o600 });
  const env = {
    HOME: home,
    PATH: process.env['PATH'],
    POSCERT_SIGNING_KEY_FILE: keyFile,
    POSCERT_SIGNING_KEY: privateKey,
    POSCERT_SIGNING_KEY_PASSPHRASE: 'correct horse',
  };
  const { io, out, err } = screen(env, false, root);
  expect(await runCommandLine(['run', '--quiet'], io), err()).toBe(0);
  expect(out()).toContain('signed');
  const seen = JSON.parse(readFileSync(dump, 'utf8')) as {
    env: Record<string, string>;
    descriptors: string[];
  };
  expect(Object.keys(seen.env)).toContain('PATH');
  expect(Object.keys(seen.env).filter((name) => /SIGNING|PASSPHRASE/.test(name))).toEqual([]);
  const all = JSON.stringify(seen);
  for (const secret of ['correct horse', 'PRIVATE KEY', 'key.pem', privateKey.split('\n')[1] ?? '?'])
    expect(all).not.toContain(secret);
  expect(seen.descriptors.length).toBeGreaterThanOrEqual(3);
  expect(
    seen.descriptors.filter((target) => target.startsWith('/') && !/^\/(dev|proc)\//.test(target)),
  ).toEqual([]);
}, 60_000);

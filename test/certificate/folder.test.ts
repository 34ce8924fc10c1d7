import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  certificateFolders,
  readCertificate,
  seeStore,
  writeCertificate,
} from '../../src/assembly/certificate-folder.ts';
import { signerOfRun } from '../../src/cli/signing.ts';
import { screen } from './command.ts';
import { temporaryFolder } from './certified.ts';

const certificate = { line: '2.4', serial: 'serial', files: [{ name: 'certificate.json', text: 'first' }] };
const journalIn = (root: string): string => {
  const journal = join(root, 'journal');
  writeFileSync(journal, 'recording\n', { mode: 0o600 });
  return journal;
};

describe('a certificate on the disk', () => {
  it('is written whole, to be read and not changed', async () => {
    const root = temporaryFolder();
    const folder = await writeCertificate(root, certificate, journalIn(root));
    expect(folder).toBe(join(root, '2.4', 'serial'));
    expect(readdirSync(folder).sort()).toEqual(['certificate.json', 'run.jsonl']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o444);
  });

  it('is never written over another, not even over an empty folder', async () => {
    const root = temporaryFolder();
    const journal = journalIn(root);
    await writeCertificate(root, certificate, journal);
    const other = { ...certificate, files: [{ name: 'certificate.json', text: 'second' }] };
    await expect(writeCertificate(root, other, journal)).rejects.toThrow('never overwritten');
    expect(readFileSync(join(root, '2.4', 'serial', 'certificate.json'), 'utf8')).toBe('first');
    mkdirSync(join(root, '2.4', 'empty'));
    await expect(writeCertificate(root, { ...other, serial: 'empty' }, journal)).rejects.toThrow(
      'never overwritten',
    );
  });

  it('of two that are written at once one stands, whole', async () => {
    const root = temporaryFolder();
    const journal = journalIn(root);
    const made = ['a', 'b', 'c', 'd'].map((text) =>
      writeCertificate(root, { ...certificate, files: [{ name: 'certificate.json', text }] }, journal),
    );
    const ended = await Promise.allSettled(made);
    expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(join(root, '2.4'))).toEqual(['serial']);
  });

  it('is not there at all where it could not be written to its end', async () => {
    const root = temporaryFolder();
    await expect(writeCertificate(root, certificate, join(root, 'no-journal'))).rejects.toThrow('ENOENT');
    expect(readdirSync(join(root, '2.4'))).toEqual([]);
    expect(await certificateFolders(root)).toEqual([]);
  });

  it('is read by the names that we know, never through a link', async () => {
    const root = temporaryFolder();
    const folder = await writeCertificate(root, certificate, journalIn(root));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    symlinkSync('/etc/passwd', join(folder, 'claim-1.json'));
    expect([...((await readCertificate(folder))?.files.keys() ?? [])].sort()).toEqual([
      'certificate.json',
      'run.jsonl',
    ]);
    expect((await readCertificate(folder))?.links).toEqual(['claim-1.json']);
    const named = join(root, 'named');
    symlinkSync(folder, named);
    expect((await readCertificate(named))?.whole).toBe(true);
    expect(await readCertificate(join(root, 'nowhere'))).toBeUndefined();
    expect(await readCertificate('/dev/zero')).toBeUndefined();
    expect(await readCertificate(root)).toBeUndefined();
  });
});

it('a place where nothing can be written is seen before the run', async () => {
  const root = temporaryFolder();
  await expect(seeStore(join(root, 'not', 'yet'))).resolves.toBeUndefined();
  writeFileSync(join(root, 'file'), '');
  await expect(seeStore(join(root, 'file'))).rejects.toThrow('ENOTDIR');
  await expect(seeStore(join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
});

describe('the signer of a run', () => {
  it('is made by the first run at a terminal, and kept', async () => {
    const home = temporaryFolder();
    const first = screen({ HOME: home }, true);
    const made = await signerOfRun({}, first.io);
    expect(first.err()).toContain('Made a key to sign certificates with');
    const second = screen({ HOME: home }, true);
    const kept = await signerOfRun({}, second.io);
    expect(second.err()).toBe('');
    expect(made.ok && kept.ok && made.value?.keyId).toBe(kept.ok && kept.value?.keyId);
    expect(made.ok && made.value?.keyId).toMatch(/^SHA256:/);
  });
  it.each([
    ['off a terminal', {}, false],
    ['in CI', { CI: 'true' }, true],
  ])('is nobody %s', async (_, env, terminal) => {
    const home = temporaryFolder();
    const made = await signerOfRun({}, screen({ HOME: home, ...env }, terminal).io);
    expect(made).toMatchObject({ ok: true, value: undefined });
    expect(readdirSync(home)).toEqual([]);
  });
});

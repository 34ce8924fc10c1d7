import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lintFiles, shippedPack } from '../../src/inspect.ts';
import { inProcess } from './in-process.ts';

const PACK = fileURLToPath(new URL('../../cases/pos-v10', import.meta.url));

let cwd = '';
let folder = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'poscert-new-'));
  folder = join(cwd, 'cases/pos-v10');
  cpSync(PACK, folder, { recursive: true });
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('poscert new case', () => {
  const features = ((): string[] => {
    const pack = shippedPack(PACK);
    return pack.ok ? pack.value.features.map((one) => one.id) : [];
  })();

  it.each(features)('%s: writes a case that lints, at the end of the order', async (feature) => {
    const { code, out } = await inProcess(
      ['new', 'case', `${feature}/a-new-one`, '--title', 'A "new" one: #1'],
      cwd,
    );
    expect(out).toMatch(new RegExp(`cases/pos-v10/${feature}/\\d\\d-a-new-one\\.yaml is there`));
    expect(code).toBe(0);
    const pack = shippedPack(folder);
    if (!pack.ok) throw new Error(JSON.stringify(pack.problems));
    const own = pack.value.cases.filter((one) => one.feature === feature);
    expect(own.at(-1)).toMatchObject({
      id: `${feature}/a-new-one`,
      title: 'A "new" one: #1',
      tier: 'hardening',
    });
    const linted = lintFiles(pack.value, folder, [join(folder, own.at(-1)?.file ?? '')], (path) =>
      readFileSync(path, 'utf8'),
    );
    expect(linted).toEqual({ checked: 1, problems: [], warnings: [] });
  });

  it('leaves everything else of pack.yaml as it is', async () => {
    const before = text('pack.yaml');
    await inProcess(['new', 'case', 'refunds/a-new-one'], cwd);
    expect(text('pack.yaml').replace('    - a-new-one\n', '')).toBe(before);
    expect(text('refunds/09-a-new-one.yaml')).toContain('title: "A new one"');
  });

  it.each([
    ['payments/complete-a-payment', 'already'],
    ['payment/a-new-one', 'payments'],
    ['a-new-one', 'small letters'],
    ['payments/Upper', 'small letters'],
    ['../payments/x', 'small letters'],
  ])('refuses %s, and writes nothing', async (id, said) => {
    const before = text('pack.yaml');
    const { code, err } = await inProcess(['new', 'case', id], cwd);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(text('pack.yaml')).toBe(before);
  });

  it('says where there is no pack', async () => {
    const { code, err } = await inProcess(['new', 'case', 'payments/x', '--folder', 'elsewhere'], cwd);
    expect(code).toBe(2);
    expect(err).toContain('elsewhere');
  });
});

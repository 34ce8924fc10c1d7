import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Step, TrafficItem } from '../../src/model/case.ts';
import { classify } from '../../src/model/operation.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import { loadPack } from '../../src/packs/load.ts';
import { openPack } from '../../src/packs/kind.ts';
import { packs } from '../../src/packs/packs.ts';
import { lint } from '../../src/script/lint/lint.ts';
import { disk, memory } from './folder.ts';

const FOLDER = join(import.meta.dirname, '../../cases/pos-v10');

const PACK = `id: pos-v10
title: A pack
version: 1.0.0
features:
  - { id: onboarding, title: Onboarding, mandatory: true, why: Always. }
keyHeader: Key
operations:
  - { name: capturePayment, method: POST, path: /capture, features: [onboarding] }
order:
  onboarding: [one, two]
sources: { api_principles: https://example.com }
`;
const CASE =
  'title: T\nwhy: W\ntier: hardening\nmark: inferred\nsource: [api_principles]\nsteps:\n  - client: settle\n';
const FILES = { 'pack.yaml': PACK, 'onboarding/01-one.yaml': CASE, 'onboarding/02-two.yaml': CASE };
const OBLIGATION =
  'id: decision-kept\ntitle: T\nlevel: must\nfeatures: [onboarding]\nprovedBy: [onboarding/one]\ntext: X\nsource: [api_principles]\n';

function load(files: Readonly<Record<string, string>>): ReturnType<typeof loadPack> {
  return loadPack('pack', posV10Vocabulary, memory(files));
}

function codes(files: Readonly<Record<string, string>>): string[] {
  const loaded = load(files);
  return loaded.ok ? [] : loaded.problems.map((problem) => problem.code);
}

describe('the pack of PoS V10', () => {
  const [kind] = packs;
  const opened = openPack(kind, FOLDER, disk);

  it('can be read without a problem', () => {
    expect(opened.ok ? [] : opened.problems).toEqual([]);
  });

  it('keeps the writing rules in every case, and cites sources that it names', () => {
    if (!opened.ok) throw new Error('unreadable');
    const pack = opened.value;
    expect(pack.cases.length).toBeGreaterThan(60);
    expect(pack.cases.flatMap((one) => lint(one, pack))).toEqual([]);
    const cited = pack.cases.flatMap((one) => one.source.map((source) => source.split('#')[0] ?? ''));
    expect([...new Set(cited)].filter((source) => !Object.hasOwn(pack.sources, source))).toEqual([]);
  });

  it('has a digest that sha256sum gives too', () => {
    if (!opened.ok) throw new Error('unreadable');
    const listing = execFileSync(
      'sh',
      ['-c', 'find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum'],
      {
        cwd: FOLDER,
      },
    );
    expect(opened.value.digest).toBe(createHash('sha256').update(listing).digest('hex'));
  });

  it('begins with what is mandatory, and has cases in the order of pack.yaml', () => {
    if (!opened.ok) throw new Error('unreadable');
    expect(opened.value.features[0]).toMatchObject({ id: 'onboarding', mandatory: true });
    expect(opened.value.cases[0]?.id).toBe('onboarding/onboard-a-pos');
    expect(opened.value.cases[1]?.after).toBe('onboarding/onboard-a-pos');
  });

  it('knows every operation of the API by its path, and no other', () => {
    if (!opened.ok) throw new Error('unreadable');
    const { operations } = opened.value;
    const name = (method: string, path: string): string | undefined =>
      classify(operations, method, path)?.operation.name;
    expect(name('POST', '/integrator-authentication/connect/token')).toBe('getToken');
    expect(name('GET', '/pos/v10/stores/detailed')).toBe('queryStoresDetailed');
    expect(name('GET', '/pos/v10/stores/9d0a9c45')).toBe('queryStore');
    expect(name('POST', '/pos/v10/payments/prepare')).toBe('preparePayment');
    expect(name('GET', '/pos/v10/pointofsales/x/checkin')).toBe('queryCheckIn');
    expect(name('POST', '/pos/app/usersimulation/acceptpayment')).toBe('simulateAcceptPayment');
    expect(name('PUT', '/pos/v10/payments/x')).toBeUndefined();
    expect(operations.filter((one) => one.creates).map((one) => one.name)).toEqual([
      'createPointOfSale',
      'initiatePayment',
      'preparePayment',
      'initiateRefund',
    ]);
    const features = new Set(opened.value.features.map((feature) => feature.id));
    expect(operations.flatMap((one) => one.features).filter((feature) => !features.has(feature))).toEqual([]);
  });

  it('says of cases that a remote target may lack that they need what only ours can do', () => {
    if (!opened.ok) throw new Error('unreadable');
    const { cases, mayLackRemote } = opened.value;
    const ours = cases.filter((one) =>
      one.steps
        .flatMap((step): readonly (Step | TrafficItem)[] => (step.kind === 'client' ? step.traffic : [step]))
        .some((item) => item.kind === 'act' && ['clock', 'world', 'mobilepay'].includes(item.group)),
    );
    const certifying = ours.filter((one) => one.tier === 'certification').map((one) => one.id);
    expect(certifying.filter((id) => !mayLackRemote.includes(id))).toEqual([]);
    expect(mayLackRemote.filter((id) => !ours.some((one) => one.id === id))).toEqual([]);
  });
});

describe('a folder', () => {
  it('is read as a whole', () => {
    const loaded = load({ ...FILES, 'obligations/decision-kept.yaml': OBLIGATION });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.value).toMatchObject({
      id: 'pos-v10',
      cases: [{ id: 'onboarding/one' }, { id: 'onboarding/two' }],
      obligations: [{ id: 'decision-kept' }],
    });
  });

  it('changes its digest with every byte', () => {
    const digest = (files: Readonly<Record<string, string>>): string | undefined => {
      const loaded = load(files);
      return loaded.ok ? loaded.value.digest : undefined;
    };
    expect(digest(FILES)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest({ ...FILES, 'onboarding/02-two.yaml': `${CASE}\n` })).not.toBe(digest(FILES));
    expect(digest({ ...FILES, 'README.md': '' })).not.toBe(digest(FILES));
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['no pack.yaml', { 'onboarding/01-one.yaml': CASE }, ['pack-unreadable']],
    ['a file that the order lacks', { ...FILES, 'onboarding/03-three.yaml': CASE }, ['file-without-order']],
    [
      'an order without its file',
      { ...FILES, 'pack.yaml': PACK.replace('[one, two]', '[one, two, three]') },
      ['order-without-file'],
    ],
    [
      'an order that repeats',
      { ...FILES, 'pack.yaml': PACK.replace('[one, two]', '[one, two, one]') },
      ['order-repeats'],
    ],
    [
      'an order of no feature',
      {
        ...FILES,
        'pack.yaml': PACK.replace('  onboarding: [one, two]', '  onboarding: [one, two]\n  payments: [one]'),
      },
      ['order-of-no-feature'],
    ],
    ['a file that is no case', { ...FILES, 'onboarding/notes.txt': 'x' }, ['case-file-name']],
    ['a name with a space', { ...FILES, 'onboarding/04 four.yaml': CASE }, ['pack-file-name']],
    [
      'a misspelt member of pack.yaml',
      { ...FILES, 'pack.yaml': PACK.replace('title: A', 'titel: A') },
      ['missing-member', 'unknown-member'],
    ],
    [
      'a case that continues none',
      { ...FILES, 'onboarding/02-two.yaml': `after: onboarding/three\n${CASE}` },
      ['after-unknown'],
    ],
    [
      'an obligation in the file of another',
      { ...FILES, 'obligations/poll-delay.yaml': OBLIGATION },
      ['obligation-id'],
    ],
    [
      'all of it at once',
      {
        ...FILES,
        'onboarding/01-one.yaml': CASE.replace('settle', 'setle'),
        'onboarding/02-two.yaml': CASE.replace('tier', 'teir'),
        'obligations/decision-kept.yaml': OBLIGATION.replace('must', 'may'),
      },
      ['unknown-command', 'missing-member', 'unknown-member', 'wrong-value'],
    ],
  ])('with %s is refused', (_, files, expected) => {
    expect(codes(files).sort()).toEqual([...expected].sort());
  });

  it('of another pack is refused', () => {
    const [kind] = packs;
    const opened = openPack(
      kind,
      'pack',
      memory({ ...FILES, 'pack.yaml': PACK.replace('pos-v10', 'online') }),
    );
    expect(opened.ok ? [] : opened.problems.map((problem) => problem.code)).toEqual(['pack-id']);
  });

  it('that can not be read is a problem and no exception', () => {
    const loaded = loadPack('/nowhere/at/all', posV10Vocabulary, disk);
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.code)).toEqual(['pack-unreadable']);
  });
});

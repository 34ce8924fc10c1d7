import { describe, expect, it } from 'vitest';
import type { Case, Tier } from '../../src/model/case.ts';
import type { Pack } from '../../src/model/pack.ts';
import { resolveFeatures, selectCases } from '../../src/packs/select.ts';

const feature = (id: string, aliases: string[] = [], mandatory = false): Pack['features'][number] => ({
  id,
  title: id,
  aliases,
  mandatory,
  why: '',
});

const pack: Pick<Pack, 'features' | 'groups'> = {
  features: [
    feature('payments', ['payment']),
    feature('onboarding', [], true),
    feature('refunds', ['refund']),
    feature('with-restrictions'),
  ],
  groups: { restrictions: ['with-restrictions', 'payments'] },
};

function features(...names: string[]): unknown {
  const resolved = resolveFeatures(pack, names);
  return resolved.ok ? resolved.value : resolved.problems;
}

describe('features', () => {
  it.each<[string[], string[]]>([
    [[], ['onboarding']],
    [['refunds'], ['onboarding', 'refunds']],
    [
      ['refund', 'payment', 'payments'],
      ['onboarding', 'payments', 'refunds'],
    ],
    [['restrictions'], ['onboarding', 'payments', 'with-restrictions']],
    [['all'], ['onboarding', 'payments', 'refunds', 'with-restrictions']],
    [['onboarding'], ['onboarding']],
  ])('%j are %j', (names, expected) => {
    expect(features(...names)).toEqual(expected);
  });

  it('that are not known are told with the nearest, all at once', () => {
    expect(features('paymets', 'refunds', 'loyalty')).toMatchObject([
      { code: 'unknown-feature', data: { name: 'paymets', nearest: 'payments' } },
      { code: 'unknown-feature', data: { name: 'loyalty' } },
    ]);
  });
});

function one(id: string, tier: Tier = 'certification', after?: string): Case {
  return {
    id,
    feature: id.split('/')[0] ?? '',
    file: `${id}.yaml`,
    title: id,
    why: '',
    tier,
    mark: 'inferred',
    source: [],
    ...(after === undefined ? {} : { after }),
    needs: {},
    evidence: [],
    leaves: [],
    steps: [],
  };
}

const cases = [
  one('onboarding/create'),
  one('onboarding/delete', 'certification', 'onboarding/create'),
  one('onboarding/last'),
  one('payments/complete'),
  one('payments/reset', 'hardening'),
  one('payments/again', 'hardening', 'payments/complete'),
  one('refunds/complete'),
];

function selected(names: string[], tier: 'certification' | 'all', ...ids: string[]): unknown {
  const found = selectCases({ cases }, names, tier, ids);
  return found.ok ? found.value.map((each) => each.id) : found.problems;
}

describe('cases', () => {
  it('are those of the features and the tier, in order', () => {
    expect(selected(['onboarding', 'refunds'], 'certification')).toEqual([
      'onboarding/create',
      'onboarding/delete',
      'onboarding/last',
      'refunds/complete',
    ]);
    expect(selected(['payments'], 'all')).toEqual(['payments/complete', 'payments/reset', 'payments/again']);
  });

  it('that continue one another come together', () => {
    expect(selected([], 'certification', 'onboarding/delete')).toEqual([
      'onboarding/create',
      'onboarding/delete',
    ]);
    expect(selected([], 'certification', 'onboarding/create')).toEqual([
      'onboarding/create',
      'onboarding/delete',
    ]);
  });

  it('that are named run whatever their feature and tier, also by slug alone', () => {
    expect(selected(['onboarding'], 'certification', 'payments/reset')).toEqual(['payments/reset']);
    expect(selected([], 'certification', 'last')).toEqual(['onboarding/last']);
  });

  it('that are not known, or not one, are told', () => {
    expect(selected([], 'certification', 'payments/rest', 'complete')).toMatchObject([
      { code: 'unknown-case', data: { name: 'payments/rest', nearest: 'payments/reset' } },
      { code: 'ambiguous-case', data: { known: ['payments/complete', 'refunds/complete'] } },
    ]);
  });

  it('have to be some', () => {
    expect(selected(['loyalty'], 'certification')).toMatchObject([{ code: 'no-case-selected' }]);
  });
});

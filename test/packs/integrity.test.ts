import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedPack } from '../../src/inspect.ts';
import type { Case } from '../../src/model/case.ts';
import { needsOf } from '../../src/engine/readiness.ts';

const opened = shippedPack(fileURLToPath(new URL('../../cases/pos-v10', import.meta.url)));
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
const pack = opened.value;
const features = pack.features.map((one) => one.id);
const ids = pack.cases.map((one) => one.id);

/** Names without a home in `known`. */
const homeless = (names: readonly string[], known: readonly string[]): string[] =>
  names.filter((name) => !known.includes(name));

/** The operations that a case names in its traffic, needs included. */
function operationsOf(one: Case): string[] {
  const needs = needsOf(one, pack.vocabulary.needs, new Set());
  return [...needs.onceALane, ...needs.eachCase, ...one.steps].flatMap((step) =>
    step.kind === 'client'
      ? step.traffic.flatMap((item) => (item.kind === 'expect' ? item.operations : [])).concat(step.allow)
      : [],
  );
}

describe('obligations and rules', () => {
  const observable = pack.obligations.filter((one) => one.unobservable === undefined);

  it('there is a rule for every obligation that traffic can show, and an obligation for every rule', () => {
    expect(observable.map((one) => one.id).sort()).toEqual(pack.rules.map((rule) => rule.id).sort());
    expect(observable.length).toBeGreaterThan(30);
  });

  it.each(pack.obligations)('$id names real cases and features', (one) => {
    expect(homeless(one.provedBy, ids)).toEqual([]);
    expect(homeless(one.features, features)).toEqual([]);
  });

  it.each(observable)('$id is proved by a case of every feature that exercises it', (one) => {
    expect(one.provedBy).not.toEqual([]);
    expect(
      homeless(
        one.features,
        one.provedBy.map((id) => id.split('/')[0] ?? ''),
      ),
    ).toEqual([]);
  });

  // A must that only hardening cases prove would leave a run of the certification tier unproven for ever, or never counted.
  it.each(observable.filter((one) => one.level === 'must'))(
    '$id can be proved without a hardening case',
    (one) => {
      const proving = pack.cases.filter((each) => one.provedBy.includes(each.id));
      expect(proving.some((each) => each.tier === 'certification')).toBe(true);
    },
  );
});

describe('features and operations', () => {
  it.each(pack.operations)('$name is claimed by real features alone', (operation) => {
    expect(homeless(operation.features, features)).toEqual([]);
  });

  it('only what stands in for a customer is claimed by none', () => {
    const unclaimed = pack.operations.filter((operation) => operation.features.length === 0);
    expect(unclaimed.every((operation) => operation.name.startsWith('simulate'))).toBe(true);
  });

  it.each(pack.cases)('$id expects and allows only what its feature, or onboarding, claims', (one) => {
    const claimed = pack.operations.filter((operation) =>
      operation.features.some((feature) => feature === one.feature || feature === 'onboarding'),
    );
    expect(
      homeless(
        operationsOf(one),
        claimed.map((operation) => operation.name),
      ),
    ).toEqual([]);
  });

  it('every write that is claimed is expected by some case', () => {
    const writes = pack.operations.filter((one) => one.reads !== true && one.features.length > 0);
    const expected = pack.cases.flatMap(operationsOf);
    expect(
      homeless(
        writes.map((one) => one.name),
        expected,
      ),
    ).toEqual([]);
    expect(writes.length).toBeGreaterThan(8);
  });

  it.each(features)('%s has a case of the certification tier', (feature) => {
    expect(pack.cases.some((one) => one.feature === feature && one.tier === 'certification')).toBe(true);
  });

  it('groups and what a remote target may lack are real', () => {
    expect(homeless(Object.values(pack.groups).flat(), features)).toEqual([]);
    expect(homeless(pack.mayLackRemote, ids)).toEqual([]);
  });
});

describe('cases', () => {
  it.each(pack.cases)('$id cites sources that the pack names', (one) => {
    expect(
      homeless(
        one.source.map((source) => source.split('#')[0] ?? ''),
        Object.keys(pack.sources),
      ),
    ).toEqual([]);
  });

  it('have one id each', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { obligationSchema } from '../../src/model/obligation.ts';
import { packFileSchema } from '../../src/model/pack.ts';
import { posV10Rules } from '../../src/rules/pos-v10/index.ts';
import { PROOFS } from './proofs.ts';
import { codes, judge } from './recording-builder.ts';

const PACK = join(import.meta.dirname, '../../cases/pos-v10');
const FOLDER = join(PACK, 'obligations');
const pack = packFileSchema.parse(parse(readFileSync(join(PACK, 'pack.yaml'), 'utf8')));
const files = readdirSync(FOLDER).sort();
const obligations = files.map((file) =>
  obligationSchema.parse(parse(readFileSync(join(FOLDER, file), 'utf8'))),
);

describe('the obligations', () => {
  it('are named as their files', () => {
    expect(obligations.map((one) => `${one.id}.yaml`)).toEqual(files);
  });

  it('have a rule each where traffic shows them, and only there', () => {
    const observable = obligations.filter((one) => one.unobservable === undefined).map((one) => one.id);
    expect(observable).toEqual(posV10Rules.map((rule) => rule.id).sort());
    expect(observable.length).toBeGreaterThan(0);
  });

  it('say of those that have none why', () => {
    expect(obligations.filter((one) => one.unobservable === '').map((one) => one.id)).toEqual([]);
  });

  it('cover every duty of the reference that still stands', () => {
    const numbers = new Set(obligations.flatMap((one) => one.number?.split(', ') ?? []));
    // O3, the header of the old gateway, was withdrawn in 2022.
    const all = Array.from({ length: 61 }, (_, index) => `O${index + 1}`).filter((number) => number !== 'O3');
    expect(all.filter((number) => !numbers.has(number))).toEqual([]);
  });

  it.each(obligations)(
    '$id: is proved by cases there are, of features that it names, and cites sources there are',
    (one) => {
      const cases = Object.entries(pack.order).flatMap(([feature, slugs]) =>
        slugs.map((slug) => `${feature}/${slug}`),
      );
      expect(one.provedBy.filter((id) => !cases.includes(id))).toEqual([]);
      expect(one.provedBy.filter((id) => !one.features.includes(id.split('/')[0] ?? ''))).toEqual([]);
      expect(one.features.filter((id) => !pack.features.some((feature) => feature.id === id))).toEqual([]);
      expect(one.features.filter((id) => !one.provedBy.some((proof) => proof.startsWith(`${id}/`)))).toEqual(
        [],
      );
      expect(one.source.filter((source) => !Object.hasOwn(pack.sources, source.split('#')[0] ?? ''))).toEqual(
        [],
      );
      if (one.unobservable === undefined) expect(one.provedBy).not.toEqual([]);
    },
  );

  it.each(posV10Rules)('$id: its rule finds at the level of its obligation', (rule) => {
    const level = obligations.find((one) => one.id === rule.id)?.level;
    const found = (PROOFS[rule.id] ?? []).flatMap((scene) =>
      codes(judge(rule, scene.recording, scene.context)),
    );
    expect(found.filter((code) => code.startsWith(`${level ?? 'no level'} `))).not.toEqual([]);
  });
});

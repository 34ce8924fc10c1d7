import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/obligation.ts';
import { posV10Rules } from '../../src/rules/pos-v10/index.ts';
import { ruleWords } from '../../src/words/rules.ts';
import { PROOFS } from './proofs.ts';
import { judge } from './recording-builder.ts';

const found: Finding[] = posV10Rules.flatMap((rule) =>
  (PROOFS[rule.id] ?? []).flatMap((scene) => {
    const judgement = judge(rule, scene.recording, scene.context);
    return [...judgement.findings, ...judgement.doubtful];
  }),
);

describe('the words for what rules find', () => {
  it('are there for every code, and for no other', () => {
    expect([...new Set(found.map((finding) => finding.code))].sort()).toEqual(Object.keys(ruleWords).sort());
  });

  it.each(found)('$code says with its data what came, why and what to do', (finding) => {
    const words = ruleWords[finding.code]?.(finding.data);
    expect(words?.title).toMatch(/^\S.{10,}\S$/s);
    expect(`${words?.title} ${words?.cause} ${words?.remedy}`).not.toMatch(/undefined|\[object|\(\)|NaN/);
    expect(words?.cause).toMatch(/\.$/);
    expect(words?.remedy).toMatch(/\.$/);
  });

  it.each(Object.keys(ruleWords))('%s does not break on the data of another version', (code) => {
    const title = ruleWords[code]?.({}).title ?? '';
    expect(title).toMatch(/\S/);
    expect(title).not.toMatch(/undefined|NaN/);
  });

  it('belong to findings that name their obligation, lane and case', () => {
    expect(
      found.filter((one) => one.obligation === undefined || one.lane === undefined || one.case === undefined),
    ).toEqual([]);
  });
});

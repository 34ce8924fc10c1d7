import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/model/obligation.ts';
import { posV10Rules } from '../../src/rules/pos-v10/index.ts';
import { complaints } from './proof.ts';
import { PROOFS } from './proofs.ts';

/** The rule as it would be if it never found anything. */
function muted(rule: Rule): Rule {
  return {
    id: rule.id,
    begin(context) {
      const fold = rule.begin(context);
      return {
        see: (record) => fold.see(record),
        close: () => ({ ...fold.close(), findings: [], doubtful: [] }),
      };
    },
  };
}

describe.each(posV10Rules.map((rule) => ({ id: rule.id, rule })))('$id', ({ id, rule }) => {
  const scenes = PROOFS[id] ?? [];
  it('ships with a lawful and an unlawful recording', () => {
    expect(scenes.some((scene) => scene.finds === undefined && scene.examines !== false)).toBe(true);
    expect(scenes.some((scene) => (scene.finds ?? []).length > 0)).toBe(true);
  });
  it.each(scenes)('$what', (scene) => {
    expect(complaints(rule, [scene])).toEqual([]);
  });
  it('would be missed if it found nothing', () => {
    expect(complaints(muted(rule), scenes)).not.toEqual([]);
  });
  it('judges nothing where nothing was recorded', () => {
    const fold = rule.begin({ operations: [], features: [] });
    expect(fold.close()).toEqual({ obligation: id, examined: [], findings: [], doubtful: [] });
  });
});

describe('the proofs', () => {
  it('are of rules that exist', () => {
    const ids = posV10Rules.map((rule) => rule.id);
    expect(Object.keys(PROOFS).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

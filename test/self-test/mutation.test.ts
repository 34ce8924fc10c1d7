import { describe, expect, it } from 'vitest';
import {
  boundSurvivors,
  keptScenes,
  kills,
  mutantsOf,
  ruleSurvivors,
  staleScenes,
  survivors,
} from '../../tools/mutation.mjs';
import { pack as shippedPack } from '../../tools/recordings.mjs';
import { boundMutants, worthless } from '../../tools/rule-mutants.mjs';
import { complaints } from '../rules/proof.ts';
import { PROOFS } from '../rules/proofs.ts';

/*
 * The checks themselves are changed a little, one at a time, and the recordings of lawful and of broken tills that were kept (scenes.br) are judged
 * again: what nobody would miss stands in survivors.json with its reason. `node tools/mutation.mjs` takes all of it.
 */

const pack = shippedPack();
const scenes = keptScenes();
const listed = survivors();
const left = new Set(Object.values(listed).flat());
const inCase = new Map(
  scenes.map(({ case: id }) => [id, scenes.filter((scene) => scene.case === id)] as const),
);
const again = 'cases or rules have changed: node tools/mutation.mjs --record DIR, then --from DIR --update';

describe('the scenes', () => {
  it('are of every case', () => {
    expect(pack.cases.map((one) => one.id).filter((id) => !inCase.has(id))).toEqual([]);
  });

  it('come to what they came to', () => {
    expect(staleScenes(scenes, pack), again).toEqual([]);
  });
});

describe('the list of what nothing kills', () => {
  it('gives a reason for each', () => {
    expect(listed['NO REASON YET'] ?? []).toEqual([]);
    for (const reason of Object.keys(listed)) expect(reason.length).toBeGreaterThan(20);
  });

  it('names mutants that there are', () => {
    const known = new Set([
      ...Object.values(mutantsOf(pack)).flatMap((mutants) => mutants.map(({ id }) => id)),
      ...boundMutants().map(({ id }) => `bound ${id}`),
    ]);
    const unknown = [...left].filter((id) => !known.has(id) && !id.startsWith('rule '));
    expect(unknown, again).toEqual([]);
  });

  // Every tenth change to a case, the same each time: all of them take a minute (node tools/mutation.mjs).
  it.each([...inCase.keys()])('is all there is in %s', (id) => {
    const own = mutantsOf({ ...pack, cases: pack.cases.filter((one) => one.id === id) }).told;
    for (const { id: mutantId, mutant } of own.filter((_, index) => index % 10 === 0)) {
      const killed = inCase.get(id)?.some((scene) => kills(scene, mutant, pack)) === true;
      expect(killed, mutantId).toBe(!left.has(mutantId));
    }
  });

  it('is all there is of rules', () => {
    expect(ruleSurvivors(scenes, pack)).toEqual([...left].filter((id) => id.startsWith('rule ')));
  });

  // Every twelfth; all of them take a quarter of a minute (node tools/mutation.mjs).
  it('is all there is of bounds', { timeout: 120_000 }, async () => {
    const isChosen = (_: unknown, index: number): boolean => index % 12 === 0;
    const chosen = new Set(
      boundMutants()
        .filter(isChosen)
        .map(({ id }) => `bound ${id}`),
    );
    expect(await boundSurvivors(isChosen)).toEqual([...left].filter((id) => chosen.has(id)));
  });
});

/** What the gate has to say about a pack: rules that could as well not be there. */
function gate(rules: typeof pack.rules): string[] {
  return rules.flatMap((rule) => {
    const proofs = PROOFS[rule.id] ?? [];
    if (proofs.length === 0) return [`${rule.id}: no proof`];
    const wrong = complaints(rule, proofs).length > 0;
    return wrong ? [`${rule.id}: judges its proofs otherwise`] : [];
  });
}

describe('a canary among the rules', () => {
  it('does not sing over the rules there are', () => {
    expect(gate(pack.rules)).toEqual([]);
  });

  it.each(['removed', 'always says kept', 'examines nothing', 'finds a breach everywhere'])(
    'that %s is reported in the place of each rule',
    (word) => {
      for (const rule of pack.rules) {
        const canaries = pack.rules.map((one) => (one === rule ? worthless(one, word) : one));
        expect(gate(canaries)).toEqual([`${rule.id}: judges its proofs otherwise`]);
      }
    },
  );

  it('is reported as a rule of its own', () => {
    const canary: (typeof pack.rules)[number] = {
      id: 'canary',
      begin: () => ({
        see: () => undefined,
        close: () => ({ obligation: 'canary', examined: [{ exchange: 1 }], findings: [], doubtful: [] }),
      }),
    };
    expect(gate([...pack.rules, canary])).toEqual(['canary: no proof']);
    const other = { ...pack, rules: [...pack.rules, canary] };
    expect(ruleSurvivors(scenes, other, undefined, ['always says kept'])).toContain(
      'rule canary always says kept',
    );
  });
});

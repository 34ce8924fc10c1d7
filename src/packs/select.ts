import type { Case } from '../model/case.ts';
import type { Pack } from '../model/pack.ts';
import { nearest } from '../model/nearest.ts';
import type { Parsed, Problem } from '../model/problem.ts';

/**
 * The features that `names` mean (ids, aliases, groups, `all`), those that are mandatory first, then in the pack's order. Without any name
 * only the mandatory ones.
 */
export function resolveFeatures(
  pack: Pick<Pack, 'features' | 'groups'>,
  names: readonly string[],
): Parsed<readonly string[]> {
  const problems: Problem[] = [];
  const wanted = new Set(pack.features.filter((feature) => feature.mandatory).map((feature) => feature.id));
  for (const name of names) {
    const meant = meaning(pack, name.trim());
    if (meant === undefined) problems.push(unknown('unknown-feature', name, namesOf(pack)));
    else for (const feature of meant) wanted.add(feature);
  }
  if (problems.length > 0) return { ok: false, problems };
  const features = [...pack.features].sort((left, right) => Number(right.mandatory) - Number(left.mandatory));
  return {
    ok: true,
    value: features.map((feature) => feature.id).filter((id) => wanted.has(id)),
    warnings: [],
  };
}

function meaning(pack: Pick<Pack, 'features' | 'groups'>, name: string): readonly string[] | undefined {
  const { features, groups } = pack;
  if (name === 'all') return features.map((feature) => feature.id);
  const feature = features.find((one) => one.id === name || one.aliases.includes(name));
  if (feature !== undefined) return [feature.id];
  return Object.hasOwn(groups, name) ? groups[name] : undefined;
}

function namesOf(pack: Pick<Pack, 'features' | 'groups'>): string[] {
  return [
    ...pack.features.flatMap((feature) => [feature.id, ...feature.aliases]),
    ...Object.keys(pack.groups),
    'all',
  ];
}

function unknown(code: string, name: string, known: readonly string[]): Problem {
  const near = nearest(name, known);
  return { code, data: { name, known: [...known], ...(near === undefined ? {} : { nearest: near }) } };
}

/**
 * The cases of a run, in the pack's order: those of the features and the tier, or, where `ids` names some, these alone whatever their
 * feature and tier. An id may be a slug alone where only one case has it. Cases that continue one another come together or not at all.
 */
export function selectCases(
  pack: Pick<Pack, 'cases'>,
  features: readonly string[],
  tier: 'certification' | 'all',
  ids: readonly string[],
): Parsed<readonly Case[]> {
  const problems: Problem[] = [];
  const chosen = new Set<string>();
  if (ids.length === 0) {
    for (const one of pack.cases)
      if (features.includes(one.feature) && (tier === 'all' || one.tier === 'certification'))
        chosen.add(one.id);
  }
  for (const id of ids) {
    const meant = pack.cases.filter((one) => one.id === id || one.id.split('/')[1] === id);
    const [only] = meant;
    if (only === undefined) problems.push(unknown('unknown-case', id, namesOfCases(pack.cases)));
    else if (meant.length > 1)
      problems.push({ code: 'ambiguous-case', data: { name: id, known: meant.map((one) => one.id) } });
    else chosen.add(only.id);
  }
  if (problems.length > 0) return { ok: false, problems };
  addPartners(pack.cases, chosen);
  const cases = pack.cases.filter((one) => chosen.has(one.id));
  return cases.length === 0
    ? { ok: false, problems: [{ code: 'no-case-selected', data: { features: [...features], tier } }] }
    : { ok: true, value: cases, warnings: [] };
}

function namesOfCases(cases: readonly Case[]): string[] {
  return cases.map((one) => one.id);
}

function addPartners(cases: readonly Case[], chosen: Set<string>): void {
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const one of cases) {
      if (one.after === undefined) continue;
      if (chosen.has(one.id)) chosen.add(one.after);
      if (chosen.has(one.after)) chosen.add(one.id);
    }
  }
}

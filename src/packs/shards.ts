import type { Case } from '../model/case.ts';

/**
 * The cases of shard `index` (from 1) of `count`, in their order. Cases that continue one another (`after`) stay together; each feature is spread
 * evenly, since features run side by side within a shard and the longest decides how long it takes. The same cases always give the same shards.
 */
export function shardOf(cases: readonly Case[], index: number, count: number): readonly Case[] {
  const loads = Array.from({ length: count }, () => ({ total: 0, features: new Map<string, number>() }));
  const home = new Map<string, number>();
  for (const chain of chainsOf(cases)) {
    const { feature } = chain[0];
    let best = 0;
    for (let shard = 1; shard < count; shard += 1)
      if (weightOf(loads[shard], feature) < weightOf(loads[best], feature)) best = shard;
    for (const one of chain) home.set(one.id, best);
    const load = loads[best];
    if (load === undefined) continue;
    load.total += chain.length;
    load.features.set(feature, (load.features.get(feature) ?? 0) + chain.length);
  }
  return cases.filter((one) => home.get(one.id) === index - 1);
}

interface Load {
  readonly total: number;
  readonly features: ReadonlyMap<string, number>;
}

/** The feature's own cases first, then all. */
function weightOf(load: Load | undefined, feature: string): number {
  return load === undefined ? Infinity : (load.features.get(feature) ?? 0) * 10_000 + load.total;
}

type Chain = [Case, ...Case[]];

/** Cases that continue one another, as chains in the order of their first. */
function chainsOf(cases: readonly Case[]): Chain[] {
  const known = new Map(cases.map((one) => [one.id, one]));
  const rootOf = (one: Case): string => {
    let root = one;
    // Bounded, so that a circle ends too.
    for (let hops = 0; hops < cases.length && root.after !== undefined; hops += 1)
      root = known.get(root.after) ?? root;
    return root.id;
  };
  const chains = new Map<string, Chain>();
  for (const one of cases) {
    const root = rootOf(one);
    const chain = chains.get(root);
    if (chain === undefined) chains.set(root, [one]);
    else chain.push(one);
  }
  return [...chains.values()];
}

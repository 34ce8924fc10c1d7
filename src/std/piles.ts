/*
 * Immutable piles by name, on which things are put and never taken off, so that all versions may share one Map: a version sees what was
 * there when it was made. Putting something on costs the same however much there is.
 */

/** One thing on a pile. */
export interface Layer<V> {
  readonly value: V;
  /** How much lay on all piles before. */
  readonly at: number;
  readonly below: Layer<V> | undefined;
}

/** `count` is that of the newest version: only that one may put something on top. */
interface Tops<V> {
  readonly byName: Map<string, Layer<V>>;
  count: number;
}

export interface Piles<V> {
  /** How much lies on all piles together. */
  readonly count: number;
  readonly tops: Tops<V> | undefined;
}

/** Piles with nothing on them. */
export function emptyPiles<V>(): Piles<V> {
  return { count: 0, tops: undefined };
}

/** The newest thing on a pile, or undefined. */
export function topOf<V>({ count, tops }: Piles<V>, name: string): Layer<V> | undefined {
  let layer = tops?.byName.get(name);
  while (layer !== undefined && layer.at >= count) layer = layer.below;
  return layer;
}

/** The piles with one thing more. */
export function putOn<V>(piles: Piles<V>, name: string, value: V): Piles<V> {
  const tops = topsFrom(piles);
  tops.byName.set(name, { value, at: piles.count, below: tops.byName.get(name) });
  tops.count = piles.count + 1;
  return { count: tops.count, tops };
}

/** What a version may put things on: its own copy where another version has gone on from it already. */
function topsFrom<V>(piles: Piles<V>): Tops<V> {
  const { count, tops } = piles;
  if (tops === undefined) return { byName: new Map(), count: 0 };
  if (tops.count === count) return tops;
  const byName = new Map<string, Layer<V>>();
  for (const name of tops.byName.keys()) {
    const top = topOf(piles, name);
    if (top !== undefined) byName.set(name, top);
  }
  return { byName, count };
}

/** Everything on a pile, the oldest first. */
export function pileOf<V>(piles: Piles<V>, name: string): V[] {
  const found: V[] = [];
  for (let layer = topOf(piles, name); layer !== undefined; layer = layer.below) found.push(layer.value);
  return found.reverse();
}

/** Everything on all piles with the pile's name, the oldest first. */
export function allPiled<V>(piles: Piles<V>): [name: string, value: V][] {
  const found = new Array<[string, V]>(piles.count);
  for (const name of piles.tops?.byName.keys() ?? [])
    for (let layer = topOf(piles, name); layer !== undefined; layer = layer.below)
      found[layer.at] = [name, layer.value];
  return found;
}

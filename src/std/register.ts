/*
 * An immutable table of records by their ids, in the order in which they came. Records are added and replaced, never taken out, so that all
 * versions may share one Map from id to place: a version sees what lies below its own size. The rows are a tree of arrays of 32, of which a
 * change copies one path, and what is new lies side by side in it: a step costs the same with a hundred records as with a hundred
 * thousand, and leaves little behind for the collector of garbage.
 */

type Node<V> = readonly (V | Node<V>)[];

export interface Register<V> {
  readonly size: number;
  readonly root: Node<V>;
  /** Of the root: 0 where it holds records itself, else 5 for each level below. */
  readonly shift: number;
  /** Of ids, those of newer versions too: who holds the newest has as many as there are records, and alone may add to them. */
  readonly places: Map<string, number> | undefined;
}

const BITS = 5;
const MASK = 31;

/** A register without records. */
export function emptyRegister<V>(): Register<V> {
  return { size: 0, root: [], shift: 0, places: undefined };
}

/** The record with this id, or undefined. */
export function recordOf<V>(register: Register<V>, id: string): V | undefined {
  const place = register.places?.get(id);
  return place === undefined ? undefined : recordAt(register, place);
}

/** The record at a place, counted from 0 in the order of coming, or undefined. */
export function recordAt<V>({ size, root, shift }: Register<V>, place: number): V | undefined {
  if (place >= size) return undefined;
  let node = root;
  for (let by = shift; by > 0; by -= BITS) node = node[(place >>> by) & MASK] as Node<V>;
  return node[place & MASK] as V;
}

/** The register with this record: in the place of the one that has its id, else behind all others. */
export function withRecord<V>(register: Register<V>, id: string, record: V): Register<V> {
  const { size, root, shift } = register;
  const known = register.places?.get(id);
  if (known !== undefined && known < size)
    return { size, root: replaced(root, shift, known, record), shift, places: register.places };
  const places = placesFrom(register);
  places.set(id, size);
  return size === 32 << shift
    ? { size: size + 1, root: replaced([root], shift + BITS, size, record), shift: shift + BITS, places }
    : { size: size + 1, root: replaced(root, shift, size, record), shift, places };
}

/** What a version may add to: its own copy where another version has gone on from it already. */
function placesFrom<V>({ size, places }: Register<V>): Map<string, number> {
  if (places?.size === size) return places;
  return new Map([...(places ?? [])].filter(([, place]) => place < size));
}

function replaced<V>(node: Node<V>, shift: number, place: number, record: V): Node<V> {
  const at = (place >>> shift) & MASK;
  const inner = shift === 0 ? record : replaced((node[at] ?? []) as Node<V>, shift - BITS, place, record);
  if (at === node.length) return [...node, inner];
  const copy = node.slice();
  copy[at] = inner;
  return copy;
}

/** All records, in the order of coming. */
export function recordsOf<V>(register: Register<V>): V[] {
  let nodes: Node<V> = register.root;
  for (let by = register.shift; by > 0; by -= BITS) nodes = (nodes as Node<V>[]).flat(1);
  return [...nodes] as V[];
}

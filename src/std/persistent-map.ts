import { randomInt } from 'node:crypto';

/*
 * An immutable map from texts, as a hash array mapped trie: every change gives a new map that shares what did not change,
 * so a pure step costs the same with a hundred entries as with a hundred thousand.
 */

interface Leaf<V> {
  readonly kind: 'leaf';
  readonly hash: number;
  readonly key: string;
  readonly value: V;
}

interface Branch<V> {
  readonly kind: 'branch';
  /** Bit n is set where slot n is taken; `children` holds the taken slots only. */
  readonly bitmap: number;
  readonly children: readonly Node<V>[];
}

/** Different texts with the same hash. */
interface Collision<V> {
  readonly kind: 'collision';
  readonly hash: number;
  readonly leaves: readonly Leaf<V>[];
}

type Node<V> = Leaf<V> | Branch<V> | Collision<V>;

export interface PersistentMap<V> {
  readonly size: number;
  readonly root: Node<V> | undefined;
}

const BITS = 5;
const MASK = 31;

/** A map without entries. */
export function emptyMap<V>(): PersistentMap<V> {
  return { size: 0, root: undefined };
}

/** Another one in every process, so that nobody can choose keys that all have the same hash. */
const SEED = randomInt(2 ** 32);

/** FNV-1a with a final mix, so that texts that differ only at their end spread over all slots. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5 ^ SEED;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) | 0;
}

function bitCount(bitmap: number): number {
  let count = bitmap - ((bitmap >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The value at `key`, or undefined. */
export function getIn<V>(map: PersistentMap<V>, key: string): V | undefined {
  let node = map.root;
  // A hash costs more than all the rest where there is only one entry.
  if (node?.kind !== 'branch') return node === undefined ? undefined : valueIn(node, key);
  const hash = hashOf(key);
  for (let shift = 0; node !== undefined; shift += BITS) {
    if (node.kind !== 'branch') return valueIn(node, key);
    const bit = 1 << ((hash >>> shift) & MASK);
    if ((node.bitmap & bit) === 0) return undefined;
    node = node.children[bitCount(node.bitmap & (bit - 1))];
  }
  return undefined;
}

function valueIn<V>(node: Leaf<V> | Collision<V>, key: string): V | undefined {
  if (node.kind === 'leaf') return node.key === key ? node.value : undefined;
  return node.leaves.find((leaf) => leaf.key === key)?.value;
}

/** The map with `value` at `key`. */
export function setIn<V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> {
  const leaf: Leaf<V> = { kind: 'leaf', hash: hashOf(key), key, value };
  if (map.root === undefined) return { size: 1, root: leaf };
  const grown = { by: 0 };
  return { root: insert(map.root, leaf, 0, grown), size: map.size + grown.by };
}

function insert<V>(node: Node<V>, leaf: Leaf<V>, shift: number, grown: { by: number }): Node<V> {
  if (node.kind === 'branch') {
    const bit = 1 << ((leaf.hash >>> shift) & MASK);
    const at = bitCount(node.bitmap & (bit - 1));
    const children = node.children.slice();
    const child = node.children[at];
    if ((node.bitmap & bit) !== 0 && child !== undefined) {
      children[at] = insert(child, leaf, shift + BITS, grown);
      return { kind: 'branch', bitmap: node.bitmap, children };
    }
    grown.by = 1;
    children.splice(at, 0, leaf);
    return { kind: 'branch', bitmap: node.bitmap | bit, children };
  }
  if (node.kind === 'leaf' && node.key === leaf.key) return leaf;
  if (node.hash === leaf.hash) {
    const others = (node.kind === 'leaf' ? [node] : node.leaves).filter((other) => other.key !== leaf.key);
    grown.by = node.kind === 'leaf' || others.length === node.leaves.length ? 1 : 0;
    return { kind: 'collision', hash: leaf.hash, leaves: [...others, leaf] };
  }
  grown.by = 1;
  return fork(node, leaf, shift);
}

/** A branch over two nodes whose hashes differ, as deep as it takes. */
function fork<V>(one: Leaf<V> | Collision<V>, two: Leaf<V>, shift: number): Branch<V> {
  const first = (one.hash >>> shift) & MASK;
  const second = (two.hash >>> shift) & MASK;
  if (first === second)
    return { kind: 'branch', bitmap: 1 << first, children: [fork(one, two, shift + BITS)] };
  return {
    kind: 'branch',
    bitmap: (1 << first) | (1 << second),
    children: first < second ? [one, two] : [two, one],
  };
}

/** The map without `key`; the same map where it was not there. */
export function removeIn<V>(map: PersistentMap<V>, key: string): PersistentMap<V> {
  if (map.root === undefined || getIn(map, key) === undefined) return map;
  return { root: without(map.root, hashOf(key), key, 0), size: map.size - 1 };
}

function without<V>(node: Node<V>, hash: number, key: string, shift: number): Node<V> | undefined {
  if (node.kind === 'leaf') return node.key === key ? undefined : node;
  if (node.kind === 'collision') {
    const leaves = node.leaves.filter((leaf) => leaf.key !== key);
    return leaves.length === 1 ? leaves[0] : { kind: 'collision', hash: node.hash, leaves };
  }
  const bit = 1 << ((hash >>> shift) & MASK);
  const at = bitCount(node.bitmap & (bit - 1));
  const child = node.children[at];
  if ((node.bitmap & bit) === 0 || child === undefined) return node;
  const left = without(child, hash, key, shift + BITS);
  if (left === undefined && node.children.length === 1) return undefined;
  const children = node.children.slice();
  if (left === undefined) children.splice(at, 1);
  else children[at] = left;
  const only = children[0];
  if (children.length === 1 && only !== undefined && only.kind !== 'branch') return only;
  return { kind: 'branch', bitmap: left === undefined ? node.bitmap ^ bit : node.bitmap, children };
}

/** All entries, in no meaningful order. */
export function* entriesOf<V>(map: PersistentMap<V>): Generator<readonly [string, V]> {
  const stack: Node<V>[] = map.root === undefined ? [] : [map.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'leaf') yield [node.key, node.value];
    else for (const inner of node.kind === 'branch' ? node.children : node.leaves) stack.push(inner);
  }
}

/** All values, in no meaningful order. */
export function valuesOf<V>(map: PersistentMap<V>): V[] {
  return Array.from(entriesOf(map), ([, value]) => value);
}

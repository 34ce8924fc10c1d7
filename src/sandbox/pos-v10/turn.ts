import type { Ids } from '../../model/ports.ts';
import { emptyMap, entriesOf, getIn, removeIn, setIn, type PersistentMap } from '../../std/persistent-map.ts';
import type { Compartment, SandboxState, Shelf } from './state.ts';

/**
 * One step in the making: the state is replaced here as the step goes on, never changed in place, so whoever held the
 * state before the step still holds what it was.
 */
export interface Turn {
  state: SandboxState;
  readonly now: number;
  readonly ids: Ids;
  readonly warnings: string[];
}

export function beginTurn(state: SandboxState, now: number, ids: Ids): Turn {
  return { state, now, ids, warnings: [] };
}

/** The next sequence number: what was made later has a higher one. */
export function takeSeq(turn: Turn): number {
  const seq = turn.state.nextSeq;
  turn.state = { ...turn.state, nextSeq: seq + 1 };
  return seq;
}

/**
 * Puts `id` into compartments of a shelf and takes it out of others: one change of the index, since the index is large and
 * each change of it costs as much as all the rest of a step.
 */
export function shelve(
  state: SandboxState,
  name: string,
  entry: { readonly id: string; readonly seq: number },
  into: readonly Compartment[],
  outOf: readonly Compartment[] = [],
): SandboxState {
  const shelf: Record<Compartment, PersistentMap<number>> = { ...(getIn(state.shelves, name) ?? EMPTY) };
  for (const compartment of into) shelf[compartment] = setIn(shelf[compartment], entry.id, entry.seq);
  for (const compartment of outOf) shelf[compartment] = removeIn(shelf[compartment], entry.id);
  return { ...state, shelves: setIn(state.shelves, name, shelf) };
}

const EMPTY: Shelf = { all: emptyMap(), open: emptyMap(), active: emptyMap(), captured: emptyMap() };

/** The ids in a compartment of a shelf, the oldest first. */
export function idsOn(state: SandboxState, name: string, compartment: Compartment): string[] {
  const ids = getIn(state.shelves, name)?.[compartment];
  if (ids === undefined) return [];
  return Array.from(entriesOf(ids))
    .sort(([, one], [, two]) => one - two)
    .map(([id]) => id);
}

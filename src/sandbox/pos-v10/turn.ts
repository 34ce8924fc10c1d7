import type { Ids } from '../../model/ports.ts';
import { emptyMap, entriesOf, getIn, removeIn, setIn } from '../../std/persistent-map.ts';
import type { SandboxState } from './state.ts';

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

/** Puts `id` on a shelf (an index by name). */
export function shelve(state: SandboxState, shelf: string, id: string, seq: number): SandboxState {
  const ids = setIn(getIn(state.shelves, shelf) ?? emptyMap<number>(), id, seq);
  return { ...state, shelves: setIn(state.shelves, shelf, ids) };
}

/** Takes `id` off a shelf; an empty shelf goes too. */
export function unshelve(state: SandboxState, shelf: string, id: string): SandboxState {
  const before = getIn(state.shelves, shelf);
  if (before === undefined) return state;
  const ids = removeIn(before, id);
  const shelves = ids.size === 0 ? removeIn(state.shelves, shelf) : setIn(state.shelves, shelf, ids);
  return { ...state, shelves };
}

/** The ids on a shelf, the oldest first. */
export function idsOn(state: SandboxState, shelf: string): string[] {
  const ids = getIn(state.shelves, shelf);
  if (ids === undefined) return [];
  return Array.from(entriesOf(ids))
    .sort(([, one], [, two]) => one - two)
    .map(([id]) => id);
}

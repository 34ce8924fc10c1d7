import type { Ids } from '../../model/ports.ts';
import {
  emptyMap,
  entriesOf,
  getIn,
  removeIn,
  setIn,
  updateIn,
  type PersistentMap,
} from '../../std/persistent-map.ts';
import type { Compartment, Pile, Piles, SandboxState, Shelf, Shelves } from './state.ts';

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

/**
 * A copy of the state that may be written to before it is handed on. Every member is named, so that all states have one shape in memory:
 * a spread of this many members is worked out anew each time, and this is done by every call that changes something.
 */
export function copyOf(state: SandboxState): { -readonly [Name in keyof SandboxState]: SandboxState[Name] } {
  return {
    settings: state.settings,
    stage: state.stage,
    integrators: state.integrators,
    tokens: state.tokens,
    stores: state.stores,
    pointsOfSale: state.pointsOfSale,
    visits: state.visits,
    payments: state.payments,
    refunds: state.refunds,
    remembered: state.remembered,
    byMerchantPosId: state.byMerchantPosId,
    byBeacon: state.byBeacon,
    shelves: state.shelves,
    piles: state.piles,
    standing: state.standing,
    lastCaller: state.lastCaller,
  };
}

/** The next sequence number: what was made later has a higher one. Nothing is ever taken out of these maps, so their sizes count. */
export function nextSeq({ state }: Turn): number {
  return state.payments.size + state.refunds.size + state.pointsOfSale.size + 1;
}

/** Which shelf or pile is meant: the index it stands in, and its name there. */
export type IndexName =
  | { readonly shelf: keyof Shelves; readonly key: string }
  | { readonly pile: keyof Piles; readonly key: string }
  /** The payments of all points of sale together. */
  | 'all payments';

/** Puts an entry into compartments of a shelf and takes it out of others. */
export function shelved(
  index: PersistentMap<Shelf>,
  key: string,
  { id, seq }: { readonly id: string; readonly seq: number },
  into: readonly Compartment[],
  outOf: readonly Compartment[] = [],
): PersistentMap<Shelf> {
  return updateIn(index, key, (before = EMPTY) => {
    let { all, captured, open, active } = before;
    if (into.includes('all')) all = { id, seq, below: all };
    if (into.includes('captured')) captured = { id, seq, below: captured };
    if (into.includes('open')) open = setIn(open, id, seq);
    else if (outOf.includes('open')) open = removeIn(open, id);
    if (into.includes('active')) active = setIn(active, id, seq);
    else if (outOf.includes('active')) active = removeIn(active, id);
    return { all, captured, open, active };
  });
}

/** Puts an entry on a pile. */
export function piled(
  index: PersistentMap<Pile>,
  key: string,
  { id, seq }: { readonly id: string; readonly seq: number },
): PersistentMap<Pile> {
  return updateIn(index, key, (below) => ({ id, seq, below }));
}

const EMPTY: Shelf = { all: undefined, captured: undefined, open: emptyMap(), active: emptyMap() };

/** The indexes before anything has happened. */
export const EMPTY_SHELVES: Shelves = { paymentsOn: emptyMap(), inStore: emptyMap() };
export const EMPTY_PILES: Piles = {
  paymentsOfOrder: emptyMap(),
  refundsOf: emptyMap(),
  refundsOfOrder: emptyMap(),
  named: emptyMap(),
};

interface Entry {
  readonly id: string;
  readonly seq: number;
}

/** The ids in a compartment of a shelf, or on a pile, which has no compartment but `all`; the oldest first. */
export function idsOn(state: SandboxState, name: IndexName, compartment: Compartment): string[] {
  const found: Entry[] = [];
  if (name === 'all payments')
    for (const [, shelf] of entriesOf(state.shelves.paymentsOn)) collect(found, shelf, compartment);
  else if ('shelf' in name) collect(found, getIn(state.shelves[name.shelf], name.key), compartment);
  else if (compartment === 'all') climb(found, getIn(state.piles[name.pile], name.key));
  return found.sort((one, two) => one.seq - two.seq).map(({ id }) => id);
}

function collect(found: Entry[], shelf: Shelf | undefined, compartment: Compartment): void {
  if (shelf === undefined) return;
  if (compartment === 'all' || compartment === 'captured') climb(found, shelf[compartment]);
  else for (const [id, seq] of entriesOf(shelf[compartment])) found.push({ id, seq });
}

function climb(found: Entry[], pile: Pile | undefined): void {
  for (let at = pile; at !== undefined; at = at.below) found.push(at);
}

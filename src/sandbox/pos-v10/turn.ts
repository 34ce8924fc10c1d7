import type { Ids } from '../../model/ports.ts';
import { emptyMap, entriesOf, removeIn, setIn } from '../../std/persistent-map.ts';
import { emptyPiles, pileOf } from '../../std/piles.ts';
import { emptyRegister, recordOf, recordsOf, withRecord, type Register } from '../../std/register.ts';
import type { Compartment, Indexes, Row, SandboxState, Shelf, Shelves } from './state.ts';

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

const MOST_WARNINGS = 5;
const MOST_TEXT = 200;

/** Notes what the log should say of this step: little, however much the request holds. */
export function note({ warnings }: Turn, text: string): void {
  if (warnings.length < MOST_WARNINGS)
    warnings.push(text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`);
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
    indexes: state.indexes,
    standing: state.standing,
    lastCaller: state.lastCaller,
  };
}

/** The next sequence number: what was made later has a higher one. Nothing is ever taken out of these registers, so their sizes count. */
export function nextSeq({ state }: Turn): number {
  return state.payments.size + state.refunds.size + state.pointsOfSale.size + 1;
}

/** Which index is meant: the one it is in, and its name there. */
export type IndexName =
  | { readonly shelf: keyof Shelves; readonly key: string }
  | { readonly pile: keyof Indexes; readonly key: string }
  /** The payments of all points of sale together. */
  | 'all payments';

/** In which compartments of its shelf something stands. */
export interface Place {
  readonly open: boolean;
  readonly active: boolean;
  readonly captured: boolean;
}

/** Moves an entry on its shelf from one place to another; something new has been nowhere, and is put among everything too. */
export function shelved(
  index: Register<Shelf>,
  key: string,
  { id, seq }: Entry,
  from: Place | undefined,
  to: Place,
): Register<Shelf> {
  let { all, captured, active, resting } = recordOf(index, key) ?? EMPTY;
  if (from === undefined) all = { id, seq, next: all };
  if (to.captured && from?.captured !== true) captured = { id, seq, next: captured };
  if (from?.active === true && !to.active) active = without(active, id);
  else if (to.active && from?.active !== true) active = { id, seq, next: active };
  const rested = from?.open === true && !from.active;
  const rests = to.open && !to.active;
  if (rested && !rests) resting = removeIn(resting, id);
  else if (rests && !rested) resting = setIn(resting, id, seq);
  return withRecord(index, key, { all, captured, active, resting });
}

/** A row without one of its few entries. */
function without(row: Row | undefined, id: string): Row | undefined {
  if (row === undefined || row.id === id) return row?.next;
  return { id: row.id, seq: row.seq, next: without(row.next, id) };
}

const EMPTY: Shelf = { all: undefined, captured: undefined, active: undefined, resting: emptyMap() };

/** The indexes before anything has happened. */
export const EMPTY_SHELVES: Shelves = { paymentsOn: emptyRegister(), inStore: emptyRegister() };
export const EMPTY_INDEXES: Indexes = {
  paymentsOfOrder: emptyPiles(),
  refundsOf: emptyPiles(),
  refundsOfOrder: emptyPiles(),
  named: emptyPiles(),
};

interface Entry {
  readonly id: string;
  readonly seq: number;
}

/** The ids in a compartment of a shelf, or on a pile, which has no compartment but `all`; the oldest first. */
export function idsOn(state: SandboxState, name: IndexName, compartment: Compartment): string[] {
  if (name !== 'all payments' && 'pile' in name)
    return compartment === 'all' ? pileOf(state.indexes[name.pile], name.key) : [];
  const found: Entry[] = [];
  if (name !== 'all payments') collect(found, recordOf(state.shelves[name.shelf], name.key), compartment);
  else for (const shelf of recordsOf(state.shelves.paymentsOn)) collect(found, shelf, compartment);
  return found.sort((one, two) => one.seq - two.seq).map(({ id }) => id);
}

function collect(found: Entry[], shelf: Shelf | undefined, compartment: Compartment): void {
  if (shelf === undefined) return;
  let row = compartment === 'open' ? shelf.active : shelf[compartment];
  for (; row !== undefined; row = row.next) found.push(row);
  if (compartment === 'open') for (const [id, seq] of entriesOf(shelf.resting)) found.push({ id, seq });
}

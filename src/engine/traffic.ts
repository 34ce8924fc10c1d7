import type { Expectation } from '../model/case.ts';
import type { Operation } from '../model/operation.ts';
import type { CaseContext, CaseState, Slot } from './state.ts';
import { compareMembers } from './members.ts';
import type { Names } from './values.ts';

/** Where a request belongs: the slot it met, and what its coming closes or makes due. */
export interface Match {
  readonly slot: number;
  /** Earlier expectations that it closes. */
  readonly closes: readonly number[];
  /** Acts in front of it that no expectation brought about, since the one before them was left out. */
  readonly acts: readonly number[];
}

/** All traffic of a case as slots, in order. */
export function slotsOf(context: CaseContext): Slot[] {
  return context.steps.flatMap((step, index) =>
    step.kind === 'client'
      ? step.traffic.map((item) => ({ step: index, item, exchanges: [], closed: false }))
      : [],
  );
}

/** The first and last step that the command in force may serve: itself and the commands right behind it (a client may run ahead). */
export function reachOf(
  context: CaseContext,
  step: number,
): { readonly first: number; readonly last: number } {
  let last = step;
  for (let next = step + 1; next < context.steps.length; next += 1) {
    const candidate = context.steps[next];
    if (candidate?.kind !== 'client' || candidate.command === 'restart') break;
    last = next;
  }
  return { first: step, last };
}

function satisfied(slot: Slot): boolean {
  return slot.item.kind !== 'expect' || slot.exchanges.length >= slot.item.times.min;
}

function exhausted(slot: Slot): boolean {
  return slot.closed || (slot.item.kind === 'expect' && slot.exchanges.length >= slot.item.times.max);
}

function fits(
  expectation: Expectation,
  operation: string,
  params: Readonly<Record<string, string>>,
  names: Names,
): boolean {
  if (!expectation.operations.includes(operation)) return false;
  return (
    expectation.path === undefined ||
    compareMembers(expectation.path, { ...params }, names).differences.length === 0
  );
}

/**
 * The first open expectation that a request fits, or undefined. An expectation is open when everything before it is satisfied. A read never
 * runs ahead into a later command as long as the present one could still take a write: it may come at any time and would close what the
 * client has yet to do. (case-language.md, Expectations.)
 */
export function matchRequest(
  context: CaseContext,
  state: CaseState,
  operation: Operation,
  params: Readonly<Record<string, string>>,
  names: Names,
): Match | undefined {
  const { first, last } = reachOf(context, state.step);
  const closes: number[] = [];
  const acts: number[] = [];
  let presentOpen = false;
  for (const [index, slot] of state.slots.entries()) {
    if (slot.step < first || slot.step > last) continue;
    const ahead = slot.step > state.step;
    if (ahead && presentOpen && operation.reads === true) return undefined;
    if (slot.item.kind !== 'expect') {
      if (slot.closed) continue;
      if (ahead) return undefined;
      acts.push(index);
      continue;
    }
    if (exhausted(slot)) continue;
    if (fits(slot.item, operation.name, params, names)) return { slot: index, closes, acts };
    if (!satisfied(slot)) return undefined;
    if (!ahead) presentOpen = true;
    closes.push(index);
  }
  return undefined;
}

/** The acts (and kills) that follow slot `index` directly: they are due when its answer has been worked out. */
export function actsAfter(slots: readonly Slot[], index: number): number[] {
  const due: number[] = [];
  const step = slots[index]?.step;
  for (let next = index + 1; next < slots.length; next += 1) {
    const slot = slots[next];
    if (slot === undefined || slot.step !== step || slot.item.kind === 'expect') break;
    if (!slot.closed) due.push(next);
  }
  return due;
}

/** Expectations of `step` that are still to be met. */
export function missing(slots: readonly Slot[], step: number): Expectation[] {
  return slots.flatMap((slot) =>
    slot.step === step && slot.item.kind === 'expect' && !satisfied(slot) ? [slot.item] : [],
  );
}

/** What a person calls an expectation. */
export function titleOf(expectation: Expectation): string {
  return expectation.name ?? expectation.operations.join(' or ');
}

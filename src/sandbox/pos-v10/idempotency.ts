import type { HttpAnswer } from '../../model/http.ts';
import { putOn, topOf } from '../../std/piles.ts';
import { createdAnswer } from './answers.ts';
import type { Call } from './call.ts';
import { sameOwner } from './records.ts';
import type { Remembered } from './state.ts';
import { copyOf } from './turn.ts';

/*
 * Keys are remembered only for calls that created something, within operation, integrator and merchant (pos-v10.md 1.3): clients in
 * the field send one key to every call of a transaction, and again after a 409.
 */

/** The answer to a key that was used before: the same id for the same request, 1306 for another. Undefined for a fresh key. */
export function replay(call: Call, request: object, idName: string): HttpAnswer | undefined {
  const { state, now } = call.turn;
  let layer = topOf(state.remembered, call.key);
  while (layer !== undefined && !isOf(call, layer.value)) layer = layer.below;
  const found = layer?.value;
  if (found === undefined || now > found.at + state.settings.idempotencyMemoryMs) return undefined;
  return canonical(found.request) === canonical(request)
    ? createdAnswer(idName, found.id)
    : call.refuse('1306');
}

function isOf({ operation, caller }: Call, one: Remembered): boolean {
  return one.operation === operation && sameOwner(one, caller);
}

/** Remembers what a call made, and answers with its id. */
export function answerCreated(call: Call, request: object, idName: string, id: string): HttpAnswer {
  const { turn, operation, caller } = call;
  const next = copyOf(turn.state);
  const { integrator, vat } = caller;
  next.remembered = putOn(next.remembered, call.key, {
    operation,
    integrator,
    vat,
    request,
    id,
    at: turn.now,
  });
  turn.state = next;
  return createdAnswer(idName, id);
}

/** What was understood of a request, its members always in the order in which they were read: null and missing are the same. */
function canonical(request: object): string {
  return JSON.stringify(request);
}

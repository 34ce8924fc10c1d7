import type { HttpAnswer } from '../../model/http.ts';
import { getIn, setIn } from '../../std/persistent-map.ts';
import { jsonAnswer } from './answers.ts';
import type { Call } from './call.ts';
import { copyOf } from './turn.ts';

/*
 * Keys are remembered only for calls that created something, within operation, integrator and merchant (pos-v10.md 1.3): clients in
 * the field send one key to every call of a transaction, and again after a 409.
 */

/** The answer to a key that was used before: the same id for the same request, 1306 for another. Undefined for a fresh key. */
export function replay(call: Call, request: object, idName: string): HttpAnswer | undefined {
  const { state, now } = call.turn;
  const found = getIn(state.remembered, call.memory);
  if (found === undefined || now > found.at + state.settings.idempotencyMemoryMs) return undefined;
  return canonical(found.request) === canonical(request)
    ? jsonAnswer(200, { [idName]: found.id })
    : call.refuse('1306');
}

/** Remembers what a call made, and answers with its id. */
export function answerCreated(call: Call, request: object, idName: string, id: string): HttpAnswer {
  const { turn } = call;
  const next = copyOf(turn.state);
  next.remembered = setIn(next.remembered, call.memory, { request, id, at: turn.now });
  turn.state = next;
  return jsonAnswer(200, { [idName]: id });
}

/** What was understood of a request, its members always in the order in which they were read: null and missing are the same. */
function canonical(request: object): string {
  return JSON.stringify(request);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { Ids, Simulation } from '../model/ports.ts';
import { LAST_MOMENT } from './control/handler.ts';
import { readStateFile, StateFileError } from './state-file.ts';

/** How a state becomes JSON and is made from it again; `load` throws where the value is no state. */
export interface SavedForm<State> {
  save(state: State): JsonValue;
  load(value: JsonValue): State;
}

export interface BeginParts<State> {
  readonly simulation: Simulation<State>;
  readonly saved: SavedForm<State>;
  /** They go before what the file says. */
  readonly settings: JsonObject;
  readonly wallClock: () => number;
  readonly ids: Ids;
}

/** What a sandbox goes on with. */
export interface Begun<State> {
  readonly offsetMs: number;
  readonly state: State;
  readonly callbacks: JsonObject;
}

/** What the file holds, with the settings that were given; undefined where there is no file. Throws StateFileError. */
export async function begun<State>(
  file: string,
  { saved, simulation, settings, wallClock, ids }: BeginParts<State>,
): Promise<Begun<State> | undefined> {
  const found = await readStateFile(file);
  if (found === undefined) return undefined;
  const { offsetMs, callbacks, state } = found;
  if (typeof offsetMs !== 'number' || !isJsonObject(callbacks) || state === undefined)
    throw new StateFileError('damaged', 'something is missing in it');
  if (!Number.isInteger(offsetMs) || offsetMs < 0 || wallClock() + offsetMs > LAST_MOMENT)
    throw new StateFileError('damaged', 'its clock is at no time that a sandbox can be at');
  let loaded: State;
  try {
    loaded = saved.load(state);
  } catch (thrown) {
    throw new StateFileError('damaged', thrown instanceof Error ? thrown.message : String(thrown));
  }
  for (const [name, value] of Object.entries(settings)) {
    const now = wallClock() + offsetMs;
    const { outcome, state: changed } = simulation.act(loaded, 'world', name, { value }, now, ids);
    if (outcome.kind !== 'done') throw new RangeError(outcome.message);
    loaded = changed;
  }
  return { offsetMs, callbacks, state: loaded };
}

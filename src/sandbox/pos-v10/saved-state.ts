import { isJsonObject, member, type JsonObject, type JsonValue } from '../../model/json.ts';
import { emptyMap, entriesOf, setIn, type PersistentMap } from '../../std/persistent-map.ts';
import { allPiled, emptyPiles, putOn, type Piles } from '../../std/piles.ts';
import { emptyRegister, recordsOf, withRecord, type Register } from '../../std/register.ts';
import { addPointOfSale, putPayment, putRefund, removePointOfSale } from './records.ts';
import { parseSettings } from './settings.ts';
import type { Owner, Payment, PointOfSale, Refund, Remembered, SandboxState, Stage } from './state.ts';
import { beginTurn, EMPTY_INDEXES, EMPTY_SHELVES } from './turn.ts';

/*
 * A state as JSON: the records alone. The indexes are made anew by the writers that keep them, so a saved state can't hold wrong ones.
 */

/** The state as JSON, every list in the order in which things were made. */
export function saveState(state: SandboxState): JsonValue {
  const saved = {
    settings: state.settings,
    stage: state.stage,
    integrators: Object.fromEntries(entriesOf(state.integrators)),
    tokens: Object.fromEntries(entriesOf(state.tokens)),
    stores: recordsOf(state.stores),
    pointsOfSale: recordsOf(state.pointsOfSale),
    visits: recordsOf(state.visits),
    payments: recordsOf(state.payments),
    refunds: recordsOf(state.refunds),
    remembered: allPiled(state.remembered).map(([key, made]) => ({ key, ...made })),
    ...(state.lastCaller === undefined ? {} : { lastCaller: state.lastCaller }),
  };
  return saved as unknown as JsonValue;
}

/** The state that `saveState` made this of. Throws where a part is missing or has another shape. */
export function loadState(saved: JsonValue): SandboxState {
  const turn = beginTurn(
    {
      settings: parseSettings(object(saved, 'settings')),
      stage: { failNext: 0, beaconTaken: false, merchantPosIdTaken: false, ...stageOf(saved) },
      integrators: mapOf<string>(Object.entries(object(saved, 'integrators')), 'string'),
      tokens: mapOf(Object.entries(object(saved, 'tokens')), 'object'),
      stores: byId(saved, 'stores', ['id', 'vat', 'merchantLocationId']),
      visits: byId(saved, 'visits', ['id', 'posId']),
      remembered: rememberedIn(saved),
      pointsOfSale: emptyRegister(),
      payments: emptyRegister(),
      refunds: emptyRegister(),
      byMerchantPosId: emptyMap(),
      byBeacon: emptyMap(),
      shelves: EMPTY_SHELVES,
      indexes: EMPTY_INDEXES,
      standing: undefined,
      lastCaller: member(saved, 'lastCaller') as unknown as Owner | undefined,
    },
    0,
    () => '',
  );
  for (const pos of list<PointOfSale>(saved, 'pointsOfSale', [
    'id',
    'beaconId',
    'merchantPosId',
    'storeId',
  ])) {
    // JSON has no undefined.
    const whole = { ...pos, visitId: member(pos, 'visitId') as string | undefined };
    addPointOfSale(turn, whole);
    if (pos.deleted) removePointOfSale(turn, whole);
  }
  for (const payment of list<Payment>(saved, 'payments', ['id', 'posId', 'orderId', 'state']))
    putPayment(turn, payment);
  for (const refund of list<Refund>(saved, 'refunds', ['id', 'paymentId', 'state'])) putRefund(turn, refund);
  return turn.state;
}

function stageOf(saved: JsonValue): Partial<Stage> {
  return object(saved, 'stage');
}

function object(saved: JsonValue, name: string): JsonObject {
  const value = member(saved, name);
  if (!isJsonObject(value)) throw new TypeError(`the saved state has no ${name}`);
  return value;
}

/** A list of records, each with these members as texts. */
function list<Made>(saved: JsonValue, name: string, texts: readonly string[]): Made[] {
  const value = member(saved, name);
  if (!Array.isArray(value)) throw new TypeError(`the saved state has no ${name}`);
  for (const made of value)
    if (!texts.every((text) => typeof member(made, text) === 'string'))
      throw new TypeError(`something in ${name} of the saved state has another shape`);
  return value as unknown as Made[];
}

function byId<Made extends { readonly id: string }>(
  saved: JsonValue,
  name: string,
  texts: readonly string[],
): Register<Made> {
  return list<Made>(saved, name, texts).reduce(
    (register, made) => withRecord(register, made.id, made),
    emptyRegister<Made>(),
  );
}

function rememberedIn(saved: JsonValue): Piles<Remembered> {
  return list<Remembered & { readonly key: string }>(saved, 'remembered', ['key', 'operation', 'id']).reduce(
    (piles, { key, ...made }) => putOn(piles, key, made),
    emptyPiles<Remembered>(),
  );
}

function mapOf<Value>(
  entries: readonly [string, JsonValue][],
  type: 'string' | 'object',
): PersistentMap<Value> {
  return entries.reduce((map, [key, value]) => {
    if (typeof value !== type || value === null)
      throw new TypeError('something in the saved state has another shape');
    return setIn(map, key, value as unknown as Value);
  }, emptyMap<Value>());
}

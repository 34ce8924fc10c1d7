import { isJsonObject, member, type JsonObject, type JsonValue } from '../../model/json.ts';
import { emptyMap, entriesOf, setIn, type PersistentMap } from '../../std/persistent-map.ts';
import { allPiled, emptyPiles, putOn, type Piles } from '../../std/piles.ts';
import { emptyRegister, recordOf, recordsOf, withRecord, type Register } from '../../std/register.ts';
import { addPointOfSale, putPayment, putRefund, removePointOfSale } from './records.ts';
import { parseSettings } from './settings.ts';
import { misshapen, SHAPES } from './saved-shapes.ts';
import type {
  Owner,
  Payment,
  PointOfSale,
  Refund,
  Remembered,
  SandboxState,
  Stage,
  Store,
  Token,
  Visit,
} from './state.ts';
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

/** The state that `saveState` made this of. Throws a TypeError where a part is missing, has another shape or leads nowhere. */
export function loadState(saved: JsonValue): SandboxState {
  const turn = beginTurn(
    {
      settings: parseSettings(object(saved, 'settings')),
      stage: shaped(object(saved, 'stage'), 'stage') as unknown as Stage,
      integrators: mapOf<string>(saved, 'integrators', 'text'),
      tokens: mapOf<Token>(saved, 'tokens', SHAPES.token),
      stores: byId<Store>(saved, 'stores'),
      visits: byId<Visit>(saved, 'visits'),
      remembered: rememberedIn(saved),
      pointsOfSale: emptyRegister(),
      payments: emptyRegister(),
      refunds: emptyRegister(),
      byMerchantPosId: emptyMap(),
      byBeacon: emptyMap(),
      shelves: EMPTY_SHELVES,
      indexes: EMPTY_INDEXES,
      standing: undefined,
      lastCaller:
        member(saved, 'lastCaller') === undefined
          ? undefined
          : (shaped(object(saved, 'lastCaller'), 'lastCaller') as unknown as Owner),
    },
    0,
    () => '',
  );
  for (const pos of list<PointOfSale>(saved, 'pointsOfSale')) {
    // JSON has no undefined.
    const whole = { ...pos, visitId: pos.visitId };
    leads(turn.state.stores, pos.storeId, 'pointsOfSale');
    addPointOfSale(turn, whole);
    if (pos.deleted) removePointOfSale(turn, whole);
  }
  for (const payment of list<Payment>(saved, 'payments')) {
    leads(turn.state.pointsOfSale, payment.posId, 'payments');
    leads(turn.state.stores, payment.storeId, 'payments');
    if (!isWhole(payment)) throw new TypeError('a payment of the saved state lacks what its state implies');
    putPayment(turn, { ...payment, terms: payment.terms, visitId: payment.visitId });
  }
  for (const refund of list<Refund>(saved, 'refunds')) {
    leads(turn.state.payments, refund.paymentId, 'refunds');
    leads(turn.state.stores, refund.storeId, 'refunds');
    putRefund(turn, refund);
  }
  return turn.state;
}

/** Whether a payment has come by its state: what is Reserved or later had its terms and a reservation, what is Captured a capture. */
function isWhole({ state, prepared, terms, reservedAt, capturedAt }: Payment): boolean {
  const reserved = state === 'Reserved' || state === 'Captured' || state === 'ExpiredAndCancelled';
  if (terms === undefined && (reserved || !prepared || state === 'Initiated' || state === 'IssuedToUser'))
    return false;
  return (!reserved || reservedAt !== undefined) && (state !== 'Captured' || capturedAt !== undefined);
}

function leads<Made>(register: Register<Made>, id: string, from: string): void {
  if (recordOf(register, id) === undefined)
    throw new TypeError(`something in ${from} of the saved state leads nowhere`);
}

function shaped(value: JsonValue, name: keyof typeof SHAPES): JsonValue {
  const wrong = misshapen(value, SHAPES[name], name);
  if (wrong !== undefined)
    throw new TypeError(`${wrong.slice(0, 100)} of the saved state is not what it should be`);
  return value;
}

function object(saved: JsonValue, name: string): JsonObject {
  const value = member(saved, name);
  if (!isJsonObject(value)) throw new TypeError(`the saved state has no ${name}`);
  return value;
}

/** A list of records, each of the shape that belongs to the name. */
function list<Made>(saved: JsonValue, name: keyof typeof SHAPES): Made[] {
  const value = member(saved, name);
  if (!Array.isArray(value)) throw new TypeError(`the saved state has no ${name}`);
  return value.map((made) => shaped(made, name) as unknown as Made);
}

function byId<Made extends { readonly id: string }>(
  saved: JsonValue,
  name: keyof typeof SHAPES,
): Register<Made> {
  return list<Made>(saved, name).reduce(
    (register, made) => withRecord(register, made.id, made),
    emptyRegister<Made>(),
  );
}

function rememberedIn(saved: JsonValue): Piles<Remembered> {
  return list<Remembered & { readonly key: string }>(saved, 'remembered').reduce(
    (piles, { key, ...made }) => putOn(piles, key, made),
    emptyPiles<Remembered>(),
  );
}

function mapOf<Value>(
  saved: JsonValue,
  name: string,
  shape: Parameters<typeof misshapen>[1],
): PersistentMap<Value> {
  return Object.entries(object(saved, name)).reduce((map, [key, value]) => {
    if (misshapen(value, shape, name) !== undefined)
      throw new TypeError(`something in ${name} of the saved state has another shape`);
    return setIn(map, key, value as unknown as Value);
  }, emptyMap<Value>());
}

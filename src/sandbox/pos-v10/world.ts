import { toMajor, toMinor } from '../../model/amount.ts';
import { member, textMember, type JsonObject } from '../../model/json.ts';
import { getIn, emptyMap } from '../../std/persistent-map.ts';
import { recordOf } from '../../std/register.ts';
import { activeOn, lookAtPointOfSale } from './aging.ts';
import { impossible, type Acted } from './outcome.ts';
import { thePointOfSale, theStore } from './lane.ts';
import { addPayment } from './payment-creation.ts';
import { merchantPosKey, putStore, putVisit, removePointOfSale, shelf } from './records.ts';
import { isSetting, valuesOf, withSetting } from './settings.ts';
import { addStagePointOfSale, STRANGER } from './stage.ts';
import { idsOn, type Turn } from './turn.ts';
import { isBeacon, isValidText } from './valid-text.ts';

/** Changes the stage: each member of `world` (sandbox.md), and every setting by its name. */
export function changeWorld(turn: Turn, name: string, args: JsonObject): Acted {
  switch (name) {
    case 'storeBalance':
      return setStoreBalance(turn, args);
    case 'storeActivated':
      return setStoreActivated(turn, args);
    case 'tokens':
      if (member(args, 'value') !== 'revoked') return bad('tokens can only be revoked');
      turn.state = { ...turn.state, tokens: emptyMap() };
      return ok();
    case 'partialCapturePossible':
      return setPartialCapture(turn, args);
    case 'activePaymentFromBefore':
      return placePayment(turn, args);
    case 'pointOfSaleGone':
      return removeThePointOfSale(turn, args);
    case 'beaconTaken':
      return takeBeacon(turn, args);
    case 'merchantPosIdTaken':
      return takeMerchantPosId(turn, args);
    case 'failNext':
      return failNext(turn, args);
    default:
      return changeSetting(turn, name, args);
  }
}

function ok(result: JsonObject = {}): Acted {
  return { kind: 'done', result };
}

function bad(message: string): Acted {
  return impossible('badArguments', message);
}

function setStoreBalance(turn: Turn, args: JsonObject): Acted {
  const balance = toMinor(member(args, 'value'));
  if (balance === undefined || balance < 0)
    return bad("the store's balance must be a number of at most two decimals, 0 or more");
  const store = theStore(turn, args);
  if ('kind' in store) return store;
  putStore(turn, { ...store, balance });
  return ok({ storeId: store.id, balance: toMajor(balance) });
}

function setStoreActivated(turn: Turn, args: JsonObject): Acted {
  const activated = member(args, 'value');
  if (typeof activated !== 'boolean') return bad('whether the store is activated must be true or false');
  const store = theStore(turn, args);
  if ('kind' in store) return store;
  putStore(turn, { ...store, activated });
  return ok({ storeId: store.id, activated });
}

/** The newest word counts: it also overrides what the customers with open payments came with. */
function setPartialCapture(turn: Turn, args: JsonObject): Acted {
  const value = member(args, 'value');
  if (typeof value !== 'boolean') return bad('partialCapturePossible must be true or false');
  const { settings } = turn.state;
  turn.state = { ...turn.state, settings: { ...settings, partialCapturePossible: value } };
  const pos = thePointOfSale(turn, args);
  if ('kind' in pos) return ok();
  const open = idsOn(turn.state, shelf.paymentsOn(pos.id), 'open').map(
    (id) => recordOf(turn.state.payments, id)?.visitId,
  );
  for (const id of [pos.visitId, ...open]) {
    const visit = recordOf(turn.state.visits, id ?? '');
    if (visit !== undefined) putVisit(turn, { ...visit, partialCapture: value });
  }
  return ok();
}

/** A payment of the same integrator and merchant whose creation the client never saw. */
function placePayment(turn: Turn, args: JsonObject): Acted {
  const found = thePointOfSale(turn, args);
  if ('kind' in found) return found;
  const orderId = textMember(args, 'orderId') ?? `before-${turn.ids().slice(0, 8)}`;
  const amount = toMinor(member(args, 'amount') ?? 50);
  if (!isValidText(orderId, 1)) return bad('orderId must be 1 to 36 valid characters');
  if (amount === undefined || amount <= 0) return bad('amount must be positive with at most two decimals');
  if (activeOn(turn, found.id) !== undefined)
    return impossible('activePayment', 'The point of sale already has an active payment.');
  const pos = lookAtPointOfSale(turn, found.id) ?? found;
  const currencyCode = pos.vat.startsWith('FI') ? 'EUR' : 'DKK';
  const terms = { amount, currencyCode, plannedCaptureDelay: 'None' } as const;
  const payment = addPayment(turn, pos, orderId, terms, 'stage');
  return ok({ paymentId: payment.id, orderId, state: payment.state });
}

function removeThePointOfSale(turn: Turn, args: JsonObject): Acted {
  if (member(args, 'value') === false) return bad('pointOfSaleGone can only be true');
  const pos = thePointOfSale(turn, args);
  if ('kind' in pos) return pos;
  removePointOfSale(turn, pos);
  return ok({ posId: pos.id });
}

/** true: whatever beacon the next creation names; a text: that beacon. It belongs to another integrator then. */
function takeBeacon(turn: Turn, args: JsonObject): Acted {
  const value = member(args, 'value');
  if (typeof value === 'boolean') {
    turn.state = { ...turn.state, stage: { ...turn.state.stage, beaconTaken: value } };
    return ok();
  }
  if (typeof value !== 'string' || !isBeacon(value)) return bad('beaconTaken must be true or a beacon');
  if (getIn(turn.state.byBeacon, value.toLowerCase()) !== undefined) return ok();
  const store = theStore(turn, args);
  if ('kind' in store) return store;
  const pos = addStagePointOfSale(turn, { integrator: STRANGER, vat: store.vat }, store, { beaconId: value });
  return ok({ posId: pos.id });
}

/** true: whatever merchantPosId the next creation names; a text: that one, of the integrator and merchant who called last. */
function takeMerchantPosId(turn: Turn, args: JsonObject): Acted {
  const value = member(args, 'value');
  if (typeof value === 'boolean') {
    turn.state = { ...turn.state, stage: { ...turn.state.stage, merchantPosIdTaken: value } };
    return ok();
  }
  if (typeof value !== 'string' || !isValidText(value, 1))
    return bad('merchantPosIdTaken must be true or 1 to 36 valid characters');
  const owner = turn.state.lastCaller;
  if (owner === undefined)
    return impossible('noCaller', 'No client has called yet: say true instead of a name.');
  if (getIn(turn.state.byMerchantPosId, merchantPosKey(owner, value)) !== undefined) return ok();
  const store = theStore(turn, args);
  if ('kind' in store) return store;
  const pos = addStagePointOfSale(turn, owner, store, { merchantPosId: value });
  return ok({ posId: pos.id });
}

/** So many calls (true: one) are answered 500 with code 2000 and not carried out. */
function failNext(turn: Turn, args: JsonObject): Acted {
  const value = member(args, 'value');
  const count = value === true ? 1 : value === false ? 0 : value;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0)
    return bad('failNext must be a number of calls');
  turn.state = { ...turn.state, stage: { ...turn.state.stage, failNext: count } };
  return ok();
}

function changeSetting(turn: Turn, name: string, args: JsonObject): Acted {
  if (!isSetting(name))
    return { kind: 'unsupported', message: `The sandbox has no setting ${JSON.stringify(name)}.` };
  const settings = withSetting(turn.state.settings, name, member(args, 'value'));
  if (settings === undefined) return bad(`${name} must be ${valuesOf(name)}`);
  turn.state = { ...turn.state, settings };
  return ok();
}

import type { HttpAnswer } from '../../model/http.ts';
import { member, type JsonObject } from '../../model/json.ts';
import { BEACON_TYPES, type BeaconType } from '../../model/pos-v10/truth.ts';
import { getIn } from '../../std/persistent-map.ts';
import { recordOf } from '../../std/register.ts';
import { lookAtPointOfSale } from './aging.ts';
import { done, jsonAnswer, notFound } from './answers.ts';
import { isAnswer, queryOf, readBody, type Call } from './call.ts';
import { given, idOf, isFlaw, textOf, unfit, wordOf, type Flaw } from './fields.ts';
import { answerCreated, replay } from './idempotency.ts';
import { addKnown } from './payment-queries.ts';
import { addPointOfSale, merchantPosKey, removePointOfSale, sameOwner, shelf } from './records.ts';
import { placeTaken } from './stage.ts';
import type { PointOfSale } from './state.ts';
import { idsOn, nextSeq } from './turn.ts';
import { guidOf, isBeacon } from './valid-text.ts';

const CREATE = [
  'merchantPosId',
  'storeId',
  'name',
  'beaconId',
  'callbackAlias',
  'supportedBeaconTypes',
  'requirePaymentBeforeCheckin',
];

interface Wanted {
  readonly merchantPosId: string;
  readonly storeId: string;
  readonly name: string;
  readonly supportedBeaconTypes: readonly BeaconType[];
  readonly beaconId?: string;
  readonly callbackAlias?: string;
  readonly requirePaymentBeforeCheckin: boolean;
}

function wantedOf(body: JsonObject): Wanted | Flaw {
  const merchantPosId = textOf(body, 'merchantPosId');
  if (merchantPosId === undefined) return { flaw: '1111' };
  const storeId = idOf(body, 'storeId');
  if (storeId === undefined) return unfit('storeId', 'a GUID');
  const name = textOf(body, 'name');
  if (name === undefined) return { flaw: '1112' };
  const beaconId = given(body, 'beaconId');
  if (beaconId !== undefined && (typeof beaconId !== 'string' || !isBeacon(beaconId)))
    return { flaw: '1100' };
  const callbackAlias = textOf(body, 'callbackAlias');
  if (callbackAlias === undefined && given(body, 'callbackAlias') !== undefined) return { flaw: '1116' };
  const types = member(body, 'supportedBeaconTypes');
  const words = Array.isArray(types) ? types.map((type) => wordOf(BEACON_TYPES, type)) : undefined;
  const supportedBeaconTypes = words?.filter((word) => word !== undefined);
  if (supportedBeaconTypes?.length !== words?.length || new Set(words).size !== words?.length)
    return unfit('supportedBeaconTypes', `a list of ${BEACON_TYPES.join(', ')}, each at most once`);
  const first = member(body, 'requirePaymentBeforeCheckin') ?? false;
  if (typeof first !== 'boolean' || member(body, 'requirePaymentBeforeCheckin') === null)
    return unfit('requirePaymentBeforeCheckin', 'true or false');
  return {
    merchantPosId,
    storeId,
    name,
    supportedBeaconTypes: supportedBeaconTypes ?? [],
    requirePaymentBeforeCheckin: first,
    ...(beaconId === undefined ? {} : { beaconId }),
    ...(callbackAlias === undefined ? {} : { callbackAlias }),
  };
}

/** POST /pointofsales. */
export function createPointOfSale(call: Call): HttpAnswer {
  const { turn, caller } = call;
  const read = readBody(turn, call.request, CREATE);
  if ('reason' in read) return call.refuse('1099', read.reason);
  const wanted = wantedOf(read.body);
  if (isFlaw(wanted)) return call.refuse(wanted.flaw, wanted.detail);
  // A set: in whatever order a repetition names them, it asks for the same.
  const request = { ...wanted, supportedBeaconTypes: [...wanted.supportedBeaconTypes].sort() };
  const repeated = replay(call, request, 'posId');
  if (repeated !== undefined) return repeated;
  const store = recordOf(turn.state.stores, wanted.storeId);
  if (store === undefined) return call.refuse('1002');
  if (store.vat !== caller.vat) return call.refuse('1403');
  placeTaken(turn, caller, store, wanted.merchantPosId, wanted.beaconId);
  if (getIn(turn.state.byMerchantPosId, merchantPosKey(caller, wanted.merchantPosId)) !== undefined)
    return call.refuse('1200');
  if (
    wanted.beaconId !== undefined &&
    getIn(turn.state.byBeacon, wanted.beaconId.toLowerCase()) !== undefined
  )
    return call.refuse('1202');
  const pos: PointOfSale = {
    ...wanted,
    id: turn.ids().toLowerCase(),
    seq: nextSeq(turn),
    integrator: caller.integrator,
    vat: caller.vat,
    beaconId: wanted.beaconId ?? turn.ids().toLowerCase(),
    beaconGenerated: wanted.beaconId === undefined,
    deleted: false,
    visitId: undefined,
    createdBy: 'client',
  };
  addPointOfSale(turn, pos);
  return answerCreated(call, request, 'posId', pos.id);
}

/** GET /pointofsales/{posid}. */
export function queryPointOfSale(call: Call): HttpAnswer {
  const pos = recordOf(call.turn.state.pointsOfSale, call.id);
  if (pos === undefined) return notFound();
  if (pos.integrator !== call.caller.integrator) return call.refuse('1400');
  if (pos.vat !== call.caller.vat) return call.refuse('1410');
  if (pos.deleted) return notFound();
  return jsonAnswer(200, {
    posId: pos.id,
    merchantPosId: pos.merchantPosId,
    storeId: pos.storeId,
    name: pos.name,
    beaconId: pos.beaconId,
    ...(pos.callbackAlias === undefined ? {} : { callbackAlias: pos.callbackAlias }),
    supportedBeaconTypes: [...pos.supportedBeaconTypes],
    requirePaymentBeforeCheckin: pos.requirePaymentBeforeCheckin,
  });
}

/** GET /pointofsales: the caller's that are not deleted, by every filter given. */
export function queryPointsOfSale(call: Call): HttpAnswer {
  const { state } = call.turn;
  const query = queryOf(call, ['storeId', 'beaconId', 'merchantPosId']);
  if (isAnswer(query)) return query;
  const { storeId: storeText, beaconId, merchantPosId } = query;
  const storeId = guidOf(storeText);
  if (storeText !== undefined && storeId === undefined) return call.refuse('1099', 'storeId must be a GUID.');
  if (storeId === undefined && beaconId === undefined && merchantPosId === undefined)
    return call.refuse('1121');
  const single =
    merchantPosId === undefined
      ? getIn(state.byBeacon, (beaconId ?? '').toLowerCase())
      : getIn(state.byMerchantPosId, merchantPosKey(call.caller, merchantPosId));
  const ids =
    merchantPosId === undefined && beaconId === undefined
      ? idsOn(state, shelf.inStore(call.caller, storeId ?? ''), 'open')
      : single === undefined
        ? []
        : [single];
  const posIds = ids.filter((id) => {
    const pos = recordOf(state.pointsOfSale, id);
    if (pos === undefined || !sameOwner(pos, call.caller)) return false;
    if (storeId !== undefined && pos.storeId !== storeId) return false;
    return beaconId === undefined || pos.beaconId.toLowerCase() === beaconId.toLowerCase();
  });
  return jsonAnswer(200, { posIds });
}

/** DELETE /pointofsales/{posid}; again for one that was deleted before is 200 too (pos-v10.md C-12). */
export function deletePointOfSale(call: Call): HttpAnswer {
  const pos = recordOf(call.turn.state.pointsOfSale, call.id);
  if (pos === undefined) return notFound();
  if (pos.integrator !== call.caller.integrator) return call.refuse('1400');
  if (pos.vat !== call.caller.vat) return call.refuse('1409');
  if (!pos.deleted) removePointOfSale(call.turn, pos);
  return done();
}

/** GET /pointofsales/{posid}/checkin. */
export function queryCheckIn(call: Call): HttpAnswer {
  const { turn } = call;
  const pos = lookAtPointOfSale(turn, call.id);
  if (pos === undefined) return notFound();
  if (!sameOwner(pos, call.caller)) return call.refuse('1400');
  if (pos.deleted) return notFound();
  const visit = recordOf(turn.state.visits, pos.visitId ?? '');
  const answer: JsonObject = { isUserCheckedIn: visit !== undefined };
  if (visit !== undefined) addKnown(answer, turn, visit);
  answer['pollDelayInMs'] = turn.state.settings.pollDelayInMs;
  return jsonAnswer(200, answer);
}

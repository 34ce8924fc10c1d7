import { getIn } from '../../std/persistent-map.ts';
import { addPointOfSale, merchantPosKey } from './records.ts';
import type { Owner, PointOfSale, Store } from './state.ts';
import { nextSeq, type Turn } from './turn.ts';

/** An integrator that is none of the clients'. */
export const STRANGER = '00000000-0000-4000-8000-000000000000';

/** A point of sale that stands there without the client having made it. */
export function addStagePointOfSale(
  turn: Turn,
  owner: Owner,
  store: Store,
  given: { readonly merchantPosId?: string; readonly beaconId?: string },
): PointOfSale {
  const id = turn.ids().toLowerCase();
  const pos: PointOfSale = {
    id,
    seq: nextSeq(turn),
    integrator: owner.integrator,
    vat: owner.vat,
    storeId: store.id,
    merchantPosId: given.merchantPosId ?? `stage-${id.slice(0, 8)}`,
    name: 'Already there',
    beaconId: given.beaconId ?? turn.ids().toLowerCase(),
    beaconGenerated: given.beaconId === undefined,
    supportedBeaconTypes: ['QR'],
    requirePaymentBeforeCheckin: false,
    deleted: false,
    visitId: undefined,
    createdBy: 'stage',
  };
  addPointOfSale(turn, pos);
  return pos;
}

/** Where an act said so, makes the merchantPosId or beacon of a creation taken just before it is looked at. */
export function placeTaken(
  turn: Turn,
  caller: Owner,
  store: Store,
  merchantPosId: string,
  beaconId: string | undefined,
): void {
  const { stage } = turn.state;
  if (stage.merchantPosIdTaken) {
    if (getIn(turn.state.byMerchantPosId, merchantPosKey(caller, merchantPosId)) === undefined)
      addStagePointOfSale(turn, caller, store, { merchantPosId });
    turn.state = { ...turn.state, stage: { ...turn.state.stage, merchantPosIdTaken: false } };
  }
  if (stage.beaconTaken && beaconId !== undefined) {
    if (getIn(turn.state.byBeacon, beaconId.toLowerCase()) === undefined)
      addStagePointOfSale(turn, { integrator: STRANGER, vat: store.vat }, store, { beaconId });
    turn.state = { ...turn.state, stage: { ...turn.state.stage, beaconTaken: false } };
  }
}

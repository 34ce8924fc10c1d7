import { emptyMap } from '../../std/persistent-map.ts';
import { emptyPiles } from '../../std/piles.ts';
import { emptyRegister } from '../../std/register.ts';
import { openingStores } from './opening-stores.ts';
import type { Settings } from './settings.ts';
import type { SandboxState } from './state.ts';
import { EMPTY_INDEXES, EMPTY_SHELVES } from './turn.ts';

/** The state before anything has happened. */
export function initialState(settings: Settings): SandboxState {
  return {
    settings,
    stage: { failNext: 0, beaconTaken: false, merchantPosIdTaken: false },
    integrators: emptyMap(),
    tokens: emptyMap(),
    stores: openingStores(),
    pointsOfSale: emptyRegister(),
    visits: emptyRegister(),
    payments: emptyRegister(),
    refunds: emptyRegister(),
    remembered: emptyPiles(),
    byMerchantPosId: emptyMap(),
    byBeacon: emptyMap(),
    shelves: EMPTY_SHELVES,
    indexes: EMPTY_INDEXES,
    standing: undefined,
    lastCaller: undefined,
  };
}

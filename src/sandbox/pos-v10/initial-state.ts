import { emptyMap } from '../../std/persistent-map.ts';
import { openingStores } from './opening-stores.ts';
import type { Settings } from './settings.ts';
import type { SandboxState } from './state.ts';
import { EMPTY_PILES, EMPTY_SHELVES } from './turn.ts';

/** The state before anything has happened. */
export function initialState(settings: Settings): SandboxState {
  return {
    settings,
    stage: { failNext: 0, nextBeaconTaken: false, nextMerchantPosIdTaken: false },
    integrators: emptyMap(),
    tokens: emptyMap(),
    stores: openingStores(),
    pointsOfSale: emptyMap(),
    visits: emptyMap(),
    payments: emptyMap(),
    refunds: emptyMap(),
    remembered: emptyMap(),
    byMerchantPosId: emptyMap(),
    byBeacon: emptyMap(),
    shelves: EMPTY_SHELVES,
    piles: EMPTY_PILES,
    standing: undefined,
    lastCaller: undefined,
  };
}

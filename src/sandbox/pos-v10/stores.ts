import type { HttpAnswer } from '../../model/http.ts';
import type { JsonObject } from '../../model/json.ts';
import { recordOf, recordsOf } from '../../std/register.ts';
import { jsonAnswer, notFound } from './answers.ts';
import { isAnswer, queryOf, type Call } from './call.ts';
import type { Store } from './state.ts';
import { isValidText } from './valid-text.ts';

/** GET /stores/{storeid}; another merchant's is not found. */
export function queryStore(call: Call): HttpAnswer {
  const store = recordOf(call.turn.state.stores, call.id);
  return store?.vat === call.caller.vat ? jsonAnswer(200, shown(store)) : notFound();
}

/** GET /stores. */
export function queryStores(call: Call): HttpAnswer {
  const stores = filtered(call);
  return isAnswer(stores) ? stores : jsonAnswer(200, { storeIds: stores.map(({ id }) => id) });
}

/** GET /stores/detailed. */
export function queryStoresDetailed(call: Call): HttpAnswer {
  const stores = filtered(call);
  return isAnswer(stores) ? stores : jsonAnswer(200, stores.map(shown));
}

/** Both ids or neither; with one alone the filter is too vague (1122; inferred). Faults of form come first. */
function filtered(call: Call): readonly Store[] | HttpAnswer {
  const query = queryOf(call, ['merchantBrandId', 'merchantLocationId']);
  if (isAnswer(query)) return query;
  const { merchantBrandId: brand, merchantLocationId: location } = query;
  if (brand !== undefined && !/^(MPPOS|POSDK|POSFI)[A-Za-z0-9]{5}$/.test(brand)) return call.refuse('1119');
  if (location !== undefined && !isValidText(location, 5, 5)) return call.refuse('1120');
  if ((brand === undefined) !== (location === undefined)) return call.refuse('1122');
  return recordsOf(call.turn.state.stores)
    .filter(({ vat }) => vat === call.caller.vat)
    .filter((store) => brand === undefined || store.merchantBrandId === brand)
    .filter((store) => location === undefined || store.merchantLocationId === location)
    .sort((one, two) => (one.merchantLocationId < two.merchantLocationId ? -1 : 1));
}

function shown(store: Store): JsonObject {
  const { storeName, storeStreet, storeZipCode, storeCity, brandName, merchantBrandId, merchantLocationId } =
    store;
  return {
    storeName,
    storeId: store.id,
    storeStreet,
    storeZipCode,
    storeCity,
    brandName,
    merchantBrandId,
    merchantLocationId,
  };
}

import { call, refusal, succeeded } from './calls.mjs';
import { GaveUp, Refused } from './endings.mjs';

/** The id of the merchant's store, looked up in one of the ways that the API offers. */
export async function findStore(till) {
  const { merchantBrandId, merchantLocationId } = till.shop;
  const here = (store) =>
    store.merchantBrandId === merchantBrandId && store.merchantLocationId === merchantLocationId;
  const both = { merchantBrandId, merchantLocationId };
  if (till.policy.storeBy === 'guess') return '9d0a9c45-1793-4e82-9410-b0ee6779ab60';
  if (till.policy.storeBy === 'last of the merchant')
    return idOf((await read(till, 'queryStores', '/stores', undefined, 'storeIds')).storeIds.at(-1));
  if (till.policy.storeBy === 'detailed') {
    const stores = await read(till, 'queryStoresDetailed', '/stores/detailed', both);
    return idOf(stores.find(here)?.storeId);
  }
  if (till.policy.storeBy === 'vat') {
    const { storeIds } = await read(till, 'queryStores', '/stores', undefined, 'storeIds');
    for (const storeId of storeIds)
      if (here(await read(till, 'queryStore', `/stores/${storeId}`))) return storeId;
    return idOf(undefined);
  }
  const { storeIds } = await read(till, 'queryStores', '/stores', both, 'storeIds');
  return idOf(storeIds[0]);
}

function idOf(storeId) {
  if (storeId === undefined) throw new Refused('the merchant has no such store');
  return storeId;
}

async function read(till, operation, path, query, wants) {
  const result = await call(till, { operation, method: 'GET', path, query, wants });
  if (succeeded(result)) return result.json;
  if (result.spent || result.kind === 'lost') throw new GaveUp('the store could not be looked up');
  throw refusal('the store could not be looked up', result);
}

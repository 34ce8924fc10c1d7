import { textsIn } from './contents.ts';
import { sent } from './exchange-log.ts';
import { glimpseOf } from './fates.ts';
import { ruleOf } from './rule.ts';

/** Answers that tell a store's id. */
const TELLING = new Set(['queryStore', 'queryStores', 'queryStoresDetailed', 'queryPointOfSale']);

/** O61: the storeId of a new point of sale was found through the API, not guessed or configured. */
export const storeLookedUp = ruleOf('store-looked-up', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'createPointOfSale') continue;
    const got = sent(exchange, 'storeId');
    notes.examine(exchange);
    const told = session.exchanges
      .filter((one) => TELLING.has(one.request.operation ?? ''))
      .flatMap((one) => textsIn(glimpseOf(one, exchange.request.seq)))
      .map((text) => text.toLowerCase());
    if (typeof got !== 'string' || !told.includes(got.toLowerCase()))
      notes.find('store-not-looked-up', [exchange], { got: got ?? null });
  }
});

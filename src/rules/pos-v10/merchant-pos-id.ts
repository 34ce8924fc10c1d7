import { sent } from './exchange-log.ts';
import { ruleOf } from './rule.ts';

/** O43: every point of sale is created with a merchantPosId. */
export const merchantPosId = ruleOf('merchant-pos-id', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'createPointOfSale') continue;
    notes.examine(exchange);
    const got = sent(exchange, 'merchantPosId');
    if (typeof got !== 'string' || got.trim() === '')
      notes.find('merchant-pos-id-missing', [exchange], { got: got ?? null });
  }
});

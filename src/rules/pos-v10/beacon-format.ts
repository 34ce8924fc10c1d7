import { GUID } from './contents.ts';
import { sent } from './exchange-log.ts';
import { handedOver, isOwn } from './own-values.ts';
import { ruleOf } from './rule.ts';

/** O47: a beacon id of the client's own is a GUID, or MobilePay's fifteen digits; left out, MobilePay makes one. */
export const beaconFormat = ruleOf('beacon-format', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'createPointOfSale') continue;
    notes.examine(exchange);
    const got = sent(exchange, 'beaconId');
    if (got === undefined || got === null) continue;
    const text = typeof got === 'string' ? got : JSON.stringify(got);
    if (typeof got === 'string' && (GUID.test(text) || /^\d{15}$/.test(text))) continue;
    if (isOwn(handedOver(session, exchange), text)) notes.find('beacon-id-malformed', [exchange], { got });
  }
});

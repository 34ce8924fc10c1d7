import { headerValues } from '../../model/http.ts';
import { sent } from './exchange-log.ts';
import { CREATES, KEY_HEADER } from './operations.ts';
import { handedOver, isOwn } from './own-values.ts';
import { ruleOf } from './rule.ts';
import { faultOf, LONGEST } from './valid-text.ts';

/** The texts with a limit, by operation (input_formats). */
const LIMITED: Readonly<Record<string, readonly string[]>> = {
  createPointOfSale: ['merchantPosId', 'name', 'callbackAlias'],
  initiatePayment: ['orderId', 'merchantPaymentLabel'],
  preparePayment: ['orderId'],
  readyPayment: ['merchantPaymentLabel'],
  initiateRefund: ['refundOrderId'],
};

/** May be left out, so that nothing is said by an empty one. */
const OPTIONAL = new Set(['callbackAlias', 'merchantPaymentLabel']);

/** O59: the texts that a client chose itself are within length and valid characters; so is every idempotency key. */
export const textFormats = ruleOf('text-formats', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const operation = exchange.request.operation ?? '';
    const members = LIMITED[operation] ?? [];
    if (members.length === 0) continue;
    notes.examine(exchange);
    const handed = handedOver(session, exchange);
    const tell = (where: string, got: string, fault: string): void =>
      notes.find('text-malformed', [exchange], { operation, member: where, got, fault, longest: LONGEST });
    for (const name of members) {
      const got = sent(exchange, name);
      if (got === undefined || got === null) continue;
      if (typeof got !== 'string') {
        tell(name, JSON.stringify(got), 'not a text');
        continue;
      }
      const fault = faultOf(got);
      if (fault === undefined || !isOwn(handed, got) || (fault === 'empty' && OPTIONAL.has(name))) continue;
      tell(name, got, fault);
    }
    const keys = CREATES.has(operation) ? headerValues(exchange.request.headers, KEY_HEADER) : [];
    for (const key of keys) {
      const fault = faultOf(key.trim());
      if (fault !== undefined && fault !== 'empty') tell('the idempotency key', key, fault);
    }
  }
});

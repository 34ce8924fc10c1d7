import { textsIn } from './contents.ts';
import { sent, type Exchange } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { handedOver, isOwn } from './own-values.ts';
import { ruleOf } from './rule.ts';

/** O33: an order id that the till makes up itself is used for one payment. */
export const uniqueOrderIds = ruleOf('unique-order-ids', 'should', (session, notes) => {
  const used = new Map<string, Exchange>();
  for (const exchange of session.exchanges) {
    const { operation } = exchange.request;
    if (operation !== 'initiatePayment' && operation !== 'preparePayment') continue;
    const orderId = sent(exchange, 'orderId');
    if (typeof orderId !== 'string') continue;
    const before = used.get(orderId);
    if (before === undefined) {
      if (!isOwn(handedOver(session, exchange), orderId)) continue;
      notes.examine(exchange);
      used.set(orderId, exchange);
      continue;
    }
    const asked = textsIn(exchange.command?.record.params).includes(orderId);
    const again = exchange.command === undefined || exchange.command !== before.command;
    if (!again || asked || fateOf(before, exchange.request.seq) !== 'done') continue;
    notes.findIfKnown([before], 'order-id-used-again', [exchange, before], { orderId });
  }
});

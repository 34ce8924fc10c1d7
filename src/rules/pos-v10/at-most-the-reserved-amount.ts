import { amountOf, reservedAmount } from './amounts.ts';
import { asked } from './calls.ts';
import { sent } from './exchange-log.ts';
import { ruleOf } from './rule.ts';

/** O36: no capture is higher than what is reserved, nor than what the till was asked to take. */
export const atMostTheReservedAmount = ruleOf('at-most-the-reserved-amount', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const { operation, seq } = exchange.request;
    const { id } = exchange;
    if (operation !== 'capturePayment' || id === undefined) continue;
    const got = amountOf(sent(exchange, 'amount'));
    const reserved = reservedAmount(session, id, seq);
    const mine = asked(exchange, 'capturePayment', 'paymentId');
    const wanted =
      typeof mine === 'string' && mine.toLowerCase() === id
        ? amountOf(asked(exchange, 'capturePayment', 'amount'))
        : undefined;
    if (got === undefined || (reserved === undefined && wanted === undefined)) continue;
    notes.examine(exchange);
    const data = { paymentId: id, got, reserved: reserved ?? null, asked: wanted ?? null };
    if (reserved !== undefined && got > reserved && got !== wanted)
      notes.find('captured-too-much', [exchange], data);
    else if (wanted !== undefined && got > wanted) notes.find('captured-more-than-asked', [exchange], data);
  }
});

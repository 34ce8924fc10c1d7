import { toMinor } from '../../model/amount.ts';
import { sent } from './exchange-log.ts';
import { ruleOf } from './rule.ts';

/** Their bodies must have an amount (SPEC 10.2.6). */
const WITH_AMOUNT = new Set(['initiatePayment', 'readyPayment', 'capturePayment', 'initiateRefund']);

/** Every amount is a JSON number in major units with at most two decimals, and positive unless the till was asked for another. */
export const amountFormat = ruleOf('amount-format', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const operation = exchange.request.operation ?? '';
    if (!WITH_AMOUNT.has(operation)) continue;
    notes.examine(exchange);
    const got = sent(exchange, 'amount');
    const wanted = exchange.command?.record.params['amount'];
    const minor = toMinor(got);
    if (got === undefined || got === null) notes.find('amount-missing', [exchange], { operation });
    else if (minor === undefined) notes.find('amount-malformed', [exchange], { operation, got });
    else if (minor <= 0 && got !== wanted) notes.find('amount-not-positive', [exchange], { operation, got });
  }
});

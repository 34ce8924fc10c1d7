import { isJsonObject, textMember } from '../../model/json.ts';
import { amountOf } from './amounts.ts';
import { asked } from './calls.ts';
import { sent, type Exchange, type Session } from './exchange-log.ts';
import { answerOf, apiCodeOf, fateOf } from './fates.ts';
import { ruleOf } from './rule.ts';

/** not captured, other currency, too old, too much, balance too low (endpoint_errors). */
const REFUSALS = new Set(['1354', '1365', '1366', '1367', '1368']);

/**
 * O56: a refund is never higher than asked or than what is left, nor in another currency. What the till was asked for may be put to the
 * backend, whose refusal is then final: it is not told as done.
 */
export const refundWithinBounds = ruleOf('refund-within-bounds', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'initiateRefund') continue;
    notes.examine(exchange);
    const amount = amountOf(sent(exchange, 'amount'));
    const wanted = amountOf(asked(exchange, 'initiateRefund', 'amount'));
    const currency = sent(exchange, 'currencyCode') ?? null;
    const wantedCurrency = asked(exchange, 'initiateRefund', 'currencyCode');
    if (amount !== undefined && wanted !== undefined && amount > wanted)
      notes.find('refunded-more-than-asked', [exchange], { got: amount, asked: wanted });
    if (wantedCurrency !== undefined && currency !== wantedCurrency)
      notes.find('refund-currency', [exchange], { got: currency, asked: wantedCurrency });
    const rest = restOf(session, exchange);
    if (wanted === undefined && amount !== undefined && rest !== undefined && amount > rest)
      notes.find('refunded-too-much', [exchange], { got: amount, rest });
    if (isToldAsDone(session, exchange))
      notes.findIfKnown([exchange], 'refused-refund-told-as-done', [exchange], {
        apiCode: apiCodeOf(exchange) ?? null,
      });
  }
});

/** What of the captured amount is not refunded yet, as the traffic before `exchange` shows it, in major units. */
function restOf(session: Session, exchange: Exchange): number | undefined {
  const paymentId = textMember(exchange.request.json, 'paymentId')?.toLowerCase();
  const done = session.exchanges.filter((one) => fateOf(one, exchange.request.seq) === 'done');
  const captured = done.find((one) => one.request.operation === 'capturePayment' && one.id === paymentId);
  const amount = captured && amountOf(sent(captured, 'amount'));
  if (amount === undefined) return undefined;
  const cancelled = new Set(
    done.filter((one) => one.request.operation === 'cancelRefund').map((one) => one.id),
  );
  const refunds = new Map<string, number>();
  for (const one of done) {
    if (one.request.operation !== 'initiateRefund') continue;
    if (textMember(one.request.json, 'paymentId')?.toLowerCase() !== paymentId) continue;
    const refundId = textMember(answerOf(one), 'refundId')?.toLowerCase() ?? '';
    if (!cancelled.has(refundId)) refunds.set(refundId, amountOf(sent(one, 'amount')) ?? 0);
  }
  const spent = [...refunds.values()].reduce((sum, one) => sum + one, 0);
  return Math.round((amount - spent) * 100) / 100;
}

/** Whether the backend refused this refund and the client then named one, though none was accepted in the same command. */
function isToldAsDone(session: Session, exchange: Exchange): boolean {
  if (fateOf(exchange) !== 'refused' || !REFUSALS.has(apiCodeOf(exchange) ?? '')) return false;
  const reply = exchange.command?.result?.reply;
  if (exchange.command?.record.method !== 'initiateRefund' || reply?.kind !== 'result') return false;
  const accepted = session.exchanges.some(
    (one) =>
      one.command === exchange.command &&
      one.request.operation === 'initiateRefund' &&
      isJsonObject(one.answered?.upstream?.json) &&
      textMember(one.answered.upstream.json, 'refundId') !== undefined,
  );
  return !accepted;
}

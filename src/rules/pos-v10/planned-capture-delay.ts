import { sent } from './exchange-log.ts';
import { ruleOf } from './rule.ts';

const DELAYS: readonly unknown[] = ['None', 'LessThan24Hours', 'LessThan14Days'];

/** O34: who asks for an amount says when it will be captured. */
export const plannedCaptureDelay = ruleOf('planned-capture-delay', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const operation = exchange.request.operation ?? '';
    if (operation !== 'initiatePayment' && operation !== 'readyPayment') continue;
    notes.examine(exchange);
    const got = sent(exchange, 'plannedCaptureDelay');
    if (!DELAYS.includes(got))
      notes.find('capture-delay-invalid', [exchange], { operation, got: got ?? null });
  }
});

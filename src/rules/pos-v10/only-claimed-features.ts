import { isPosCall, WRITES } from './operations.ts';
import { ruleOf } from './rule.ts';

/** Always part of a run. */
const MANDATORY = 'onboarding';

/** O60: what is not certified is not called. Reading is free at any time. */
export const onlyClaimedFeatures = ruleOf('only-claimed-features', 'must', (session, notes, context) => {
  const features = new Map(context.operations.map((operation) => [operation.name, operation.features]));
  for (const exchange of session.exchanges) {
    const { operation } = exchange.request;
    if (operation === undefined || !isPosCall(operation)) continue;
    notes.examine(exchange);
    const claiming = features.get(operation);
    if (claiming === undefined || !WRITES.has(operation)) continue;
    if (!claiming.some((feature) => feature === MANDATORY || context.features.includes(feature)))
      notes.find('feature-not-claimed', [exchange], {
        operation,
        features: [...claiming],
        claimed: [...context.features],
      });
  }
});

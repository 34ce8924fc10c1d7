import { randomUUID } from 'node:crypto';

/**
 * Every decision of the till that a defect or a habit may change, as the lawful client takes it.
 * The other modules ask here and know no switch; defects.mjs and habits.mjs replace members.
 */
export function lawfulPolicy(settings) {
  return {
    // the protocol towards poscert
    atStart: () => {},
    commands: (names) => names,
    hello: (result) => result,
    around: (name, params, next) => next(params),
    lines: (message) => [JSON.stringify(message)],
    behaviours: [],
    outlivesShutdown: false,
    listens: true,

    // the wire
    keepAlive: true,
    http10: false,
    abandonsTimeouts: false,
    outgoing: (wire) => wire,
    followsRedirects: false,
    timeoutMs: (call) => {
      // nothing is gained by hurrying the token: where it is late, eight tills are starting at once
      if (call.operation === 'getToken') return Math.max(2000, settings.writeTimeoutMs);
      return call.method === 'GET' ? settings.readTimeoutMs : settings.writeTimeoutMs;
    },

    // the token and the merchant
    vatInToken: false,
    keepsTokenOverRestart: false,
    reusesToken: true,
    renewsTokenAfter401: true,

    // keys
    newKey: () => randomUUID(),
    keyOf: (call) => call.key,
    keyAfterCleanUp: (key) => key,

    // retries
    retries: () => settings.retries,
    isTransient: (result) =>
      result.kind === 'lost' || result.status >= 500 || (result.status >= 300 && result.status < 400),
    backoffMs: () => settings.backoffMs,
    onRetry: (call) => call,

    // polling
    delayMs: ({ told, known }) => told ?? known ?? 5 * settings.backoffMs,
    delayAfterLossMs: ({ known }) => known ?? 5 * settings.backoffMs,
    goesOnAfterLoss: true,
    pollsUntil: (ended) => ended,
    unansweredPolls: Infinity,
    polls: (till) => till.store.data.polls,

    // points of sale
    storeBy: 'location',
    posBody: (body) => body,
    asksForBeacon: true,
    looksUpLostPos: true,
    resynchronisesAfterTaken: true,
    finishesBeforeDelete: true,
    findsPosOnRestart: true,
    recreatesPos: true,
    onNotification: (response) => response.writeHead(200).end(),
    waitsForNotification: false,

    // payments
    newOrderId: (till) => {
      till.store.data.counter += 1;
      return `T${Date.now().toString(36)}-${till.store.data.counter}-${randomUUID().slice(0, 8)}`;
    },
    plannedCaptureDelay: 'None',
    paymentBody: (body) => body,
    readyBody: (body) => body,
    looksFirst: false,
    cleansUp: true,
    cleanUpsAllowed: 1,
    lookUpBlocking: 'posId',
    readsBeforeCancelling: true,
    leavesReserved: true,
    adoptsBlocking: false,
    looksAfterConflict: true,
    looksUpLostPayment: true,
    seesReservedFirst: true,
    captureAmount: (payment, amount) => amount,
    whenPartialImpossible: 'cancel',
    refusesTooMuch: true,
    capturesWhenReserved: false,
    capturesRefundWhenReserved: false,

    // what lasts
    keepsState: true,
    keepsDecision: () => true,
    decisionToSettle: (decision) => decision,
    onRestart: 'cancel',
    settlesInRecover: false,
    remembersPayments: true,

    // refunds
    refundBody: (body) => body,
    refusesLocally: false,
    lostRefund: 'adopt',
  };
}

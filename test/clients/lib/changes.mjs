import { call } from './calls.mjs';

/** What defects and habits have in common: each wraps one member of the policy and leaves the rest as it was. */

/** Changes PoS requests on their way out: `change(wire, call, till)` may alter `wire` in place. */
export function outgoing(policy, change, operations) {
  const before = policy.outgoing;
  policy.outgoing = (wire, sent, till) => {
    const next = before(wire, sent, till);
    const fits =
      operations === undefined ? sent.operation !== 'getToken' : operations.includes(sent.operation);
    if (fits) change(next, sent, till);
    return next;
  };
}

/** Changes what becomes of a command: `work(params, next, till, name)`. */
export function around(policy, names, work) {
  const before = policy.around;
  policy.around = (name, params, next, till) =>
    before(name, params, names.includes(name) ? (given) => work(given, next, till, name) : next, till);
}

/** Changes the lines of answers to these methods (all without `methods`). */
export function answers(policy, change, methods) {
  const before = policy.lines;
  policy.lines = (message, method) =>
    methods === undefined || methods.includes(method)
      ? change(message, before(message, method), method)
      : before(message, method);
}

/** Changes how often a failed call is repeated: `change(call, result)` may return undefined to leave it. */
export function retries(policy, change) {
  const before = policy.retries;
  policy.retries = (sent, till, result) => change(sent, result) ?? before(sent, till, result);
}

/** One more request that the lawful till would not send. */
export const extra = (till, operation, method, path, more = {}) =>
  call(till, { operation, method, path, ...more });

export const CREATING = ['createPointOfSale', 'initiatePayment', 'preparePayment', 'initiateRefund'];
export const forEver = () => new Promise(() => {});

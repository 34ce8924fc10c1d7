/*
 * The operations of PoS V10 as the duties know them (names as in pack.yaml). Written down once more on purpose: a rule that asked the
 * simulation what a write is would share its mistakes.
 */

/** The header that names a logical call. */
export const KEY_HEADER = 'x-mobilepay-idempotency-key';
export const VERSION_HEADER = 'x-mobilepay-client-system-version';
export const VAT_HEADER = 'x-mobilepay-merchant-vat-number';

/** Need an idempotency key: the four creating POSTs (api_principles#idempotency-keys). */
export const CREATES: ReadonlySet<string> = new Set([
  'createPointOfSale',
  'initiatePayment',
  'preparePayment',
  'initiateRefund',
]);

/** Change something. */
export const WRITES: ReadonlySet<string> = new Set([
  ...CREATES,
  'deletePointOfSale',
  'readyPayment',
  'capturePayment',
  'cancelPayment',
  'captureRefund',
  'cancelRefund',
]);

/** Answer with `pollDelayInMs`: asking again is polling. */
export const POLLED: ReadonlySet<string> = new Set(['queryPayment', 'queryRefund', 'queryCheckIn']);

/** The look-up that finds what a creating call made, where its answer was lost. */
export const LOOK_UP_OF: Readonly<Record<string, string>> = {
  createPointOfSale: 'queryPointsOfSale',
  initiatePayment: 'queryPayments',
  preparePayment: 'queryPayments',
  initiateRefund: 'queryRefunds',
};

/** Take back what was created. */
export const UNDOES: ReadonlySet<string> = new Set(['deletePointOfSale', 'cancelPayment', 'cancelRefund']);

/** The states in which nothing more can happen to a payment or refund (but a payment's refund). */
export const FINAL_STATES: ReadonlySet<string> = new Set([
  'Captured',
  'CancelledByUser',
  'CancelledByClient',
  'CancelledByMobilePay',
  'ExpiredAndCancelled',
  'ExpiredAndCaptured',
]);

/** Whether `operation` is a call to the PoS API: all but the token call and the simulated customer. */
export function isPosCall(operation: string | undefined): boolean {
  return operation !== undefined && operation !== 'getToken' && !operation.startsWith('simulate');
}

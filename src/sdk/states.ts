/** The states of a payment (payment_flows#payment_flow_states); one that this client doesn't know is `Unknown`. */
export type PaymentState =
  | 'Prepared'
  | 'Paired'
  | 'Initiated'
  | 'IssuedToUser'
  | 'Reserved'
  | 'Captured'
  | 'CancelledByUser'
  | 'CancelledByClient'
  | 'CancelledByMobilePay'
  | 'ExpiredAndCancelled'
  | 'Unknown';

/** The states of a refund (payment_flows#refunds). */
export type RefundState =
  | 'Initiated'
  | 'Reserved'
  | 'Captured'
  | 'CancelledByClient'
  | 'CancelledByMobilePay'
  | 'ExpiredAndCaptured'
  | 'Unknown';

const active: readonly string[] = ['Prepared', 'Paired', 'Initiated', 'IssuedToUser'];
const paid: readonly string[] = ['Captured', 'ExpiredAndCaptured'];
const cancelled: readonly string[] = [
  'CancelledByUser',
  'CancelledByClient',
  'CancelledByMobilePay',
  'ExpiredAndCancelled',
];

/** Still open to the customer: it blocks its PoS for the next payment (409 1301). */
export function isActive(state: string | undefined): boolean {
  return state !== undefined && active.includes(state);
}

/** The money has moved. */
export function isPaid(state: string | undefined): boolean {
  return state !== undefined && paid.includes(state);
}

/** No money will move. */
export function isCancelled(state: string | undefined): boolean {
  return state !== undefined && cancelled.includes(state);
}

export function hasEnded(state: string | undefined): boolean {
  return isPaid(state) || isCancelled(state);
}

/** A status off the wire: what we don't know stays possible, and is neither active nor ended. */
export function knownPaymentState(status: string | undefined): PaymentState {
  if (isActive(status) || isCancelled(status) || status === 'Reserved' || status === 'Captured') {
    return status as PaymentState;
  }
  return 'Unknown';
}

export function knownRefundState(status: string | undefined): RefundState {
  const known: readonly (string | undefined)[] = [
    'Initiated',
    'Reserved',
    'Captured',
    'CancelledByClient',
    'CancelledByMobilePay',
    'ExpiredAndCaptured',
  ];
  return known.includes(status) ? (status as RefundState) : 'Unknown';
}

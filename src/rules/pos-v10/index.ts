import type { Rule } from '../../model/obligation.ts';
import { bearerToken } from './bearer-token.ts';
import { merchantStated } from './merchant-stated.ts';
import { versionHeader } from './version-header.ts';
import { versionAsDeclared } from './version-as-declared.ts';
import { backendHasTheTruth } from './backend-has-the-truth.ts';
import { retryAfterNetworkError } from './retry-after-network-error.ts';
import { retryAfterServerError } from './retry-after-server-error.ts';
import { atMostFiveRetries } from './at-most-five-retries.ts';
import { noRetryWhenRefused } from './no-retry-when-refused.ts';
import { idempotencyKeySent } from './idempotency-key-sent.ts';
import { idempotencyKeyFresh } from './idempotency-key-fresh.ts';
import { idempotencyKeyKept } from './idempotency-key-kept.ts';
import { sameRequestOnRetry } from './same-request-on-retry.ts';
import { pollDelay } from './poll-delay.ts';
import { capturedOrCancelled } from './captured-or-cancelled.ts';
import { partialCaptureFlag } from './partial-capture-flag.ts';
import { atMostTheReservedAmount } from './at-most-the-reserved-amount.ts';
import { refundWithinBounds } from './refund-within-bounds.ts';
import { textFormats } from './text-formats.ts';
import { amountFormat } from './amount-format.ts';

/** The rules of PoS V10, in reading order: how a call is made, how it is repeated, what it is about. One a duty, with the duty's id. */
export const posV10Rules: readonly Rule[] = [
  bearerToken,
  merchantStated,
  versionHeader,
  versionAsDeclared,
  backendHasTheTruth,
  retryAfterNetworkError,
  retryAfterServerError,
  atMostFiveRetries,
  noRetryWhenRefused,
  idempotencyKeySent,
  idempotencyKeyFresh,
  idempotencyKeyKept,
  sameRequestOnRetry,
  pollDelay,
  capturedOrCancelled,
  partialCaptureFlag,
  atMostTheReservedAmount,
  refundWithinBounds,
  textFormats,
  amountFormat,
];

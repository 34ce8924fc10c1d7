import type { Rule } from '../../model/obligation.ts';
import { bearerToken } from './bearer-token.ts';
import { merchantStated } from './merchant-stated.ts';
import { versionHeader } from './version-header.ts';
import { versionAsDeclared } from './version-as-declared.ts';
import { versionLine } from './version-line.ts';
import { tokenStaysHome } from './token-stays-home.ts';
import { tokenReused } from './token-reused.ts';
import { backendHasTheTruth } from './backend-has-the-truth.ts';
import { retryAfterNetworkError } from './retry-after-network-error.ts';
import { retryAfterServerError } from './retry-after-server-error.ts';
import { atMostFiveRetries } from './at-most-five-retries.ts';
import { spacedRetries } from './spaced-retries.ts';
import { noRetryWhenRefused } from './no-retry-when-refused.ts';
import { lookUpAfterConflict } from './look-up-after-conflict.ts';
import { idempotencyKeySent } from './idempotency-key-sent.ts';
import { idempotencyKeyFresh } from './idempotency-key-fresh.ts';
import { idempotencyKeyKept } from './idempotency-key-kept.ts';
import { sameRequestOnRetry } from './same-request-on-retry.ts';
import { writeTimeout } from './write-timeout.ts';
import { readTimeout } from './read-timeout.ts';
import { pollDelay } from './poll-delay.ts';
import { pollGoesOnAfterSilence } from './poll-goes-on-after-silence.ts';
import { pollAsFastAsAllowed } from './poll-as-fast-as-allowed.ts';
import { endsPollingAtTheEnd } from './ends-polling-at-the-end.ts';
import { capturedOrCancelled } from './captured-or-cancelled.ts';
import { decisionKept } from './decision-kept.ts';
import { uniqueOrderIds } from './unique-order-ids.ts';
import { plannedCaptureDelay } from './planned-capture-delay.ts';
import { partialCaptureFlag } from './partial-capture-flag.ts';
import { atMostTheReservedAmount } from './at-most-the-reserved-amount.ts';
import { preparedBeforeReady } from './prepared-before-ready.ts';
import { storeLookedUp } from './store-looked-up.ts';
import { merchantPosId } from './merchant-pos-id.ts';
import { beaconTypes } from './beacon-types.ts';
import { beaconFormat } from './beacon-format.ts';
import { findsPosOnRestart } from './finds-pos-on-restart.ts';
import { deletesPosLast } from './deletes-pos-last.ts';
import { notificationAnswered } from './notification-answered.ts';
import { refundWithinBounds } from './refund-within-bounds.ts';
import { refundFinished } from './refund-finished.ts';
import { textFormats } from './text-formats.ts';
import { amountFormat } from './amount-format.ts';
import { onlyClaimedFeatures } from './only-claimed-features.ts';

/** The rules of PoS V10, in reading order: how a call is made, how it is repeated, what it is about. One a duty, with the duty's id. */
export const posV10Rules: readonly Rule[] = [
  bearerToken,
  merchantStated,
  versionHeader,
  versionAsDeclared,
  versionLine,
  tokenStaysHome,
  tokenReused,
  backendHasTheTruth,
  retryAfterNetworkError,
  retryAfterServerError,
  atMostFiveRetries,
  spacedRetries,
  noRetryWhenRefused,
  lookUpAfterConflict,
  idempotencyKeySent,
  idempotencyKeyFresh,
  idempotencyKeyKept,
  sameRequestOnRetry,
  writeTimeout,
  readTimeout,
  pollDelay,
  pollGoesOnAfterSilence,
  pollAsFastAsAllowed,
  endsPollingAtTheEnd,
  capturedOrCancelled,
  decisionKept,
  uniqueOrderIds,
  plannedCaptureDelay,
  partialCaptureFlag,
  atMostTheReservedAmount,
  preparedBeforeReady,
  storeLookedUp,
  merchantPosId,
  beaconTypes,
  beaconFormat,
  findsPosOnRestart,
  deletesPosLast,
  notificationAnswered,
  refundWithinBounds,
  refundFinished,
  textFormats,
  amountFormat,
  onlyClaimedFeatures,
];

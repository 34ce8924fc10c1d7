import type { JsonObject } from '../../src/model/json.ts';
import { A, B, RecordingBuilder, status, till } from './recording-builder.ts';

export const poll = 'queryPayment';
export const capture = 'capturePayment';
export const cancel = 'cancelPayment';
export const reserved = status('Reserved', { partialCapturePossible: false });

export function payment(state: string, more: JsonObject = {}): JsonObject {
  const thing = {
    id: A,
    orderId: 'order-1',
    state,
    amount: 100,
    everReserved: true,
    createdBy: 'client',
    ...more,
  };
  return { payments: [thing], refunds: [], pointsOfSale: [] };
}

export function refund(state: string): JsonObject {
  return { payments: [], refunds: [{ id: B, paymentId: A, state, amount: 40 }], pointsOfSale: [] };
}

/** Initiated, approved and seen. */
export function approved(): RecordingBuilder {
  return till()
    .command('initiatePayment')
    .sends('initiatePayment')
    .result()
    .command('awaitPayment')
    .sends(poll, reserved)
    .result();
}

/** A capture that was decided and did not get through. */
export function hanging(): RecordingBuilder {
  return approved()
    .command(capture, { paymentId: A, amount: 100 })
    .sends(capture, { status: 500, planted: true })
    .sends(capture, { status: 500, planted: true })
    .gaveUp();
}

import { lawful, unlawful, type Proofs } from './proof.ts';
import { B, POS, refusal, till, type Sending } from './recording-builder.ts';

const LOST: Sending = { lost: 'timeout', key: 'k' };
const FAILED: Sending = { status: 500, planted: true, key: 'k' };
const initiate = 'initiatePayment';
const capture = 'capturePayment';

/** With which key a call is sent, and repeated. */
export const proofsOfKeys: Proofs = {
  'idempotency-key-kept': [
    lawful(
      'kept over a time-out and a 500',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends(initiate, FAILED)
        .sends(initiate, { key: 'k' })
        .result(),
    ),
    lawful(
      'a fresh one after a look-up that shows nothing',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends('queryPayments', { answers: { paymentIds: [] } })
        .sends(initiate, { key: 'other' }),
      { examines: false },
    ),
    lawful(
      'a fresh one after what was found was cancelled',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends('queryPayments', { answers: { paymentIds: [B] } })
        .sends('cancelPayment', { id: B })
        .sends(initiate, { key: 'other' }),
      { examines: false },
    ),
    lawful(
      'a fresh one after a 409 and a clean-up',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k', ...refusal(409, '1301') })
        .sends('cancelPayment', { id: B })
        .sends(initiate, { key: 'other' }),
      { examines: false },
    ),
    lawful(
      'a fresh one after 401',
      till().command(initiate).sends(initiate, { key: 'k', status: 401 }).sends(initiate, { key: 'other' }),
      { examines: false },
    ),
    lawful(
      'a fresh one in the next command',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .gaveUp()
        .command(initiate)
        .sends(initiate, { key: 'other' }),
      { examines: false },
    ),
    unlawful(
      'another after a time-out',
      till().command(initiate).sends(initiate, LOST).sends(initiate, { key: 'other' }),
      ['must key-changed'],
    ),
    unlawful(
      'none any more',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends(initiate, { headers: { 'X-MobilePay-Idempotency-Key': undefined } }),
      ['must key-changed'],
    ),
    unlawful(
      'another after a 500, although the payment was found',
      till()
        .command(initiate)
        .sends(initiate, FAILED)
        .sends('queryPayments', { answers: { paymentIds: [B] } })
        .sends(initiate, { key: 'other' }),
      ['must key-changed'],
    ),
    unlawful(
      'another, and another order id',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends(initiate, { key: 'other', body: { orderId: 'order-2' } }),
      ['must key-changed'],
    ),
    unlawful(
      'another after a body that was cut off',
      till()
        .command('initiateRefund')
        .sends('initiateRefund', { key: 'k', lost: 'truncated' })
        .sends('initiateRefund', { key: 'other' }),
      ['must key-changed'],
    ),
    unlawful(
      'another after a 401 in between',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends(initiate, { key: 'k', status: 401 })
        .sends(initiate, { key: 'other' }),
      ['must key-changed'],
    ),
  ],
  'idempotency-key-fresh': [
    lawful('one for each call', till().sends(initiate).sends('initiateRefund')),
    lawful(
      'the same on a capture and a poll',
      till().sends(initiate, { key: 'k' }).sends('queryPayment', { key: 'k' }).sends(capture, { key: 'k' }),
    ),
    lawful(
      'the same after a refusal, with another body',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k', ...refusal(409, '1301') })
        .sends(initiate, { key: 'k', body: { orderId: 'order-2' } }),
    ),
    lawful(
      'sent again after a restart',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k' })
        .killed()
        .restart()
        .sends(initiate, { key: 'k' })
        .result(),
    ),
    lawful(
      'sent again by the user after giving up',
      till().command(initiate).sends(initiate, LOST).gaveUp().command(initiate).sends(initiate, { key: 'k' }),
    ),
    unlawful(
      'for another order',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k' })
        .result()
        .command(initiate)
        .sends(initiate, { key: 'k', body: { orderId: 'order-2' } }),
      ['must key-used-again'],
    ),
    unlawful(
      'for a payment and its refund',
      till().sends(initiate, { key: 'k' }).sends('initiateRefund', { key: 'k' }),
      ['must key-used-again'],
    ),
    unlawful(
      'for a point of sale that was deleted in between',
      till()
        .command('createPointOfSale')
        .sends('createPointOfSale', { key: 'k' })
        .result()
        .command('deletePointOfSale')
        .sends('deletePointOfSale', { id: POS })
        .result()
        .command('createPointOfSale')
        .sends('createPointOfSale', { key: 'k' }),
      ['must key-used-again'],
    ),
  ],
  'same-request-on-retry': [
    lawful(
      'members in another order, ids in capitals',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends(initiate, { key: 'k', body: { posId: POS.toUpperCase() } }),
    ),
    lawful(
      'a new amount in a new command',
      till()
        .command(capture)
        .sends(capture, { lost: 'reset' })
        .gaveUp()
        .command(capture)
        .sends(capture, { body: { amount: 50 } }),
      { examines: false },
    ),
    unlawful(
      'another amount',
      till()
        .command(capture)
        .sends(capture, { lost: 'reset' })
        .sends(capture, { body: { amount: 99 } }),
      ['must retry-differs'],
    ),
    unlawful(
      'another order id under the same key',
      till()
        .command(initiate)
        .sends(initiate, FAILED)
        .sends(initiate, { key: 'k', body: { orderId: 'order-2' } }),
      ['must retry-differs'],
    ),
  ],
};

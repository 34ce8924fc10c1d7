import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, B, POS, refusal, status, till, type Sending } from './recording-builder.ts';

const LOST: Sending = { lost: 'timeout', key: 'k' };
const FAILED: Sending = { status: 500, planted: true, key: 'k' };
const initiate = 'initiatePayment';
const capture = 'capturePayment';

function failing(times: number): ReturnType<typeof till> {
  const recording = till().command(capture);
  for (let count = 0; count < times; count += 1) recording.sends(capture, { status: 500, planted: true });
  return recording;
}

/** How a call is repeated, with which key, how often, and what a client does with a refusal. */
export const proofsOfRetries: Proofs = {
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
  'retry-after-network-error': [
    lawful(
      'repeated',
      till()
        .command(capture)
        .sends(capture, { lost: 'timeout' })
        .sends(capture)
        .result({ state: 'Captured' }),
    ),
    lawful(
      'looked up instead',
      till()
        .command(initiate)
        .sends(initiate, LOST)
        .sends('queryPayments', { answers: { paymentIds: [A] } })
        .result({ paymentId: A }),
    ),
    lawful(
      'given up after a retry',
      till().command(capture).sends(capture, { lost: 'reset' }).sends(capture, { lost: 'reset' }).gaveUp(),
    ),
    lawful(
      'the state last seen after a retry',
      till()
        .command('awaitPayment')
        .sends('queryPayment', status('Reserved'))
        .result()
        .command(capture, { paymentId: A })
        .sends(capture, { lost: 'reset' })
        .sends(capture, { lost: 'reset' })
        .result({ state: 'Reserved' }),
    ),
    lawful(
      'the state last seen, told by the scheduled job',
      till()
        .sends('queryPayment', status('Reserved'))
        .command('settle')
        .sends(capture, { lost: 'reset' })
        .sends(capture, { lost: 'reset' })
        .result({ payments: [{ paymentId: A, state: 'Reserved' }], refunds: [] }),
    ),
    lawful(
      'repeated after the command was answered',
      till()
        .command('deletePointOfSale')
        .sends('deletePointOfSale', { id: POS, lost: 'timeout' })
        .result()
        .sends('deletePointOfSale', { id: POS }),
    ),
    lawful('killed before it could', till().command(capture).sends(capture, { lost: 'killed' }).killed(), {
      examines: false,
    }),
    lawful(
      'a read that was lost',
      till().command('awaitPayment').sends('queryPayment', { lost: 'timeout' }).result(),
      { examines: false },
    ),
    unlawful('given up at once', till().command(capture).sends(capture, { lost: 'timeout' }).gaveUp(), [
      'must gave-up-at-once',
    ]),
    unlawful(
      'taken for done',
      till().command('deletePointOfSale').sends('deletePointOfSale', { id: POS, lost: 'timeout' }).result(),
      ['must failure-ignored'],
    ),
    unlawful(
      'taken for captured',
      till()
        .command(capture, { paymentId: A })
        .sends(capture, { lost: 'malformed' })
        .result({ state: 'Captured' }),
      ['must failure-ignored'],
    ),
    unlawful(
      'all retries lost, and still told as done',
      till()
        .command('deletePointOfSale')
        .sends('deletePointOfSale', { id: POS, lost: 'reset' })
        .sends('deletePointOfSale', { id: POS, lost: 'reset' })
        .result(),
      ['must failure-ignored'],
    ),
  ],
  'retry-after-server-error': [
    lawful(
      'given up after the second 5xx',
      till().command(initiate).sends(initiate, FAILED).sends(initiate, FAILED).gaveUp(),
    ),
    lawful(
      'given up after two retries of other failures',
      till()
        .command(initiate)
        .sends(initiate, { lost: 'timeout' })
        .sends(initiate, { lost: 'timeout' })
        .sends(initiate, FAILED)
        .gaveUp(),
    ),
    unlawful(
      'given up at the first 5xx, though a lost answer had been retried',
      till().command(initiate).sends(initiate, { lost: 'timeout' }).sends(initiate, FAILED).gaveUp(),
      ['must gave-up-at-once'],
    ),
    lawful(
      'repeated',
      till().command(initiate).sends(initiate, FAILED).sends(initiate, { key: 'k' }).result({ paymentId: A }),
    ),
    lawful(
      'looked up, found and cancelled',
      till()
        .command(initiate)
        .sends(initiate, FAILED)
        .sends('queryPayments', { answers: { paymentIds: [A] } })
        .sends('cancelPayment')
        .gaveUp(),
    ),
    unlawful(
      'taken for captured',
      till()
        .command(capture, { paymentId: A })
        .sends(capture, { status: 503, planted: true })
        .result({ state: 'Captured' }),
      ['must failure-ignored'],
    ),
    lawful('a 4xx is none', till().command(capture).sends(capture, refusal(409, '1304')).refused(), {
      examines: false,
    }),
  ],
  'at-most-five-retries': [
    lawful('six requests', failing(6).gaveUp()),
    lawful(
      'six in each of two commands',
      failing(6).gaveUp().command('settle').sends(capture, { status: 500 }).sends(capture),
    ),
    lawful(
      'reads in between, and a 401',
      failing(5).sends('queryPayment', status('Reserved')).sends(capture, { status: 401 }).sends(capture),
    ),
    lawful(
      'polls have no limit',
      Array.from({ length: 8 }).reduce<ReturnType<typeof till>>(
        (recording) => recording.sends('queryPayment', { lost: 'timeout' }),
        till().command('awaitPayment'),
      ),
      { examines: false },
    ),
    unlawful('seven requests', failing(7).gaveUp(), ['must sent-too-often']),
    unlawful(
      'seven, with reads in between',
      failing(4)
        .sends('queryPayment', status('Reserved'))
        .sends(capture, FAILED)
        .sends(capture, FAILED)
        .sends(capture),
      ['must sent-too-often'],
    ),
    unlawful(
      'seven with a key each',
      Array.from({ length: 7 }).reduce<ReturnType<typeof till>>(
        (recording) => recording.sends(initiate, { lost: 'reset' }),
        till().command(initiate),
      ),
      ['must sent-too-often'],
    ),
  ],
  'spaced-retries': [
    lawful(
      'half a second later',
      till().command(capture).sends(capture, FAILED).sends(capture, { after: 500 }),
    ),
    lawful('50 ms later', till().command(capture).sends(capture, FAILED).sends(capture, { after: 50 })),
    lawful(
      'at once after a time-out of its own',
      till().command(capture).sends(capture, { lost: 'timeout', takes: 2000 }).sends(capture, { after: 1 }),
      { examines: false },
    ),
    unlawful('49 ms later', till().command(capture).sends(capture, FAILED).sends(capture, { after: 49 }), [
      'should retried-at-once',
    ]),
    unlawful(
      'at once after a reset',
      till().command(capture).sends(capture, { lost: 'reset' }).sends(capture, { after: 3 }),
      ['should retried-at-once'],
    ),
  ],
  'no-retry-when-refused': [
    lawful('not repeated', till().command(initiate).sends(initiate, refusal(400, '1102')).refused()),
    lawful(
      'a clean-up in between',
      till()
        .command(initiate)
        .sends(initiate, refusal(409, '1301'))
        .sends('cancelPayment', { id: B })
        .sends(initiate),
    ),
    lawful(
      'asked for in between, and tried once more',
      till()
        .command(initiate)
        .sends(initiate, refusal(409, '1301'))
        .sends('queryPayments', { answers: { paymentIds: [] } })
        .sends(initiate),
    ),
    lawful(
      'the customer acted in between',
      till().command(capture).sends(capture, refusal(409, '1304')).act('customer', 'approve').sends(capture),
    ),
    lawful(
      'the refund was reserved in between',
      till()
        .sends('queryRefund', { id: B, ...status('Initiated') })
        .command('captureRefund')
        .sends('captureRefund', { id: B, ...refusal(409, '1351') })
        .sends('queryRefund', { id: B, ...status('Reserved') })
        .sends('captureRefund', { id: B }),
    ),
    lawful(
      'with a fresh key after 1306',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k', ...refusal(409, '1306') })
        .sends(initiate, { key: 'other' }),
    ),
    lawful(
      'another body',
      till()
        .command(initiate)
        .sends(initiate, refusal(400, '1113'))
        .sends(initiate, { body: { orderId: 'short' } }),
    ),
    lawful(
      '401 is not a refusal',
      till().command(initiate).sends(initiate, { status: 401 }).sends(initiate),
      { examines: false },
    ),
    lawful(
      'asked by the user again',
      till()
        .command(capture)
        .sends(capture, refusal(409, '1304'))
        .refused()
        .command(capture)
        .sends(capture, refusal(409, '1304'))
        .refused(),
    ),
    lawful(
      'refusals that came so late that the client may have gone',
      till()
        .command(initiate)
        .sends(initiate, { ...refusal(400, '1102'), lagMs: 200 })
        .sends(initiate, { ...refusal(400, '1102'), lagMs: 200 })
        .sends(initiate),
      { doubts: ['refused-sent-again'] },
    ),
    unlawful(
      'once more as it was',
      till().command(initiate).sends(initiate, refusal(400, '1102')).sends(initiate),
      ['should refused-sent-again'],
    ),
    unlawful(
      'twice more',
      till()
        .command(initiate)
        .sends(initiate, refusal(403, '1400'))
        .sends(initiate, refusal(403, '1400'))
        .sends(initiate),
      ['should refused-sent-again', 'must refused-sent-again'],
    ),
    unlawful(
      'hammered, with reads in between',
      till()
        .command(initiate)
        .sends(initiate, refusal(409, '1301'))
        .sends('queryPayments')
        .sends(initiate, refusal(409, '1301'))
        .sends('queryPayments')
        .sends(initiate),
      ['must refused-sent-again'],
    ),
  ],
  'look-up-after-conflict': [
    unlawful(
      'told to the user, though something stands in the way',
      till().command(initiate).sends(initiate, refusal(409, '1301')).refused(),
      ['should no-look-up-after-conflict'],
    ),
    lawful(
      'looked up',
      till()
        .command(initiate)
        .sends(initiate, refusal(409, '1301'))
        .sends('queryPayments')
        .sends('cancelPayment', { id: B })
        .sends(initiate)
        .result({ paymentId: A }),
    ),
    lawful(
      'its own one cancelled at once',
      till()
        .command(initiate)
        .sends(initiate, refusal(409, '1301'))
        .sends('cancelPayment', { id: B })
        .sends(initiate),
    ),
    lawful('told to the user', till().command(capture).sends(capture, refusal(409, '1304')).refused()),
    lawful(
      'a refund that is refused for good',
      till().command('initiateRefund').sends('initiateRefund', refusal(409, '1367')).refused(),
      { examines: false },
    ),
    unlawful(
      'sent again',
      till()
        .command('createPointOfSale')
        .sends('createPointOfSale', refusal(409, '1200'))
        .sends('createPointOfSale'),
      ['should no-look-up-after-conflict'],
    ),
    unlawful(
      'claimed without asking',
      till()
        .command('cancelPayment')
        .sends('cancelPayment', refusal(409, '1300'))
        .result({ state: 'CancelledByClient' }),
      ['should no-look-up-after-conflict'],
    ),
  ],
  'write-timeout': [
    lawful(
      'closed after two seconds',
      till().command(capture).sends(capture, { lost: 'timeout', takes: 2000 }),
    ),
    lawful('closed after 2.25 s', till().command(capture).sends(capture, { lost: 'hold', takes: 2250 })),
    lawful('a reset says nothing', till().sends(capture, { lost: 'reset', takes: 5000 }), {
      examines: false,
    }),
    unlawful(
      'closed after five seconds',
      till().command(capture).sends(capture, { lost: 'timeout', takes: 5000 }),
      ['should waited-too-long'],
    ),
  ],
  'read-timeout': [
    lawful('closed after half a second', till().sends('queryPayment', { lost: 'timeout', takes: 500 })),
    unlawful('closed after 0.8 s', till().sends('queryPayment', { lost: 'timeout', takes: 800 }), [
      'should waited-too-long',
    ]),
    lawful('a write is another matter', till().sends(capture, { lost: 'timeout', takes: 800 }), {
      examines: false,
    }),
  ],
};

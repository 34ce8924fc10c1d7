import type { JsonObject } from '../../src/model/json.ts';
import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, B, POS, refusal, RecordingBuilder, status, till } from './recording-builder.ts';

const poll = 'queryPayment';
const capture = 'capturePayment';
const cancel = 'cancelPayment';
const reserved = status('Reserved', { partialCapturePossible: false });

function payment(state: string, more: JsonObject = {}): JsonObject {
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

function refund(state: string): JsonObject {
  return { payments: [], refunds: [{ id: B, paymentId: A, state, amount: 40 }], pointsOfSale: [] };
}

/** Initiated, approved and seen. */
function approved(): RecordingBuilder {
  return till()
    .command('initiatePayment')
    .sends('initiatePayment')
    .result()
    .command('awaitPayment')
    .sends(poll, reserved)
    .result();
}

/** A capture that was decided and did not get through. */
function hanging(): RecordingBuilder {
  return approved()
    .command(capture, { paymentId: A, amount: 100 })
    .sends(capture, { status: 500, planted: true })
    .sends(capture, { status: 500, planted: true })
    .gaveUp();
}

/** What a client does with payments, refunds and points of sale. */
export const proofsOfPayments: Proofs = {
  'backend-has-the-truth': [
    lawful(
      'captured after Reserved was seen',
      approved()
        .command(capture, { paymentId: A })
        .sends(capture)
        .result({ state: 'Captured' }, payment('Captured')),
    ),
    lawful('seen before a restart', approved().killed().restart().sends(capture).result()),
    lawful(
      'the last state that was delivered',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('Initiated'))
        .result({ state: 'Initiated' }, payment('IssuedToUser')),
    ),
    lawful(
      'Unknown',
      till()
        .command(capture, { paymentId: A })
        .sends(poll, reserved)
        .sends(capture, { lost: 'timeout' })
        .result({ state: 'Unknown' }, payment('Captured')),
    ),
    lawful(
      'what it stored at the creation',
      till()
        .command('initiatePayment')
        .sends('initiatePayment')
        .result()
        .restart()
        .result({ payments: [{ paymentId: A.toUpperCase(), state: 'Initiated' }] }, payment('IssuedToUser')),
    ),
    lawful(
      'a status that nobody knows',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('Reversed'))
        .result({ state: 'Reversed' }, payment('Reserved')),
    ),
    lawful(
      'a refund',
      till()
        .command('awaitRefund', { refundId: B })
        .sends('queryRefund', { id: B, ...status('Reserved') })
        .result({ state: 'Reserved' }, refund('Reserved')),
    ),
    lawful(
      'captured again after it was captured',
      approved()
        .command(capture)
        .sends(capture, { lost: 'timeout' })
        .sends(capture)
        .result()
        .command('settle')
        .sends(capture),
    ),
    lawful(
      'the state before, where the last answer came late',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('IssuedToUser'))
        .sends(poll, { ...status('CancelledByUser'), lagMs: 200 })
        .result({ state: 'IssuedToUser' }, payment('CancelledByUser')),
    ),
    lawful(
      'the payment that was asked for, its ids in other letters',
      till()
        .command('initiatePayment', {
          posId: POS.toUpperCase(),
          orderId: 'order-1',
          amount: 100,
          currencyCode: 'DKK',
        })
        .sends('initiatePayment')
        .result(
          { paymentId: A },
          payment('Initiated', { posId: POS, currencyCode: 'DKK', restrictions: null }),
        ),
      { examines: false },
    ),
    lawful(
      'a prepared payment has no sum yet',
      till()
        .command('preparePayment', { posId: POS, orderId: 'order-1' })
        .sends('preparePayment')
        .result({ paymentId: A }, payment('Prepared', { posId: POS, amount: null, currencyCode: null })),
      { examines: false },
    ),
    lawful(
      'the order number that a person’s till gave',
      new RecordingBuilder()
        .starts({ driver: 'operator' })
        .command('initiatePayment', { posId: POS, orderId: 'order-1', amount: 100, currencyCode: 'DKK' })
        .sends('initiatePayment')
        .result({ paymentId: A }, payment('Initiated', { posId: POS, orderId: '000042' })),
      { examines: false },
    ),
    unlawful(
      'a payment from before, taken for the new one',
      till()
        .command('initiatePayment', { posId: POS, orderId: 'order-1', amount: 100, currencyCode: 'DKK' })
        .sends('initiatePayment', refusal(409, '1301'))
        .sends(poll, status('Initiated'))
        .result({ paymentId: A }, payment('Initiated', { posId: POS, amount: 75, currencyCode: 'DKK' })),
      ['must other-sale'],
    ),
    unlawful(
      'made ready without its restrictions',
      till()
        .command('readyPayment', { paymentId: A, amount: 100, restrictions: { creditCardDisallowed: true } })
        .sends('readyPayment')
        .result({}, payment('IssuedToUser', { restrictions: null })),
      ['must other-sale'],
    ),
    unlawful(
      'the state before, where the last answer came in time',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('IssuedToUser'))
        .sends(poll, status('CancelledByUser'))
        .result({ state: 'IssuedToUser' }, payment('CancelledByUser')),
      ['must state-invented'],
    ),
    unlawful('captured before anything was seen', till().command(capture).sends(capture), [
      'must captured-before-reserved',
    ]),
    unlawful('captured while IssuedToUser', till().sends(poll, status('IssuedToUser')).sends(capture), [
      'must captured-before-reserved',
    ]),
    unlawful(
      'Reserved was in an answer that never came',
      till()
        .sends(poll, { ...reserved, lost: 'timeout' })
        .sends(capture),
      ['must captured-before-reserved'],
    ),
    unlawful(
      'captured after the user had cancelled',
      till().sends(poll, reserved).sends(poll, status('CancelledByUser')).sends(capture),
      ['must captured-after-the-end'],
    ),
    unlawful(
      'captured after it had expired',
      till().sends(poll, reserved).sends(poll, status('ExpiredAndCancelled')).sends(capture),
      ['should captured-after-the-end'],
    ),
    unlawful(
      'a state of its own',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('IssuedToUser'))
        .result({ state: 'Reserved' }, payment('IssuedToUser')),
      ['must state-invented'],
    ),
    unlawful(
      'a cancelled payment told as captured by the job',
      approved()
        .command('settle')
        .sends(poll, status('CancelledByMobilePay'))
        .result(
          { payments: [{ paymentId: A, state: 'Captured' }], refunds: [] },
          payment('CancelledByMobilePay'),
        ),
      ['must state-invented'],
    ),
  ],
  'captured-or-cancelled': [
    lawful('captured', approved().command(capture).sends(capture).result().endsCase(payment('Captured'))),
    lawful(
      'left by design',
      approved()
        .endsCase(payment('Reserved'), { leaves: ['payment'] })
        .inCase('payments/partial-capture')
        .endsCase(payment('Reserved')),
      { examines: false },
    ),
    lawful('the case was cut short', approved().endsCase(payment('Reserved'), { complete: false }), {
      examines: false,
    }),
    lawful('made by the stage', approved().endsCase(payment('Reserved', { createdBy: 'stage' })), {
      examines: false,
    }),
    lawful('no truth to be had, but the traffic shows it', approved().sends(cancel).endsCase(null)),
    unlawful('left Reserved', approved().endsCase(payment('Reserved')), ['must left-reserved']),
    unlawful(
      'left Reserved, reported once',
      approved()
        .endsCase(payment('Reserved'))
        .inCase('payments/partial-capture')
        .endsCase(payment('Reserved')),
      ['must left-reserved'],
    ),
    unlawful('left Reserved, as the traffic shows', approved().endsCase(null), ['must left-reserved']),
  ],
  'decision-kept': [
    lawful(
      'the job captures what was decided',
      hanging().command('settle').sends(capture).result({ payments: [] }, payment('Captured')),
    ),
    lawful(
      'it was captured all the same, and the job asks first',
      hanging()
        .command('settle')
        .sends(poll, status('Captured'))
        .result({ payments: [] }, payment('Captured')),
    ),
    lawful(
      'recovery has finished it',
      hanging()
        .restart()
        .sends(capture)
        .result()
        .command('settle')
        .result({ payments: [] }, payment('Captured')),
    ),
    lawful(
      'the till is told to cancel after all',
      hanging().command(cancel, { paymentId: A }).sends(cancel).result(),
      { examines: true },
    ),
    lawful(
      'the backend refused the capture',
      approved()
        .command(capture, { paymentId: A, amount: 50 })
        .sends(capture, { body: { amount: 50 }, ...refusal(409, '1308') })
        .sends(cancel)
        .result({ state: 'CancelledByClient' }),
      { examines: false },
    ),
    lawful(
      'it expired',
      hanging().command('settle').result({ payments: [] }, payment('ExpiredAndCancelled')),
    ),
    unlawful(
      'the job cancels',
      hanging().command('settle').sends(cancel).result({ payments: [] }, payment('CancelledByClient')),
      ['must decision-reversed'],
    ),
    unlawful(
      'the job captures less',
      hanging()
        .command('settle')
        .sends(capture, { body: { amount: 90 } })
        .result({ payments: [] }, payment('Captured')),
      ['must decision-reversed'],
    ),
    unlawful(
      'a cancelled one is captured',
      approved()
        .command(cancel, { paymentId: A })
        .sends(cancel, { lost: 'reset' })
        .gaveUp()
        .restart()
        .sends(capture)
        .result(),
      ['must decision-reversed'],
    ),
    unlawful(
      'the job does nothing',
      hanging().command('settle').result({ payments: [] }, payment('Reserved')),
      ['must decision-forgotten'],
    ),
    unlawful(
      'the job only looks',
      hanging().command('settle').sends(poll, reserved).result({ payments: [] }, payment('Reserved')),
      ['must decision-forgotten'],
    ),
    unlawful(
      'a refund is forgotten',
      till()
        .command('captureRefund', { refundId: B })
        .sends('captureRefund', { id: B, status: 500 })
        .gaveUp()
        .command('settle')
        .result({ refunds: [] }, refund('Reserved')),
      ['must decision-forgotten'],
    ),
  ],
  'partial-capture-flag': [
    lawful('the whole amount', approved().sends(capture)),
    lawful('cancelled instead', approved().sends(cancel)),
    lawful(
      'less, where it is possible',
      till()
        .sends(poll, status('Reserved', { partialCapturePossible: true }))
        .sends(capture, { body: { amount: 60 } }),
    ),
    unlawful('less, where it is not', approved().sends(capture, { body: { amount: 99.99 } }), [
      'must partial-capture-not-possible',
    ]),
  ],
  'at-most-the-reserved-amount': [
    lawful('the whole amount', approved().command(capture, { paymentId: A, amount: 100 }).sends(capture)),
    lawful(
      'less than asked',
      approved()
        .command(capture, { paymentId: A, amount: 100 })
        .sends(capture, { body: { amount: 90 } }),
    ),
    lawful('nothing is known of it', till().sends(capture), { examines: false }),
    unlawful('a cent more than reserved', approved().sends(capture, { body: { amount: 100.01 } }), [
      'must captured-too-much',
    ]),
    unlawful(
      'more than asked',
      approved().command(capture, { paymentId: A.toUpperCase(), amount: 60 }).sends(capture),
      ['must captured-more-than-asked'],
    ),
  ],
  'prepared-before-ready': [
    lawful('prepared', till().sends('preparePayment').sends('readyPayment')),
    lawful(
      'seen as prepared after a restart',
      till().sends(poll, status('Paired')).restart().sends('readyPayment'),
    ),
    lawful('nothing is known of it', till().sends('readyPayment'), { examines: false }),
    unlawful('initiated', till().sends('initiatePayment').sends('readyPayment'), [
      'must ready-without-prepare',
    ]),
  ],
  'finds-pos-on-restart': [
    lawful('looked up', till().sends('createPointOfSale').restart().sends('queryPointsOfSale').result()),
    lawful(
      'looked up and made anew',
      till()
        .sends('createPointOfSale')
        .restart()
        .sends('queryPointOfSale', { id: POS, status: 404 })
        .sends('createPointOfSale')
        .result(),
    ),
    lawful('there was none', till().restart().result(), { examines: false }),
    unlawful(
      'made anew without a look',
      till()
        .sends('createPointOfSale')
        .restart()
        .sends('createPointOfSale')
        .sends('queryPointsOfSale')
        .result(),
      ['should pos-not-looked-up'],
    ),
    unlawful('not asked for', till().sends('createPointOfSale').restart().result(), [
      'should pos-not-looked-up',
    ]),
  ],
  'deletes-pos-last': [
    lawful(
      'the payment was captured before',
      till().sends('initiatePayment').sends(capture).sends('deletePointOfSale', { id: POS }),
    ),
    lawful(
      'the payment was seen cancelled',
      till()
        .sends('initiatePayment')
        .sends(poll, status('CancelledByUser'))
        .sends('deletePointOfSale', { id: POS }),
    ),
    lawful('no payment', till().sends('deletePointOfSale', { id: POS })),
    unlawful(
      'an open payment',
      till().sends('initiatePayment').sends('deletePointOfSale', { id: POS.toUpperCase() }),
      ['should deleted-before-its-payments'],
    ),
  ],
  'notification-answered': [
    lawful(
      '200, twice',
      till()
        .sends('createPointOfSale')
        .act('callback', 'checkIn', { deliveries: [{ status: 200 }, { status: 200 }] }),
    ),
    unlawful(
      '204',
      till()
        .sends('createPointOfSale')
        .act('callback', 'checkIn', { deliveries: [{ status: 204 }] }),
      ['must notification-unanswered'],
    ),
    unlawful(
      'no answer',
      till()
        .sends('createPointOfSale')
        .act('callback', 'checkIn', { deliveries: [{ status: null }] }),
      ['must notification-unanswered'],
    ),
    lawful('other acts', till().sends('createPointOfSale').act('customer', 'checkIn', { status: 500 }), {
      examines: false,
    }),
  ],
  'refund-within-bounds': [
    lawful(
      'as asked',
      till()
        .command('initiateRefund', { amount: 40, currencyCode: 'DKK' })
        .sends('initiateRefund')
        .result({ refundId: B }),
    ),
    lawful(
      'too much asked, refused, and told so',
      till()
        .command('initiateRefund', { amount: 999, currencyCode: 'DKK' })
        .sends('initiateRefund', { body: { amount: 999 }, ...refusal(409, '1367') })
        .refused(),
    ),
    lawful(
      'two parts of what was captured',
      till()
        .sends(capture)
        .sends('initiateRefund', { body: { amount: 60 } })
        .sends('initiateRefund', { body: { amount: 40 }, answers: { refundId: A } }),
    ),
    unlawful(
      'more than asked',
      till().command('initiateRefund', { amount: 39, currencyCode: 'DKK' }).sends('initiateRefund'),
      ['must refunded-more-than-asked'],
    ),
    unlawful(
      'another currency',
      till().command('initiateRefund', { amount: 40, currencyCode: 'EUR' }).sends('initiateRefund'),
      ['must refund-currency'],
    ),
    unlawful(
      'refused, and told as done',
      till()
        .command('initiateRefund', { amount: 40, currencyCode: 'DKK' })
        .sends('initiateRefund', refusal(409, '1354'))
        .result({ refundId: B }),
      ['must refused-refund-told-as-done'],
    ),
    unlawful(
      'two parts, the second too high',
      till()
        .sends(capture)
        .sends('initiateRefund', { body: { amount: 60 } })
        .sends('initiateRefund', { body: { amount: 40.01 } }),
      ['must refunded-too-much'],
    ),
  ],
  'refund-finished': [
    lawful(
      'captured',
      till().sends('initiateRefund').sends('captureRefund', { id: B }).endsCase(refund('Captured')),
    ),
    lawful(
      'left by design',
      till()
        .sends('initiateRefund')
        .endsCase(refund('Reserved'), { leaves: ['refund'] }),
      { examines: false },
    ),
    lawful(
      'the case was cut short',
      till().sends('initiateRefund').endsCase(refund('Reserved'), { complete: false }),
      { examines: false },
    ),
    unlawful('left Reserved', till().sends('initiateRefund').endsCase(refund('Reserved')), [
      'must refund-left-open',
    ]),
    unlawful('left Initiated', till().sends('initiateRefund').endsCase(refund('Initiated')), [
      'must refund-left-open',
    ]),
  ],
};

import { approved, cancel, capture, hanging, payment, poll, refund, reserved } from './paid.ts';
import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, B, POS, refusal, status, till, type RecordingBuilder } from './recording-builder.ts';

/** A capture of 100, a refund that was accepted without an amount, and one of `amount`. */
function nothingRefunded(amount: number): RecordingBuilder {
  return till()
    .sends(capture)
    .sends('initiateRefund', { body: { amount: null } })
    .sends('initiateRefund', { body: { amount } });
}

/** What a client does with payments, refunds and points of sale. */
export const proofsOfPayments: Proofs = {
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
      { shownBy: [[2]] },
    ),
    unlawful(
      'something else asked for',
      till().sends('createPointOfSale').restart().sends('queryStores').sends('queryPayments').result(),
      ['should pos-not-looked-up'],
      { shownBy: [[2]] },
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
    lawful('all that is left, where a refund before it told no amount', nothingRefunded(100)),
    unlawful('more than that', nothingRefunded(100.01), ['must refunded-too-much']),
    unlawful('one more than that', nothingRefunded(101), ['must refunded-too-much']),
  ],
};

import { approved, cancel, capture, payment, poll, refund, reserved } from './paid.ts';
import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, B, POS, refusal, RecordingBuilder, status, till } from './recording-builder.ts';

/** What a client believes of payments and refunds, and what it leaves behind. */
export const proofsOfTruth: Proofs = {
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
    ...[400, 404].map((answer) =>
      lawful(
        `an id that is no payment’s: no answer gave it, and the API says ${answer}`,
        till().sends(capture, refusal(answer, '1099')),
        { examines: false },
      ),
    ),
    unlawful(
      'refused, of a payment that there is',
      till().sends(poll, status('Initiated')).sends(capture, refusal(409, '1305')),
      ['must captured-before-reserved'],
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
    lawful(
      'the state before, where both answers came late',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, { ...status('IssuedToUser'), lagMs: 200 })
        .sends(poll, { ...status('CancelledByUser'), lagMs: 200 })
        .result({ state: 'IssuedToUser' }, payment('CancelledByUser')),
    ),
    unlawful(
      'captured after its end was told in time, whatever came late before',
      till()
        .sends(poll, { ...reserved, lagMs: 200 })
        .sends(poll, status('CancelledByUser'))
        .sends(capture),
      ['must captured-after-the-end'],
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
    unlawful(
      'left Reserved',
      approved().sends(poll, reserved).endsCase(payment('Reserved')),
      ['must left-reserved'],
      {
        shownBy: [[3]],
      },
    ),
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

import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, B, refusal, status, till } from './recording-builder.ts';

const initiate = 'initiatePayment';
const capture = 'capturePayment';

/** A creation that is sent once more as it was after an answer of this status. */
function sentAgain(httpStatus: number): ReturnType<typeof till> {
  return till()
    .command(initiate)
    .sends(initiate, { status: httpStatus, key: 'k' })
    .sends(initiate, { key: 'k' });
}

/** What a client does with a refusal. */
export const proofsOfRefusals: Proofs = {
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
    ...[408, 425, 429].map((asksAgain) =>
      lawful(`${asksAgain} asks to come again`, sentAgain(asksAgain), { examines: false }),
    ),
    ...[400, 407, 409, 424, 426, 428, 430, 499].map((refused) =>
      unlawful(`${refused} doesn't`, sentAgain(refused), ['should refused-sent-again']),
    ),
    lawful('399 is no refusal', sentAgain(399), { examines: false }),
    unlawful(
      'once more as it was, and with a fresh key after 1306',
      till()
        .command(initiate)
        .sends(initiate, { key: 'k', ...refusal(400, '1102') })
        .sends(initiate, { key: 'k', ...refusal(409, '1306') })
        .sends(initiate, { key: 'other' }),
      ['should refused-sent-again'],
    ),
    unlawful(
      'a read that was refused, which is no reason to read it again',
      till().command(initiate).sends('queryPayments', refusal(409, '1301')).sends('queryPayments'),
      ['should refused-sent-again'],
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
};

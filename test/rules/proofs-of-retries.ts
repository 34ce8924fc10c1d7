import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, POS, refusal, status, till, type Sending } from './recording-builder.ts';

const LOST: Sending = { lost: 'timeout', key: 'k' };
const FAILED: Sending = { status: 500, planted: true, key: 'k' };
const initiate = 'initiatePayment';
const capture = 'capturePayment';

function failing(times: number): ReturnType<typeof till> {
  const recording = till().command(capture);
  for (let count = 0; count < times; count += 1) recording.sends(capture, { status: 500, planted: true });
  return recording;
}

/** How a call is repeated, and how often. */
export const proofsOfRetries: Proofs = {
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
    lawful(
      'nor is 499, the last of them',
      till().command(capture).sends(capture, { status: 499 }).refused(),
      {
        examines: false,
      },
    ),
    unlawful('500, the first of its kind', failing(1).gaveUp(), ['must gave-up-at-once']),
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
    lawful('one request is no repetition', failing(1).gaveUp(), { examines: false }),
    lawful('one repetition', failing(2).gaveUp()),
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
};

import { lawful, unlawful, type Proofs } from './proof.ts';
import { polls } from './polled.ts';
import { A, status, till, type RecordingBuilder } from './recording-builder.ts';

const poll = 'queryPayment';

function lostPolls(count: number): RecordingBuilder {
  const recording = till().command('awaitPayment').sends(poll, status('Initiated'));
  for (let index = 0; index < count; index += 1) recording.sends(poll, { lost: 'timeout', takes: 500 });
  return recording;
}

/** How a client polls on, and until when. The delay is 300 ms. */
export const proofsOfPolls: Proofs = {
  'poll-goes-on-after-silence': [
    lawful('it polls on', lostPolls(1).sends(poll, status('Reserved')).result({ state: 'Reserved' })),
    lawful('it cancels', lostPolls(1).sends('cancelPayment').result({ state: 'CancelledByClient' })),
    lawful('six in a row are enough', lostPolls(6).gaveUp()),
    lawful('killed', lostPolls(1).killed(), { examines: false }),
    unlawful('one is enough for it', lostPolls(1).gaveUp(), ['should stopped-polling']),
    unlawful('five in a row', lostPolls(5).gaveUp(), ['should stopped-polling']),
  ],
  'poll-as-fast-as-allowed': [
    lawful('after the delay', polls(300)),
    lawful('3 s after the answer', polls(3002)),
    lawful('three times a long delay', polls(6000, status('Initiated', { pollDelayInMs: 2000 }))),
    lawful('we held the answer for ten seconds', polls(10_300, { takes: 10_000 })),
    lawful(
      'another command in between',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated'))
        .result()
        .waits(9000)
        .command('awaitPayment')
        .sends(poll),
      { examines: false },
    ),
    unlawful('3.1 s after the answer', polls(3102), ['should polled-slowly']),
    unlawful('3.001 s after the answer', polls(3003), ['should polled-slowly']),
    lawful('just three times a long delay', polls(6002, status('Initiated', { pollDelayInMs: 2000 }))),
    unlawful('a millisecond more', polls(6003, status('Initiated', { pollDelayInMs: 2000 })), [
      'should polled-slowly',
    ]),
  ],
  'ends-polling-at-the-end': [
    lawful(
      'it stops',
      till()
        .command('awaitPayment')
        .sends(poll, status('CancelledByUser'))
        .result({ state: 'CancelledByUser' }),
    ),
    lawful(
      'two more reads',
      till()
        .command('awaitPayment')
        .sends(poll, status('Captured'))
        .sends(poll, status('Captured'))
        .sends(poll, status('Captured'))
        .result(),
    ),
    lawful(
      'reads of later commands',
      ['awaitPayment', 'cancelPayment', 'restart', 'settle'].reduce(
        (recording, method) =>
          recording.command(method, { paymentId: A }).sends(poll, status('Captured')).result(),
        till(),
      ),
    ),
    unlawful(
      'goes on by itself into the next payment',
      till()
        .command('awaitPayment', { paymentId: A })
        .sends(poll, status('Captured'))
        .result({ state: 'Captured' })
        .sends(poll, status('Captured'))
        .command('initiatePayment')
        .sends(poll, status('Captured'))
        .sends(poll, status('Captured')),
      ['should polled-past-the-end'],
    ),
    lawful(
      'Reserved is not the end',
      till()
        .command('awaitPayment')
        .sends(poll, status('Reserved'))
        .sends(poll, status('Reserved'))
        .sends(poll)
        .sends(poll),
      { examines: false },
    ),
    unlawful(
      'three more',
      till()
        .command('awaitPayment')
        .sends(poll, status('CancelledByUser'))
        .sends(poll, status('CancelledByUser'))
        .sends(poll, status('CancelledByUser'))
        .sends(poll, status('CancelledByUser')),
      ['should polled-past-the-end'],
    ),
  ],
};

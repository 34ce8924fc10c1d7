import { lawful, unlawful, type Proofs, type Scene } from './proof.ts';
import { polls } from './polled.ts';
import { A, B, POS, status, till, type RecordingBuilder } from './recording-builder.ts';

const poll = 'queryPayment';

/** Polls 300 ms apart of which the second arrives 700 ms late. */
function belated(lagMs: number): RecordingBuilder {
  return till()
    .command('awaitPayment')
    .sends(poll, status('Initiated'))
    .sends(poll, { ...status('Initiated'), after: 998, lagMs })
    .sends(poll, { ...status('Initiated'), after: 37, lagMs });
}

/** A longer delay is told by an answer that was `lagMs` late; the next poll comes after `measured` ms. */
function unheard(lagMs: number, measured: number): RecordingBuilder {
  return till()
    .command('awaitPayment')
    .sends(poll, status('Initiated'))
    .sends(poll, { ...status('Initiated', { pollDelayInMs: 900 }), lagMs })
    .sends(poll, { lost: 'timeout', takes: 200, after: 998 })
    .sends(poll, { after: measured - 200 });
}

/** Twelve polls 300 ms apart; those at `early` come `by` ms too early. */
function row(early: readonly number[], by: number): RecordingBuilder {
  const recording = till().command('awaitPayment').sends(poll, status('Initiated'));
  for (let index = 1; index < 12; index += 1)
    recording.sends(poll, { ...status('Initiated'), after: 298 - (early.includes(index) ? by : 0) });
  return recording;
}

function doubtful(what: string, recording: RecordingBuilder): Scene {
  return { what, recording, doubts: ['polled-too-early'] };
}

/** How soon a client polls again. The delay is 300 ms, the tolerance 20 ms. */
export const proofsOfPollDelay: Proofs = {
  'poll-delay': [
    lawful('after the delay', polls(300)),
    lawful('20 ms early', polls(280)),
    lawful('a lag of 15 ms is tolerated too', polls(266, { lagMs: 15 })),
    lawful(
      'an own time-out longer than the delay',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated'))
        .sends(poll, { lost: 'timeout', takes: 500 })
        .sends(poll, { after: 1 }),
    ),
    lawful(
      'no delay is known yet',
      till().sends(poll, { lost: 'timeout', takes: 50 }).sends(poll, { after: 1 }),
      { examines: false },
    ),
    lawful(
      'other paths have delays of their own',
      till()
        .command('x')
        .sends(poll, status('Initiated'))
        .sends(poll, { id: B, after: 1 })
        .sends('queryCheckIn', { id: POS, after: 1 }),
      { examines: false },
    ),
    lawful(
      'a repeat after 401',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated'))
        .sends(poll, { status: 401 })
        .sends(poll, { ...status('Initiated'), after: 5 }),
    ),
    lawful(
      'a look-up after a lost capture',
      till()
        .command('capturePayment')
        .sends(poll, status('Reserved'))
        .sends('capturePayment', { after: 5, status: 500 })
        .sends(poll, { ...status('Reserved'), after: 5 }),
      { examines: false },
    ),
    lawful(
      'a shorter delay counts from its delivery on',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated', { pollDelayInMs: 900 }))
        .sends(poll, { ...status('Initiated', { pollDelayInMs: 200 }), after: 900 })
        .sends(poll, { ...status('Initiated'), after: 200 }),
    ),
    unlawful('35 ms early, two polls of eleven: by chance', row([3, 7], 35), ['should polled-too-early']),
    unlawful('35 ms early, three polls of eleven: by habit', row([3, 5, 7], 35), ['must polled-too-early']),
    unlawful('61 ms early, one poll of eleven', row([3], 61), ['must polled-too-early']),
    unlawful('21 ms early', polls(279), ['must polled-too-early']),
    unlawful('early, beyond what the lag explains', polls(200, { lagMs: 15 }), ['must polled-too-early']),
    unlawful(
      'the old delay after a longer one',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated', { pollDelayInMs: 900 }))
        .sends(poll, { after: 300 }),
      ['must polled-too-early'],
    ),
    unlawful(
      'a lost poll repeated at once',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated'))
        .sends(poll, { lost: 'timeout', takes: 200 })
        .sends(poll, { after: 5 }),
      ['must polled-too-early'],
    ),
    unlawful(
      'ids in other letters are the same path',
      till().command('x').sends(poll, status('Initiated')).sends(poll, { id: A.toUpperCase(), after: 5 }),
      ['must polled-too-early'],
    ),
    unlawful(
      'a check-in',
      till()
        .command('awaitCheckin')
        .sends('queryCheckIn', { id: POS, answers: { isUserCheckedIn: false, pollDelayInMs: 300 } })
        .sends('queryCheckIn', { id: POS, after: 100 }),
      ['must polled-too-early'],
    ),
    unlawful(
      'over a restart',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated', { pollDelayInMs: 60_000 }))
        .killed()
        .restart()
        .sends(poll, { after: 2000 })
        .result(),
      ['must polled-too-early'],
    ),
    unlawful(
      'an extra read in the next command',
      till()
        .command('awaitPayment')
        .sends(poll, status('Reserved'))
        .result()
        .command('capturePayment')
        .sends(poll, { after: 5 }),
      ['should polled-too-early'],
    ),
    unlawful(
      'at once after a 500',
      till()
        .command('awaitPayment')
        .sends(poll, status('Initiated'))
        .sends(poll, { status: 500, planted: true })
        .sends(poll, { after: 5 }),
      ['should polled-too-early'],
    ),
    doubtful('one poll came late on a busy machine, and the next in time', belated(60)),
    unlawful('one poll came late although nothing was busy', belated(2), ['must polled-too-early']),
    unlawful(
      'on a busy machine, and over several polls together',
      [100, 100, 100].reduce(
        (recording, after) => recording.sends(poll, { ...status('Initiated'), after, lagMs: 60 }),
        till().command('awaitPayment').sends(poll, status('Initiated')),
      ),
      ['must polled-too-early', 'must polled-too-early'],
    ),
    doubtful('our own lag was 100 ms', polls(200, { lagMs: 100 })),
    doubtful('the answer with the longer delay came late, and the one before it is kept', unheard(80, 310)),
    unlawful('it came late, and none is kept', unheard(80, 250), ['must polled-too-early']),
    unlawful('it came in time', unheard(10, 310), ['must polled-too-early']),
  ],
};

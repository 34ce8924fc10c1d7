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
function unheard(lagMs: number, measured: number, load?: number): RecordingBuilder {
  return till()
    .command('awaitPayment')
    .sends(poll, status('Initiated'))
    .sends(poll, {
      ...status('Initiated', { pollDelayInMs: 900 }),
      lagMs,
      ...(load === undefined ? {} : { load }),
    })
    .sends(poll, { lost: 'timeout', takes: 200, after: 998 })
    .sends(poll, { after: measured - 200 });
}

/** A poll and `count` more, `delay` ms apart as they were told; those at `early` come `by` ms too early. */
function row(early: readonly number[], by: number, { count = 11, delay = 300 } = {}): RecordingBuilder {
  const told = status('Initiated', { pollDelayInMs: delay });
  const recording = till().command('awaitPayment').sends(poll, told);
  for (let index = 1; index <= count; index += 1)
    recording.sends(poll, { ...told, after: delay - 2 - (early.includes(index) ? by : 0) });
  return recording;
}

/** Polls that are so far apart, ms. */
function apart(gaps: readonly number[]): RecordingBuilder {
  return gaps.reduce(
    (recording, gap) => recording.sends(poll, { ...status('Initiated'), after: gap - 2 }),
    till().command('awaitPayment').sends(poll, status('Initiated')),
  );
}

/** Polls that are so far apart, ms; the last of them arrives while we are busy. */
function paced(gaps: readonly number[]): RecordingBuilder {
  return gaps.reduce(
    (recording, gap, index) =>
      recording.sends(poll, {
        ...status('Initiated'),
        after: gap - 2,
        lagMs: index === gaps.length - 1 ? 60 : 0,
      }),
    till().command('awaitPayment').sends(poll, status('Initiated')),
  );
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
    unlawful('60 ms early, one poll of eleven', row([3], 60), ['should polled-too-early']),
    unlawful('a fifth of a short delay early', row([3], 40, { delay: 200 }), ['should polled-too-early']),
    unlawful('more than a fifth of it', row([3], 41, { delay: 200 }), ['must polled-too-early']),
    unlawful('61 ms early of a long delay', row([3], 61, { delay: 1000 }), ['must polled-too-early']),
    unlawful(
      '200 ms early after one that was 180 ms late: it keeps its own time',
      apart([300, 480, 100, 300]),
      ['should polled-too-early'],
    ),
    unlawful('a millisecond more than that', apart([300, 480, 99, 300]), ['must polled-too-early']),
    unlawful('as often as every third poll', apart([480, 100, 300]), ['must polled-too-early']),
    unlawful('a quarter of the polls: by chance', row([3, 7], 35, { count: 8 }), ['should polled-too-early']),
    unlawful('more than a quarter: by habit', row([3, 6], 35, { count: 7 }), ['must polled-too-early']),
    lawful('a lag of 20 ms is tolerated whole', polls(260, { lagMs: 20 })),
    doubtful('one of 21 ms is not, but it may explain as much', polls(259, { lagMs: 21 })),
    unlawful('20 ms of lag when the second arrived', polls(270, {}, { lagMs: 20 }), [
      'must polled-too-early',
    ]),
    doubtful('21 ms of lag when the second arrived, and just as early', polls(259, {}, { lagMs: 21 })),
    unlawful('earlier than those 21 ms', polls(258, {}, { lagMs: 21 }), ['must polled-too-early']),
    doubtful('it came late, and the one before is just kept', unheard(80, 280)),
    unlawful('it came late, and the one before is just missed', unheard(80, 279), ['must polled-too-early']),
    doubtful('it came when the machine was overloaded', unheard(10, 310, 2)),
    unlawful('it came when the machine was loaded, no more', unheard(10, 310, 1.9), [
      'must polled-too-early',
    ]),
    unlawful('a processor each', unheard(10, 310, 1), ['must polled-too-early']),
    doubtful('over six polls together it kept the delay', paced([460, 280, 280, 280, 280, 100])),
    unlawful('a millisecond less', paced([459, 280, 280, 280, 280, 100]), ['must polled-too-early']),
    unlawful('over seven, which are too many', paced([460, 280, 280, 280, 280, 280, 100]), [
      'must polled-too-early',
    ]),
  ],
};

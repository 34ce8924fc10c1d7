import { lawful, unlawful, type Proofs } from './proof.ts';
import { till, type RecordingBuilder, type Sending } from './recording-builder.ts';

const capture = 'capturePayment';

/** A request that gets no answer and is closed after `takes` ms. */
function unanswered(operation: string, takes: number, more: Sending = {}): RecordingBuilder {
  return till().sends(operation, { lost: 'timeout', takes, ...more });
}

/** How long a client waits for an answer. */
export const proofsOfTimeouts: Proofs = {
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
    unlawful('closed after 2.251 s', unanswered(capture, 2251), ['should waited-too-long']),
    lawful('our own lag comes on top', unanswered(capture, 2260, { lagMs: 10 })),
    unlawful('one beyond our own lag', unanswered(capture, 2261, { lagMs: 10 }), ['should waited-too-long']),
    lawful(
      'killed 9 ms before its end, which that may have been',
      unanswered(capture, 5000, { killedBefore: 9 }),
      {
        examines: false,
      },
    ),
    unlawful('killed 10 ms before its end', unanswered(capture, 5000, { killedBefore: 10 }), [
      'should waited-too-long',
    ]),
    lawful('closed at once', unanswered(capture, 5)),
  ],
  'read-timeout': [
    lawful('closed after half a second', till().sends('queryPayment', { lost: 'timeout', takes: 500 })),
    unlawful('closed after 0.8 s', till().sends('queryPayment', { lost: 'timeout', takes: 800 }), [
      'should waited-too-long',
    ]),
    lawful('a write is another matter', till().sends(capture, { lost: 'timeout', takes: 800 }), {
      examines: false,
    }),
    lawful('closed after 0.75 s', unanswered('queryPayment', 750)),
    unlawful('closed after 0.751 s', unanswered('queryPayment', 751), ['should waited-too-long']),
    lawful('our own lag comes on top', unanswered('queryPayment', 760, { lagMs: 10 })),
    unlawful('one beyond our own lag', unanswered('queryPayment', 761, { lagMs: 10 }), [
      'should waited-too-long',
    ]),
  ],
};

import { lawful, unlawful, type Proofs } from './proof.ts';
import { till } from './recording-builder.ts';

const capture = 'capturePayment';

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

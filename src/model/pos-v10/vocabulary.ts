import type { Vocabulary } from '../pack.ts';
import { acts } from './acts.ts';
import { commands } from './commands.ts';
import { needs } from './needs.ts';
import { TRUTHS } from './truth.ts';

/** What the cases of MobilePay PoS V10 may name. */
export const posV10Vocabulary: Vocabulary = {
  commands,
  acts,
  truths: Object.fromEntries(
    Object.entries(TRUTHS).map(([name, { by, schema, list }]) => [
      name,
      { by, members: Object.keys(schema.shape), list },
    ]),
  ),
  needs,
  behaviours: ['capturesWhenReserved', 'capturesRefundWhenReserved', 'cancelsOnRestart', 'resumesOnRestart'],
  inOneGo: [
    { first: 'awaitPayment', then: 'capturePayment', behaviour: 'capturesWhenReserved' },
    { first: 'capturePayment', then: 'settle', behaviour: 'capturesWhenReserved' },
    { first: 'initiateRefund', then: 'captureRefund', behaviour: 'capturesRefundWhenReserved' },
  ],
};

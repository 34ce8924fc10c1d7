import type { Proofs } from './proof.ts';
import { proofsOfBodies } from './proofs-of-bodies.ts';
import { proofsOfHeaders } from './proofs-of-headers.ts';
import { proofsOfKeys } from './proofs-of-keys.ts';
import { proofsOfPayments } from './proofs-of-payments.ts';
import { proofsOfPollDelay } from './proofs-of-poll-delay.ts';
import { proofsOfPolls } from './proofs-of-polls.ts';
import { proofsOfRefusals } from './proofs-of-refusals.ts';
import { proofsOfRetries } from './proofs-of-retries.ts';
import { proofsOfTimeouts } from './proofs-of-timeouts.ts';
import { proofsOfTruth } from './proofs-of-truth.ts';

/** The scenes of all rules, by the id of the rule. */
export const PROOFS: Proofs = {
  ...proofsOfHeaders,
  ...proofsOfBodies,
  ...proofsOfKeys,
  ...proofsOfRetries,
  ...proofsOfRefusals,
  ...proofsOfTimeouts,
  ...proofsOfPollDelay,
  ...proofsOfPolls,
  ...proofsOfPayments,
  ...proofsOfTruth,
};

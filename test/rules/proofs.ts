import type { Proofs } from './proof.ts';
import { proofsOfCalls } from './proofs-of-calls.ts';
import { proofsOfPayments } from './proofs-of-payments.ts';
import { proofsOfPolls } from './proofs-of-polls.ts';
import { proofsOfRetries } from './proofs-of-retries.ts';

/** The scenes of all rules, by the id of the rule. */
export const PROOFS: Proofs = { ...proofsOfCalls, ...proofsOfRetries, ...proofsOfPolls, ...proofsOfPayments };

import type { SetUp } from '../clients/operator.ts';
import type { Tokens } from './admission.ts';

/** What all lanes of a run have in common, and what outlives them. */
export interface RunMemory {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: Tokens;
  /** How the till of an operator is set up. */
  readonly setUp: SetUp;
  /** The gateway's port last taken: a till that a person set up is to find the next lane at the same address. */
  port?: number;
}

export function createRunMemory(clientId: string, clientSecret: string): RunMemory {
  return { clientId, clientSecret, tokens: new Set(), setUp: {} };
}

import type { Calls } from './calls.ts';
import type { Ledger } from './ledger.ts';
import type { Resolved } from './settings.ts';

/** What the parts of one client share. */
export interface Kit {
  readonly settings: Resolved;
  readonly calls: Calls;
  readonly ledger: Ledger;
}

import * as z from 'zod';
import { operationSchema, type Operation } from './operation.ts';
import type { Case, ClientStep, Act } from './case.ts';
import type { Obligation, Rule } from './obligation.ts';
import type { RemoteKind, Simulation } from './ports.ts';

/** pack.yaml (case-language.md). Needs are written in the case language and parsed by `script`. */
export const packFileSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  version: z.string(),
  features: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      aliases: z.array(z.string()).default([]),
      /** Always part of a run, and first. */
      mandatory: z.boolean().default(false),
      why: z.string(),
    }),
  ),
  /** One name for several features. */
  groups: z.record(z.string(), z.array(z.string())).default({}),
  operations: z.array(operationSchema),
  /** The header that carries the idempotency key. */
  keyHeader: z.string(),
  /** The order of the cases within each feature: slugs. */
  order: z.record(z.string(), z.array(z.string())),
  /** Short names of the sources that cases and obligations cite, with where they are. */
  sources: z.record(z.string(), z.string()),
  mayLackRemote: z.array(z.string()).default([]),
});
export type PackFile = z.infer<typeof packFileSchema>;

/** `pack.lock.json`: what each case of this version of a pack demands, as digests. */
export const packLockSchema = z.strictObject({
  pack: z.string(),
  version: z.string(),
  cases: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type PackLock = z.infer<typeof packLockSchema>;

/** What cases may name: commands, acts and truths, with their members, as schemas. */
export interface Vocabulary {
  /** Command name to the shape of its parameters and of its result. */
  readonly commands: Readonly<Record<string, CommandShape>>;
  /** `customer.checkIn` and so on to the shape of its arguments. */
  readonly acts: Readonly<Record<string, z.ZodObject>>;
  /** `payment` and so on: members that identify (`by`) and members that may be compared. */
  readonly truths: Readonly<
    Record<
      string,
      { readonly by: readonly string[]; readonly members: readonly string[]; readonly list: boolean }
    >
  >;
  readonly needs: Readonly<Record<string, NeedShape>>;
  readonly behaviours: readonly string[];
  /** Commands that a client with `behaviour` does in one go: no act and no check may stand between them (case-language.md, writing rules). */
  readonly inOneGo?: readonly { readonly first: string; readonly then: string; readonly behaviour: string }[];
}

export interface CommandShape {
  readonly params: z.ZodObject;
  readonly result: z.ZodObject;
  /** What it does, in one sentence, for `explain` and `doctor`. */
  readonly does: string;
}

/** How a need is made through the client before a case: steps with the values given in `needs`. */
export interface NeedShape {
  /** once a lane, or anew for each case. */
  readonly once: 'lane' | 'case';
  /** The names it gives. */
  readonly gives: readonly string[];
  /** What may stand in the case's `needs`. */
  readonly args?: z.ZodType;
  /** `args` is what stands in the case's `needs`. */
  steps(args: unknown): readonly (ClientStep | Act)[];
}

/** A pack as the engine and the spines see it: the cases and facts of one API, its simulation and its rules. */
export interface Pack<State = unknown> {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** sha256 of the listing of its files (standards.md 1.6). */
  readonly digest: string;
  /** That listing: a line a file, as sha256sum prints it. */
  readonly listing: string;
  readonly features: PackFile['features'];
  readonly groups: PackFile['groups'];
  readonly operations: readonly Operation[];
  readonly keyHeader: string;
  readonly sources: PackFile['sources'];
  readonly mayLackRemote: readonly string[];
  readonly cases: readonly Case[];
  readonly obligations: readonly Obligation[];
  readonly rules: readonly Rule[];
  readonly vocabulary: Vocabulary;
  readonly simulation: Simulation<State>;
  /** The error codes of the API: the status that each comes with, and what it says. */
  readonly errors: Readonly<Record<string, { readonly status: number; readonly message: string }>>;
  /** Absent: nothing can be asked of a remote sandbox. */
  readonly remote?: RemoteKind;
}

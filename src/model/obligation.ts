import * as z from 'zod';
import type { JsonObject } from './json.ts';
import type { RunRecord } from './recording.ts';
import type { Operation } from './operation.ts';

export const LEVELS = ['must', 'should'] as const;
export type Level = (typeof LEVELS)[number];

/** A duty of a client: one YAML file in `obligations/`. */
export const obligationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string(),
  level: z.enum(LEVELS),
  /** O-number of the reference, where it has one. */
  number: z.string().exactOptional(),
  features: z.array(z.string()),
  provedBy: z.array(z.string()),
  text: z.string(),
  /** How clients usually break it. */
  usually: z.string().exactOptional(),
  /** What to do. */
  remedy: z.string().exactOptional(),
  source: z.array(z.string()).min(1),
  /** Where traffic can't show it: why. Such an obligation has no rule. */
  unobservable: z.string().exactOptional(),
});
export type Obligation = z.infer<typeof obligationSchema>;

/**
 * Something found against a client. `code` has an entry in `words`; `exchanges` are in order, the first decides which case it belongs to
 * (`case` is that exchange's, given so that findings without an exchange can be placed too).
 */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  /** The obligation broken, where a rule found it. */
  readonly obligation?: string;
  readonly case?: string;
  readonly lane?: string;
  readonly exchanges: readonly number[];
  readonly data: JsonObject;
}

/** What a rule says at the end: what it examined and what it found. Nothing examined: unproven. */
export interface Judgement {
  readonly obligation: string;
  /** The exchanges examined (numbers), with the case each belongs to. */
  readonly examined: readonly { readonly exchange: number; readonly case?: string }[];
  readonly findings: readonly Finding[];
  /** What would be findings if our own timing had been good enough to say: they make their case inconclusive. */
  readonly doubtful: readonly Finding[];
}

/** What a rule is told before the first record. */
export interface RuleContext {
  readonly operations: readonly Operation[];
  /** The features selected. */
  readonly features: readonly string[];
  /** The version the configuration declares; absent: what the client says in `initialize`. */
  readonly declaredVersion?: string;
}

/** A fold over the recording. `see` gets every record of the run in order, all lanes; `close` is called once. */
export interface RuleFold {
  see(record: RunRecord): void;
  close(): Judgement;
}

/** The code that judges one obligation, with the same id. */
export interface Rule {
  readonly id: string;
  begin(context: RuleContext): RuleFold;
}

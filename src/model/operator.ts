import * as z from 'zod';
import type { Ending } from './case.ts';
import type { JsonObject } from './json.ts';

/*
 * The person at the till (client-protocol.md, Transports): what is told to them, what they may say, and what the traffic shows meanwhile.
 * Codes and data only; `words/operator.ts` has the sentences.
 */

/** A sentence as a code with data. */
export interface Sentence {
  readonly code: string;
  readonly data: JsonObject;
}

/** One thing that a person is asked at a time. */
export interface Ask {
  readonly lane: string;
  /**
   * `do`: something to be done at the till or with the phone; it ends when the traffic shows it or the person says so.
   * `choose`: which of `options` the till shows; the person may say that it shows none of them.
   */
  readonly kind: 'do' | 'choose';
  readonly sentence: Sentence;
  readonly options: readonly Sentence[];
  /** The traffic will show when it is done, so that nobody need say it. */
  readonly shownByTraffic: boolean;
  /** What the button for *done* does, where it is more than saying so: it sends the notification. */
  readonly button?: 'invoke-callback';
}

/** What a person said. `chose` without an option: none of them. */
export type Said =
  | { readonly kind: 'done' }
  | { readonly kind: 'cannot' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'chose'; readonly option?: number };

/** One line of the steps that a case goes through, as the earlier tool showed them: done, current or still to come. */
export interface StepLine {
  readonly title: string;
  readonly state: 'done' | 'current' | 'later';
}

/** What the traffic has shown of the step in force: a person can't know it, so the engine tells. */
export interface Observation {
  /** Index in the case's steps. */
  readonly step: number;
  /** The case has failed: there is nothing more to be done in it. */
  readonly failed: boolean;
  /** The step asks for requests at all. */
  readonly demands: boolean;
  /** Every request that the step must have has come, and the last has its answer. */
  readonly complete: boolean;
  /** Parameters of the command that the till may choose by itself. */
  readonly free: readonly string[];
  /** Titles of the requests that are still to come. */
  readonly missing: readonly string[];
  /** Members that requests and answers of the step have shown: ids, above all. */
  readonly shown: JsonObject;
  /** The lawful endings, names replaced where they are known; none: any. */
  readonly endings: readonly Ending[];
  readonly lines: readonly StepLine[];
}

/** The person, however they are reached: a terminal, a page, a file of answers. */
export interface Operator {
  /** Tells one thing and waits. `seen` is aborted when the traffic has shown it: then it resolves as done. Rejects where nobody can answer. */
  ask(ask: Ask, seen: AbortSignal): Promise<Said>;
  /** What the traffic shows, whenever that has changed. */
  observed(observation: Observation): void;
  /** Something to know, that asks for nothing. */
  tell(sentence: Sentence): void;
}

/** An answer given beforehand (`--answers`): to which prompts, and what is said. */
export interface Answer {
  readonly case?: string;
  /** The name of a prompt: a command, an act, `set-up`; a command with `?` behind it for what is asked at its end. */
  readonly prompt?: string;
  /** `done`, `cannot`, `stop`, `wait` (for the traffic), `yes`, `no`, the number of an option, or a state or ending among them. */
  readonly say: string | number;
}

/** A file of answers, as a person writes it. */
export const answersSchema = z.array(
  z.strictObject({
    /** A case's id, or the beginning of one with a `*` behind it. */
    case: z.string().exactOptional(),
    prompt: z.string().exactOptional(),
    say: z.union([z.string().min(1), z.number().int().min(0)]),
  }),
);

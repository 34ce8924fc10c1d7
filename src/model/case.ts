import type { JsonObject, JsonValue } from './json.ts';
import type { Plan } from './plan.ts';

/*
 * A case as the engine runs it: what `script` makes of a YAML file after every fault in it was reported.
 * Values may still hold names: a text `$name` is a whole value taken from the bound names; `$$x` is the text `$x`.
 */

export const TIERS = ['certification', 'hardening'] as const;
export type Tier = (typeof TIERS)[number];

/** How we know that MobilePay asks this. */
export const MARKS = ['documented', 'observed', 'inferred'] as const;
export type Mark = (typeof MARKS)[number];

/** Members to compare, or to save: `{ save: name }` stands where a value would. */
export type Members = JsonObject;

/** An operation expected in the traffic of a command. Operation and path choose it; every other member is an assertion. */
export interface Expectation {
  readonly kind: 'expect';
  readonly operations: readonly string[];
  readonly path?: Members;
  readonly query?: Members;
  readonly headers?: Members;
  readonly body?: Members;
  /** Same operation and path, same key, equal body as the one before. */
  readonly retryOf?: 'previous';
  readonly times: { readonly min: number; readonly max: number };
  readonly plan: Plan;
  /** Members that the JSON body of the answer, as delivered, must have had. */
  readonly answered?: Members;
  /** Its HTTP status: any of the list. Absent: any 2xx where it is forwarded or patched. */
  readonly answeredWith?: readonly number[];
  readonly name?: string;
  /** 1-based line in the case file. */
  readonly line: number;
}

/** What the customer, the backend, the clock, the stage or the notification service does. `group` and `name` as in sandbox.md. */
export interface Act {
  readonly kind: 'act';
  readonly group: 'customer' | 'mobilepay' | 'clock' | 'world' | 'callback';
  readonly name: string;
  readonly args: JsonObject;
  readonly line: number;
}

/** The power cut in the middle of a request; the next step is a restart. */
export interface Kill {
  readonly kind: 'kill';
  readonly line: number;
}

export type TrafficItem = Expectation | Act | Kill;

/** A lawful ending of a command: refused, gave up, or members of the result. */
export type Ending = 'refused' | 'gaveUp' | Members;

export interface ClientStep {
  readonly kind: 'client';
  /** A command of the protocol, or `restart`. */
  readonly command: string;
  readonly with: JsonObject;
  readonly traffic: readonly TrafficItem[];
  /** Writes that may come any number of times, in any order. */
  readonly allow: readonly string[];
  /** Absent: any result that is not an error. */
  readonly ends?: readonly Ending[];
  /** The need this step makes, where it stands in front of the case itself. */
  readonly need?: string;
  readonly line: number;
}

/** One question to the sandbox's truth: `payment: { id: $payment, state: Captured }`. */
export interface Check {
  readonly truth: string;
  readonly members: Members;
  readonly line: number;
}

export interface CheckStep {
  readonly kind: 'check';
  readonly checks: readonly Check[];
  readonly line: number;
}

export type Step = ClientStep | Act | CheckStep;

export interface Evidence {
  readonly polls: number;
}

export interface Case {
  /** `<feature>/<slug>`. */
  readonly id: string;
  readonly feature: string;
  /** The file, relative to the pack's folder. */
  readonly file: string;
  readonly title: string;
  readonly why: string;
  readonly tier: Tier;
  readonly mark: Mark;
  readonly source: readonly string[];
  /** The case that this one continues; the two run one after another in one lane or not at all. */
  readonly after?: string;
  /** Need name to its arguments. */
  readonly needs: Readonly<Record<string, JsonValue>>;
  readonly evidence: readonly Evidence[];
  /** What it leaves unfinished by design: `payment`, `refund`. */
  readonly leaves: readonly string[];
  /** Not applicable to a client that declared this behaviour. */
  readonly unless?: { readonly behaviour: string };
  readonly steps: readonly Step[];
}

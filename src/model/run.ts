import type { JsonObject, JsonValue } from './json.ts';
import type { Finding, Level } from './obligation.ts';
import type { CaseVerdict, Origin, RunVerdict } from './verdict.ts';
import type { Mark, Tier } from './case.ts';
import type { Driver } from './config.ts';

/*
 * A run as it is reported: what the spine makes of the recording, the judgements and the verdict. Reports render it and decide nothing.
 */

export interface StepReport {
  readonly kind: 'client' | 'act' | 'check';
  /** What the step is, in a few words: the command, or the act's name. */
  readonly title: string;
  readonly line: number;
  readonly state: 'done' | 'failed' | 'skipped' | 'not reached';
  /** Names of the expectations within, in order, each with the exchanges that met it. */
  readonly expectations: readonly {
    readonly title: string;
    readonly exchanges: readonly number[];
    readonly met: boolean;
  }[];
}

export interface CaseReport {
  readonly id: string;
  readonly feature: string;
  readonly title: string;
  readonly why: string;
  readonly tier: Tier;
  readonly mark: Mark;
  readonly source: readonly string[];
  /** Relative to the pack's folder. */
  readonly file: string;
  readonly lane: string;
  readonly verdict: CaseVerdict;
  readonly origin?: Origin;
  /** Why it is not applicable, unsupported, unproven, cancelled or not run: a code in `words`, with data. */
  readonly reason?: { readonly code: string; readonly data: JsonObject };
  readonly steps: readonly StepReport[];
  /** must first; the first is the first cause. */
  readonly findings: readonly Finding[];
  readonly durationMs: number;
  /** 2 where it ran again alone because our own timing had been too poor. */
  readonly attempts: number;
}

export interface ObligationReport {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly state: 'kept' | 'broken' | 'unproven' | 'inconclusive' | 'not observable';
  /** Unproven counts only where it is applicable. */
  readonly applicable: boolean;
  readonly examined: number;
  readonly findings: number;
  /** From the obligation's file, so that a finding can be shown with its duty: where it is stated, in our words, how it is usually broken, what to do. */
  readonly source?: readonly string[];
  readonly text?: string;
  readonly usually?: string;
  readonly remedy?: string;
}

/** One exchange as reports show it, from the recording. Times in ms since the run began. */
export interface ExchangeReport {
  readonly exchange: number;
  readonly lane: string;
  readonly case?: string;
  readonly operation?: string;
  readonly method: string;
  readonly target: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody?: JsonValue;
  readonly at: number;
  readonly endedAt?: number;
  readonly status?: number;
  readonly answerHeaders?: readonly (readonly [string, string])[];
  readonly answerBody?: JsonValue;
  readonly outcome?: string;
  /** What poscert did to it, in a few words; absent where it was forwarded untouched. */
  readonly fault?: string;
}

export interface RunReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly run: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly client: {
    readonly driver: Driver;
    readonly configuredName?: string;
    /** What it said in `initialize`; absent where no lane ever started. */
    readonly name?: string;
    readonly version?: string;
    readonly declaredVersion?: string;
    readonly behaviours: readonly string[];
    /** The flags that choose this client again, where no configuration file does: `--client`, `python3 till.py`. */
    readonly flags?: readonly string[];
  };
  readonly pack: { readonly id: string; readonly version: string; readonly digest: string };
  readonly target: 'embedded' | 'remote';
  readonly features: readonly string[];
  readonly tier: 'certification' | 'all';
  readonly partial: boolean;
  readonly verdict: RunVerdict;
  readonly exitCode: number;
  /** In reading order: features as in the pack, onboarding first. */
  readonly cases: readonly CaseReport[];
  readonly obligations: readonly ObligationReport[];
  /** Findings that belong to no case. */
  readonly findings: readonly Finding[];
  /** Keyed by exchange number; only those that findings name, or all with -v. */
  readonly exchanges: readonly ExchangeReport[];
  readonly counts: Readonly<Record<string, number>>;
  /** Where the time went, ms, over all lanes: the client's waits, ours. */
  readonly time: { readonly clientMs: number; readonly oursMs: number; readonly longestLaneMs: number };
  readonly warnings: readonly { readonly code: string; readonly data: JsonObject }[];
  /** Where the journal is, relative to the root. */
  readonly journal?: string;
  readonly certificate?: {
    readonly folder: string;
    readonly serial: string;
    readonly signed: boolean;
  };
  /** Why there is no certificate: a code in `words`. */
  readonly noCertificate?: { readonly code: string; readonly data: JsonObject };
}

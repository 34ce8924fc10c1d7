import type { JsonValue } from './json.ts';
import type { Finding } from './obligation.ts';
import type { ExchangeReport, ObligationReport } from './run.ts';
import type { RunVerdict } from './verdict.ts';

/*
 * What comes of recordings that are looked at again: traffic judged by the obligations alone, two runs compared, the facts for support.
 */

/** A recording judged by the obligations alone: no case, no command, nothing of what only a run can show. */
export interface Examination {
  readonly verdict: RunVerdict;
  readonly exitCode: number;
  /** Requests of the API that it holds. */
  readonly requests: number;
  readonly obligations: readonly ObligationReport[];
  readonly findings: readonly Finding[];
  readonly exchanges: readonly ExchangeReport[];
}

/** One thing that is not as it was; a side is absent where that run does not have it. */
export interface Change {
  readonly id: string;
  readonly before?: string;
  readonly after?: string;
  /** It speaks against the client more than before. */
  readonly worse: boolean;
}

/** What changed from one run to another. */
export interface RunDifference {
  readonly before: Side;
  readonly after: Side;
  /** What the runs were made of: pack, features, client. */
  readonly facts: readonly Change[];
  /** Cases that both have. */
  readonly compared: number;
  readonly cases: readonly Change[];
  readonly obligations: readonly Change[];
  /** Findings of cases that both have, or of no case. */
  readonly appeared: readonly Finding[];
  readonly gone: readonly Finding[];
  /** Times that changed by more than a fifth and half a second, ms. */
  readonly times: readonly { readonly id: string; readonly beforeMs: number; readonly afterMs: number }[];
  /** Something in what both have got worse. */
  readonly worse: boolean;
}

export interface Side {
  readonly run: string;
  readonly startedAt: string;
  readonly verdict: string;
  readonly exitCode: number;
  readonly durationMs: number;
}

/** What MobilePay's Developer Support asks for, from a recording (redacted since it was written). Times are RFC 3339 UTC. */
export interface SupportFacts {
  readonly run: string;
  /** Absent: the whole run. */
  readonly case?: string;
  readonly from: string;
  readonly to: string;
  readonly client: {
    readonly name?: string;
    readonly version?: string;
    readonly clientIds: readonly string[];
  };
  readonly target: 'embedded' | 'remote';
  readonly baseUrl?: string;
  readonly merchantVat?: string;
  readonly ids: Readonly<Record<IdName, readonly string[]>>;
  readonly errors: readonly SupportExchange[];
  /** Every exchange, in order. */
  readonly log: readonly SupportExchange[];
  /** What the client wrote to its own log. */
  readonly clientLog: readonly string[];
}

export interface SupportExchange {
  readonly exchange: number;
  readonly time: string;
  readonly method: string;
  readonly target: string;
  /** Absent: no answer. */
  readonly status?: number;
  readonly tookMs?: number;
  /** What poscert did to it on purpose: such an error is no matter for MobilePay. */
  readonly fault?: string;
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  readonly answer?: JsonValue;
}

export const ID_NAMES = ['storeId', 'posId', 'beaconId', 'paymentId', 'refundId', 'orderId'] as const;
export type IdName = (typeof ID_NAMES)[number];

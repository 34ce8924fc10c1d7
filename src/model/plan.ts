import type { JsonObject } from './json.ts';
import type { Header } from './http.ts';

/** The faults the gateway can cause on the wire (case-language.md, `answer`). */
export const FAULTS = ['timeout', 'hold', 'reset', 'truncated', 'malformed', 'slow'] as const;
export type FaultKind = (typeof FAULTS)[number];

/**
 * What the gateway is told to do with one request.
 * `processed`: whether the upstream carries the request out. `delayMs` (slow: total time over which the body drips).
 */
export type Plan =
  | { readonly kind: 'forward' }
  | { readonly kind: 'patch'; readonly patch: JsonObject }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: readonly Header[];
      readonly body?: string;
      readonly processed: boolean;
    }
  | {
      readonly kind: 'fault';
      readonly fault: FaultKind;
      readonly processed: boolean;
      readonly delayMs?: number;
    };

/** How an exchange ended at the client's side. */
export type DeliveryOutcome =
  /** every byte was handed over, as worked out or as planned (a status, a patch, a truncated, malformed or slow body included) */
  | 'delivered'
  /** the gateway withheld or broke it on purpose: time-out, hold or reset; the client got no status line */
  | 'withheld'
  /** the client went away before the answer was complete, without a fault of ours */
  | 'abandoned'
  /** the upstream could not be reached or broke off (remote target only): the client got 502 */
  | 'unreachable';

/** What the gateway puts up with. Times in ms, sizes in bytes (standards.md 3.2; case-language.md for `withholdMs`). */
export interface Limits {
  /** A withheld answer ends after this by closing the connection without a byte. */
  readonly withholdMs: number;
  /** A client that stops reading its answer is cut off after this. */
  readonly deliverMs: number;
  readonly requestBodyBytes: number;
  readonly answerBodyBytes: number;
  /** The headers must have come within this time after the connection or the request began. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long a connection may stay open without a request. */
  readonly idleMs: number;
  readonly checkEveryMs: number;
  readonly maxConnections: number;
  readonly maxRequestsPerConnection: number;
  /** Requests that may wait behind another on one connection (pipelining); one more and the connection is closed. */
  readonly maxPipelined: number;
}

export const DEFAULT_LIMITS: Limits = {
  withholdMs: 20_000,
  deliverMs: 30_000,
  requestBodyBytes: 1024 * 1024,
  answerBodyBytes: 5 * 1024 * 1024,
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 30_000,
  checkEveryMs: 1000,
  maxConnections: 256,
  maxRequestsPerConnection: 1000,
  maxPipelined: 32,
};

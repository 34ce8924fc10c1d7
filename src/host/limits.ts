/** What the sandbox's listeners put up with. Times in ms, sizes in bytes (standards.md 3.2). */
export interface HostLimits {
  readonly bodyBytes: number;
  /** How long a body that is refused is still read, so that the client gets to read the refusal. */
  readonly discardMs: number;
  /** The head of a request must have come within this time. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long a connection may stay open without a request. */
  readonly idleMs: number;
  /** How long a connection may stand still in the middle of something, a client that does not read its answer included. */
  readonly stillMs: number;
  readonly checkEveryMs: number;
  readonly maxConnections: number;
  /** How many pages may watch at once. */
  readonly maxWatchers: number;
}

export const HOST_LIMITS: HostLimits = {
  bodyBytes: 1024 * 1024,
  discardMs: 1000,
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 60_000,
  stillMs: 120_000,
  checkEveryMs: 1000,
  maxConnections: 512,
  maxWatchers: 16,
};

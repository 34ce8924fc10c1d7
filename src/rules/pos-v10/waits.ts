import type { Exchange, Session } from './exchange-log.ts';

/** A later request that came this shortly before the end of a withheld answer is what ended it, ms. */
const RELEASE_MS = 10;

/** A wait in vain, ms, and by how much of it we may have been late to see its end, ms. */
export interface Wait {
  readonly ms: number;
  readonly lagMs: number;
}

/**
 * How long the client waited for an answer that we withheld, or undefined where that can't be told: it was delivered after all, or it
 * ended because the client sent the next request without closing (its back-off would be counted in) or was killed.
 */
export function waitedFor(session: Session, exchange: Exchange): Wait | undefined {
  const { delivered, request } = exchange;
  const { plan } = request;
  if (plan.kind !== 'fault' || (plan.fault !== 'timeout' && plan.fault !== 'hold')) return undefined;
  if (delivered?.outcome !== 'withheld') return undefined;
  const released = session.moments.some(
    ({ record }) =>
      (record.kind === 'request' || record.kind === 'killed' || record.kind === 'result') &&
      record.seq > request.seq &&
      record.seq < delivered.seq &&
      delivered.at - record.at < RELEASE_MS,
  );
  return released ? undefined : { ms: delivered.at - request.at, lagMs: delivered.lagMs };
}

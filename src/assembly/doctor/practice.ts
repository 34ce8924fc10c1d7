import type { Gate } from '../../model/ports.ts';
import type { Pack } from '../../model/pack.ts';
import type { Ids } from '../../model/ports.ts';
import { createClock, createMeter } from '../../std/clock.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { embeddedSandbox } from '../embedded.ts';

/** A gateway that lets everything through to a sandbox of its own: a client may ask for its token while it is initialised. */
export async function practiceGateway<State>(ports: {
  readonly pack: Pack<State>;
  readonly ids: Ids;
  readonly wallClock: () => number;
}): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const clock = createClock();
  const meter = createMeter(clock);
  const sandbox = embeddedSandbox({
    simulation: ports.pack.simulation,
    settings: {},
    startsAt: ports.wallClock(),
    ids: ports.ids,
    deliver: () => Promise.resolve({ kind: 'done', result: {} }),
  });
  const none = (): void => undefined;
  const gate: Gate = {
    decide: () => ({ kind: 'forward' }),
    workedOut: none,
    faultBegun: none,
    delivered: none,
  };
  const gateway = await startGateway({ gate, upstream: sandbox.upstream, clock, meter });
  return {
    origin: gateway.origin,
    async stop() {
      meter.stop();
      await gateway.stop();
    },
  };
}

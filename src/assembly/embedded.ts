import type { JsonObject } from '../model/json.ts';
import type { Acts, CallbackOrder, Ids, Simulation, Truth, Upstream } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';

/** The sandbox of one lane: its state, its clock, and the three ways to it. */
export interface EmbeddedSandbox {
  readonly upstream: Upstream;
  readonly acts: Acts;
  readonly truth: Truth;
}

export interface EmbeddedPorts<State> {
  readonly simulation: Simulation<State>;
  readonly settings: JsonObject;
  /** The sandbox's time at the start, ms since 1970. It stands still unless an act moves it (sandbox.md, clock). */
  readonly startsAt: number;
  readonly ids: Ids;
  /** Delivers notifications that an act ordered; answers what came of them. */
  readonly deliver: (orders: readonly CallbackOrder[]) => Promise<ActOutcome>;
}

/** A lane's own sandbox state and clock behind the ports of engine and gateway. */
export function embeddedSandbox<State>(ports: EmbeddedPorts<State>): EmbeddedSandbox {
  const { simulation } = ports;
  let now = ports.startsAt;
  let state = simulation.initial(ports.settings, now);
  return {
    upstream: {
      handle(request) {
        const stepped = simulation.step(state, request, now, ports.ids);
        state = stepped.state;
        return stepped.answer;
      },
    },
    acts: {
      act(group, name, args) {
        if (group === 'clock') {
          const ms = args['ms'];
          if (typeof ms !== 'number' || ms < 0)
            return { kind: 'impossible', code: 'clock', message: 'the clock only moves forward' };
          now += ms;
          return { kind: 'done', result: {} };
        }
        const done = simulation.act(state, group, name, args, now, ports.ids);
        state = done.state;
        if (done.outcome.kind !== 'done' || done.callbacks === undefined) return done.outcome;
        return ports.deliver(done.callbacks);
      },
    },
    truth: { ask: (truth, query) => simulation.ask(state, truth, query, now) },
  };
}

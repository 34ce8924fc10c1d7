import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textMember, type JsonObject } from '../model/json.ts';
import type { Client, InitializeParams, InitializeResult } from '../model/client.ts';
import { PROTOCOL } from '../model/client.ts';
import type { Config } from '../model/config.ts';
import type { Pack } from '../model/pack.ts';
import type { Plan } from '../model/plan.ts';
import type { CallbackOrder, Clock, Ids, Upstream } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';
import { parseJson } from '../std/bytes.ts';
import type { Meter } from '../std/clock.ts';
import type { LaneGate } from '../engine/gate.ts';
import type { Stage } from '../engine/lane.ts';
import { startGateway } from '../gateway/gateway.ts';
import { embeddedSandbox } from './embedded.ts';
import { deliverNotifications } from './notify.ts';

/** Poll delay in a run unless the case sets another, ms (sandbox.md). */
export const RUN_POLL_DELAY_MS = 300;

export interface StagePorts<State> {
  readonly lane: string;
  readonly config: Config;
  readonly pack: Pack<State>;
  readonly gate: LaneGate;
  readonly client: Client;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly ids: Ids;
  /** ms since 1970. */
  readonly wallClock: () => number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Takes a token that was issued, so that it is masked wherever it turns up. */
  readonly learn: (secret: string) => void;
  /** The gateway's port for this lane; 0 takes a free one. */
  readonly port: number;
}

/** Builds what one generation of a lane stands on. Throws what the environment throws (a port in use, no room on the disk). */
export async function buildStage<State>(ports: StagePorts<State>): Promise<Stage> {
  const { config, pack, gate, client } = ports;
  let callbackUrl = config.client.callbackUrl;
  const closing = new AbortController();
  const deliver = (orders: readonly CallbackOrder[]): Promise<ActOutcome> =>
    deliverNotifications(orders, { callbackUrl, clock: ports.clock, signal: closing.signal });
  const sandbox = embeddedSandbox({
    simulation: pack.simulation,
    settings: { pollDelayInMs: RUN_POLL_DELAY_MS, tokensAge: false },
    startsAt: ports.wallClock(),
    ids: ports.ids,
    deliver,
  });
  let port = 0;
  const gateway = await startGateway({
    host: config.gateway.host,
    port: ports.port,
    gate: { ...gate, decide: (arrival) => elsewhereIsHere(gate.decide(arrival), port) },
    upstream: learning(sandbox.upstream, ports.learn),
    trouble: (trouble) => {
      if (trouble.kind === 'exchange-failed') gate.trouble('gateway-failed', trouble.message);
    },
    clock: ports.clock,
    meter: ports.meter,
  });
  port = gateway.port;
  const stateDir = await mkdtemp(join(tmpdir(), `poscert-${ports.lane}-`));
  const given = (restarted: boolean): InitializeParams => ({
    protocol: PROTOCOL,
    lane: ports.lane,
    api: {
      baseUrl: `${gateway.origin}/pos/v10`,
      authBaseUrl: `${gateway.origin}/integrator-authentication`,
      clientId: ports.clientId,
      clientSecret: ports.clientSecret,
      merchantVat: config.merchant.vat,
      ...(config.client.version === undefined ? {} : { systemVersion: config.client.version }),
    },
    store: {
      merchantBrandId: config.merchant.brandId,
      merchantLocationId: config.merchant.locationId,
    },
    stateDir,
    patienceMs: config.client.patienceMs,
    restarted,
  });
  return {
    client,
    acts: sandbox.acts,
    truth: sandbox.truth,
    gate,
    release: (id) => gateway.release(id),
    disarm: () => gateway.disarm(),
    async start(restarted, signal): Promise<{ result: InitializeResult; given: JsonObject }> {
      const params = given(restarted);
      const result = await client.start(params, signal);
      callbackUrl = result.callbackUrl ?? config.client.callbackUrl;
      return { result, given: params as unknown as JsonObject };
    },
    async close() {
      closing.abort();
      const stopped = await client.stop(new AbortController().signal);
      await gateway.stop();
      await rm(stateDir, { recursive: true, force: true });
      return stopped;
    },
  };
}

/** The host that a case redirects to: another origin, which is this gateway under its other name, so that it sees what is sent there. */
const ELSEWHERE = /\/\/elsewhere\.invalid(:\d+)?/;

function elsewhereIsHere(plan: Plan, port: number): Plan {
  if (plan.kind !== 'status' || plan.headers === undefined) return plan;
  const headers = plan.headers.map(
    ([name, value]) => [name, value.replace(ELSEWHERE, `//localhost:${port}`)] as const,
  );
  return { ...plan, headers };
}

/** Every token that is issued is learnt before anything is recorded of it. */
function learning(upstream: Upstream, learn: (secret: string) => void): Upstream {
  return {
    async handle(request, signal) {
      const answer = await upstream.handle(request, signal);
      if (!/\/connect\/token$/i.test(request.path)) return answer;
      const token = textMember(parseJson(new TextDecoder().decode(answer.body)), 'access_token');
      if (token !== undefined) learn(token);
      return answer;
    },
  };
}

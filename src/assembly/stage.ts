import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textMember, type JsonObject } from '../model/json.ts';
import type { Client, InitializeParams, InitializeResult } from '../model/client.ts';
import { PROTOCOL } from '../model/client.ts';
import type { Config } from '../model/config.ts';
import type { Pack } from '../model/pack.ts';
import type { Operator } from '../model/operator.ts';
import type { Plan } from '../model/plan.ts';
import type { Acts, CallbackOrder, Clock, Ids, Truth, Upstream } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';
import { parseJson } from '../std/bytes.ts';
import type { Meter } from '../std/clock.ts';
import type { LaneGate } from '../engine/gate.ts';
import type { Stage } from '../engine/stage.ts';
import { startGateway } from '../gateway/gateway.ts';
import { admissionTo, type Tokens } from './admission.ts';
import { withCallbackButton } from './customer.ts';
import { embeddedSandbox } from './embedded.ts';
import { deliverNotifications } from './notify.ts';
import { remoteSandbox } from './remote.ts';

/** Poll delay in a run unless the case sets another, ms (sandbox.md). */
export const RUN_POLL_DELAY_MS = 300;

/** What our own questions to a remote sandbox name as their version where the client's is not configured. */
const OWN_VERSION = '1.0.0';

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
  /** Does one thing after another over all lanes. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Takes a token that was issued, so that it is masked wherever it turns up. */
  readonly learn: (secret: string) => void;
  /** The tokens issued in this run: beyond this machine no others are let through. */
  readonly tokens: Tokens;
  /** The gateway's port for this lane; 0 takes a free one. */
  readonly port: number;
  /** Whoever sits at the till. */
  readonly operator?: Operator;
}

/** The sandbox of a lane, ours or another's. */
interface Sandbox {
  readonly upstream: Upstream;
  readonly acts: Acts;
  readonly truth: Truth;
  close(): Promise<void>;
}

/** Builds what one generation of a lane stands on. Throws what the environment throws (a port in use, no room on the disk). */
export async function buildStage<State>(
  ports: StagePorts<State>,
): Promise<Stage & { readonly port: number }> {
  const { config, gate, client } = ports;
  let callbackUrl = config.client.callbackUrl;
  const closing = new AbortController();
  const deliver = (orders: readonly CallbackOrder[]): Promise<ActOutcome> =>
    deliverNotifications(orders, { callbackUrl, clock: ports.clock, signal: closing.signal });
  let unreachable: string | undefined;
  const lost = (message: string): void => {
    unreachable ??= message;
    gate.trouble('target-unreachable', message);
  };
  const sandbox = sandboxOf(ports, deliver, lost);
  let port = 0;
  const { tls } = config.gateway;
  const gateway = await startGateway({
    host: config.gateway.host,
    port: ports.port,
    ...(tls === undefined
      ? {}
      : { tls: { cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') } }),
    ...admissionTo(config.gateway.host, ports.tokens),
    gate: { ...gate, decide: (arrival) => elsewhereIsHere(gate.decide(arrival), port) },
    upstream: learning(sandbox.upstream, (token) => {
      ports.learn(token);
      ports.tokens.add(token);
    }),
    trouble: (trouble) => {
      // A sandbox of ours that throws is our own failure; only another's can be out of reach.
      if (trouble.kind === 'upstream-failed' && config.target.kind === 'remote') lost(trouble.message);
      else if (trouble.kind === 'upstream-failed') gate.trouble('harness-failed', trouble.message);
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
      ...(tls === undefined ? {} : { ca: tls.cert }),
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
    port,
    release: (id) => gateway.release(id),
    disarm: () => gateway.disarm(),
    async start(restarted, signal): Promise<{ result: InitializeResult; given: JsonObject }> {
      const params = given(restarted);
      // Clients begin one after another: several cold programs at once would be slow with their first requests.
      const begin = (): Promise<InitializeResult> => client.start(params, signal);
      const result = await (restarted ? begin() : ports.inTurn(begin)).catch((thrown: unknown) => {
        // A client that could not start for want of a target is not to blame.
        throw unreachable === undefined
          ? thrown
          : Object.assign(new Error(unreachable), { code: 'target-unreachable' });
      });
      callbackUrl = result.callbackUrl ?? config.client.callbackUrl;
      return { result, given: params as unknown as JsonObject };
    },
    async close() {
      closing.abort();
      try {
        return await client.stop(new AbortController().signal);
      } finally {
        await gateway.stop();
        await sandbox.close();
        await rm(stateDir, { recursive: true, force: true });
      }
    },
  };
}

function sandboxOf<State>(
  ports: StagePorts<State>,
  deliver: (orders: readonly CallbackOrder[]) => Promise<ActOutcome>,
  lost: (message: string) => void,
): Sandbox {
  const { config, pack, lane, operator } = ports;
  const person = config.client.driver === 'operator' ? operator : undefined;
  const withButton = (sandbox: Sandbox): Sandbox =>
    person === undefined ? sandbox : { ...sandbox, acts: withCallbackButton(sandbox.acts, person, lane) };
  if (config.target.kind === 'remote' && pack.remote !== undefined)
    return withButton(
      remoteSandbox({
        ...ports,
        target: config.target,
        kind: pack.remote,
        operations: pack.operations,
        merchantVat: config.merchant.vat,
        version: config.client.version ?? OWN_VERSION,
        operator,
        deliver,
        trouble: lost,
        now: () => ports.clock.now(),
      }),
    );
  const sandbox = embeddedSandbox({
    simulation: pack.simulation,
    settings: { pollDelayInMs: RUN_POLL_DELAY_MS, tokensAge: false },
    startsAt: ports.wallClock(),
    ids: ports.ids,
    deliver,
  });
  return withButton({ ...sandbox, close: () => Promise.resolve() });
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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientFaultError, PROTOCOL, type Client, type InitializeResult } from '../../model/client.ts';
import type { Config } from '../../model/config.ts';
import type { Check } from '../../model/diagnosis.ts';
import type { Ids } from '../../model/ports.ts';
import type { Pack } from '../../model/pack.ts';
import { clientOf } from '../client.ts';
import { checksOf } from './check.ts';
import { commandCheck, lacksFirstLine } from './command.ts';
import { introductionChecks, type Demand } from './introduction.ts';
import { practiceGateway } from './practice.ts';

export interface AdapterPorts<State> {
  readonly config: Config;
  readonly pack: Pack<State>;
  /** What the selected cases ask for. */
  readonly demands: readonly Demand[];
  /** The environment a client gets, allow-listed. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sdkCommand: readonly string[];
  readonly ids: Ids;
  /** ms since 1970. */
  readonly wallClock: () => number;
  readonly signal: AbortSignal;
}

const check = checksOf('adapter');
/** Nobody waits longer in front of a screen. */
const MOST_PATIENCE_MS = 30_000;

/** Starts the client in a folder of its own, in front of an embedded sandbox, sends `initialize`, looks at the answer, and stops it again. */
export async function adapterChecks<State>(ports: AdapterPorts<State>): Promise<Check[]> {
  const { client, file } = ports.config;
  if (client.driver === 'operator') return [check('ok', 'doctor-operator')];
  if (client.driver === 'sdk') {
    const meant = file !== undefined && client.name !== undefined;
    return [meant ? check('warning', 'doctor-sdk') : check('usage', 'doctor-no-adapter')];
  }
  if (client.command !== undefined) {
    const path = client.env['PATH'] ?? ports.environment['PATH'] ?? '';
    const wrong = await commandCheck(client.command, client.cwd, path);
    if (wrong !== undefined) return [wrong];
  }
  const gateway = await practiceGateway(ports);
  const folder = await mkdtemp(join(tmpdir(), 'poscert-doctor-'));
  try {
    return await tried(ports, gateway.origin, folder);
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly client: Client;
  readonly result: InitializeResult;
  readonly ms: number;
}

async function tried<State>(ports: AdapterPorts<State>, origin: string, folder: string): Promise<Check[]> {
  const { config, pack, demands, signal } = ports;
  const first = await started(ports, origin, folder, 'doctor');
  if (!('result' in first)) {
    const { command = [], cwd } = config.client;
    // A script without #! is run by the system's shell, whatever language it is in: its complaints lead astray.
    const astray = first.code === 'client-exited' && (await lacksFirstLine(command, cwd));
    return [
      astray ? check('error', 'doctor-no-first-line', { program: command[0] ?? '' }, first.log) : first,
    ];
  }
  const { result, ms } = first;
  const { name, version, protocol } = result;
  const said = await introductionChecks(config, pack.vocabulary, demands, result);
  const beside = await besideItself(ports, origin, folder);
  const { warning } = await first.client.stop(signal);
  return [
    check('ok', 'doctor-started', { name, version, protocol, ms }),
    ...said,
    ...(beside === undefined ? [] : [beside]),
    warning === undefined ? check('ok', 'doctor-stopped') : check('warning', warning, { lane: 'doctor' }),
  ];
}

/** One lane's client, initialised; or what was wrong with it. */
async function started<State>(
  ports: AdapterPorts<State>,
  origin: string,
  folder: string,
  lane: string,
): Promise<Started | Check> {
  const { config, ids, signal } = ports;
  const client = clientOf({ ...ports, onLog: () => undefined });
  const begun = performance.now();
  try {
    const result = await client.start(
      {
        protocol: PROTOCOL,
        lane,
        api: {
          baseUrl: `${origin}/pos/v10`,
          authBaseUrl: `${origin}/integrator-authentication`,
          clientId: config.client.sandboxClientId ?? ids(),
          clientSecret: ids(),
          merchantVat: config.merchant.vat,
          ...(config.client.version === undefined ? {} : { systemVersion: config.client.version }),
        },
        store: {
          merchantBrandId: config.merchant.brandId,
          merchantLocationId: config.merchant.locationId,
        },
        stateDir: await mkdtemp(join(folder, `${lane}-`)),
        patienceMs: Math.min(config.client.patienceMs, MOST_PATIENCE_MS),
        restarted: false,
      },
      signal,
    );
    return { client, result, ms: Math.round(performance.now() - begun) };
  } catch (thrown) {
    await client.kill();
    if (!(thrown instanceof ClientFaultError)) throw thrown;
    const { code, data, stderr } = thrown.fault;
    return check('error', code, data, stderr);
  }
}

/** Features run side by side, each with a client of its own: a port or a file that both want shows here. */
async function besideItself<State>(
  ports: AdapterPorts<State>,
  origin: string,
  folder: string,
): Promise<Check | undefined> {
  const { driver, lanes } = ports.config.client;
  const features = new Set(ports.demands.map(({ feature }) => feature));
  if (driver !== 'process' || lanes === 1 || ports.config.maxLanes === 1 || features.size < 2)
    return undefined;
  const second = await started(ports, origin, folder, 'doctor-beside');
  if (!('result' in second))
    return check('usage', 'doctor-not-twice', { ...second.data, problem: second.code }, second.log);
  await second.client.stop(ports.signal);
  return check('ok', 'doctor-beside');
}

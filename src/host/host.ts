import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Ids, Simulation } from '../model/ports.ts';
import { apiHandler } from './api.ts';
import { checkedIn } from './simulated-check-in.ts';
import { createCallbacks, type Deliver } from './callbacks.ts';
import { controlHandler } from './control/handler.ts';
import { HOST_LIMITS, type HostLimits } from './limits.ts';
import { createLivingSandbox } from './living-sandbox.ts';
import { createPage } from './page/page.ts';
import { hostRule } from './request-head.ts';
import { listen, type Listening, type TlsTexts } from './server.ts';
import { begun, type SavedForm } from './state-begin.ts';
import { StateFileError, writeStateFile } from './state-file.ts';
import { createStateKeeper, type StateKeeper } from './state-keeper.ts';
import { holdStateFile } from './state-lock.ts';

export interface HostOptions<State> {
  readonly simulation: Simulation<State>;
  readonly saved: SavedForm<State>;
  /** They go before what a state file says. */
  readonly settings: JsonObject;
  readonly host: string;
  readonly port: number;
  readonly controlPort: number;
  readonly tls?: TlsTexts;
  /** Where the state is kept over restarts; absolute. */
  readonly stateFile?: string;
  readonly description: string;
  readonly wallClock: () => number;
  readonly ids: Ids;
  readonly deliver: Deliver;
  readonly urlFault: (url: string) => string | undefined;
  /** Hears of what a request held that was ignored. */
  readonly warn: (warning: string) => void;
  /** Hears of what failed. */
  readonly trouble: (message: string) => void;
  readonly limits?: Partial<HostLimits>;
}

/** The sandbox over HTTP. */
export interface Host {
  readonly apiOrigin: string;
  readonly controlOrigin: string;
  readonly stores: JsonValue;
  /** The address it was told to listen on. */
  readonly listensOn: string;
  /** What it went on with, where there was something in the state file. */
  readonly wentOn?: { readonly sizes: JsonValue; readonly offsetMs: number };
  /** Ends everything at once; rejects where the state could not be written. */
  stop(): Promise<void>;
}

/** Listens with the API and with the control API. Rejects with the system's error, or StateFileError. */
export async function startHost<State>(options: HostOptions<State>): Promise<Host> {
  if (options.stateFile === undefined) return startedHost(options);
  // A link stays one: what it leads to is kept.
  const stateFile = await realpath(options.stateFile).catch(() => options.stateFile ?? '');
  const letGo = await holdStateFile(stateFile);
  try {
    const host = await startedHost({ ...options, stateFile });
    return {
      ...host,
      stop: async () => {
        await host.stop().finally(letGo);
      },
    };
  } catch (thrown) {
    letGo();
    throw thrown;
  }
}

async function startedHost<State>(options: HostOptions<State>): Promise<Host> {
  const limits: HostLimits = { ...HOST_LIMITS, ...options.limits };
  const { simulation, saved, stateFile, ids, warn, trouble } = options;
  const callbacks = createCallbacks(options.deliver, options.urlFault, trouble);
  const begin = stateFile === undefined ? undefined : await begun(stateFile, options);
  const sandbox = createLivingSandbox({
    simulation,
    settings: options.settings,
    wallClock: options.wallClock,
    ids,
    warn,
    checkedIn,
    deliver: (orders) => {
      callbacks.send(orders);
    },
    ...(begin === undefined ? {} : { begin }),
  });
  for (const [alias, url] of Object.entries(begin?.callbacks ?? {})) {
    const wrong = typeof url === 'string' ? callbacks.register(alias, url) : 'it is no text';
    if (wrong !== undefined)
      throw new StateFileError('damaged', `one of its callbacks cannot be used: ${wrong}`);
  }

  const secure = options.tls !== undefined;
  const place = {
    host: options.host,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  };
  let api: Listening | undefined;
  let control: Listening | undefined;
  const page = createPage({
    sandbox,
    limits,
    token: randomBytes(24).toString('base64url'),
    apiOrigin: () => api?.origin ?? '',
    trouble,
  });
  const close = async (): Promise<void> => {
    page.stop();
    await Promise.all([api?.stop(), control?.stop()]);
  };
  const answerApi = apiHandler({
    handle: (request) => sandbox.handle(request),
    hostAllowed: hostRule(options.host, () => api?.port ?? 0, secure),
    limits,
    ids,
    description: options.description,
    trouble,
  });
  const answerControl = controlHandler({
    sandbox,
    callbacks,
    limits,
    hostAllowed: hostRule(options.host, () => control?.port ?? 0, secure),
    scheme: secure ? 'https' : 'http',
    pageToken: page.token,
    page: (path, message, response) => page.answer(path, message, response),
    trouble,
  });
  try {
    api = await listen({ ...place, port: options.port }, limits, answerApi);
    control = await listen({ ...place, port: options.controlPort }, limits, answerControl);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  let keeper: StateKeeper | undefined;
  if (stateFile !== undefined) {
    const value = (): JsonValue => ({
      offsetMs: sandbox.offsetMs(),
      callbacks: callbacks.registered(),
      state: saved.save(sandbox.state()),
    });
    const kept = createStateKeeper(stateFile, value, (message) =>
      trouble(`the state could not be written: ${message}`),
    );
    keeper = kept;
    sandbox.onChange((really) => {
      if (really) kept.changed();
    });
    callbacks.onChange(() => {
      kept.changed();
    });
    try {
      // A file that can't be written is better known now than when there is something to lose.
      await writeStateFile(stateFile, value());
    } catch (thrown) {
      await close();
      throw new StateFileError('unwritable', thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return {
    apiOrigin: api.origin,
    controlOrigin: control.origin,
    stores: sandbox.ask('stores', {}),
    listensOn: options.host,
    ...(begin === undefined ? {} : { wentOn: { sizes: sandbox.ask('sizes', {}), offsetMs: begin.offsetMs } }),
    stop: async () => {
      // What happened is written even where a connection takes its time to go.
      const closed = close();
      await keeper?.stop();
      await closed;
    },
  };
}

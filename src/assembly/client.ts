import type { Client } from '../model/client.ts';
import type { Config } from '../model/config.ts';
import type { Operator } from '../model/operator.ts';
import type { Pack } from '../model/pack.ts';
import { httpClient } from '../clients/http.ts';
import { oneshotClient } from '../clients/oneshot.ts';
import { operatorClient, type SetUp } from '../clients/operator.ts';
import { processClient } from '../clients/process.ts';

export interface ClientPorts<State> {
  readonly config: Config;
  readonly pack: Pack<State>;
  /** The environment a client gets, allow-listed. */
  readonly environment: Readonly<Record<string, string>>;
  /** The argument list that starts the reference client behind the protocol. */
  readonly sdkCommand: readonly string[];
  readonly onLog: (lines: readonly string[]) => void;
  /** Whoever sits at the till; there is somebody where the driver is operator. */
  readonly operator?: Operator;
  /** How the operator's till is set up; outlives the lanes of a run. */
  readonly setUp?: SetUp;
}

/** How long after a person said that something is done the till may send one more request, ms. */
const QUIET_MS = 1000;

/** The client of one lane, by the driver that the configuration names. */
export function clientOf<State>(ports: ClientPorts<State>): Client {
  const { client } = ports.config;
  const shapes = ports.pack.vocabulary.commands;
  const launch = {
    command: client.driver === 'sdk' ? ports.sdkCommand : (client.command ?? []),
    cwd: client.cwd,
    env: { ...ports.environment, ...client.env },
  };
  switch (client.driver) {
    case 'sdk':
    case 'process':
      return processClient(launch, shapes, client.driver, ports.onLog);
    case 'oneshot':
      return oneshotClient(launch, shapes, ports.onLog);
    case 'http':
      return httpClient(client.url ?? '', shapes);
    case 'operator':
      if (ports.operator === undefined) throw new Error('nobody sits at the till');
      return operatorClient(
        ports.operator,
        {
          name: client.name ?? 'Till',
          version: client.version ?? '0.0.0',
          commands: Object.keys(shapes),
          quietMs: QUIET_MS,
          ...(client.callbackUrl === undefined ? {} : { callbackUrl: client.callbackUrl }),
        },
        ports.setUp ?? {},
      );
  }
}

import type { Client } from '../model/client.ts';
import type { Config } from '../model/config.ts';
import type { Pack } from '../model/pack.ts';
import { httpClient } from '../clients/http.ts';
import { oneshotClient } from '../clients/oneshot.ts';
import { processClient } from '../clients/process.ts';

export interface ClientPorts<State> {
  readonly config: Config;
  readonly pack: Pack<State>;
  /** The environment a client gets, allow-listed. */
  readonly environment: Readonly<Record<string, string>>;
  /** The argument list that starts the reference client behind the protocol. */
  readonly sdkCommand: readonly string[];
  readonly onLog: (lines: readonly string[]) => void;
}

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
      throw new Error(`driver ${client.driver} is not built yet`);
  }
}

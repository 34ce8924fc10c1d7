import type { Check } from '../../model/diagnosis.ts';
import { allowedEnvironment } from '../../clients/child.ts';
import { adapterChecks, type AdapterPorts } from './adapter.ts';
import { gatewayChecks } from './gateway.ts';
import { folderChecks } from './machine.ts';
import { targetChecks } from './target.ts';

/** What there is to examine; the configuration has been read. */
export interface ExamineInput<State> extends AdapterPorts<State> {
  /** The whole environment; the client gets an allow-listed part of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Tries everything that a run needs before its first case: folders, ports, target, adapter. Throws nothing that a set-up can cause. */
export async function examine<State>(input: ExamineInput<State>): Promise<Check[]> {
  const { config, environment } = input;
  const lanes = new Set(input.demands.map(({ feature }) => feature)).size;
  const side = Math.min(lanes, config.maxLanes, config.client.lanes === 'auto' ? lanes : config.client.lanes);
  const { folder, wanted } = config.certificate;
  const now = input.wallClock();
  const found = await Promise.all([
    folderChecks(config.root, wanted ? folder : undefined),
    gatewayChecks(config, side, new Date(now)),
    targetChecks(config, environment, input.wallClock),
  ]);
  // Without a folder for temporary files the client can't be given one of its own.
  const roomless = found[0].some((one) => one.data['what'] === 'temporary files');
  const adapter = roomless
    ? []
    : await adapterChecks({ ...input, environment: allowedEnvironment(environment) });
  return [...found.flat(), ...adapter];
}

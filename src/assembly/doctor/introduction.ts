import { connect } from 'node:net';
import type { InitializeResult } from '../../model/client.ts';
import { versionSchema, type Config } from '../../model/config.ts';
import type { Check } from '../../model/diagnosis.ts';
import { nearest } from '../../model/nearest.ts';
import type { Pack } from '../../model/pack.ts';
import { checksOf } from './check.ts';

/** What a selected case asks of the client, with the feature it belongs to. */
export interface Demand {
  readonly feature: string;
  readonly commands: readonly string[];
  /** The case does not apply to a client with this behaviour. */
  readonly unless?: string;
}

const check = checksOf('adapter');
const CALLBACK_WAIT_MS = 2000;

/** What the client said of itself, held against the configuration, the selection and the protocol. */
export async function introductionChecks(
  config: Config,
  vocabulary: Pick<Pack['vocabulary'], 'commands' | 'behaviours'>,
  demands: readonly Demand[],
  result: InitializeResult,
): Promise<Check[]> {
  const commands = [...Object.keys(vocabulary.commands), 'initialize'];
  return [
    ...versionChecks(config, result),
    ...commandChecks(commands, demands, result),
    ...strange(result.commands, commands, 'doctor-command-unknown'),
    ...strange(result.behaviours, vocabulary.behaviours, 'doctor-behaviour-unknown'),
    ...(await callbackChecks(result.callbackUrl ?? config.client.callbackUrl)),
  ];
}

function versionChecks({ client }: Config, { version }: InitializeResult): Check[] {
  if (!versionSchema.safeParse(version).success) return [check('usage', 'doctor-version-form', { version })];
  if (client.version === undefined || client.version === version) return [];
  return [check('usage', 'doctor-version-differs', { declared: client.version, version })];
}

function commandChecks(
  known: readonly string[],
  demands: readonly Demand[],
  result: InitializeResult,
): Check[] {
  const applying = demands.filter(
    ({ unless }) => unless === undefined || !result.behaviours.includes(unless),
  );
  const lacking = [...new Set(applying.map(({ feature }) => feature))].flatMap((feature): Check[] => {
    const needed = applying.filter((one) => one.feature === feature).flatMap((one) => one.commands);
    const missing = [...new Set(needed)].filter((name) => !result.commands.includes(name)).sort();
    return missing.length === 0 ? [] : [check('usage', 'doctor-commands-missing', { feature, missing })];
  });
  const count = result.commands.filter((name) => known.includes(name)).length;
  return lacking.length === 0 ? [check('ok', 'doctor-commands', { count })] : lacking;
}

/** Names that nobody will ever call: mostly a slip of the pen. */
function strange(names: readonly string[], among: readonly string[], code: string): Check[] {
  return names
    .filter((name) => !among.includes(name))
    .map((name) => {
      const near = nearest(name, among);
      return check('warning', code, near === undefined ? { name } : { name, nearest: near });
    });
}

/** Whether somebody listens where notifications are to go. */
async function callbackChecks(url: string | undefined): Promise<Check[]> {
  if (url === undefined) return [];
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return [check('error', 'doctor-callback-url', { url })];
  const heard = await listens(new URL(url));
  return [
    heard ? check('ok', 'doctor-callback', { url }) : check('error', 'doctor-callback-unheard', { url }),
  ];
}

function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  const where = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: where });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CALLBACK_WAIT_MS, end(false));
    socket.once('connect', end(true)).once('error', end(false));
  });
}

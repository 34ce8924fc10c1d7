import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PosClient } from '../client.ts';
import { openPosClient } from '../client.ts';
import type { JsonRecord } from '../json.ts';
import { numberIn, parseRecord, textIn } from '../json.ts';
import type { Settings } from '../settings.ts';
import { commands } from './commands.ts';
import { BadParams, optionalText, requiredRecord, requiredText } from './params.ts';

/** The environment that a till was started in; names and units in `environmentSettings`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Session {
  readonly client: PosClient;
  /** The result of `initialize`. */
  readonly introduction: JsonRecord;
}

/** Answers `initialize`: opens the client that it describes, and its ear for notifications. */
export async function openSession(
  params: JsonRecord,
  environment: Environment,
  log: (line: string) => void,
): Promise<Session> {
  requireCommonVersion(requiredRecord(params, 'protocol'));
  const settings = { ...settingsOf(params), ...environmentSettings(environment), log };
  const client = open(settings);
  const { callbackUrl } = await client.listen();
  // Loaded before the first request, so that its time-out measures the network and not this program's start.
  await import('undici');
  const introduction = {
    protocol: 1,
    name: 'poscert SDK till',
    version: settings.systemVersion,
    commands: Object.keys(commands),
    behaviours: ['cancelsOnRestart'],
    callbackUrl,
    quietMs: 0,
  };
  return { client, introduction };
}

function open(settings: Settings): PosClient {
  try {
    return openPosClient(settings);
  } catch (error) {
    throw error instanceof RangeError ? new BadParams(error.message) : error;
  }
}

function requireCommonVersion(protocol: JsonRecord): void {
  const [min, max] = [numberIn(protocol, 'min') ?? 1, numberIn(protocol, 'max') ?? 1];
  if (min > 1 || max < 1) throw new BadParams(`protocol: this till speaks version 1, not ${min} to ${max}`);
}

function settingsOf(params: JsonRecord): Settings {
  const api = requiredRecord(params, 'api');
  const store = requiredRecord(params, 'store');
  const patienceMs = numberIn(params, 'patienceMs') ?? 30_000;
  return {
    baseUrl: requiredText(api, 'baseUrl'),
    authBaseUrl: requiredText(api, 'authBaseUrl'),
    clientId: requiredText(api, 'clientId'),
    clientSecret: requiredText(api, 'clientSecret'),
    merchantVat: requiredText(api, 'merchantVat'),
    systemVersion: textIn(api, 'systemVersion') ?? ownVersion(),
    merchantBrandId: requiredText(store, 'merchantBrandId'),
    merchantLocationId: requiredText(store, 'merchantLocationId'),
    stateDir: join(requiredText(params, 'stateDir'), 'poscert-sdk'),
    ...optionalText(api, 'ca'),
    // At least the patience is asked for; a customer may be slower than that.
    patienceMs: patienceMs * 2,
  };
}

/** Seconds in the environment, for trying the till out with other time-outs. */
function environmentSettings(environment: Environment): Partial<Settings> {
  const names = {
    POSCERT_SDK_READ_TIMEOUT: 'readTimeoutMs',
    POSCERT_SDK_WRITE_TIMEOUT: 'writeTimeoutMs',
    POSCERT_SDK_RETRY_DELAY: 'retryDelayMs',
  } as const;
  const settings: { -readonly [name in (typeof names)[keyof typeof names]]?: number } = {};
  for (const [variable, setting] of Object.entries(names)) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const seconds = Number(text);
    if (!(seconds > 0)) throw new BadParams(`${variable} is "${text}"; write seconds, such as 0.5`);
    settings[setting] = seconds * 1000;
  }
  return settings;
}

/** The version of this package: the reference client has no other. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return textIn(parseRecord(text) ?? {}, 'version') ?? '0.0.0';
}

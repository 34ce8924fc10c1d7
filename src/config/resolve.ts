import type { Config, SettingSource } from '../model/config.ts';
import { nearest } from '../model/nearest.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { clientOf } from './client.ts';
import { findFile, type Found, type ReadFile } from './file.ts';
import { gatewayOf } from './gateway.ts';
import { httpUrl, isLoopback } from './hosts.ts';
import type { Layers } from './layers.ts';
import { folderOf, resolvePath } from './paths.ts';
import {
  givenList,
  givenSwitch,
  givenText,
  unknownVariables,
  wrongSetting,
  type Environment,
  type Flags,
} from './settings.ts';
import { targetOf } from './target.ts';

export interface ConfigInput {
  /** The working directory, absolute. */
  readonly cwd: string;
  /** The options of the command line by their camel-cased names; those that are no settings are ignored. */
  readonly flags: Flags;
  readonly environment: Environment;
  /** A file's text, undefined where there is none; may throw. */
  readonly read: ReadFile;
}

export interface Resolved {
  readonly config: Config;
  /** Which of flag, environment, file and default decided each setting, by its name in the file. */
  readonly sources: Readonly<Record<string, SettingSource>>;
}

const MERCHANT = { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' };
const TIERS = ['certification', 'all'] as const;
/** Lanes side by side where nothing is said: as many as there are features. */
const MAX_LANES = 8;

/**
 * The configuration of a run: flags beat environment beat poscert.yaml, found upwards from the working directory, beat defaults (cli.md).
 * Everything that is wrong is told at once. Pure: reads only by `read`.
 */
export function resolveConfig(input: ConfigInput): Parsed<Resolved> {
  const { cwd, flags, environment, read } = input;
  const opened = findFile(cwd, givenText(flags, environment, 'config')?.text, read);
  if (!opened.ok) return opened;
  const found = opened.value;
  const problems: Problem[] = [];
  const sources: Record<string, SettingSource> = {};
  const root = found === undefined ? cwd : folderOf(found.path);
  const layers: Layers = {
    flags,
    environment,
    found,
    root,
    cwd,
    read,
    problems,
    warnings: [...opened.warnings, ...unknownVariables(environment, variablesNamed(found))],
    sources,
  };
  const client = clientOf(layers);
  const gateway = gatewayOf(layers);
  const target = targetOf(layers, gateway.allowPlain);
  if (target.kind === 'remote' && client.sandboxClientId === undefined)
    problems.push({ code: 'remote-without-client-id', data: {} });
  const away = client.url === undefined ? undefined : httpUrl(client.url);
  if (away !== undefined && !isLoopback(away.origin) && isLoopback(gateway.host))
    layers.warnings.push({ code: 'client-elsewhere', data: { url: away.origin, host: gateway.host } });
  sources['merchant'] = found?.file.merchant === undefined ? 'default' : 'file';
  const run = runSettings(layers);
  const value = {
    config: {
      ...(found === undefined ? {} : { file: found.path }),
      root,
      client,
      merchant: found?.file.merchant ?? MERCHANT,
      target,
      gateway,
      ...run,
    },
    sources,
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value, warnings: layers.warnings };
}

function variablesNamed(found: Found | undefined): string[] {
  const target = found?.file.target;
  return typeof target === 'object' && 'env' in target.clientSecret ? [target.clientSecret.env] : [];
}

type RunSettings = Omit<Config, 'file' | 'root' | 'client' | 'merchant' | 'target' | 'gateway'>;

/** What to run and what to write of it. */
function runSettings(layers: Layers): RunSettings {
  const { flags, environment, found, sources, problems, cwd, root } = layers;
  const text = (name: 'certificates' | 'seed' | 'answers'): string | undefined => {
    const given = givenText(flags, environment, name);
    if (given !== undefined) sources[name] = given.source;
    return given?.text;
  };
  const features = givenList(flags, environment, 'features');
  const inFile = found?.file.features;
  const fromFile = features.source === 'default' && inFile !== undefined;
  sources['features'] = fromFile ? 'file' : features.source;
  const cases = givenList(flags, environment, 'case');
  sources['case'] = cases.source;
  const bail = givenSwitch(flags, environment, 'bail', problems);
  sources['bail'] = bail.source;
  const none = givenSwitch(flags, environment, 'noCertificate', problems);
  const { issuer, trust } = found?.file.certificate ?? {};
  const folder = text('certificates');
  const seed = text('seed');
  const answers = text('answers');
  return {
    certificate: {
      ...(issuer === undefined ? {} : { issuer }),
      ...(trust === undefined ? {} : { trust: resolvePath(root, trust) }),
      folder: folder === undefined ? resolvePath(root, 'poscert-certificates') : resolvePath(cwd, folder),
      // Without a configuration nobody is named, and with some cases only nothing is certified (certificate.md).
      wanted: !none.on && found !== undefined && cases.texts.length === 0,
    },
    features: fromFile ? inFile : features.texts,
    tier: tierOf(layers),
    cases: cases.texts,
    maxLanes: maxLanesOf(layers),
    bail: bail.on,
    ...(seed === undefined ? {} : { seed }),
    ...(answers === undefined ? {} : { answersFile: resolvePath(cwd, answers) }),
  };
}

function tierOf({ flags, environment, sources, problems }: Layers): Config['tier'] {
  const given = givenText(flags, environment, 'tier');
  sources['tier'] = given?.source ?? 'default';
  if (given === undefined) return 'certification';
  const tier = TIERS.find((one) => one === given.text);
  if (tier === undefined) {
    const near = nearest(given.text, TIERS);
    problems.push(
      wrongSetting(given.label, TIERS.join(' or '), given.text, near === undefined ? {} : { nearest: near }),
    );
  }
  return tier ?? 'certification';
}

function maxLanesOf({ flags, environment, sources, problems }: Layers): number {
  const given = givenText(flags, environment, 'lanes');
  sources['lanes'] = given?.source ?? 'default';
  if (given === undefined || given.text === 'auto') return MAX_LANES;
  if (!/^[1-9]\d?$/.test(given.text))
    problems.push(wrongSetting(given.label, 'a number from 1 to 99', given.text));
  return Number(given.text);
}

import { DRIVERS, type Driver, type SettingSource } from '../model/config.ts';
import { nearest } from '../model/nearest.ts';
import type { Problem } from '../model/problem.ts';
import { splitCommand } from './command-line.ts';
import { httpUrl, isProduction } from './hosts.ts';
import { placeFor, type Layers } from './layers.ts';
import { givenText, wrongSetting, type Given } from './settings.ts';

/** How the client is operated. */
export interface Operated {
  readonly driver: Driver;
  readonly command?: readonly string[];
  readonly url?: string;
}

/** A way to the client, and who named it. */
interface Way {
  readonly kind: 'command' | 'url';
  readonly source: SettingSource;
  readonly command: readonly string[];
  readonly url: string;
}

const NEEDS: Readonly<Record<Driver, 'command' | 'url' | undefined>> = {
  process: 'command',
  oneshot: 'command',
  http: 'url',
  operator: undefined,
  sdk: undefined,
};
const WEIGHT: Readonly<Record<SettingSource, number>> = { flag: 3, environment: 2, file: 1, default: 0 };

/**
 * The driver with what it needs. Driver and way each come from whoever weighs most; where one source says both they must fit each other, and
 * what a lighter source said is left out where it does not fit. `named`: a client's name is configured, so that it must be said what is run.
 */
export function operatedBy(layers: Layers, named: boolean): Operated {
  const { problems, sources } = layers;
  const ways = waysOf(layers);
  let [way] = ways;
  let said = driverOf(layers);
  if (said === undefined && ways.length > 1)
    problems.push({ code: 'command-and-url', ...placeFor(layers, undefined, ['client', 'url']), data: {} });
  if (said !== undefined) {
    const needs = NEEDS[said.driver];
    const fitting = ways.find((one) => one.kind === needs);
    const other = ways.find((one) => one.kind !== needs);
    if (other !== undefined && WEIGHT[other.source] === WEIGHT[said.source])
      problems.push({
        code: 'driver-contradiction',
        ...placeFor(layers, said.given, ['client', other.kind]),
        data: { driver: said.driver, member: other.kind },
      });
    else if (other !== undefined && WEIGHT[other.source] > WEIGHT[said.source]) said = undefined;
    if (said !== undefined) way = fitting;
  }
  const driver = said?.driver ?? (way === undefined ? 'sdk' : way.kind === 'url' ? 'http' : 'process');
  sources['client.driver'] = said?.source ?? way?.source ?? 'default';
  if (said === undefined && way === undefined && named)
    problems.push({ code: 'driver-unsaid', ...placeFor(layers, undefined, ['client', 'name']), data: {} });
  const needs = NEEDS[driver];
  if (needs !== undefined && way === undefined)
    problems.push({
      code: 'driver-needs',
      ...placeFor(layers, said?.given, ['client', 'driver']),
      data: { driver, member: needs },
    });
  if (way === undefined || needs === undefined) return { driver };
  sources[`client.${way.kind}`] = way.source;
  return way.kind === 'url' ? { driver, url: way.url } : { driver, command: way.command };
}

interface Said {
  readonly driver: Driver;
  readonly source: SettingSource;
  readonly given: Given | undefined;
}

function driverOf(layers: Layers): Said | undefined {
  const given = givenText(layers.flags, layers.environment, 'driver');
  if (given === undefined) {
    const driver = layers.found?.file.client?.driver;
    return driver === undefined ? undefined : { driver, source: 'file', given };
  }
  const driver = DRIVERS.find((one) => one === given.text);
  if (driver !== undefined) return { driver, source: given.source, given };
  const near = nearest(given.text, DRIVERS);
  layers.problems.push(
    wrongSetting(given.label, DRIVERS.join(', '), given.text, near === undefined ? {} : { nearest: near }),
  );
  return undefined;
}

/** `--client` takes the place of what the file says. */
function waysOf(layers: Layers): Way[] {
  const given = givenText(layers.flags, layers.environment, 'client');
  if (given !== undefined) {
    const way = wayIn(given, layers.problems);
    return way === undefined ? [] : [way];
  }
  const client = layers.found?.file.client;
  const ways: Way[] = [];
  if (client?.command !== undefined)
    ways.push({ kind: 'command', source: 'file', command: client.command, url: '' });
  if (client?.url !== undefined) {
    refuseProduction(layers, client.url);
    ways.push({ kind: 'url', source: 'file', command: [], url: client.url });
  }
  return ways;
}

function refuseProduction(layers: Layers, url: string): void {
  if (httpUrl(url) === undefined)
    layers.problems.push({
      code: 'wrong-value',
      ...placeFor(layers, undefined, ['client', 'url']),
      data: { member: 'url', expected: 'an address that begins with http:// or https://', got: url },
    });
  else if (isProduction(url))
    layers.problems.push({
      code: 'production-host',
      ...placeFor(layers, undefined, ['client', 'url']),
      data: { url },
    });
}

function wayIn(given: Given, problems: Problem[]): Way | undefined {
  const { text, source, label } = given;
  if (/^https?:\/\//i.test(text)) {
    if (httpUrl(text) === undefined) problems.push(wrongSetting(label, 'an http:// address', text));
    else if (isProduction(text))
      problems.push({ code: 'production-host', data: { url: text, setting: label } });
    return { kind: 'url', source, command: [], url: text };
  }
  const split = splitCommand(text);
  switch (split.kind) {
    case 'words':
      if (split.words.length > 0) return { kind: 'command', source, command: split.words, url: '' };
      problems.push(wrongSetting(label, 'a command with its arguments, or an http:// address', text));
      return undefined;
    case 'unterminated':
      problems.push({ code: 'command-unterminated', data: { setting: label, quote: split.quote } });
      return undefined;
    case 'shell syntax':
      problems.push({ code: 'command-shell-syntax', data: { setting: label, found: split.found } });
      return undefined;
  }
}

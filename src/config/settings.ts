import type { JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { SettingSource } from '../model/config.ts';
import type { Problem } from '../model/problem.ts';

/** What a person said on the command line: the program's options by their camel-cased name. */
export type Flags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text that was given as a flag or in the environment; `label` is how the person wrote its name. */
export interface Given {
  readonly text: string;
  readonly source: 'flag' | 'environment';
  readonly label: string;
}

/** The flags that are settings; each has a variable of the environment: `clientName` is POSCERT_CLIENT_NAME. */
const TEXTS = [
  'config',
  'tier',
  'client',
  'driver',
  'clientName',
  'clientVersion',
  'target',
  'lanes',
  'seed',
  'certificates',
  'answers',
] as const;
const LISTS = ['features', 'case'] as const;
const SWITCHES = ['bail', 'noCertificate', 'allowRemote', 'allowPlain'] as const;

export type TextName = (typeof TEXTS)[number];
export type ListName = (typeof LISTS)[number];
export type SwitchName = (typeof SWITCHES)[number];

/** Variables of ours with a meaning of their own (certificate.md, client-protocol.md). */
const TAKEN = ['METHOD', 'SESSION', 'SIGNING_KEY', 'SIGNING_KEY_FILE', 'CLIENT_SECRET', 'COLOR', 'NO_COLOR'];

/** `clientName` → `POSCERT_CLIENT_NAME` */
function variableOf(name: string): string {
  return `POSCERT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `clientName` → `--client-name` */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The setting as a flag or in the environment, in this order; undefined where neither says anything. */
export function givenText(flags: Flags, environment: Environment, name: TextName): Given | undefined {
  const flag = flags[name];
  if (typeof flag === 'string') return { text: flag, source: 'flag', label: flagOf(name) };
  const text = environment[variableOf(name)];
  return text === undefined || text === ''
    ? undefined
    : { text, source: 'environment', label: variableOf(name) };
}

/** As `givenText` for lists: commas separate, a flag may be repeated. */
export function givenList(
  flags: Flags,
  environment: Environment,
  name: ListName,
): { readonly texts: readonly string[]; readonly source: SettingSource } {
  const flag = flags[name];
  if (Array.isArray(flag) && flag.length > 0) return { texts: split(flag.map(String)), source: 'flag' };
  if (typeof flag === 'string') return { texts: split([flag]), source: 'flag' };
  const text = environment[variableOf(name)];
  return text === undefined || text === ''
    ? { texts: [], source: 'default' }
    : { texts: split([text]), source: 'environment' };
}

function split(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(',').map((part) => part.trim())).filter((part) => part !== '');
}

/** As `givenText` for what is on or off; in the environment `1` and `true`, `0` and `false`. */
export function givenSwitch(
  flags: Flags,
  environment: Environment,
  name: SwitchName,
  problems: Problem[],
): { readonly on: boolean; readonly source: SettingSource } {
  const flag = name === 'noCertificate' ? flags['certificate'] === false : flags[name] === true;
  if (flag) return { on: true, source: 'flag' };
  const text = environment[variableOf(name)]?.toLowerCase();
  if (text === undefined || text === '') return { on: false, source: 'default' };
  if (!['1', 'true', '0', 'false'].includes(text))
    problems.push(wrongSetting(variableOf(name), 'true or false', text));
  return { on: text === '1' || text === 'true', source: 'environment' };
}

/** A problem with the value of a flag or variable. */
export function wrongSetting(setting: string, expected: string, got: string, data: JsonObject = {}): Problem {
  return { code: 'setting-wrong', data: { setting, expected, got, ...data } };
}

/** Variables that begin like ours and mean nothing: a slip that would otherwise go unseen. `used` are named in the configuration. */
export function unknownVariables(environment: Environment, used: readonly string[]): Problem[] {
  const known = [
    ...[...TEXTS, ...LISTS, ...SWITCHES].map(variableOf),
    ...TAKEN.map((name) => `POSCERT_${name}`),
  ];
  return Object.keys(environment).flatMap((name): Problem[] => {
    if (!name.startsWith('POSCERT_') || known.includes(name) || used.includes(name)) return [];
    const near = nearest(name, known);
    return [
      { code: 'unknown-variable', data: { name, known, ...(near === undefined ? {} : { nearest: near }) } },
    ];
  });
}

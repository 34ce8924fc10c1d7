import { relative } from 'node:path';
import { masked } from '../inspect.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { settingsJson, settingsText, type Setting } from '../report/settings.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse, warn } from './failure.ts';
import type { Io } from './io.ts';
import { settings, type Flags } from './settings.ts';

/** How settings are called in `sources` where that is not their place in the configuration. */
const SOURCE_OF: Readonly<Record<string, string>> = {
  'certificate.folder': 'certificates',
  cases: 'case',
  maxLanes: 'lanes',
  answersFile: 'answers',
  'client.patienceMs': 'client.patience',
};
/** What is told elsewhere: where things are, and what the configuration derives. */
const LEFT_OUT = ['file', 'root', 'client.cwd', 'certificate.wanted'];

/** `poscert config --print`: each setting with its value and what decided it; secrets by reference alone. */
export function configCommand(flags: Flags, io: Io): number {
  const resolved = settings(flags, io);
  if (!resolved.ok) return refuse(resolved.problems, io);
  warn(resolved.warnings, io);
  const { config, sources } = resolved.value;
  const flat = flattened(JSON.parse(JSON.stringify(config)) as JsonObject);
  const rows = flat
    .filter(([name]) => !LEFT_OUT.includes(name))
    .map(([name, value]): Setting => {
      const source = SOURCE_OF[name] ?? name;
      // A member of a group, such as target.baseUrl, was decided with its group.
      const group = source.split('.')[0] ?? '';
      // Issuer and trust stand in the file alone.
      const decided = sources[source] ?? sources[group] ?? (group === 'certificate' ? 'file' : 'default');
      return { name, value: shown(name, value), source: decided };
    });
  const file = config.file === undefined ? undefined : relative(io.cwd, config.file);
  const look = { color: io.color.out, width: io.width };
  io.out(flags['json'] === true ? settingsJson(rows, file) : settingsText(rows, file, look));
  return exitCode('passed');
}

/** One level of groups: `client.name`; a secret's reference, lists and `client.env` stay whole. */
function flattened(config: JsonObject): (readonly [string, JsonValue])[] {
  return Object.entries(config).flatMap(([name, value]): (readonly [string, JsonValue])[] =>
    isJsonObject(value)
      ? Object.entries(value).map(([inner, item]) => [`${name}.${inner}`, item] as const)
      : [[name, value]],
  );
}

const LOOKS_SECRET = /secret|token|passw|credential|pin$|key$/i;
const SECRET_ARGUMENT = /^(--?[\w-]*(?:secret|token|passw|credential)[\w-]*)(=.*)?$/i;
const HIDDEN = '(hidden)';

/** The value without what could be a secret: variables and arguments for the client may hold one though they should not. */
function shown(name: string, value: JsonValue): JsonValue {
  if (name === 'client.command' && Array.isArray(value)) return masked(value.map(withoutSecret));
  if (name !== 'client.env' || !isJsonObject(value)) return masked(value);
  return masked(
    Object.fromEntries(
      Object.entries(value).map(([key, text]) => [key, LOOKS_SECRET.test(key) ? HIDDEN : text]),
    ),
  );
}

function withoutSecret(word: JsonValue, index: number, words: readonly JsonValue[]): JsonValue {
  const before = words[index - 1];
  if (typeof word !== 'string') return word;
  const [, flag, rest] = SECRET_ARGUMENT.exec(word) ?? [];
  if (flag !== undefined) return rest === undefined ? word : `${flag}=${HIDDEN}`;
  const named = typeof before === 'string' ? SECRET_ARGUMENT.exec(before) : null;
  return named !== null && named[2] === undefined ? HIDDEN : word;
}

import { durationMs, versionSchema, type Config } from '../model/config.ts';
import { member, type JsonValue } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { operatedBy } from './driver.ts';
import { fileProblem } from './file.ts';
import { placeFor, type Layers } from './layers.ts';
import { resolvePath } from './paths.ts';
import { givenText, wrongSetting } from './settings.ts';

/** The longest silence that a timer can still measure ten times over: a person's patience isn't limited (case-language.md). */
const NO_LIMIT_MS = 200_000_000;
const PATIENCE_MS = 30_000;
const VERSION_FORM = 'Major.Minor.Build, three numbers without leading zeros';

/** The client to be certified: who it is and how it is operated. */
export function clientOf(layers: Layers): Config['client'] {
  const { found, root, cwd, sources } = layers;
  const file = found?.file.client ?? {};
  for (const name of Object.keys(file)) sources[`client.${name}`] = 'file';
  const name = nameOf(layers);
  const version = versionOf(layers);
  const operated = operatedBy(layers, name !== undefined);
  const { sandboxClientId, productionClientId, integratorId, callbackAlias, callbackUrl } = file;
  const patienceMs = file.patience === undefined ? undefined : durationMs(file.patience);
  const person = operated.driver === 'operator';
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(sandboxClientId === undefined ? {} : { sandboxClientId }),
    ...(productionClientId === undefined ? {} : { productionClientId }),
    ...(integratorId === undefined ? {} : { integratorId }),
    ...(callbackAlias === undefined ? {} : { callbackAlias }),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
    ...operated,
    cwd: sources['client.command'] === 'file' ? root : cwd,
    env: file.env ?? {},
    patienceMs: patienceMs ?? (person ? NO_LIMIT_MS : PATIENCE_MS),
    lanes: person ? 1 : (file.lanes ?? 'auto'),
  };
}

/** What can't be seen or told from a plain single space; a certificate refuses the same names (src/certificate/claim.ts). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^ | {2}| $/u;

function nameOf(layers: Layers): string | undefined {
  const { flags, environment, found, problems, sources } = layers;
  const given = givenText(flags, environment, 'clientName');
  const name = (given?.text ?? found?.file.client?.name)?.normalize('NFC');
  if (given !== undefined) sources['client.name'] = given.source;
  // It goes into claims and onto screens: characters that can't be seen would make two names look alike (standards.md 1.6).
  if (name !== undefined && (UNSEEN.test(name) || /[\ud800-\udfff]/.test(name.replace(PAIR, ''))))
    problems.push({
      code: 'client-name-characters',
      ...placeFor(layers, given, ['client', 'name']),
      data: {},
    });
  return name;
}

/** Surrogates that belong together. */
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

function versionOf(layers: Layers): string | undefined {
  const { flags, environment, found, root, read, problems, sources } = layers;
  const given = givenText(flags, environment, 'clientVersion');
  if (given !== undefined) {
    sources['client.version'] = given.source;
    if (!versionSchema.safeParse(given.text).success)
      problems.push(wrongSetting(given.label, VERSION_FORM, given.text));
    return given.text;
  }
  const version = found?.file.client?.version;
  if (version === undefined || typeof version === 'string') return version;
  if (found === undefined) return undefined;
  const wrong = (code: string, data: Problem['data']): undefined => {
    const path = ['client', 'version', 'from'];
    problems.push(fileProblem(found, path, code, { from: version.from, ...data }));
    return undefined;
  };
  try {
    const text = read(resolvePath(root, version.from));
    if (text === undefined) return wrong('version-file-missing', {});
    const value = versionIn(text);
    return typeof value === 'string' && versionSchema.safeParse(value).success
      ? value
      : wrong('version-file-wrong', {
          expected: VERSION_FORM,
          ...(value === undefined ? {} : { got: value }),
        });
  } catch (thrown) {
    return wrong('version-file-missing', {
      message: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

/** The member `version` of a JSON file, or the text of a plain one; undefined where there is neither. */
function versionIn(text: string): JsonValue | undefined {
  if (!text.trimStart().startsWith('{')) return text.trim().slice(0, 100);
  try {
    return member(JSON.parse(text), 'version');
  } catch {
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import type { JsonValue } from './model/json.ts';
import { nearest } from './model/nearest.ts';
import type { Pack } from './model/pack.ts';
import type { Parsed, Problem } from './model/problem.ts';
import type { SandboxState } from './sandbox/pos-v10/state.ts';
import { packFiles } from './assembly/pack-files.ts';
import { createRedactor } from './journal/redact.ts';
import { openPack } from './packs/kind.ts';
import { packs } from './packs/packs.ts';
import { lint } from './script/lint/lint.ts';
import { parseCase } from './script/parse-case.ts';
import { scaffold, withOrder } from './script/scaffold.ts';

export { resolveFeatures, selectCases } from './packs/select.ts';
export { shardOf } from './packs/shards.ts';
export { examine } from './assembly/doctor/examine.ts';
export type { Demand } from './assembly/doctor/introduction.ts';
export { nodeCheck } from './assembly/doctor/machine.ts';

/** Spine 4: what can be said without running anything. The pack that is shipped, from its folder. */
export function shippedPack(folder: string): Parsed<Pack<SandboxState>> {
  return openPack(packs[0], folder, packFiles);
}

/** A case to start from: its file within the pack's folder, and pack.yaml with its place in the order. */
export interface NewCase {
  readonly file: string;
  readonly text: string;
  /** Absent where pack.yaml has no list to add it to. */
  readonly order?: string;
  /** The case whose steps it has. */
  readonly model: string;
}

const CASE_ID = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** What a new case of the pack in `folder` begins with: the steps of the shortest case of its feature. */
export function newCase(
  folder: string,
  id: string,
  title: string | undefined,
  read: (path: string) => string | undefined,
): Parsed<NewCase> {
  const named = CASE_ID.exec(id);
  if (named === null) return { ok: false, problems: [{ code: 'new-case-id', data: { id } }] };
  const [, feature = '', slug = ''] = named;
  const opened = shippedPack(folder);
  if (!opened.ok) return opened;
  const pack = opened.value;
  const known = pack.features.map((one) => one.id);
  if (!known.includes(feature)) {
    const near = nearest(feature, known);
    const data = { name: feature, known, ...(near === undefined ? {} : { nearest: near }) };
    return { ok: false, problems: [{ code: 'unknown-feature', data }] };
  }
  const own = pack.cases.filter((one) => one.feature === feature);
  const there = own.find((one) => one.id === id);
  if (there !== undefined)
    return {
      ok: false,
      problems: [{ code: 'case-there', data: { case: id, file: `${folder}/${there.file}` } }],
    };
  const texts = own
    .filter((one) => one.after === undefined)
    .map((one) => ({ one, text: read(`${folder}/${one.file}`) ?? '' }))
    .sort((left, right) => left.text.length - right.text.length);
  const [model] = texts;
  if (model === undefined)
    return { ok: false, problems: [{ code: 'no-case-selected', data: { features: [feature] } }] };
  const numbers = own.map((one) => Number(/(\d+)-[^/]*$/.exec(one.file)?.[1] ?? 0));
  const number = String(Math.max(0, ...numbers) + 1).padStart(2, '0');
  const words = slug.replaceAll('-', ' ');
  const called = title ?? words.charAt(0).toUpperCase() + words.slice(1);
  const order = withOrder(read(`${folder}/pack.yaml`) ?? '', feature, slug);
  return {
    ok: true,
    warnings: [],
    value: {
      file: `${feature}/${number}-${slug}.yaml`,
      text: scaffold(called, model.one, model.text),
      ...(order === undefined ? {} : { order }),
      model: model.one.id,
    },
  };
}

/** What `lint` found: `problems` make a case unusable, `warnings` are for its writer to look at. */
export interface Linting {
  readonly checked: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks case files against the language and its writing rules; without any, every case of the pack in `folder`. `read` answers undefined where there is no file. */
export function lintFiles(
  pack: Pack,
  folder: string,
  files: readonly string[],
  read: (path: string) => string | undefined,
): Linting {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const all = files.length > 0 ? files : pack.cases.map((one) => `${folder}/${one.file}`);
  for (const file of all) {
    const text = read(file);
    if (text === undefined) {
      problems.push({ code: 'case-file-missing', data: { file } });
      continue;
    }
    const parsed = parseCase(text, file, pack.vocabulary, pack.operations);
    if (!parsed.ok) problems.push(...parsed.problems);
    else {
      warnings.push(...parsed.warnings);
      problems.push(...lint(parsed.value, pack, { file, text }));
    }
  }
  return { checked: all.length, problems, warnings };
}

export {
  currentKeyFile,
  keyFolder,
  KeyFileError,
  publicKeys,
  readKeyFile,
  retireKey,
  writeKey,
} from './assembly/key-store.ts';
export { generateKey, keyIdOf, publicPem, readSigner, sshLineOf, type Signer } from './certificate/keys.ts';

/** A value without what is a secret by its name or look, to be shown on a screen. */
export function masked(value: JsonValue): JsonValue {
  return createRedactor({ secrets: [], key: randomBytes(32) }).json(value);
}

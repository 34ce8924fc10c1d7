import { randomBytes } from 'node:crypto';
import type { JsonValue } from './model/json.ts';
import type { Pack } from './model/pack.ts';
import type { Parsed, Problem } from './model/problem.ts';
import type { SandboxState } from './sandbox/pos-v10/state.ts';
import { packFiles } from './assembly/pack-files.ts';
import { createRedactor } from './journal/redact.ts';
import { openPack } from './packs/kind.ts';
import { packs } from './packs/packs.ts';
import { lint } from './script/lint/lint.ts';
import { parseCase } from './script/parse-case.ts';

export { resolveFeatures, selectCases } from './packs/select.ts';
export { shardOf } from './packs/shards.ts';
export { examine } from './assembly/doctor/examine.ts';
export type { Demand } from './assembly/doctor/introduction.ts';
export { nodeCheck } from './assembly/doctor/machine.ts';

/** Spine 4: what can be said without running anything. The pack that is shipped, from its folder. */
export function shippedPack(folder: string): Parsed<Pack<SandboxState>> {
  return openPack(packs[0], folder, packFiles);
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

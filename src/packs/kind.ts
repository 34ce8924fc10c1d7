import type { Pack, Vocabulary } from '../model/pack.ts';
import type { Rule } from '../model/obligation.ts';
import type { RemoteKind, Simulation } from '../model/ports.ts';
import type { Parsed } from '../model/problem.ts';
import { loadPack, type PackReader } from './load.ts';

/** What of a pack is code: the names its cases use, its rules, its simulation. The rest stands in the folder of the same name. */
export interface PackKind<State> {
  readonly id: string;
  readonly vocabulary: Vocabulary;
  readonly rules: readonly Rule[];
  readonly simulation: Simulation<State>;
  readonly errors: Pack['errors'];
  readonly remote: RemoteKind;
}

/** The whole pack: its code and what stands in `folder`. */
export function openPack<State>(
  kind: PackKind<State>,
  folder: string,
  reader: PackReader,
): Parsed<Pack<State>> {
  const loaded = loadPack(folder, kind.vocabulary, reader);
  if (!loaded.ok) return loaded;
  if (loaded.value.id !== kind.id) {
    const data = { id: loaded.value.id, expected: kind.id };
    return { ok: false, problems: [{ code: 'pack-id', place: { file: `${folder}/pack.yaml` }, data }] };
  }
  const { rules, simulation, errors, remote } = kind;
  const value = { ...loaded.value, rules, simulation, errors, remote };
  return { ok: true, value, warnings: loaded.warnings };
}

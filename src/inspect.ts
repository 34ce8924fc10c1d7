import type { Pack } from './model/pack.ts';
import type { Parsed } from './model/problem.ts';
import type { SandboxState } from './sandbox/pos-v10/state.ts';
import { packFiles } from './assembly/pack-files.ts';
import { openPack } from './packs/kind.ts';
import { packs } from './packs/packs.ts';

export { resolveFeatures, selectCases } from './packs/select.ts';

/** Spine 4: what can be said without running anything. The pack that is shipped, from its folder. */
export function shippedPack(folder: string): Parsed<Pack<SandboxState>> {
  return openPack(packs[0], folder, packFiles);
}

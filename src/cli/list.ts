import { listText, listJson } from '../report/list.ts';
import { resolveFeatures, shippedPack } from '../inspect.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse } from './failure.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';
import { PACK_FOLDER } from './tool.ts';

/** `poscert list`: features, cases, tiers, what each needs of a client. */
export function listCommand(flags: Flags, io: Io): number {
  const pack = shippedPack(PACK_FOLDER);
  if (!pack.ok) return refuse(pack.problems, io);
  if (flags['digest'] === true) {
    io.out(`${pack.value.id} ${pack.value.version} sha256:${pack.value.digest}\n`);
    return exitCode('passed');
  }
  const names = (flags['features'] as string[] | undefined) ?? ['all'];
  const features = resolveFeatures(pack.value, names);
  if (!features.ok) return refuse(features.problems, io);
  const look = { color: io.color.out, width: io.width };
  io.out(
    flags['json'] === true
      ? listJson(pack.value, features.value)
      : listText(pack.value, features.value, look),
  );
  return exitCode('passed');
}

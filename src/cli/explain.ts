import { explainText } from '../report/explain.ts';
import { shippedPack } from '../inspect.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse } from './failure.ts';
import type { Io } from './io.ts';
import { PACK_FOLDER } from './tool.ts';

/** `poscert explain ID`: any case, obligation, finding, error or exit code. */
export function explainCommand(id: string, io: Io): number {
  const pack = shippedPack(PACK_FOLDER);
  if (!pack.ok) return refuse(pack.problems, io);
  const explained = explainText(pack.value, id, { color: io.color.out, width: io.width });
  if (explained.kind === 'unknown') {
    const { nearest } = explained;
    return refuse([{ code: 'unknown-id', data: { id, ...(nearest === undefined ? {} : { nearest }) } }], io);
  }
  io.out(explained.text);
  return exitCode('passed');
}

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a new certificate's files below `root`, none over another: `<root>/<line>/<serial>/`. Answers the folder. Throws where a file is there.
 * The journal is copied beside them: it is the evidence that the certificate names.
 */
export async function writeCertificate(
  root: string,
  certificate: {
    readonly line: string;
    readonly serial: string;
    readonly files: readonly { name: string; text: string }[];
  },
  journal: string,
): Promise<string> {
  const folder = join(root, certificate.line, certificate.serial);
  await mkdir(folder, { recursive: true });
  for (const file of certificate.files) await writeFile(join(folder, file.name), file.text, { flag: 'wx' });
  await copyFile(journal, join(folder, 'run.jsonl'));
  return folder;
}

import { resolve } from 'node:path';
import { readTrust } from '../config/trust.ts';
import { publicPem } from '../inspect.ts';
import type { TrustedKey } from '../model/certificate.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Io } from './io.ts';
import { readText } from './settings.ts';
import { ownPublicKeys, type SigningSecrets } from './signing.ts';

/** The keys that are trusted: those of the trust file, or, without one, one's own as `self` (certificate.md, Where). */
export async function trustedKeys(
  file: string | undefined,
  io: Io,
  secrets: SigningSecrets,
): Promise<Parsed<readonly TrustedKey[]>> {
  if (file === undefined) {
    const own = await ownPublicKeys(secrets, io);
    return { ok: true, value: own.map((spkiPem) => ({ spkiPem, assurance: 'self' as const })), warnings: [] };
  }
  const path = resolve(io.cwd, file);
  const text = readText(path);
  if (text === undefined) return { ok: false, problems: [{ code: 'trust-missing', data: { path } }] };
  const read = readTrust(text, path);
  if (!read.ok) return read;
  const problems = read.value.flatMap((one): Problem[] =>
    publicPem(one.spkiPem) === undefined
      ? [{ code: 'trust-key', place: { file: path }, data: { issuer: one.verifierId } }]
      : [],
  );
  return problems.length > 0 ? { ok: false, problems } : read;
}

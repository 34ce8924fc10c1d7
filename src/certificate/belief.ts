import type { Assurance, Statement, TrustedKey } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { publicPem } from './keys.ts';

const FILE = 'certificate.json';

/** Which trusted key it is, and how far it is believed: the certificate's own word counts only where it says less. */
export function beliefIn(
  statement: Statement,
  publicKey: string,
  keyId: string,
  trusted: readonly TrustedKey[],
): { readonly assurance: Assurance; readonly doubts: Problem[] } {
  const { verifier, timeVerified, poscertCertificate: own } = statement.predicate;
  const lowest = own.assurance === 'demo' ? 'demo' : 'self';
  const doubt = (code: string): { assurance: Assurance; doubts: Problem[] } => ({
    assurance: lowest,
    doubts: [
      {
        code,
        place: { file: FILE },
        data: { file: FILE, keyId, issuer: verifier.id, at: timeVerified },
      },
    ],
  });
  const entries = trusted.filter((one) => publicPem(one.spkiPem) === publicKey);
  if (entries.length === 0) return doubt('key-not-trusted');
  const entitled = entries.filter((one) => one.verifierId === undefined || one.verifierId === verifier.id);
  if (entitled.length === 0) return doubt('issuer-not-trusted');
  const at = Date.parse(timeVerified);
  const inTime = entitled.find(
    (one) =>
      (one.issuedFrom === undefined || at >= Date.parse(one.issuedFrom)) &&
      (one.issuedUntil === undefined || at <= Date.parse(one.issuedUntil)),
  );
  if (inTime === undefined) return doubt('issued-out-of-time');
  return { assurance: own.assurance === 'demo' ? 'demo' : inTime.assurance, doubts: [] };
}

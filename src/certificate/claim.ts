import type { CertificateExtension } from '../model/certificate.ts';
import { canonicalJson } from '../std/bytes.ts';

/** A file of a certificate's folder. */
export interface CertificateFile {
  readonly name: string;
  readonly text: string;
}

export type ClaimedId = Pick<CertificateExtension['client']['ids'][number], 'environment' | 'id'>;

/** Who and which line, for one client id: canonical bytes and nothing else in them (standards.md 1.3). */
export function claimText(name: string, line: string, { environment, id }: ClaimedId): string {
  return canonicalJson({ client: { environment, id, line, name }, type: 'poscert.claim/v1' });
}

/** One file per client id, so that adding an id later never makes an old certificate wrong. */
export function claimFiles(
  client: Pick<CertificateExtension['client'], 'name' | 'line' | 'ids'>,
): CertificateFile[] {
  return client.ids.map((one, index) => ({
    name: `claim-${index + 1}.json`,
    text: claimText(client.name, client.line, one),
  }));
}

/**
 * Whether a name may stand on a certificate: composed (NFC), without characters that can't be seen (control, format, bidi, fillers, lone
 * surrogates), with single plain spaces between its words alone; otherwise two names that look alike would be two claims (standards.md 1.6).
 */
export function isLawfulName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 200 &&
    name === name.normalize('NFC') &&
    !/^ | {2}| $/.test(name) &&
    !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u.test(name)
  );
}

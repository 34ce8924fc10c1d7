import type { Statement } from '../model/certificate.ts';
import type { Config } from '../model/config.ts';
import type { JsonObject } from '../model/json.ts';
import { canonicalJson, sha256Hex } from '../std/bytes.ts';
import { claimFiles, isLawfulName, type CertificateFile } from './claim.ts';
import { bundleText, envelopeText, prettyJson, seal } from './envelope.ts';
import type { Signer } from './keys.ts';
import { parseVersion } from './line.ts';
import { extensionOf, statementOf, subjectsOf, type StatementInput } from './statement.ts';
import { testResultOf } from './test-result.ts';

/** A certificate to be written, or why there is none (a code in `words`). */
export type Issued =
  | {
      readonly kind: 'certificate';
      readonly line: string;
      readonly serial: string;
      readonly signed: boolean;
      readonly files: readonly CertificateFile[];
    }
  | { readonly kind: 'none'; readonly code: string; readonly data: JsonObject };

export interface IssueInput extends Omit<StatementInput, 'signed' | 'config'> {
  readonly config: Pick<Config, 'client' | 'certificate' | 'target' | 'file' | 'cases'>;
  /** Whoever signs; asked only when there is something to sign. Absent: the statement stays unsigned. */
  readonly signer?: () => Signer | undefined;
  /** The listing of the case pack (standards.md 1.6). */
  readonly packListing: string;
  /** The cases that a remote target may lack. */
  readonly mayLack: readonly string[];
  /** Renders the page for people; `keyId`: who signs it. */
  readonly page: (statement: Statement, keyId: string | undefined) => string;
}

/** Issues a certificate when, and only when, everything held (certificate.md, Issued only if). */
export function issue(input: IssueInput): Issued {
  const { report, config } = input;
  const none = (code: string, data: JsonObject = {}): Issued => ({ kind: 'none', code, data });
  if (config.file === undefined) return none('no-config');
  if (report.partial || config.cases.length > 0) return none('partial');
  if (!config.certificate.wanted) return none('disabled');
  const lacking = notHeld(input);
  if (lacking !== undefined) return none('not-passed', lacking);
  const { name } = config.client;
  if (name === undefined) return none(report.client.driver === 'sdk' ? 'reference-client' : 'not-named');
  if (!isLawfulName(name)) return none('not-named');
  const version = parseVersion(config.client.version ?? report.client.version ?? '');
  if (version === undefined) return none('no-version');
  const signer = input.signer?.();
  const extension = extensionOf({ ...input, signed: signer !== undefined }, version, name);
  return {
    kind: 'certificate',
    line: version.line,
    serial: input.serial,
    signed: signer !== undefined,
    files: filesOf(input, extension, signer),
  };
}

/** What keeps a run from being certified, or undefined. Said again here, beside the verdict, so that no change elsewhere opens a way round it. */
function notHeld({ report, mayLack }: IssueInput): JsonObject | undefined {
  if (report.verdict !== 'passed') return { verdict: report.verdict };
  const open = report.cases.filter(
    (one) =>
      !['passed', 'not applicable'].includes(one.verdict) &&
      !(report.target === 'remote' && one.verdict === 'unsupported' && mayLack.includes(one.id)),
  );
  if (open.length > 0) return { cases: open.map((one) => one.id) };
  const required = report.cases.filter((one) => one.tier === 'certification');
  const bare = report.features.filter(
    (feature) => !required.some((one) => one.feature === feature && one.verdict === 'passed'),
  );
  if (bare.length > 0 || report.features.length === 0) return { cases: bare };
  const duties = report.obligations.filter(
    (one) => one.level === 'must' && one.applicable && one.state !== 'kept' && one.state !== 'not observable',
  );
  return duties.length > 0 ? { cases: duties.map((one) => one.id) } : undefined;
}

function filesOf(
  input: IssueInput,
  plain: ReturnType<typeof extensionOf>,
  signer: Signer | undefined,
): CertificateFile[] {
  const subject = subjectsOf(plain, input.journal.digest);
  const result = canonicalJson(testResultOf(input.report, subject));
  const testResult: CertificateFile =
    signer === undefined
      ? { name: 'test-result.statement.json', text: prettyJson(JSON.parse(result)) }
      : { name: 'test-result.intoto.json', text: envelopeText(seal(result, signer)) };
  const bound = { name: testResult.name, digest: sha256Hex(testResult.text) };
  const signed = signer !== undefined;
  const draft = statementOf({ ...input, signed }, plain, bound);
  const page = { name: 'certificate.html', text: input.page(draft, signer?.keyId) };
  const shown = { name: page.name, digest: { sha256: sha256Hex(page.text) }, mediaType: 'text/html' };
  const extension = { ...plain, evidence: [...plain.evidence, shown] };
  const payload = canonicalJson(statementOf({ ...input, signed }, extension, bound));
  const common = [
    ...claimFiles(extension.client),
    { name: 'pack.sha256', text: input.packListing },
    { name: 'certificate.statement.json', text: prettyJson(JSON.parse(payload)) },
    testResult,
    page,
  ];
  if (signer === undefined) return common;
  const envelope = seal(payload, signer);
  return [
    { name: 'certificate.json', text: envelopeText(envelope) },
    { name: 'certificate.sigstore.json', text: bundleText(envelope) },
    ...common,
    { name: 'poscert.pub', text: signer.publicKey },
  ];
}

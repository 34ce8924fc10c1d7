import type { CertificateExtension, Statement } from '../model/certificate.ts';
import { REFERENCE_CLIENT, STATEMENT_TYPE, VSA_TYPE } from '../model/certificate.ts';
import type { Config } from '../model/config.ts';
import { member, textMember } from '../model/json.ts';
import type { RunRecord } from '../model/recording.ts';
import type { RunReport } from '../model/run.ts';
import { sha256Hex } from '../std/bytes.ts';
import { claimFiles } from './claim.ts';
import { resourceUri, type Version } from './line.ts';

/** What a certificate is made from: a run that held, and the digests that bind it. */
export interface StatementInput {
  readonly report: RunReport;
  readonly config: Pick<Config, 'client' | 'certificate' | 'target'>;
  readonly serial: string;
  /** `run.jsonl` as it was closed. */
  readonly journal: { readonly records: number; readonly head: string; readonly digest: string };
  readonly nonce: string;
  readonly node: string;
  /** The client id that the embedded sandbox made up, where none is configured. */
  readonly generatedId?: string;
  /** Whether a key signs it; unsigned statements are for keyless signing in the workflow (`ci`). */
  readonly signed: boolean;
}

/** Where nobody says who issues. */
export const SELF = 'urn:poscert:issuer:self';

/** The level that a certified feature is: `POSCERT_FEATURE_PREPARED_PAYMENTS`. */
export function levelOf(feature: string): string {
  return `POSCERT_FEATURE_${feature.toUpperCase().replace(/-/g, '_')}`;
}

/** What binds the case pack. */
export function policyOf(pack: RunReport['pack']): Statement['predicate']['policy'] {
  return {
    uri: `pkg:generic/poscert-pack-${pack.id}@${pack.version}`,
    digest: { sha256: pack.digest },
  };
}

/** The files that a certificate speaks of: the claims and the recording. */
export function subjectsOf(extension: CertificateExtension, journalDigest: string): Statement['subject'] {
  return [
    ...claimFiles(extension.client).map((file) => ({
      name: file.name,
      digest: { sha256: sha256Hex(file.text) },
    })),
    { name: 'run.jsonl', digest: { sha256: journalDigest } },
  ];
}

/** The in-toto Statement v1 with a SLSA VSA v1 predicate and the closed extension (certificate.md, Form). */
export function statementOf(
  input: StatementInput,
  extension: CertificateExtension,
  testResult: { readonly name: string; readonly digest: string },
): Statement {
  const { report } = input;
  const { client } = extension;
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(extension, input.journal.digest),
    predicateType: VSA_TYPE,
    predicate: {
      verifier: {
        id: input.config.certificate.issuer ?? SELF,
        version: {
          poscert: report.tool.version,
          node: input.node,
          [`pack:${report.pack.id}`]: report.pack.version,
        },
      },
      timeVerified: report.finishedAt.replace(/\.\d+Z$/, 'Z'),
      resourceUri: resourceUri(client.name, client.line),
      policy: policyOf(report.pack),
      inputAttestations: [{ uri: testResult.name, digest: { sha256: testResult.digest } }],
      verificationResult: 'PASSED',
      verifiedLevels: report.features.map(levelOf),
      poscertCertificate: extension,
    },
  };
}

/** Whether poscert's own reference client was run: by its driver, or as a command of the integrator's. */
export function isDemo(driver: string, saidName: string | undefined): boolean {
  return driver === 'sdk' || saidName === REFERENCE_CLIENT;
}

export function titleOf(demo: boolean): string {
  return demo ? 'demonstration' : 'self-certification statement';
}

/** Who was run is said first (certificate.md, Who was run). */
export function ranBy(
  driver: string,
  who: { readonly name?: string | undefined; readonly version?: string | undefined },
  named: string,
): string {
  const said =
    who.name === undefined
      ? 'a client that gave no name'
      : `a client that calls itself ${who.name} ${who.version ?? ''}`.trim();
  return isDemo(driver, who.name)
    ? `poscert's own reference client was run, not ${named}: this certifies nothing about ${named}.`
    : `poscert ran ${said}, by its driver ${driver}.`;
}

function idsOf(input: StatementInput): CertificateExtension['client']['ids'] {
  const { productionClientId, sandboxClientId } = input.config.client;
  const ids: CertificateExtension['client']['ids'] = [];
  if (productionClientId !== undefined)
    ids.push({ environment: 'production', id: productionClientId.toLowerCase() });
  if (sandboxClientId !== undefined) ids.push({ environment: 'sandbox', id: sandboxClientId.toLowerCase() });
  else if (input.generatedId !== undefined)
    ids.push({ environment: 'sandbox', id: input.generatedId.toLowerCase(), generated: true });
  return ids;
}

/** What is counted in a run, and counted again when its recording is judged again. */
export function countsOf(
  report: Pick<RunReport, 'features' | 'cases' | 'obligations'>,
): Pick<CertificateExtension['results'], 'passed' | 'requiredPerFeature' | 'obligationsKept'> &
  Pick<CertificateExtension['run'], 'attempts'> {
  const requiredPerFeature: Record<string, number> = {};
  for (const feature of report.features)
    requiredPerFeature[feature] = report.cases.filter(
      (one) => one.feature === feature && one.tier === 'certification',
    ).length;
  return {
    passed: report.cases.filter((one) => one.verdict === 'passed').length,
    requiredPerFeature,
    obligationsKept: report.obligations.filter(
      (one) => one.level === 'must' && one.applicable && one.state === 'kept',
    ).length,
    attempts: Math.max(1, ...report.cases.map((one) => one.attempts)),
  };
}

/** Everything that only we know the meaning of; other tools ignore it. */
export function extensionOf(input: StatementInput, version: Version, name: string): CertificateExtension {
  const { report, config, journal } = input;
  const { client } = report;
  const demo = isDemo(client.driver, client.name);
  const { attempts, passed, requiredPerFeature, obligationsKept } = countsOf(report);
  return {
    schemaVersion: '1.0.0',
    title: titleOf(demo),
    ranBy: ranBy(client.driver, client, name),
    driver: client.driver,
    serial: input.serial,
    assurance: demo ? 'demo' : input.signed ? 'self' : 'ci',
    client: {
      name,
      ids: idsOf(input),
      version: version.text,
      line: version.line,
      ...(config.client.integratorId === undefined ? {} : { integratorId: config.client.integratorId }),
      ...(client.name === undefined ? {} : { saidName: client.name }),
      ...(client.version === undefined ? {} : { saidVersion: client.version }),
      behaviours: [...client.behaviours],
    },
    features: [...report.features],
    tier: report.tier,
    results: {
      passed,
      failed: 0,
      errored: 0,
      notApplicable: listed(report, 'not applicable'),
      lacking: listed(report, 'unsupported'),
      requiredPerFeature,
      obligationsKept,
    },
    run: {
      id: report.run,
      nonce: input.nonce,
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      attempts,
      records: journal.records,
      head: { sha256: journal.head },
    },
    evidence: [{ name: 'run.jsonl', digest: { sha256: journal.digest }, mediaType: 'application/jsonl' }],
    sandbox:
      report.target === 'embedded'
        ? { kind: 'embedded', name: 'poscert-sandbox', version: report.tool.version }
        : { kind: 'remote', name: originOf(config) },
    validity: { notAfter: null, retraction: 'never-by-tool' },
  };
}

function originOf({ target }: StatementInput['config']): string {
  return target.kind === 'remote' ? new URL(target.baseUrl).origin : 'poscert-sandbox';
}

/** The cases of a verdict, with the code of the reason. */
export function listed(
  report: Pick<RunReport, 'cases'>,
  verdict: string,
): { case: string; reason: string }[] {
  return report.cases
    .filter((one) => one.verdict === verdict)
    .map((one) => ({ case: one.id, reason: reasonOf(one.reason) }));
}

function reasonOf(reason: RunReport['cases'][number]['reason']): string {
  const behaviour = reason?.data['behaviour'];
  return typeof behaviour === 'string' ? behaviour : (reason?.code ?? 'unknown');
}

/** The client id that the run itself handed over, for a certificate whose configuration names none. */
export function generatedId(records: readonly RunRecord[]): { readonly generatedId?: string } {
  const lane = records.find((record) => record.kind === 'lane-started');
  const id = lane === undefined ? undefined : textMember(member(lane.given, 'api'), 'clientId');
  return id === undefined ? {} : { generatedId: id };
}

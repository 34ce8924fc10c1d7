import type { Config } from '../model/config.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { RunReport } from '../model/run.ts';
import { canonicalJson, sha256Hex } from '../std/bytes.ts';
import { resourceUri, type Version } from './line.ts';

/** What a certificate is made from: a run that held, and the digests that bind it. */
export interface StatementInput {
  readonly report: RunReport;
  readonly config: Config;
  readonly serial: string;
  /** `run.jsonl` as it was closed. */
  readonly journal: { readonly records: number; readonly head: string; readonly digest: string };
  readonly nonce: string;
  readonly node: string;
}

/** A file of the certificate's folder. */
export interface CertificateFile {
  readonly name: string;
  readonly text: string;
}

/** One claim per client id: who and which line, canonical bytes (standards.md 1.3). */
export function claims(config: Config, name: string, line: string): CertificateFile[] {
  const ids = clientIds(config);
  return ids.map(({ environment, id }, index) => ({
    name: `claim-${index + 1}.json`,
    text: canonicalJson({
      client: { environment, id, line, name: name.normalize('NFC') },
      type: 'poscert.claim/v1',
    }),
  }));
}

function clientIds(config: Config): { environment: string; id: string }[] {
  const { productionClientId, sandboxClientId } = config.client;
  return [
    ...(productionClientId === undefined
      ? []
      : [{ environment: 'production', id: productionClientId.toLowerCase() }]),
    ...(sandboxClientId === undefined ? [] : [{ environment: 'sandbox', id: sandboxClientId.toLowerCase() }]),
  ];
}

/** The level that a certified feature is: `POSCERT_FEATURE_PREPARED_PAYMENTS`. */
export function levelOf(feature: string): string {
  return `POSCERT_FEATURE_${feature.toUpperCase().replace(/-/g, '_')}`;
}

/** The in-toto Statement v1 with a SLSA VSA v1 predicate and the closed extension `poscertCertificate` (certificate.md, Form). */
export function statement(
  input: StatementInput,
  version: Version,
  name: string,
  claimFiles: readonly CertificateFile[],
): JsonObject {
  const { report, config, journal } = input;
  const subjects = [
    ...claimFiles.map((file) => ({ name: file.name, digest: { sha256: sha256Hex(file.text) } })),
    { name: 'run.jsonl', digest: { sha256: journal.digest } },
  ];
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects,
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: {
        id: config.certificate.issuer ?? 'urn:poscert:issuer:self',
        version: {
          poscert: report.tool.version,
          node: input.node,
          [`pack:${report.pack.id}`]: report.pack.version,
        },
      },
      timeVerified: report.finishedAt.replace(/\.\d+Z$/, 'Z'),
      resourceUri: resourceUri(name, version.line),
      policy: {
        uri: `pkg:generic/poscert-pack-${report.pack.id}@${report.pack.version}`,
        digest: { sha256: report.pack.digest },
      },
      verificationResult: 'PASSED',
      verifiedLevels: report.features.map(levelOf),
      poscertCertificate: extension(input, version, name),
    },
  };
}

/** Who was run is said first (certificate.md, Who was run). */
function ranBy(report: RunReport): string {
  const who = `${report.client.name ?? 'a client'} ${report.client.version ?? ''}`.trim();
  return report.client.driver === 'sdk'
    ? `poscert's own reference client was run, not the till that is named here (${who}).`
    : `${who} was run by the driver ${report.client.driver}.`;
}

function extension(input: StatementInput, version: Version, name: string): JsonValue {
  const { report, config, journal } = input;
  const passed = report.cases.filter((one) => one.verdict === 'passed');
  const required: Record<string, number> = {};
  for (const feature of report.features)
    required[feature] = report.cases.filter(
      (one) => one.feature === feature && one.tier === 'certification',
    ).length;
  const listed = (verdict: string): string[] =>
    report.cases.filter((one) => one.verdict === verdict).map((one) => one.id);
  return {
    schemaVersion: '1.0.0',
    title: 'self-certification statement',
    ranBy: ranBy(report),
    driver: report.client.driver,
    serial: input.serial,
    assurance: report.client.driver === 'sdk' ? 'demo' : 'self',
    client: {
      name: name.normalize('NFC'),
      ids: clientIds(config),
      version: version.text,
      line: version.line,
      ...(config.client.integratorId === undefined ? {} : { integratorId: config.client.integratorId }),
      ...(report.client.name === undefined ? {} : { saidName: report.client.name }),
      ...(report.client.version === undefined ? {} : { saidVersion: report.client.version }),
    },
    features: [...report.features],
    tier: report.tier,
    results: {
      passed: passed.length,
      failed: listed('failed').length,
      errored: listed('error').length,
      notApplicable: listed('not applicable'),
      lacking: listed('unsupported'),
      requiredPerFeature: required,
    },
    run: {
      id: report.run,
      nonce: input.nonce,
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      attempts: Math.max(1, ...report.cases.map((one) => one.attempts)),
      records: journal.records,
      head: { sha256: journal.head },
    },
    sandbox: { kind: report.target, name: 'poscert-sandbox', version: report.tool.version },
    validity: { notAfter: null, retraction: 'never-by-tool' },
  };
}

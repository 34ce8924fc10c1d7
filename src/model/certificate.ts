import * as z from 'zod';
import { DRIVERS, versionSchema } from './config.ts';

/*
 * The certificate as data: an in-toto Statement v1 with a SLSA VSA v1 predicate and one closed extension object, and the in-toto Test Result
 * beside it (certificate.md, Form; standards.md 1.3). Every object is closed: an unknown member could be read by one tool and not by another.
 */

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** How far a certificate can be relied on, the weakest first. `demo`: poscert's own reference client was run. */
export const ASSURANCES = ['demo', 'self', 'ci', 'provider'] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** What poscert's own reference client calls itself, however it was started. */
export const REFERENCE_CLIENT = 'poscert SDK till';

export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type ClientEnvironment = (typeof ENVIRONMENTS)[number];

const sha256 = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const named = z.strictObject({ name: z.string().min(1), digest: sha256 });
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/);
const count = z.number().int().min(0);
const listed = z.strictObject({ case: z.string(), reason: z.string() });

/** The closed extension object of the predicate. */
export const extensionSchema = z.strictObject({
  schemaVersion: z.literal('1.0.0'),
  title: z.string(),
  /** Who was run, said first (certificate.md). */
  ranBy: z.string(),
  driver: z.enum(DRIVERS),
  serial: z.guid(),
  assurance: z.enum(ASSURANCES),
  client: z.strictObject({
    name: z.string().min(1),
    ids: z.array(
      z.strictObject({
        environment: z.enum(ENVIRONMENTS),
        id: z.guid().regex(/^[0-9a-f-]+$/),
        /** The embedded sandbox made it up for this run: no id was configured. */
        generated: z.literal(true).exactOptional(),
      }),
    ),
    version: versionSchema,
    line: z.string(),
    integratorId: z.string().exactOptional(),
    /** What the client said of itself in `initialize`. */
    saidName: z.string().exactOptional(),
    saidVersion: z.string().exactOptional(),
    behaviours: z.array(z.string()),
  }),
  features: z.array(z.string()).min(1),
  tier: z.enum(['certification', 'all']),
  results: z.strictObject({
    passed: count,
    failed: z.literal(0),
    errored: z.literal(0),
    /** By a declared behaviour. */
    notApplicable: z.array(listed),
    /** What a remote target may lack. */
    lacking: z.array(listed),
    /** Cases of the certification tier of each feature. */
    requiredPerFeature: z.record(z.string(), count),
    /** Must-obligations that this run exercised, all of them kept. */
    obligationsKept: count,
  }),
  run: z.strictObject({
    id: z.string(),
    nonce: z.string(),
    startedAt: time,
    finishedAt: time,
    /** The most often that a case was tried: 2 where our own timing had been too poor to say. */
    attempts: z.number().int().min(1),
    records: count,
    head: sha256,
  }),
  evidence: z.array(z.strictObject({ name: z.string(), digest: sha256, mediaType: z.string() })),
  sandbox: z.strictObject({
    kind: z.enum(['embedded', 'remote']),
    name: z.string(),
    version: z.string().exactOptional(),
  }),
  validity: z.strictObject({ notAfter: z.null(), retraction: z.literal('never-by-tool') }),
});
export type CertificateExtension = z.infer<typeof extensionSchema>;

/** What is signed. */
export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(named).min(1),
  predicateType: z.literal(VSA_TYPE),
  predicate: z.strictObject({
    verifier: z.strictObject({ id: z.string().min(1), version: z.record(z.string(), z.string()) }),
    timeVerified: time,
    resourceUri: z.string(),
    policy: z.strictObject({ uri: z.string(), digest: sha256 }),
    inputAttestations: z.array(z.strictObject({ uri: z.string(), digest: sha256 })).length(1),
    verificationResult: z.literal('PASSED'),
    verifiedLevels: z.array(z.string()).min(1),
    poscertCertificate: extensionSchema,
  }),
});
export type Statement = z.infer<typeof statementSchema>;

/** The case results, bound to the certificate by digest. */
export const testResultSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(named).min(1),
  predicateType: z.literal(TEST_RESULT_TYPE),
  predicate: z.strictObject({
    result: z.literal('PASSED'),
    configuration: z.array(z.strictObject({ name: z.string(), uri: z.string(), digest: sha256 })).length(1),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()).length(0),
    failedTests: z.array(z.string()).length(0),
    poscertNotApplicableTests: z.array(listed),
    poscertLackingTests: z.array(listed),
  }),
});
export type TestResult = z.infer<typeof testResultSchema>;

/** A DSSE envelope with exactly one signature. */
export const envelopeSchema = z.strictObject({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** The trust file of whoever verifies: which keys may speak for which issuer, and how far they are believed (standards.md 1.8). */
export const trustFileSchema = z.array(
  z.strictObject({
    verifierId: z.string().min(1),
    spkiPem: z.string(),
    assurance: z.enum(['self', 'ci', 'provider']),
    issuedFrom: z.iso.datetime().exactOptional(),
    issuedUntil: z.iso.datetime().exactOptional(),
  }),
);
export type TrustEntry = z.infer<typeof trustFileSchema>[number];

/** A key that is trusted. Without `verifierId` for whatever it signs: one's own. */
export type TrustedKey = Omit<TrustEntry, 'verifierId'> & { readonly verifierId?: string };

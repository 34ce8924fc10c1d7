import type { Statement, TestResult, TrustedKey } from '../model/certificate.ts';
import { statementSchema, testResultSchema, type Assurance } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { canonicalJson, decodeUtf8, parseJson, sha256Hex } from '../std/bytes.ts';
import { beliefIn } from './belief.ts';
import { claimFiles, isLawfulName } from './claim.ts';
import { duplicateMember } from './duplicate.ts';
import { bundleText, openEnvelope, prettyJson, type Opened, type OpenedEnvelope } from './envelope.ts';
import { isSignedBy, keyIdOf, publicPem } from './keys.ts';
import { parseVersion, resourceUri } from './line.ts';
import { levelOf } from './statement.ts';

/** A certificate's folder as it was read, or one file of it. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The whole folder was handed over: what is missing from it is missing. */
  readonly whole: boolean;
}

/** What the files alone say: signature, form and digests. The recording itself is judged elsewhere. */
export interface Checked {
  /** Something is broken or was altered. */
  readonly problems: readonly Problem[];
  /** Nothing is broken, but there is no reason to rely on it: whose key, which issuer. */
  readonly doubts: readonly Problem[];
  /** Present where the signature is right, or nobody signed it. */
  readonly statement?: Statement;
  readonly testResult?: TestResult;
  readonly keyId?: string;
  /** As the verifier's own trust says; the certificate's word only where it says less. */
  readonly assurance?: Assurance;
  readonly signed: boolean;
  /** Files that were not at hand and so were not compared. */
  readonly leftOut: readonly string[];
}

/** Checks a certificate's files. Signature first, parsed afterwards, and only the bytes that were signed (standards.md 1.7). */
export function checkBundle(bundle: Bundle, trusted: readonly TrustedKey[]): Checked {
  const { files } = bundle;
  const main = files.get('certificate.json');
  if (main === undefined) return unsignedBundle(bundle);
  const opened = openEnvelope(main, 'certificate.json');
  if (!opened.ok) return broken([opened.problem]);
  const signedBy = signerOf(opened.value, trusted, files.get('poscert.pub'));
  if (!signedBy.ok) return broken([signedBy.problem]);
  const { publicKey, keyId } = signedBy.value;
  const read = readStatement(opened.value.payload, 'certificate.json');
  if (!read.ok) return broken([read.problem]);
  const statement = read.value;
  const problems: Problem[] = [];
  const leftOut: string[] = [];
  const compare = comparer(bundle, problems, leftOut);
  compare('certificate.sigstore.json', 'bundle-differs', bundleText(opened.value.envelope));
  compare('poscert.pub', 'key-file-differs', publicKey);
  const payload = new TextDecoder().decode(opened.value.payload);
  compare('certificate.statement.json', 'statement-file-differs', prettyJson(JSON.parse(payload)));
  const testResult = signedTestResult(bundle, statement, publicKey, problems);
  problems.push(...contents(bundle, statement, testResult, leftOut));
  const { assurance, doubts } = beliefIn(statement, publicKey, keyId, trusted);
  return { problems, doubts, statement, keyId, assurance, signed: true, leftOut, ...given({ testResult }) };
}

function broken(problems: readonly Problem[]): Checked {
  return { problems, doubts: [], signed: true, leftOut: [] };
}

function given<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

/** A folder without a signature: the statement that the workflow is to sign. */
function unsignedBundle(bundle: Bundle): Checked {
  const file = 'certificate.statement.json';
  const bytes = bundle.files.get(file);
  const envelopes = ['certificate.sigstore.json', 'test-result.intoto.json', 'poscert.pub'];
  const hadKey = envelopes.some((name) => bundle.files.has(name) && name !== 'certificate.sigstore.json');
  if (bytes === undefined || hadKey) return broken([problem('file-missing', 'certificate.json')]);
  const text = decodeUtf8(bytes);
  const value = text === undefined ? undefined : parseJson(text);
  if (text === undefined || value === undefined) return broken([problem('payload-no-json', file)]);
  const canonical = canonicalOrNothing(value);
  if (canonical === undefined || text !== prettyJson(JSON.parse(canonical)))
    return broken([problem('payload-not-canonical', file)]);
  const read = readStatement(Buffer.from(canonical, 'utf8'), file);
  if (!read.ok) return broken([read.problem]);
  const problems: Problem[] = [];
  const leftOut: string[] = [];
  const testResult = unsignedTestResult(bundle, read.value, problems);
  problems.push(...contents(bundle, read.value, testResult, leftOut));
  const keyless = bundle.files.has('certificate.sigstore.json');
  const doubts = [problem(keyless ? 'signed-keyless' : 'not-signed', file)];
  return { problems, doubts, statement: read.value, signed: false, leftOut, ...given({ testResult }) };
}

function problem(code: string, file: string, data: Problem['data'] = {}): Problem {
  return { code, place: { file }, data: { file, ...data } };
}

function canonicalOrNothing(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

/** The key whose signature it is: a trusted one, or the one that lies beside it. Its own word about its key id decides nothing. */
function signerOf(
  opened: OpenedEnvelope,
  trusted: readonly TrustedKey[],
  beside: Uint8Array | undefined,
): Opened<{ readonly publicKey: string; readonly keyId: string }> {
  const offered = beside === undefined ? undefined : decodeUtf8(beside);
  const candidates = [...trusted.map((one) => one.spkiPem), ...(offered === undefined ? [] : [offered])];
  const found = candidates.find((key) => isSignedBy(key, opened.signed, opened.signature));
  const publicKey = found === undefined ? undefined : publicPem(found);
  const keyId = publicKey === undefined ? undefined : keyIdOf(publicKey);
  if (publicKey === undefined || keyId === undefined) {
    const code = offered === undefined ? 'key-unknown' : 'signature-wrong';
    return { ok: false, problem: problem(code, 'certificate.json', { keyId: opened.keyId }) };
  }
  if (opened.keyId !== keyId)
    return { ok: false, problem: problem('key-id-wrong', 'certificate.json', { keyId, got: opened.keyId }) };
  return { ok: true, value: { publicKey, keyId } };
}

/** Reads a payload: canonical JSON of the one closed shape, whose redundant members agree with one another. */
export function readStatement(payload: Uint8Array, file: string): Opened<Statement> {
  const read = readPayload(payload, file);
  if (!read.ok) return read;
  const parsed = statementSchema.safeParse(read.value);
  if (!parsed.success) return { ok: false, problem: shapeProblem(parsed.error.issues, file) };
  const odd = selfDisagreement(parsed.data);
  return odd === undefined
    ? { ok: true, value: parsed.data }
    : { ok: false, problem: problem('fields-disagree', file, { field: odd }) };
}

function readPayload(payload: Uint8Array, file: string): Opened<unknown> {
  const text = decodeUtf8(payload);
  const value = text === undefined ? undefined : parseJson(text);
  if (text === undefined || value === undefined)
    return { ok: false, problem: problem('payload-no-json', file) };
  const member = duplicateMember(text);
  if (member !== undefined) return { ok: false, problem: problem('duplicate-member', file, { member }) };
  return canonicalOrNothing(value) === text
    ? { ok: true, value }
    : { ok: false, problem: problem('payload-not-canonical', file) };
}

type Issues = readonly {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}[];

function shapeProblem(issues: Issues, file: string): Problem {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  const first = unknown ?? issues[0];
  const data = { where: (first?.path ?? []).join('.'), message: first?.message ?? '' };
  return problem(unknown === undefined ? 'statement-shape' : 'statement-unknown-member', file, data);
}

/** The member that says otherwise than its twin, or undefined. */
function selfDisagreement(statement: Statement): string | undefined {
  const { predicate, subject } = statement;
  const { poscertCertificate: own } = predicate;
  const { client, features, results } = own;
  const version = parseVersion(client.version);
  const claims = claimFiles(client).map((file) => ({
    name: file.name,
    digest: { sha256: sha256Hex(file.text) },
  }));
  const journal = subject.at(-1);
  const same = (left: unknown, right: unknown): boolean => canonicalJson(left) === canonicalJson(right);
  const checks: readonly (readonly [string, boolean])[] = [
    ['client.name', isLawfulName(client.name)],
    ['client.line', version?.line === client.line],
    ['resourceUri', predicate.resourceUri === resourceUri(client.name, client.line)],
    ['verifiedLevels', same(predicate.verifiedLevels, features.map(levelOf))],
    ['subject', journal?.name === 'run.jsonl' && same(subject.slice(0, -1), claims)],
    ['evidence', same(own.evidence[0]?.digest, journal?.digest) && own.evidence[0]?.name === 'run.jsonl'],
    ['assurance', (own.assurance === 'demo') === (own.driver === 'sdk')],
    ['timeVerified', predicate.timeVerified === own.run.finishedAt.replace(/\.\d+Z$/, 'Z')],
    ['requiredPerFeature', same(Object.keys(results.requiredPerFeature).sort(), [...features].sort())],
    ['requiredPerFeature', Object.values(results.requiredPerFeature).every((count) => count > 0)],
  ];
  return checks.find(([, holds]) => !holds)?.[0];
}

type Compare = (file: string, code: string, expected: string) => void;

function comparer(bundle: Bundle, problems: Problem[], leftOut: string[]): Compare {
  return (file, code, expected) => {
    const bytes = bundle.files.get(file);
    if (bytes === undefined) {
      if (bundle.whole) problems.push(problem('file-missing', file));
      else leftOut.push(file);
    } else if (!Buffer.from(bytes).equals(Buffer.from(expected, 'utf8'))) problems.push(problem(code, file));
  };
}

/** The digests of everything that the statement binds, and what stands in those files that it repeats. */
function contents(
  bundle: Bundle,
  statement: Statement,
  testResult: TestResult | undefined,
  leftOut: string[],
): Problem[] {
  const { predicate, subject } = statement;
  const { poscertCertificate: own } = predicate;
  const attestation = predicate.inputAttestations[0];
  const bound: (readonly [file: string, code: string, digest: string | undefined])[] = [
    ...subject.map((one) => [one.name, 'digest-differs', one.digest.sha256] as const),
    ...own.evidence.slice(1).map((one) => [one.name, 'digest-differs', one.digest.sha256] as const),
    ['pack.sha256', 'pack-differs', predicate.policy.digest.sha256],
    [attestation?.uri ?? 'test-result.intoto.json', 'digest-differs', attestation?.digest.sha256],
  ];
  const problems = bound.flatMap(([file, code, digest]): Problem[] => {
    const bytes = bundle.files.get(file);
    if (bytes !== undefined) return sha256Hex(bytes) === digest ? [] : [problem(code, file)];
    if (bundle.whole) return [problem('file-missing', file)];
    leftOut.push(file);
    return [];
  });
  if (testResult === undefined) return problems;
  const { predicate: results } = testResult;
  const same = (left: unknown, right: unknown): boolean => canonicalJson(left) === canonicalJson(right);
  const agrees =
    same(testResult.subject, subject) &&
    same(results.configuration, [{ name: 'pack.sha256', ...predicate.policy }]) &&
    results.passedTests.length === own.results.passed &&
    same(results.poscertNotApplicableTests, own.results.notApplicable) &&
    same(results.poscertLackingTests, own.results.lacking);
  return agrees ? problems : [...problems, problem('test-result-disagrees', attestation?.uri ?? '')];
}

function signedTestResult(
  bundle: Bundle,
  statement: Statement,
  publicKey: string,
  problems: Problem[],
): TestResult | undefined {
  const file = statement.predicate.inputAttestations[0]?.uri ?? '';
  if (file !== 'test-result.intoto.json')
    problems.push(problem('fields-disagree', 'certificate.json', { field: 'inputAttestations' }));
  const bytes = bundle.files.get('test-result.intoto.json');
  if (bytes === undefined) return undefined;
  const opened = openEnvelope(bytes, file);
  if (!opened.ok) {
    problems.push(opened.problem);
    return undefined;
  }
  if (
    !isSignedBy(publicKey, opened.value.signed, opened.value.signature) ||
    opened.value.keyId !== keyIdOf(publicKey)
  ) {
    problems.push(problem('signature-wrong', file, { keyId: opened.value.keyId }));
    return undefined;
  }
  return testResultIn(opened.value.payload, file, problems);
}

function unsignedTestResult(
  bundle: Bundle,
  statement: Statement,
  problems: Problem[],
): TestResult | undefined {
  const file = statement.predicate.inputAttestations[0]?.uri ?? '';
  if (file !== 'test-result.statement.json')
    problems.push(problem('fields-disagree', 'certificate.statement.json', { field: 'inputAttestations' }));
  const bytes = bundle.files.get('test-result.statement.json');
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  const canonical = text === undefined ? undefined : canonicalOrNothing(parseJson(text));
  return canonical === undefined ? undefined : testResultIn(Buffer.from(canonical, 'utf8'), file, problems);
}

function testResultIn(payload: Uint8Array, file: string, problems: Problem[]): TestResult | undefined {
  const read = readPayload(payload, file);
  const parsed = read.ok ? testResultSchema.safeParse(read.value) : undefined;
  if (parsed?.success === true) return parsed.data;
  problems.push(read.ok ? shapeProblem(parsed?.error.issues ?? [], file) : read.problem);
  return undefined;
}

import type { Statement, TestResult, TrustedKey } from '../model/certificate.ts';
import { testResultSchema, type Assurance } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { decodeUtf8, parseJson } from '../std/bytes.ts';
import type { Bundle } from './bundle.ts';
import { beliefIn } from './belief.ts';
import { comparer, contents, strays } from './contents.ts';
import { bundleText, openEnvelope, prettyJson, type Opened, type OpenedEnvelope } from './envelope.ts';
import { isSignedBy, keyIdOf, publicPem } from './keys.ts';
import { canonicalOrNothing, problem, readPayload, readStatement, shapeProblem } from './read-statement.ts';

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
  problems.push(...contents(bundle, statement, testResult, leftOut), ...strays(bundle, statement, true));
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
  problems.push(...contents(bundle, read.value, testResult, leftOut), ...strays(bundle, read.value, false));
  const { assurance } = read.value.predicate.poscertCertificate;
  if (assurance !== 'ci' && assurance !== 'demo')
    problems.push(problem('fields-disagree', file, { field: 'assurance' }));
  const keyless = bundle.files.has('certificate.sigstore.json');
  const doubts = [problem(keyless ? 'signed-keyless' : 'not-signed', file)];
  return { problems, doubts, statement: read.value, signed: false, leftOut, ...given({ testResult }) };
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
  const name = 'test-result.statement.json';
  const bytes = bundle.files.get(name);
  if (bytes === undefined) return undefined;
  const text = decodeUtf8(bytes);
  const canonical = text === undefined ? undefined : canonicalOrNothing(parseJson(text));
  if (canonical !== undefined && text === prettyJson(JSON.parse(canonical)))
    return testResultIn(Buffer.from(canonical, 'utf8'), name, problems);
  problems.push(problem('payload-not-canonical', name));
  return undefined;
}

function testResultIn(payload: Uint8Array, file: string, problems: Problem[]): TestResult | undefined {
  const read = readPayload(payload, file);
  const parsed = read.ok ? testResultSchema.safeParse(read.value) : undefined;
  if (parsed?.success === true) return parsed.data;
  problems.push(read.ok ? shapeProblem(parsed?.error.issues ?? [], file) : read.problem);
  return undefined;
}

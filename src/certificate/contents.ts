import type { Statement, TestResult } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { canonicalJson, sha256Hex } from '../std/bytes.ts';
import type { Bundle } from './bundle.ts';
import { problem } from './read-statement.ts';

export type Compare = (file: string, code: string, expected: string) => void;

/** Holds a file against what it must be, to the byte. */
export function comparer(bundle: Bundle, problems: Problem[], leftOut: string[]): Compare {
  return (file, code, expected) => {
    const bytes = bundle.files.get(file);
    if (bytes === undefined) {
      if (bundle.whole) problems.push(problem('file-missing', file));
      else leftOut.push(file);
    } else if (!Buffer.from(bytes).equals(Buffer.from(expected, 'utf8'))) problems.push(problem(code, file));
  };
}

/** The digests of everything that the statement binds, and what stands in those files that it repeats. */
export function contents(
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

/**
 * Files that bear a name of ours and that the certificate does not bind, and links: whoever reads the folder would take them for a part of it. The
 * key and the two renderings of the statement are compared elsewhere.
 */
export function strays(bundle: Bundle, statement: Statement, signed: boolean): Problem[] {
  const { predicate, subject } = statement;
  const own = signed
    ? ['certificate.json', 'certificate.sigstore.json', 'poscert.pub']
    : ['certificate.sigstore.json'];
  const bound = new Set([
    ...own,
    'certificate.statement.json',
    'pack.sha256',
    ...subject.map((one) => one.name),
    ...predicate.poscertCertificate.evidence.map((one) => one.name),
    ...predicate.inputAttestations.map((one) => one.uri),
  ]);
  return [
    ...(bundle.links ?? []).map((file) => problem('file-link', file)),
    ...[...bundle.files.keys()]
      .filter((name) => !bound.has(name))
      .map((name) => problem('file-unbound', name)),
  ];
}

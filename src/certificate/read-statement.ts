import { statementSchema, type Statement } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { canonicalJson, decodeUtf8, parseJson, sha256Hex } from '../std/bytes.ts';
import { claimFiles, isLawfulName } from './claim.ts';
import { duplicateMember } from './duplicate.ts';
import type { Opened } from './envelope.ts';
import { parseVersion, resourceUri } from './line.ts';
import { isDemo, levelOf, ranBy, titleOf } from './statement.ts';

/** What is wrong with one file of a certificate. */
export function problem(code: string, file: string, data: Problem['data'] = {}): Problem {
  return { code, place: { file }, data: { file, ...data } };
}

/** Canonical JSON, or undefined where a value has none. */
export function canonicalOrNothing(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
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

/** Reads canonical JSON in which no member stands twice. */
export function readPayload(payload: Uint8Array, file: string): Opened<unknown> {
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

/** What a statement or a result has that it must not have, or lacks. */
export function shapeProblem(issues: Issues, file: string): Problem {
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
  const demo = isDemo(own.driver, client.saidName);
  const who = { name: client.saidName, version: client.saidVersion };
  const same = (left: unknown, right: unknown): boolean => canonicalJson(left) === canonicalJson(right);
  const checks: readonly (readonly [string, boolean])[] = [
    ['client.name', isLawfulName(client.name)],
    ['client.line', version?.line === client.line],
    ['resourceUri', predicate.resourceUri === resourceUri(client.name, client.line)],
    ['verifiedLevels', same(predicate.verifiedLevels, features.map(levelOf))],
    ['subject', journal?.name === 'run.jsonl' && same(subject.slice(0, -1), claims)],
    ['evidence', same(own.evidence[0]?.digest, journal?.digest)],
    [
      'evidence',
      same(
        own.evidence.map((one) => one.name),
        ['run.jsonl', 'certificate.html'],
      ),
    ],
    ['assurance', (own.assurance === 'demo') === demo],
    ['title', own.title === titleOf(demo)],
    ['ranBy', own.ranBy === ranBy(own.driver, who, client.name)],
    ['timeVerified', predicate.timeVerified === own.run.finishedAt.replace(/\.\d+Z$/, 'Z')],
    ['requiredPerFeature', same(Object.keys(results.requiredPerFeature).sort(), [...features].sort())],
    ['requiredPerFeature', Object.values(results.requiredPerFeature).every((count) => count > 0)],
  ];
  return checks.find(([, holds]) => !holds)?.[0];
}

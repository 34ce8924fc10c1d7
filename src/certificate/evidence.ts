import type { Statement, TestResult } from '../model/certificate.ts';
import { isJsonObject, member, type JsonValue } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { RunRecord } from '../model/recording.ts';
import type { CaseReport } from '../model/run.ts';
import { canonicalJson } from '../std/bytes.ts';
import { SELF } from './statement.ts';

/** A recording as it was read back. */
export interface ReadRecording {
  readonly records: readonly RunRecord[];
  readonly chain: { readonly kind: 'whole' | 'torn' | 'damaged' };
  readonly finished: boolean;
  readonly head: string;
}

const FILE = 'run.jsonl';

function problem(code: string, data: Problem['data'] = {}): Problem {
  return { code, place: { file: FILE }, data: { file: FILE, ...data } };
}

/** Whether the recording is whole and is the one that the statement speaks of: its chain, its end, and every fact that stands in both. */
export function recordingProblems(statement: Statement, recording: ReadRecording): Problem[] {
  const { run } = statement.predicate.poscertCertificate;
  const { chain, records } = recording;
  if (chain.kind !== 'whole') {
    const damage = 'damage' in chain && isJsonObject(chain.damage) ? chain.damage : {};
    return [problem(chain.kind === 'torn' ? 'recording-torn' : 'chain-broken', damage)];
  }
  if (!recording.finished || records.length !== run.records)
    return [problem('recording-cut', { records: records.length, certified: run.records })];
  if (recording.head !== run.head.sha256) return [problem('recording-head', { head: recording.head })];
  const odd = oddRecord(records);
  if (odd !== undefined) return [problem('recording-odd', { seq: odd })];
  const field = otherFact(statement, records);
  return field === undefined ? [] : [problem('recording-of-another', { field })];
}

/**
 * The number of a record that no run writes where it stands: a beginning or an end amid the others, or an exchange out of its turn. Exchanges are
 * counted from 1 as they arrive, so that a request taken out and chained anew leaves a gap.
 */
function oddRecord(records: readonly RunRecord[]): number | undefined {
  let exchanges = 0;
  const odd = records.find((record, at) => {
    if (record.kind === 'run-started') return at !== 0;
    if (record.kind === 'run-finished') return at !== records.length - 1;
    if (record.kind === 'request') return record.exchange !== ++exchanges;
    return (
      (record.kind === 'answered' || record.kind === 'delivered') &&
      !(record.exchange >= 1 && record.exchange <= exchanges)
    );
  });
  return odd?.seq;
}

/** The fact that the recording tells otherwise than the statement, or undefined. */
function otherFact(statement: Statement, records: readonly RunRecord[]): string | undefined {
  const { predicate } = statement;
  const { poscertCertificate: own, policy, verifier } = predicate;
  const started = records[0];
  const finished = records.at(-1);
  if (started?.kind !== 'run-started' || finished?.kind !== 'run-finished') return 'run';
  const lanes = records.filter((record) => record.kind === 'lane-started');
  const said = lanes[0]?.client;
  const configured = isJsonObject(started.config['client']) ? started.config['client'] : {};
  const behaviours = [...new Set(lanes.flatMap((lane) => lane.client.behaviours))];
  const facts: readonly (readonly [
    field: string,
    recorded: JsonValue | undefined,
    stated: JsonValue | undefined,
  ])[] = [
    ['run.id', started.run, own.run.id],
    ['run.nonce', started.nonce, own.run.nonce],
    ['run.startedAt', started.startedAt, own.run.startedAt],
    ['run.finishedAt', finished.finishedAt, own.run.finishedAt],
    ['interrupted', finished.interrupted, false],
    ['partial', started.partial, false],
    ['tool', started.tool.version, verifier.version['poscert']],
    ['node', started.tool.node, verifier.version['node']],
    ['pack', `pkg:generic/poscert-pack-${started.pack.id}@${started.pack.version}`, policy.uri],
    ['pack.digest', started.pack.digest, policy.digest.sha256],
    ['features', [...started.features], [...own.features]],
    ['tier', started.tier, own.tier],
    ['sandbox', started.target, own.sandbox.kind],
    ['sandbox.name', sandboxName(started.target, started.config['target']), own.sandbox.name],
    ['verifier.id', member(started.config['certificate'], 'issuer') ?? SELF, verifier.id],
    ['client.behaviours', behaviours, own.client.behaviours],
    ['client.integratorId', member(configured, 'integratorId'), own.client.integratorId],
    ['client.saidName', said?.name, own.client.saidName],
    ['client.saidVersion', said?.version, own.client.saidVersion],
    ['client.name', member(configured, 'name'), own.client.name],
    ['client.version', member(configured, 'version') ?? said?.version, own.client.version],
    ...own.client.ids.map((one) => {
      const key = one.environment === 'production' ? 'productionClientId' : 'sandboxClientId';
      const api = lanes[0]?.given['api'];
      const recorded = one.generated === true ? member(api, 'clientId') : member(configured, key);
      return [`client.ids.${one.environment}`, lower(recorded), one.id] as const;
    }),
    ...lanes.map((lane) => ['driver', lane.driver, own.driver] as const),
  ];
  return facts.find(([, recorded, stated]) => !isRedacted(recorded) && !same(recorded, stated))?.[0];
}

/** As the statement names it: the origin of a remote one. */
function sandboxName(kind: string, target: JsonValue | undefined): JsonValue | undefined {
  if (kind === 'embedded') return 'poscert-sandbox';
  const url = member(target, 'baseUrl');
  return typeof url === 'string' && !isRedacted(url) && URL.canParse(url) ? new URL(url).origin : url;
}

function lower(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** A name that looks like a secret stands masked in the recording. */
function isRedacted(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.includes('[redacted:');
}

function same(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return left === undefined || right === undefined
    ? left === right
    : canonicalJson(left) === canonicalJson(right);
}

/** A case that is judged otherwise now than when the certificate was issued. */
export interface OtherVerdict {
  readonly case: string;
  readonly certified: string;
  readonly now: string;
}

/** What the certificate says of each case, against what its recording comes to when it is judged again. */
export function otherVerdicts(
  testResult: TestResult,
  cases: readonly Pick<CaseReport, 'id' | 'verdict'>[],
): OtherVerdict[] {
  const certified = certifiedVerdicts(testResult);
  const now = new Map(cases.map((one) => [one.id, one.verdict]));
  return [...certified].flatMap(([id, verdict]) => {
    const found = now.get(id) ?? 'not in the pack';
    return found === verdict ? [] : [{ case: id, certified: verdict, now: found }];
  });
}

function certifiedVerdicts({ predicate }: TestResult): Map<string, string> {
  return new Map([
    ...predicate.passedTests.map((id) => [id, 'passed'] as const),
    ...predicate.poscertNotApplicableTests.map((one) => [one.case, 'not applicable'] as const),
    ...predicate.poscertLackingTests.map((one) => [one.case, 'unsupported'] as const),
  ]);
}

/** Cases that were planned, or that the features need, and that have no verdict on the certificate: dropping a case is no way to pass it. */
export function missingCases(
  testResult: TestResult,
  records: readonly RunRecord[],
  required: readonly string[],
): string[] {
  const certified = certifiedVerdicts(testResult);
  const planned = records.flatMap((record) => (record.kind === 'run-started' ? record.cases : []));
  const lacking = [...planned, ...required].filter((id) => !certified.has(id));
  const unplanned = [...certified.keys()].filter((id) => !planned.includes(id));
  return [...new Set([...lacking, ...unplanned])];
}

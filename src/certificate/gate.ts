import type { Assurance, ClientEnvironment, Statement } from '../model/certificate.ts';
import { ASSURANCES } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { sha256Hex } from '../std/bytes.ts';
import { claimText } from './claim.ts';
import { parseVersion, resourceUri } from './line.ts';
import { levelOf } from './statement.ts';

/** What is to be covered. */
export interface GateQuestion {
  /** `Major.Minor.Build`; the build is never compared. */
  readonly version: string;
  readonly features: readonly string[];
  readonly name?: string;
  readonly clientId?: string;
  readonly environment?: ClientEnvironment;
  readonly minAssurance?: Assurance;
  readonly tier?: 'certification' | 'all';
  /** The case pack has at least this version. */
  readonly minPack?: string;
  readonly allowDemo?: boolean;
}

/** A certificate whose signature, digests and chain are right, and how far it is believed. */
export interface GateCandidate {
  readonly statement: Statement;
  readonly assurance: Assurance;
  /** Why there is no reason to rely on it. */
  readonly doubts: readonly Problem[];
}

/** Why a certificate does not cover what was asked: codes in `words`; none: it covers. A build change is covered, a minor or major change isn't. */
export function gaps(question: GateQuestion, candidate: GateCandidate): Problem[] {
  const { statement, assurance } = candidate;
  const { predicate } = statement;
  const { poscertCertificate: own } = predicate;
  const version = parseVersion(question.version);
  const found: Problem[] = [...candidate.doubts];
  const gap = (code: string, data: Problem['data']): void => void found.push({ code, data });
  if (version === undefined) return [{ code: 'gate-version-form', data: { version: question.version } }];
  const name = (question.name ?? own.client.name).normalize('NFC');
  if (name !== own.client.name) gap('gate-other-client', { name, certified: own.client.name });
  else if (predicate.resourceUri !== resourceUri(name, version.line))
    gap('gate-other-line', { version: version.text, line: version.line, certified: own.client.line });
  const missing = question.features.filter((one) => !predicate.verifiedLevels.includes(levelOf(one)));
  if (missing.length > 0) gap('gate-features', { missing, certified: own.features });
  found.push(...claimGaps(question, statement, name, version.line));
  if (assurance === 'demo' && question.allowDemo !== true) gap('gate-demo', { name });
  const least = question.minAssurance ?? 'demo';
  if (ASSURANCES.indexOf(assurance) < ASSURANCES.indexOf(least)) gap('gate-assurance', { least, assurance });
  if (question.tier === 'all' && own.tier !== 'all') gap('gate-tier', { tier: own.tier });
  const packVersion = /@([^@]+)$/.exec(predicate.policy.uri)?.[1] ?? '';
  if (question.minPack !== undefined && isBelow(packVersion, question.minPack))
    gap('gate-pack', { least: question.minPack, version: packVersion });
  return found;
}

/** The client id asked about, or any of the environment, must have a claim among the subjects. */
function claimGaps(question: GateQuestion, statement: Statement, name: string, line: string): Problem[] {
  const { clientId } = question;
  const { ids } = statement.predicate.poscertCertificate.client;
  const environment = question.environment ?? (clientId === undefined ? undefined : 'production');
  if (environment === undefined) return [];
  const ofKind = ids.filter((one) => one.environment === environment);
  const certified = ofKind.map((one) => one.id);
  if (clientId === undefined)
    return ofKind.length > 0 ? [] : [{ code: 'gate-environment', data: { environment } }];
  const digest = sha256Hex(claimText(name, line, { environment, id: clientId.toLowerCase() }));
  if (statement.subject.some((one) => one.digest.sha256 === digest)) return [];
  if (ofKind.length === 0) return [{ code: 'gate-environment', data: { environment, clientId } }];
  const onlyLine =
    certified.includes(clientId.toLowerCase()) && !statement.predicate.resourceUri.endsWith(`@${line}`);
  return onlyLine ? [] : [{ code: 'gate-client-id', data: { clientId, environment, certified } }];
}

/** Whether a version of numbers and points is below another; one that is none is below all. */
function isBelow(version: string, least: string): boolean {
  const parts = (text: string): number[] | undefined =>
    /^\d{1,9}(?:\.\d{1,9}){0,3}$/.test(text) ? text.split('.').map(Number) : undefined;
  const left = parts(version);
  const right = parts(least);
  if (left === undefined || right === undefined) return true;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

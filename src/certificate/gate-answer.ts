import type { Problem } from '../model/problem.ts';
import { gaps, type GateCandidate, type GateQuestion } from './gate.ts';
import type { Verification } from './verification.ts';

/** What the gate found. */
export interface GateAnswer {
  /** Certificates that cover what was asked. */
  readonly covering: readonly Verification[];
  /** Those that don't, each with why; the nearest first. */
  readonly others: readonly { readonly certificate: Verification; readonly gaps: readonly Problem[] }[];
  /** Certificates that are broken or were altered; they cover nothing. */
  readonly broken: readonly Verification[];
  /** Names of clients in the store. */
  readonly names: readonly string[];
}

/** Weighs certificates against what is asked. One that is broken covers nothing and hides nothing. */
export function gateAnswer(read: readonly Verification[], question: GateQuestion): GateAnswer {
  const weighed = read.flatMap((certificate) => {
    const candidate = candidateOf(certificate);
    return candidate === undefined ? [] : [{ certificate, gaps: gaps(question, candidate) }];
  });
  return {
    covering: weighed.filter((one) => one.gaps.length === 0).map((one) => one.certificate),
    others: weighed
      .filter((one) => one.gaps.length > 0)
      .sort((left, right) => left.gaps.length - right.gaps.length),
    broken: read.filter((one) => one.problems.length > 0),
    names: [
      ...new Set(
        weighed.map((one) => one.certificate.statement?.predicate.poscertCertificate.client.name ?? ''),
      ),
    ],
  };
}

function candidateOf({ problems, statement, assurance, doubts }: Verification): GateCandidate | undefined {
  return problems.length > 0 || statement === undefined
    ? undefined
    : { statement, assurance: assurance ?? 'self', doubts };
}

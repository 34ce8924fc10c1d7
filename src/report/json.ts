import type { RunReport } from '../model/run.ts';
import { wordsFor } from '../words/words.ts';
import { numberedFindings } from './findings.ts';
import { jsonText } from './json-text.ts';

/**
 * The report for programs: schema/report.schema.json, shipped with the package. Each case has its verdict and the ids of its findings;
 * the findings stand in a list of their own, with their words.
 */
export function jsonReport(report: RunReport): string {
  return `${jsonText(jsonOf(report), 2)}\n`;
}

/** What `jsonReport` writes, as a value. */
export function jsonOf(report: RunReport): Record<string, unknown> {
  const numbered = numberedFindings(report);
  const { cases, obligations, warnings, noCertificate, ...rest } = report;
  return {
    ...rest,
    cases: cases.map(({ reason, ...one }) => ({
      ...one,
      ...(reason === undefined ? {} : { reason: { ...reason, ...wordsFor(reason.code, reason.data) } }),
      findings: numbered.filter((finding) => finding.case?.id === one.id).map((finding) => finding.id),
    })),
    findings: numbered.map(({ id, finding, words, case: owner }) => ({
      id,
      ...finding,
      ...(owner === undefined ? {} : { case: owner.id }),
      ...words,
    })),
    obligations,
    warnings: warnings.map((one) => ({ ...one, ...wordsFor(one.code, one.data) })),
    ...(noCertificate === undefined
      ? {}
      : { noCertificate: { ...noCertificate, ...wordsFor(noCertificate.code, noCertificate.data) } }),
  };
}

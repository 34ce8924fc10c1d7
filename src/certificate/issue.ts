import type { JsonObject } from '../model/json.ts';
import { claims, statement, type CertificateFile, type StatementInput } from './statement.ts';
import { parseVersion } from './line.ts';

/** A certificate to be written, or why there is none (a code in `words`). */
export type Issued =
  | {
      readonly kind: 'certificate';
      readonly line: string;
      readonly serial: string;
      readonly signed: boolean;
      readonly files: readonly CertificateFile[];
    }
  | { readonly kind: 'none'; readonly code: string; readonly data: JsonObject };

/** Issues a certificate when, and only when, everything held (certificate.md, Issued only if). */
export function issue(input: StatementInput): Issued {
  const { report, config } = input;
  const none = (code: string, data: JsonObject = {}): Issued => ({ kind: 'none', code, data });
  if (!config.certificate.wanted) return none('disabled');
  if (config.file === undefined) return none('no-config');
  if (report.partial) return none('partial');
  if (report.verdict !== 'passed') return none('not-passed', { verdict: report.verdict });
  const { name } = config.client;
  const version = parseVersion(config.client.version ?? report.client.version ?? '');
  if (name === undefined || version === undefined) return none('not-identified');
  const required = report.cases.filter((one) => one.tier === 'certification');
  const lacking = report.features.filter(
    (feature) => !required.some((one) => one.feature === feature && one.verdict === 'passed'),
  );
  if (lacking.length > 0) return none('not-passed', { features: lacking });
  const claimFiles = claims(config, name, version.line);
  const text = `${JSON.stringify(statement(input, version, name, claimFiles), null, 2)}\n`;
  return {
    kind: 'certificate',
    line: version.line,
    serial: input.serial,
    signed: false,
    files: [...claimFiles, { name: 'certificate.statement.json', text }],
  };
}

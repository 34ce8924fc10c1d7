import { isJsonObject, member, textMember, type JsonObject, type JsonValue } from '../model/json.ts';
import type { RunReport } from '../model/run.ts';

/** What a finding of the json report has beside what a finding is. */
const TOLD = ['id', 'title', 'cause', 'remedy'];

/**
 * The report that a run's report.json holds, or undefined where it holds none of version 1. Only what is needed to tell it again is looked at:
 * findings go back to their cases, and the words are left to this version.
 */
export function storedReport(json: JsonObject | undefined): RunReport | undefined {
  if (json === undefined || json['schemaVersion'] !== 1) return undefined;
  const findings = objects(json['findings']);
  const cases = objects(json['cases']);
  const whole =
    [json['obligations'], json['exchanges'], json['features']].every((one) => Array.isArray(one)) &&
    ['client', 'pack', 'tool', 'counts', 'time'].every((name) => isJsonObject(json[name])) &&
    typeof json['exitCode'] === 'number' &&
    typeof json['verdict'] === 'string' &&
    findings !== undefined &&
    cases !== undefined &&
    cases.every(isCase) &&
    findings.every((one) => Array.isArray(one['exchanges']) && isJsonObject(one['data']));
  if (!whole) return undefined;
  const ids = new Set(cases.map((one) => textMember(one, 'id')));
  const bare = findings.map((one) => without(one, TOLD));
  const { certificate, noCertificate, warnings, ...rest } = json;
  return {
    ...rest,
    cases: cases.map((one) => ({
      ...one,
      ...(isJsonObject(one['reason']) ? { reason: codeAndData(one['reason']) } : {}),
      findings: bare.filter((finding) => finding['case'] === one['id']),
    })),
    findings: bare.filter((finding) => !ids.has(textMember(finding, 'case'))),
    ...sealOf({ certificate, noCertificate, warnings }),
  } as unknown as RunReport;
}

/**
 * A run that is told again with what only its first report knows: its certificate, why there was none, what was warned of, and how long a case
 * took from the moment it was taken up (a recording has the time from its first step on).
 */
export function asThen(now: RunReport, then: RunReport | undefined): RunReport {
  if (then === undefined) return now;
  const { certificate, noCertificate, warnings } = then;
  const times = new Map(then.cases.map((one) => [one.id, one.durationMs]));
  return {
    ...now,
    ...(certificate === undefined ? {} : { certificate }),
    ...(noCertificate === undefined ? {} : { noCertificate }),
    warnings,
    cases: now.cases.map((one) => ({ ...one, durationMs: times.get(one.id) ?? one.durationMs })),
  };
}

/** What a run's recording can't say: its certificate, why there was none, and what was warned of after its end. */
function sealOf(
  json: Readonly<Record<string, JsonValue | undefined>>,
): Pick<RunReport, 'certificate' | 'noCertificate' | 'warnings'> {
  const { certificate, noCertificate, warnings } = json;
  const folder = textMember(certificate, 'folder');
  const serial = textMember(certificate, 'serial');
  return {
    ...(folder === undefined || serial === undefined
      ? {}
      : { certificate: { folder, serial, signed: member(certificate, 'signed') === true } }),
    ...(isJsonObject(noCertificate) ? { noCertificate: codeAndData(noCertificate) } : {}),
    warnings: (objects(warnings) ?? []).map(codeAndData),
  };
}

function isCase(one: JsonObject): boolean {
  return Array.isArray(one['steps']) && Array.isArray(one['source']) && typeof one['durationMs'] === 'number';
}

function codeAndData(one: JsonObject): { code: string; data: JsonObject } {
  const { data } = one;
  return { code: textMember(one, 'code') ?? '', data: isJsonObject(data) ? data : {} };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] | undefined {
  return Array.isArray(value) && value.every(isJsonObject) ? value : undefined;
}

function without(one: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name)));
}

import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Parsed, Problem } from '../model/problem.ts';
import type { RunReport } from '../model/run.ts';
import { isReportFormat, reports, type ReportFormat } from '../report/reports.ts';
import type { Io } from './io.ts';

/** One `--report FORMAT[=FILE]`. Without a file it goes to stdout. */
export interface Wanted {
  readonly format: ReportFormat;
  readonly file?: string;
}

/** Reads the values of `--report`; where none goes to the screen, the console's own does. */
export function wantedReports(texts: readonly string[], cwd: string): Parsed<readonly Wanted[]> {
  const asked = askedReports(texts, cwd);
  if (!asked.ok || asked.value.some((one) => one.file === undefined)) return asked;
  return { ...asked, value: [{ format: 'console' }, ...asked.value] };
}

/** Those reports and no other; without any, the console's. */
export function askedReports(texts: readonly string[], cwd: string): Parsed<readonly Wanted[]> {
  const problems: Problem[] = [];
  const wanted: Wanted[] = [];
  for (const text of texts) {
    const [name = '', ...rest] = text.split('=');
    const file = rest.join('=');
    if (!isReportFormat(name))
      problems.push({ code: 'unknown-report', data: { format: name, known: Object.keys(reports) } });
    else wanted.push(file === '' ? { format: name } : { format: name, file: resolve(cwd, file) });
  }
  if (wanted.filter((one) => one.file === undefined).length > 1)
    problems.push({ code: 'reports-to-one-stream', data: {} });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: wanted.length > 0 ? wanted : [{ format: 'console' }], warnings: [] };
}

/** Writes every report: files at once or not at all, the rest to stdout. Throws what the file system throws. */
export function writeReports(report: RunReport, wanted: readonly Wanted[], io: Io, verbose: boolean): void {
  for (const { format, file } of wanted) {
    if (file !== undefined) {
      const text = reports[format](report, { color: false, width: 100, verbose });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    } else io.out(reports[format](report, { color: io.color.out, width: io.width, verbose }));
  }
  if (io.env['GITHUB_ACTIONS'] !== 'true') return;
  if (!wanted.some((one) => one.format === 'github')) io.out(reports.github(report, PLAIN));
  const summary = io.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') appendFileSync(summary, reports.markdown(report, PLAIN));
}

const PLAIN = { color: false, width: 100, verbose: false };

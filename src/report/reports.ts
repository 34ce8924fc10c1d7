import type { RunReport } from '../model/run.ts';
import { consoleReport } from './console.ts';
import { ctrfReport } from './ctrf.ts';
import { githubReport } from './github.ts';
import { harReport } from './har.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { ndjsonReport } from './ndjson.ts';
import type { Reporter } from './options.ts';

export type { ReportOptions } from './options.ts';

/** The names of the formats of `--report`, in the order in which they are offered. */
export type ReportFormat =
  'console' | 'json' | 'junit' | 'html' | 'github' | 'ctrf' | 'har' | 'markdown' | 'ndjson';

/** Every format of `--report`, by its name. */
export const reports: Readonly<Record<ReportFormat, Reporter<RunReport>>> = {
  console: consoleReport,
  json: jsonReport,
  junit: junitReport,
  html: htmlReport,
  github: githubReport,
  ctrf: ctrfReport,
  har: harReport,
  markdown: markdownReport,
  ndjson: ndjsonReport,
};

/** Whether `name` is a format of `--report`. */
export function isReportFormat(name: string): name is ReportFormat {
  return Object.hasOwn(reports, name);
}

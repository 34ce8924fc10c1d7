/** How a report is to be rendered. Formats for machines look at none of it. */
export interface ReportOptions {
  readonly color: boolean;
  /** Columns of the terminal; longer lines are wrapped where they can be. */
  readonly width: number;
  /** Every exchange in full, and what did not apply. */
  readonly verbose: boolean;
}

/** One format: a run in, text out. It decides nothing. */
export type Reporter<Report> = (report: Report, options: ReportOptions) => string;

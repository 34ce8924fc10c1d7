import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reports, type ReportFormat } from '../../src/report/reports.ts';
import { fixtures } from './fixtures.ts';

/* The text of each report, to the letter. UPDATE=1 rewrites what is expected: then read the difference. */

const FILES: Readonly<Record<string, readonly [format: ReportFormat, verbose: boolean]>> = {
  'console.txt': ['console', false],
  'console-verbose.txt': ['console', true],
  'report.json': ['json', false],
  'junit.xml': ['junit', false],
  'report.md': ['markdown', false],
};

describe.each(Object.entries(fixtures))('%s', (name, report) => {
  const folder = new URL(`../golden/${name}/`, import.meta.url);
  it.each(Object.entries(FILES))('%s', (file, [format, verbose]) => {
    const text = reports[format](report, { color: false, width: 100, verbose });
    if (process.env['UPDATE'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(new URL(file, folder), text);
    }
    expect(text).toBe(readFileSync(new URL(file, folder), 'utf8'));
  });
});

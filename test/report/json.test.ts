import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { jsonReport } from '../../src/report/json.ts';
import { fixtures, oneFailed } from './fixtures.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const valid = ajv.compile(schema);

type Report = Record<string, unknown> & {
  cases: Record<string, unknown>[];
  findings: Record<string, unknown>[];
};
const parsed = (): Report => JSON.parse(jsonReport(oneFailed)) as Report;

describe('json report', () => {
  it.each(Object.entries(fixtures))('%s is valid', (_name, report) => {
    expect(valid(JSON.parse(jsonReport(report))), JSON.stringify(valid.errors)).toBe(true);
  });

  it('rejects an unknown member anywhere, and a missing one', () => {
    expect(valid({ ...parsed(), surprise: 1 })).toBe(false);
    expect(valid({ ...parsed(), cases: parsed().cases.map((one) => ({ ...one, surprise: 1 })) })).toBe(false);
    const without = parsed();
    delete without['verdict'];
    expect(valid(without)).toBe(false);
  });

  it('gives each case the ids of its findings, and each finding its words', () => {
    const report = parsed();
    const ids = report.findings.map((one) => one['id']);
    expect(report.cases.flatMap((one) => one['findings'])).toEqual(ids);
    expect(new Set(ids).size).toBe(6);
    for (const one of report.findings) expect(one['title']).toMatch(/\S/);
  });
});

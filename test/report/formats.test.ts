import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { ctrfReport } from '../../src/report/ctrf.ts';
import { githubReport } from '../../src/report/github.ts';
import { harReport } from '../../src/report/har.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport, stepSummary } from '../../src/report/markdown.ts';
import { ndjsonReport } from '../../src/report/ndjson.ts';
import { isReportFormat, reports } from '../../src/report/reports.ts';
import { fixtures, oneFailed, undecided } from './fixtures.ts';
import { everyElement, readXml } from './xml-reader.ts';

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const closed = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const text = { type: 'string' };
const span = { type: 'number', minimum: 0 };
const whole = { type: 'integer', minimum: 0 };
const list = (items: object): object => ({ type: 'array', items });

/* Closed schemas written from the facts in standards.md 2.2 and 2.3. */
const status = { enum: ['passed', 'failed', 'skipped', 'pending', 'other'] };
const ctrf = ajv.compile(
  closed({
    reportFormat: { const: 'CTRF' },
    specVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    timestamp: { type: 'string', format: 'date-time' },
    generatedBy: text,
    results: closed({
      tool: closed({ name: text, version: text }),
      summary: closed({
        tests: whole,
        passed: whole,
        failed: whole,
        skipped: whole,
        pending: whole,
        other: whole,
        start: whole,
        stop: whole,
      }),
      tests: list(
        closed(
          {
            name: text,
            status,
            duration: whole,
            suite: { ...list(text), minItems: 1 },
            message: text,
            trace: text,
            rawStatus: text,
            tags: list(text),
            filePath: text,
            retries: whole,
            steps: list(closed({ name: text, status })),
            extra: { type: 'object' },
          },
          ['message', 'trace'],
        ),
      ),
      environment: closed({ appName: text, appVersion: text, testEnvironment: text }, ['appVersion']),
      extra: { type: 'object' },
    }),
  }),
);
const pair = closed({ name: text, value: text });
const har = ajv.compile(
  closed({
    log: closed({
      version: { const: '1.2' },
      creator: closed({ name: text, version: text }),
      comment: text,
      entries: list(
        closed({
          startedDateTime: { type: 'string', format: 'date-time' },
          time: { type: 'number', minimum: 0 },
          request: closed(
            {
              method: text,
              url: { type: 'string', format: 'uri' },
              httpVersion: text,
              cookies: list(pair),
              headers: list(pair),
              queryString: list(pair),
              postData: closed({ mimeType: text, text }),
              headersSize: { type: 'integer' },
              bodySize: { type: 'integer' },
            },
            ['postData'],
          ),
          response: closed({
            status: { type: 'integer' },
            statusText: text,
            httpVersion: text,
            cookies: list(pair),
            headers: list(pair),
            content: closed({ size: whole, mimeType: text, text }, ['text']),
            redirectURL: text,
            headersSize: { type: 'integer' },
            bodySize: { type: 'integer' },
          }),
          cache: { type: 'object' },
          timings: closed({ send: span, wait: span, receive: span }),
          _poscert: { type: 'object' },
        }),
      ),
    }),
  }),
);

type Value = Record<string, unknown>;
const read = (json: string): Value => JSON.parse(json) as Value;

describe('ctrf', () => {
  it.each(Object.entries(fixtures))('%s is valid', (_name, report) => {
    expect(ctrf(read(ctrfReport(report))), JSON.stringify(ctrf.errors)).toBe(true);
  });

  it('is checked by something that finds faults', () => {
    const good = ctrfReport(oneFailed);
    expect(ctrf(read(good.replace('"duration": 5402', '"duration": 5402.5')))).toBe(false);
    expect(ctrf(read(good.replace(/"suite": \[\s*"payments"\s*\]/, '"suite": "payments"')))).toBe(false);
    expect(ctrf(read(good.replace('"results"', '"extra": {}, "results"')))).toBe(false);
  });

  it('counts every test once', () => {
    for (const report of Object.values(fixtures)) {
      const { summary } = (read(ctrfReport(report)) as { results: { summary: Record<string, number> } })
        .results;
      const { tests, passed = 0, failed = 0, skipped = 0, pending = 0, other = 0 } = summary;
      expect(passed + failed + skipped + pending + other).toBe(tests);
    }
  });
});

describe('har', () => {
  it.each(Object.entries(fixtures))('%s is valid', (_name, report) => {
    expect(har(read(harReport(report))), JSON.stringify(har.errors)).toBe(true);
  });

  it('holds the exchanges with their times, and status 0 where nothing came', () => {
    const { log } = read(harReport(oneFailed)) as { log: { entries: Value[] } };
    expect(log.entries).toHaveLength(3);
    expect(log.entries[0]).toMatchObject({
      startedDateTime: '2026-11-21T08:00:12.310Z',
      time: 5002.25,
      request: { method: 'POST', url: 'http://127.0.0.1:41001/pos/v10/payments' },
      response: { status: 0 },
      _poscert: { exchange: 14, fault: 'timeout, carried out' },
    });
    expect(har(read(harReport(oneFailed).replace('"wait"', '"waited"')))).toBe(false);
  });

  it('splits a query off the target', () => {
    const exchanges = oneFailed.exchanges
      .slice(0, 1)
      .map((one) => ({ ...one, target: '/pos/v10/payments?posId=a%20b&state=x' }));
    expect(harReport({ ...oneFailed, exchanges })).toContain('"value": "a b"');
  });
});

describe('github', () => {
  it('gives at most nine annotations and a notice', () => {
    const one = oneFailed.cases[2];
    if (one === undefined) throw new Error('fixture');
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...one,
      id: `payments/case-${index}`,
      findings: one.findings.map((finding) => ({
        ...finding,
        data: { ...finding.data, truth: `payment ${index}` },
      })),
    }));
    const lines = githubReport({ ...oneFailed, cases: many })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(9);
    expect(lines.at(-1)).toMatch(/^::notice .*and 31 more in the report$/);
  });

  it('says what was not decided as a warning, but not where only some cases were asked for', () => {
    expect(githubReport({ ...undecided, partial: false })).toContain(
      '::warning title=unproven%3A idempotency-key-kept::',
    );
    expect(githubReport(undecided)).not.toContain('idempotency-key-kept');
  });
});

describe('markdown', () => {
  it('is cut at whole blocks for a step summary', () => {
    const whole = markdownReport(oneFailed);
    expect(stepSummary(oneFailed)).toBe(whole);
    const cut = stepSummary(oneFailed, 2500);
    expect(new TextEncoder().encode(cut).length).toBeLessThanOrEqual(2500);
    expect(cut).toMatch(/\d+ more parts are in the full report/);
    expect((cut.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(whole.startsWith(cut.slice(0, cut.lastIndexOf('\n\n', cut.length - 10)))).toBe(true);
  });
});

describe('ndjson', () => {
  it('is one event a line, the verdict last', () => {
    const events = ndjsonReport(oneFailed).trimEnd().split('\n').map(read);
    expect(events[0]).toMatchObject({ event: 'run', run: oneFailed.run });
    expect(events.at(-1)).toMatchObject({ event: 'verdict', verdict: 'failed', exitCode: 1 });
    const count = (event: string): number => events.filter((one) => one['event'] === event).length;
    expect([count('case'), count('finding'), count('obligation'), count('exchange')]).toEqual([5, 6, 4, 3]);
  });
});

describe('html', () => {
  it.each(Object.entries(fixtures))('%s is well-formed, has no script and loads nothing', (_name, report) => {
    const root = readXml(asXml(htmlReport(report)), ['style']);
    const elements = everyElement(root);
    for (const one of elements) {
      expect(['script', 'img', 'link', 'iframe', 'object', 'form', 'base']).not.toContain(one.name);
      for (const name of Object.keys(one.attributes)) expect(name).not.toMatch(/^on|^style$|^src/);
      expect(one.attributes['href'] ?? '#').toMatch(/^#/);
    }
    const policy = elements.find((one) => one.attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy?.attributes['content']).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    const ids = elements.flatMap((one) => one.attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of elements)
      if (one.name === 'a') expect(ids).toContain((one.attributes['href'] ?? '').slice(1));
  });
});

/** Our HTML is written so that it is XML too, these two references aside. */
function asXml(document: string): string {
  return document.replace(/&#39;/g, '&apos;').replace(/&#96;/g, '`');
}

describe('the table of formats', () => {
  it('knows its names', () => {
    expect(Object.keys(reports)).toEqual([
      'console',
      'json',
      'junit',
      'html',
      'github',
      'ctrf',
      'har',
      'markdown',
      'ndjson',
    ]);
    expect(isReportFormat('junit')).toBe(true);
    expect(isReportFormat('toString')).toBe(false);
  });
});

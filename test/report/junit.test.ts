import { describe, expect, it } from 'vitest';
import { junitReport } from '../../src/report/junit.ts';
import { dialectProblems } from './junit-dialect.ts';
import { allPassed, fixtures, oneFailed, undecided } from './fixtures.ts';
import { everyElement, readXml } from './xml-reader.ts';

describe('junit report', () => {
  it.each(Object.entries(fixtures))('%s is valid in the common dialect', (_name, report) => {
    expect(dialectProblems(readXml(junitReport(report)))).toEqual([]);
  });

  it('is checked by something that finds faults', () => {
    const good = junitReport(oneFailed);
    const spoil: readonly (readonly [from: string | RegExp, to: string])[] = [
      ['time="6.214"/>', 'time="6.214" file="x.yaml"/>'],
      ['time="6.214"/>', 'time="1e-7"/>'],
      ['time="6.214"/>', 'time="6.2145"/>'],
      ['failures="3"', 'failures="2"'],
      [' hostname="localhost"', ''],
      [/T\d\d:\d\d:\d\d"/, 'T08:00:00Z"'],
      ['<system-out></system-out>', ''],
      [/ type="[^"]*"/, ''],
      ['name="partial-capture"', 'name="complete-a-payment"'],
      ['<testsuites>', '<testsuites name="all">'],
    ];
    for (const [from, to] of spoil) {
      expect(good, String(from)).toMatch(from);
      expect(dialectProblems(readXml(good.replace(from, to))), String(from)).not.toEqual([]);
    }
  });

  it('writes times with three decimals whatever they are', () => {
    for (const durationMs of [NaN, -5, Infinity, 1e-9, 1234567.891]) {
      const report = { ...allPassed, cases: allPassed.cases.map((one) => ({ ...one, durationMs })) };
      expect(dialectProblems(readXml(junitReport(report)))).toEqual([]);
    }
  });

  it('keeps to 64 KiB a case', () => {
    const why = 'x'.repeat(300_000);
    const report = {
      ...oneFailed,
      cases: oneFailed.cases.map((one) => ({ ...one, title: why })),
    };
    const texts = everyElement(readXml(junitReport(report))).filter((one) => one.name === 'failure');
    for (const one of texts) expect(one.text.length).toBeLessThan(66_000);
  });

  it('shows a duty that nothing proved, though every case passed', () => {
    const report = { ...undecided, cases: allPassed.cases };
    const skipped = everyElement(readXml(junitReport(report))).filter(
      (one) => one.attributes['classname'] === 'run',
    );
    expect(skipped.map((one) => one.attributes['name'])).toEqual(['idempotency-key-kept']);
  });
});

import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/model/case.ts';
import type { CaseRun } from '../../src/model/outcome.ts';
import type { CaseReport, RunReport } from '../../src/model/run.ts';
import { consoleReport } from '../../src/report/console.ts';
import { sortFindings } from '../../src/report/findings.ts';
import { columns, flowing, paint, span } from '../../src/report/lines.ts';
import { advanceProgress, beginProgress, endedLine, progressLines } from '../../src/report/progress.ts';
import { clientError, fixtures, oneFailed } from './fixtures.ts';

const plain = { color: false, width: 100, verbose: false };

describe('sorting of findings', () => {
  it('puts the first cause on top and folds what follows from it', () => {
    const { causes, advice } = sortFindings(oneFailed);
    expect(causes.map((cause) => cause.first.id)).toEqual(['F1', 'F5']);
    expect(causes[0]?.consequences.map((one) => one.id)).toEqual(['F2', 'F3']);
    expect(causes[0]?.again.map((one) => one.case?.id)).toEqual(['payments/cancel-a-payment']);
    expect(causes[0]?.stopped.map((one) => one.id)).toEqual(['payments/cancel-a-payment-again']);
    expect(advice.map((cause) => cause.first.id)).toEqual(['F4']);
  });

  it('folds cases that were not run, however far they stand, under the case that stopped them', () => {
    const { causes, undecided } = sortFindings(clientError);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.stopped.map((one) => one.id)).toEqual(['onboarding/restart-finds-the-pos']);
    expect(undecided).toEqual([]);
  });

  it('folds what follows in another case of the same cause, and what waited for that case', () => {
    const [, first, , third, waits] = oneFailed.cases;
    if (first === undefined || third === undefined || waits === undefined) throw new Error('fixture');
    const later = {
      code: 'silent',
      level: 'must',
      case: third.id,
      exchanges: [],
      data: { command: 'settle' },
    } as const;
    const next = {
      ...waits,
      id: 'payments/next',
      reason: { code: 'after-failed', data: { case: third.id } },
    };
    const last = { ...waits, id: 'payments/last', reason: { code: 'after-failed', data: { case: next.id } } };
    const cases = [first, { ...third, findings: [...third.findings, later] }, next, last];
    const { causes, undecided } = sortFindings({ ...oneFailed, cases });
    expect(causes).toHaveLength(1);
    expect(causes[0]?.consequences.at(-1)?.finding).toBe(later);
    expect(causes[0]?.stopped.map((one) => one.id)).toEqual(['payments/next', 'payments/last']);
    expect(undecided).toEqual([]);
    const text = consoleReport({ ...oneFailed, cases }, plain);
    expect(text).toContain('└ F6 in payments/cancel-a-payment: settle: neither');
  });

  it('names exchanges in the order of time', () => {
    const [, first] = oneFailed.cases;
    if (first === undefined) throw new Error('fixture');
    const cases = [
      {
        ...first,
        findings: first.findings.map((one) => ({ ...one, exchanges: [...one.exchanges].reverse() })),
      },
    ];
    const text = consoleReport({ ...oneFailed, cases }, plain);
    expect(text.indexOf('#14  12.310 s')).toBeLessThan(text.indexOf('#15  17.402 s'));
    expect(text).toContain('(#14, #15)');
  });

  it('loses no finding', () => {
    for (const report of Object.values(fixtures)) {
      const { numbered, causes, advice } = sortFindings(report);
      const placed = [...causes, ...advice].flatMap((one) => [one.first, ...one.consequences, ...one.again]);
      const stopped = causes.flatMap((cause) => cause.stopped).flatMap((one) => one.findings);
      expect(placed.length + stopped.length).toBe(numbered.length);
    }
  });

  it('shows a case that waits for a cause which is not in the report', () => {
    const lonely = { ...clientError, cases: clientError.cases.slice(1) };
    expect(sortFindings(lonely).undecided.map((one) => one.code)).toEqual(['need-failed']);
    expect(consoleReport(lonely, plain)).toContain('onboarding/restart-finds-the-pos');
  });

  it('shows a finding of no case', () => {
    const stray = {
      code: 'silent',
      level: 'must',
      exchanges: [],
      data: { command: 'settle', ms: 30_000 },
    } as const;
    const text = consoleReport({ ...oneFailed, cases: [], findings: [stray] }, plain);
    expect(text).toContain('F1  must  between cases');
    expect(text).toContain('settle: neither a request nor an answer came for 30.0 s');
  });
});

describe('console report', () => {
  it('tells in verbose mode all headers and bodies, and every case with its steps', () => {
    const text = consoleReport(oneFailed, { ...plain, verbose: true });
    expect(text).toContain('> X-MobilePay-Client-System-Version: 2.1.0');
    expect(text).toContain('Create a point of sale (time-out)');
    expect(consoleReport(oneFailed, plain)).not.toContain('Create a point of sale (time-out)');
  });

  it('has the same words with colour and without', () => {
    for (const report of Object.values(fixtures)) {
      const coloured = consoleReport(report, { ...plain, color: true });
      expect(coloured).toContain('\u001b[');
      // eslint-disable-next-line no-control-regex -- the colours that we make ourselves
      expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(consoleReport(report, plain));
    }
  });

  it('wraps prose to the width, whatever it is', () => {
    for (const width of [40, 60, 80, 200]) {
      const text = consoleReport(oneFailed, { ...plain, width });
      for (const line of text.split('\n'))
        if (/^ {4}(duty|why|likely|to do) /.test(line))
          expect(line.length).toBeLessThanOrEqual(Math.max(width, 60));
    }
    const many: CaseReport[] = Array.from({ length: 30 }, (_, index) => ({
      ...oneFailed.cases[4]!,
      id: `payments/x-${index}`,
    }));
    const report: RunReport = { ...oneFailed, cases: [...oneFailed.cases, ...many] };
    expect(consoleReport(report, plain)).toContain('and 25 more (for this cause)');
  });
});

describe('lines', () => {
  it('breaks at spaces under the hang and never in a word', () => {
    const line = flowing(2, 4, span('one two three', 'strong'), ' four five');
    expect(paint([line], { color: false, width: 24 })).toBe('  one two three four\n    five\n');
    expect(paint([flowing(0, 0, 'x'.repeat(50))], { color: false, width: 20 })).toBe(`${'x'.repeat(50)}\n`);
    expect(paint([], { color: false, width: 20 })).toBe('');
  });

  it('counts wide letters twice and marks not at all', () => {
    expect(['abc', '日本', 'é', '😀'].map(columns)).toEqual([3, 4, 1, 2]);
  });

  it('does not let two spans make a command together', () => {
    expect(paint([flowing(0, 0, ':', ':error::x')], { color: false, width: 80 })).toBe('| ::error::x\n');
    expect(paint([flowing(0, 0, 'a #', '#vso[x]')], { color: false, width: 80 })).toBe('a # #vso[x]\n');
    expect(paint([flowing(0, 2, 'a '.repeat(9), '::error::x')], { color: false, width: 20 })).toMatch(
      /\n\| ::error::x\n$/,
    );
  });
});

describe('progress', () => {
  const one = { id: 'payments/a', feature: 'payments', title: 'Complete a payment' } as Case;
  const run = (kind: 'passed' | 'unproven'): CaseRun => ({
    case: one,
    lane: 'payments',
    outcome: kind === 'passed' ? { kind } : { kind, reason: { code: 'bail', data: {} } },
    steps: [],
    startedAt: 0,
    endedAt: 5400,
    attempts: 1,
  });
  const shown = (state: ReturnType<typeof beginProgress>, width = 80): readonly string[] =>
    progressLines(state, '*', { color: false, width });

  it('shows a line a feature, the case and the command under way', () => {
    let state = beginProgress([
      { feature: 'onboarding', total: 9 },
      { feature: 'payments', total: 2 },
    ]);
    expect(shown(state)).toEqual(['· onboarding  0 of 9', '· payments    0 of 2']);
    state = advanceProgress(state, { kind: 'case-started', lane: 'payments', case: one });
    state = advanceProgress(state, {
      kind: 'command',
      lane: 'payments',
      case: one,
      command: 'capturePayment',
    });
    expect(shown(state)[1]).toBe('* payments    0 of 2  Complete a payment · capturePayment');
    expect(shown(state, 34)[1]).toBe('* payments    0 of 2  Complete a…');
    state = advanceProgress(state, { kind: 'case-ended', lane: 'payments', run: run('unproven') });
    state = advanceProgress(state, { kind: 'case-ended', lane: 'payments', run: run('passed') });
    expect(shown(state)[1]).toBe('✗ payments    2 of 2  1 not passed');
  });

  it('leaves a line when a case has ended', () => {
    expect(endedLine(run('passed'), 3, 31, { color: false, width: 80 })).toBe(
      ' 3 of 31  ✓ payments/a  5.4 s\n',
    );
    expect(endedLine(run('unproven'), 31, 31, { color: false, width: 80 })).toBe(
      '31 of 31  ? payments/a  unproven  5.4 s\n',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { CASE_VERDICTS, type RunVerdict } from '../../src/model/verdict.ts';
import { exitCodeOf, heaviest, verdictOfCases } from '../../src/verdict/precedence.ts';

/** cli.md, Exit codes; architecture.md, Verdict: the heavier first. */
const TABLE: readonly (readonly [RunVerdict, number])[] = [
  ['interrupted', 130],
  ['error', 4],
  ['failed', 1],
  ['inconclusive', 3],
  ['unproven', 3],
  ['unsupported', 3],
  ['passed', 0],
];

describe('the verdict of several', () => {
  it('is the heavier of any two, in either order', () => {
    TABLE.forEach(([heavy], index) => {
      for (const [light] of TABLE.slice(index)) {
        expect(heaviest([light, heavy])).toBe(heavy);
        expect(heaviest([heavy, light])).toBe(heavy);
      }
    });
  });

  it('knows every verdict that a case can have', () => {
    for (const verdict of CASE_VERDICTS) expect(verdictOfCases([verdict])).toBeDefined();
  });

  it('of nothing is unproven', () => {
    expect(heaviest([])).toBe('unproven');
    expect(verdictOfCases([])).toBe('unproven');
    expect(verdictOfCases(['not applicable'])).toBe('unproven');
  });

  it('a case that does not apply weighs nothing, one that was cancelled proves nothing', () => {
    expect(verdictOfCases(['passed', 'not applicable'])).toBe('passed');
    expect(verdictOfCases(['passed', 'cancelled'])).toBe('unproven');
  });
});

describe('the exit code', () => {
  it.each(TABLE)('of %s is %i', (verdict, code) => {
    expect(exitCodeOf(verdict)).toBe(code);
  });

  it('is 0 for passed alone', () => {
    expect(TABLE.filter(([verdict]) => exitCodeOf(verdict) === 0).map(([verdict]) => verdict)).toEqual([
      'passed',
    ]);
  });
});

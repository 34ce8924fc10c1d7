import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/model/case.ts';
import type { Finding, Judgement, Obligation } from '../../src/model/obligation.ts';
import { NEEDS_PREFIX, type CaseOutcome, type CaseRun } from '../../src/model/outcome.ts';
import { decide, type Decision, type Evidence } from '../../src/verdict/decide.ts';
import { inconclusiveCases, replaced } from '../../src/verdict/again.ts';

const aCase = (id: string, more: Partial<Case> = {}): Case => ({
  id,
  feature: id.split('/')[0] ?? '',
  file: `${id}.yaml`,
  title: id,
  why: 'why',
  tier: 'certification',
  mark: 'documented',
  source: ['s'],
  needs: {},
  evidence: [],
  leaves: [],
  steps: [],
  ...more,
});

const PASSED: CaseOutcome = { kind: 'passed' };
const run = (id: string, outcome: CaseOutcome = PASSED, more: Partial<CaseRun> = {}): CaseRun => ({
  case: aCase(id),
  lane: id.split('/')[0] ?? '',
  outcome,
  steps: [],
  startedAt: 0,
  endedAt: 10,
  attempts: 1,
  ...more,
});
const reason = (
  kind: 'unproven' | 'unsupported' | 'cancelled' | 'not applicable' | 'inconclusive',
): CaseOutcome => ({
  kind,
  reason: { code: 'because', data: {} },
});
const found = (code: string, exchanges: readonly number[], more: Partial<Finding> = {}): Finding => ({
  code,
  level: 'must',
  obligation: 'a-duty',
  case: 'payments/one',
  exchanges,
  data: {},
  ...more,
});
const stray = (level: 'must' | 'should'): Finding => ({ code: 'stray', level, exchanges: [1], data: {} });
const failed = (code: string, exchanges: readonly number[]): CaseOutcome => ({
  kind: 'failed',
  finding: { code, level: 'must', case: 'payments/one', exchanges, data: {} },
});
const errored = (more: object = {}): CaseOutcome => ({
  kind: 'error',
  origin: 'client',
  finding: { code: 'client-exited', level: 'must', exchanges: [], data: {} },
  ...more,
});
const duty = (more: Partial<Obligation> = {}): Obligation => ({
  id: 'a-duty',
  title: 'A duty',
  level: 'must',
  features: ['payments'],
  provedBy: ['payments/one'],
  text: 'Do it.',
  source: ['s'],
  ...more,
});
const judged = (more: Partial<Judgement> = {}): Judgement => ({
  obligation: 'a-duty',
  examined: [{ exchange: 1, case: 'payments/one' }],
  findings: [],
  doubtful: [],
  ...more,
});

function decided(more: Partial<Evidence>): Decision {
  return decide({
    runs: [run('payments/one')],
    judgements: [judged()],
    obligations: [duty()],
    features: ['payments'],
    mayLack: [],
    partial: false,
    interrupted: false,
    ...more,
  });
}
const codes = (decision: Decision): string[] =>
  decision.cases[0]?.findings.map((finding) => finding.code) ?? [];

describe('the verdict of a case', () => {
  it('is passed where nothing is wrong', () => {
    expect(decided({})).toMatchObject({
      verdict: 'passed',
      findings: [],
      cases: [{ verdict: 'passed', findings: [] }],
    });
  });

  it.each(['must', 'should'] as const)('a finding of a rule at level %s', (level) => {
    const decision = decided({ judgements: [judged({ findings: [found('bad', [1], { level })] })] });
    expect(decision.cases[0]).toMatchObject({
      verdict: level === 'must' ? 'failed' : 'passed',
      findings: [{ code: 'bad' }],
    });
    expect(decision.obligations[0]).toMatchObject({ state: 'broken', findings: 1 });
    expect(decision.verdict).toBe(level === 'must' ? 'failed' : 'passed');
  });

  it.each(['passed', 'unproven', 'unsupported', 'not applicable', 'inconclusive'] as const)(
    'a must finding turns %s into failed',
    (kind) => {
      const decision = decided({
        runs: [run('payments/one', kind === 'passed' ? PASSED : reason(kind))],
        judgements: [judged({ findings: [found('bad', [1])] })],
      });
      expect(decision.cases[0]?.verdict).toBe('failed');
      expect(decision.cases[0]?.reason === undefined || kind !== 'passed').toBe(true);
    },
  );

  it.each([
    ['error', errored()],
    ['cancelled', reason('cancelled')],
  ] as const)('but not %s: that weighs more, or was never gone through', (verdict, outcome) => {
    const decision = decided({
      runs: [run('payments/one', outcome)],
      judgements: [judged({ findings: [found('bad', [1])] })],
    });
    expect(decision.cases[0]?.verdict).toBe(verdict);
  });

  it('what is doubtful makes a passed case inconclusive, and no other', () => {
    const judgements = [judged({ doubtful: [found('late', [1], { data: { lagMs: 9 } })] })];
    expect(decided({ judgements }).cases[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'timing-too-poor', data: { lagMs: 9 } },
    });
    for (const outcome of [failed('x', []), errored(), reason('unproven'), reason('cancelled')])
      expect(decided({ judgements, runs: [run('payments/one', outcome)] }).cases[0]?.verdict).toBe(
        outcome.kind,
      );
  });

  it('what is doubtful at level should changes nothing', () => {
    const decision = decided({
      judgements: [judged({ doubtful: [found('late', [1], { level: 'should' })] })],
    });
    expect(decision.cases[0]?.verdict).toBe('passed');
  });

  it('keeps the reason of whatever it is', () => {
    expect(decided({ runs: [run('payments/one', reason('unsupported'))] }).cases[0]?.reason?.code).toBe(
      'because',
    );
  });

  it('says whose error it was', () => {
    expect(decided({ runs: [run('payments/one', errored({ origin: 'harness' }))] }).cases[0]).toMatchObject({
      verdict: 'error',
      origin: 'harness',
      findings: [{ code: 'client-exited' }],
    });
  });

  it('takes what was found while its needs were made', () => {
    const decision = decided({
      judgements: [judged({ findings: [found('bad', [1], { case: `${NEEDS_PREFIX}payments/one` })] })],
    });
    expect(decision.cases[0]).toMatchObject({ verdict: 'failed', findings: [{ case: 'payments/one' }] });
    expect(decision.findings).toEqual([]);
  });
});

describe('the order of causes', () => {
  const order = (outcome: CaseOutcome, findings: readonly Finding[]): string[] =>
    codes(decided({ runs: [run('payments/one', outcome)], judgements: [judged({ findings })] }));

  it('musts stand first', () => {
    expect(order(PASSED, [found('advice', [1], { level: 'should' }), found('bad', [5])])).toEqual([
      'bad',
      'advice',
    ]);
  });

  it('then the exchange that brought it to light, which is the last one that it names', () => {
    expect(order(PASSED, [found('c', [1, 9]), found('a', [2]), found('b', [3, 4])])).toEqual(['a', 'b', 'c']);
  });

  it('a rule explains more than the engine about the same exchange', () => {
    expect(order(failed('not-a-retry', [1, 2]), [found('idempotency-key-changed', [1, 2])])).toEqual([
      'idempotency-key-changed',
      'not-a-retry',
    ]);
  });

  it('also where it was broken again after the one that the engine stopped at', () => {
    const bare = failed('members-differ', [1]);
    expect(order(bare, [found('token-missing', [1, 3])])).toEqual(['token-missing', 'members-differ']);
    expect(order(bare, [found('later', [2, 3])])).toEqual(['members-differ', 'later']);
  });

  it.each(['missing-request', 'wrong-ending', 'silent', 'ran-too-long'])(
    '%s comes to light only after all that the client sent',
    (code) => {
      expect(order(failed(code, [1, 2, 3]), [found('bad', [3])])).toEqual(['bad', code]);
      expect(order(failed(code, [1, 2, 3]), [found('worse', [4])])).toEqual([code, 'worse']);
    },
  );

  it('the truth at the end comes last, whatever exchange it is shown with', () => {
    expect(order(failed('truth-differs', [1]), [found('bad', [7])])).toEqual(['bad', 'truth-differs']);
  });

  it.each(['missing-request', 'wrong-ending'])(
    '%s of a command that sent nothing comes after what a rule says of it: a claim without a request, a decision forgotten',
    (code) => {
      expect(order(failed(code, []), [found('bad', [7])])).toEqual(['bad', code]);
      expect(order(failed(code, []), [found('bad', [])])).toEqual(['bad', code]);
    },
  );

  it('a client that hangs and sends nothing hangs first of all', () => {
    expect(order(failed('silent', []), [found('bad', [7])])).toEqual(['silent', 'bad']);
  });
});

describe('the verdict of a run', () => {
  it('counts findings that belong to no case', () => {
    for (const more of [{ case: 'payments/other' }, {}]) {
      const decision = decided({ judgements: [judged({ findings: [{ ...stray('must'), ...more }] })] });
      expect(decision).toMatchObject({
        verdict: 'failed',
        findings: [{ code: 'stray' }],
        cases: [{ verdict: 'passed' }],
      });
    }
  });

  it('but not those that are advice', () => {
    expect(decided({ judgements: [judged({ findings: [stray('should')] })] }).verdict).toBe('passed');
  });

  it('an applicable must-obligation that nothing examined leaves it unproven', () => {
    const judgements = [judged({ examined: [] })];
    expect(decided({ judgements })).toMatchObject({
      verdict: 'unproven',
      obligations: [{ state: 'unproven', applicable: true }],
    });
    expect(decided({ judgements, partial: true })).toMatchObject({
      verdict: 'passed',
      obligations: [{ state: 'unproven' }],
    });
    expect(decided({ judgements, obligations: [duty({ level: 'should' })] }).verdict).toBe('passed');
  });

  it.each([
    ['of features that were not selected', { features: ['refunds'] }],
    ['proved by no case that was selected', { provedBy: ['payments/other'] }],
  ])('obligations %s are listed, not counted', (_, more) => {
    expect(decided({ judgements: [judged({ examined: [] })], obligations: [duty(more)] })).toMatchObject({
      verdict: 'passed',
      obligations: [{ state: 'unproven', applicable: false }],
    });
  });

  it('obligations proved by a case that does not apply to the client are not counted', () => {
    const decision = decided({
      runs: [run('payments/one', reason('not applicable')), run('payments/two')],
      judgements: [judged({ examined: [] })],
    });
    expect(decision).toMatchObject({ verdict: 'passed', obligations: [{ applicable: false }] });
  });

  it('nor those proved by one that this target lacks', () => {
    const runs = [run('payments/one', reason('unsupported')), run('payments/two')];
    const lacking = decided({ runs, judgements: [judged({ examined: [] })], mayLack: ['payments/one'] });
    expect(lacking.obligations[0]?.applicable).toBe(false);
    expect(decided({ runs, judgements: [judged({ examined: [] })] }).obligations[0]?.applicable).toBe(true);
  });

  it('what traffic cannot show is listed as that', () => {
    const decision = decided({ judgements: [], obligations: [duty({ unobservable: 'it is inside' })] });
    expect(decision).toMatchObject({
      verdict: 'passed',
      obligations: [{ state: 'not observable', applicable: false }],
    });
  });

  it('a doubtful obligation leaves the run inconclusive', () => {
    const decision = decided({ judgements: [judged({ doubtful: [found('late', [1])] })] });
    expect(decision).toMatchObject({ verdict: 'inconclusive', obligations: [{ state: 'inconclusive' }] });
  });

  it('a feature of which nothing was gone through is unproven', () => {
    expect(decided({ features: ['payments', 'refunds'] }).verdict).toBe('unproven');
    expect(decided({ features: ['payments', 'refunds'], partial: true }).verdict).toBe('passed');
    expect(decided({ runs: [run('payments/one', reason('not applicable'))], obligations: [] }).verdict).toBe(
      'unproven',
    );
  });

  it('without a case there is no pass', () => {
    expect(decided({ runs: [], obligations: [], features: [], partial: true }).verdict).toBe('unproven');
  });

  it('interrupted stands above all', () => {
    expect(decided({ interrupted: true, runs: [run('payments/one', errored())] }).verdict).toBe(
      'interrupted',
    );
  });
});

describe('cases that run again alone', () => {
  const lag: CaseOutcome = reason('inconclusive');
  it('are those that were inconclusive, with what they continue', () => {
    const cases = [
      aCase('p/a'),
      aCase('p/b', { after: 'p/a' }),
      aCase('p/c', { after: 'p/b' }),
      aCase('p/d'),
    ];
    const runs = cases.map((one) => ({ ...run(one.id, one.id === 'p/c' ? lag : PASSED), case: one }));
    const decision = decided({ runs, obligations: [], features: ['p'] });
    expect(inconclusiveCases(decision, cases).map((one) => one.id)).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('stand in the place of their first try, which is no longer looked at', () => {
    const first = run('payments/one', lag);
    const second = run('payments/one', PASSED, { lane: 'payments-again' });
    const runs = replaced([first, run('payments/two')], [second]);
    expect(runs.map((one) => [one.lane, one.attempts])).toEqual([
      ['payments-again', 2],
      ['payments', 1],
    ]);
    const judgements = [
      judged({
        findings: [found('old', [1], { lane: 'payments' })],
        doubtful: [found('late', [2], { lane: 'payments' })],
      }),
    ];
    expect(decided({ runs, judgements })).toMatchObject({
      verdict: 'passed',
      cases: [{ attempts: 2, findings: [] }, {}],
    });
  });

  it('fail by what was found the second time', () => {
    const runs = [run('payments/one', PASSED, { lane: 'payments-again' })];
    const judgements = [judged({ findings: [found('new', [1], { lane: 'payments-again' })] })];
    expect(decided({ runs, judgements }).verdict).toBe('failed');
  });

  it('stay inconclusive where it was no better the second time', () => {
    const runs = replaced([run('payments/one', lag)], [run('payments/one', lag, { lane: 'payments-again' })]);
    expect(decided({ runs })).toMatchObject({ verdict: 'inconclusive', cases: [{ attempts: 2 }] });
  });
});

import { describe, expect, it } from 'vitest';
import type { ClientStep, Expectation } from '../../src/model/case.ts';
import { caseOf, caseText, parse, problemsOf } from './texts.ts';

const QUERY = '- client: awaitPayment\n  with: { paymentId: $payment }\n  traffic:\n';

function expectation(text: string, command = QUERY): Expectation {
  const [step] = caseOf(`${command}    - ${text}`).steps as ClientStep[];
  return step?.traffic[0] as Expectation;
}

describe('a case that is right', () => {
  it('has its id from folder and file, its head, and steps with lines', () => {
    const parsed = parse(
      caseText(
        `- client: initiatePayment
  with: { posId: $posId, orderId: $order, amount: 100.00, currencyCode: DKK }
  traffic:
    - expect: initiatePayment
      name: The first
      body: { amount: 100.00, orderId: { save: order } }
      times: 1..3
      answeredWith: [200, 409]
    - customer: checkIn
      with: { card: debit }
    - world: { storeBalance: 0, pollDelayInMs: 900 }
    - client: kill
  allow: [cancelPayment]
  ends: [refused, { paymentId: { save: payment } }]
- client: restart
- clock: +8d
- check:
    - payment: { id: $payment, state: Captured }
    - paymentsOfOrder: { orderId: $order, count: 1 }`,
        'needs: { pointOfSale: true }\nevidence: [{ polls: 3 }]\nleaves: [payment]\nunless: { behaviour: capturesWhenReserved }\nafter: payments/other\n',
      ),
      '/somewhere/cases/pos-v10/payments/07-a-long-name.yaml',
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        id: 'payments/a-long-name',
        feature: 'payments',
        file: 'payments/07-a-long-name.yaml',
        tier: 'certification',
        needs: { pointOfSale: true },
        evidence: [{ polls: 3 }],
        leaves: ['payment'],
        unless: { behaviour: 'capturesWhenReserved' },
        after: 'payments/other',
        steps: [
          {
            kind: 'client',
            command: 'initiatePayment',
            with: { posId: '$posId', orderId: '$order', amount: 100, currencyCode: 'DKK' },
            allow: ['cancelPayment'],
            ends: ['refused', { paymentId: { save: 'payment' } }],
            line: 12,
            traffic: [
              {
                kind: 'expect',
                operations: ['initiatePayment'],
                name: 'The first',
                body: { amount: 100, orderId: { save: 'order' } },
                times: { min: 1, max: 3 },
                answeredWith: [200, 409],
                plan: { kind: 'forward' },
                line: 15,
              },
              { kind: 'act', group: 'customer', name: 'checkIn', args: { card: 'debit' } },
              { kind: 'act', group: 'world', name: 'storeBalance', args: { value: 0 } },
              { kind: 'act', group: 'world', name: 'pollDelayInMs', args: { value: 900 } },
              { kind: 'kill' },
            ],
          },
          { kind: 'client', command: 'restart', with: {}, traffic: [], allow: [] },
          { kind: 'act', group: 'clock', name: 'advance', args: { ms: 8 * 86_400_000 } },
          {
            kind: 'check',
            checks: [
              { truth: 'payment', members: { id: '$payment', state: 'Captured' } },
              { truth: 'paymentsOfOrder', members: { orderId: '$order', count: 1 } },
            ],
          },
        ],
      },
    });
  });

  it('says an object of the stage as it stands, with the name to save', () => {
    const one = caseOf('- world: { activePaymentFromBefore: { orderId: $order, amount: 75.00, save: old } }');
    expect(one.steps[0]).toMatchObject({
      name: 'activePaymentFromBefore',
      args: { orderId: '$order', amount: 75, save: 'old' },
    });
  });

  it.each([
    ['{ expect: queryPayment, times: 2 }', { min: 2, max: 2 }],
    ['{ expect: queryPayment, times: 0..1 }', { min: 0, max: 1 }],
    ['{ expect: queryPayment, times: 2.. }', { min: 2, max: Number.MAX_SAFE_INTEGER }],
    ['{ expect: queryPayment }', { min: 1, max: 1 }],
  ])('%s', (text, times) => {
    expect(expectation(text).times).toEqual(times);
  });

  it('takes a list of operations', () => {
    expect(expectation('{ expect: [queryPayment, queryPayments] }').operations).toEqual([
      'queryPayment',
      'queryPayments',
    ]);
  });
});

describe('plans, and what is carried out where nothing is said', () => {
  it.each([
    ['{ expect: initiatePayment, answer: { fault: timeout } }', true],
    ['{ expect: preparePayment, answer: { fault: timeout } }', true],
    ['{ expect: initiateRefund, answer: { fault: timeout } }', true],
    ['{ expect: createPointOfSale, answer: { fault: timeout } }', true],
    ['{ expect: deletePointOfSale, answer: { fault: timeout } }', true],
    ['{ expect: capturePayment, answer: { fault: timeout } }', false],
    ['{ expect: cancelPayment, answer: { fault: timeout } }', false],
    ['{ expect: readyPayment, answer: { fault: timeout } }', false],
    ['{ expect: queryPayment, answer: { fault: timeout } }', false],
    ['{ expect: capturePayment, answer: { fault: timeout, processed: true } }', true],
    ['{ expect: initiatePayment, answer: { fault: reset } }', false],
    ['{ expect: initiatePayment, answer: { fault: truncated } }', true],
    ['{ expect: initiatePayment, answer: { fault: malformed } }', true],
    ['{ expect: initiatePayment, answer: { fault: slow, delay: 500ms } }', true],
    ['{ expect: initiatePayment, answer: { fault: hold, processed: false } }', false],
    ['{ expect: initiatePayment, answer: { status: 500 } }', false],
    ['{ expect: initiatePayment, answer: { status: 500, processed: true } }', true],
  ])('%s', (text, processed) => {
    expect(expectation(text).plan).toMatchObject({ processed });
  });

  it('carries status, headers, body, delay and patch', () => {
    expect(
      expectation(
        '{ expect: queryPayment, answer: { status: 503, headers: { Retry-After: "1" }, body: { code: x } } }',
      ).plan,
    ).toEqual({
      kind: 'status',
      status: 503,
      headers: [
        ['Content-Type', 'application/json'],
        ['Retry-After', '1'],
      ],
      body: '{"code":"x"}',
      processed: false,
    });
    expect(expectation('{ expect: queryPayment, answer: { fault: slow, delay: 2s } }').plan).toMatchObject({
      delayMs: 2000,
    });
    expect(expectation('{ expect: queryPayment, answer: { patch: { status: Odd } } }').plan).toEqual({
      kind: 'patch',
      patch: { status: 'Odd' },
    });
    expect(expectation('{ expect: queryPayment, answer: forward }').plan).toEqual({ kind: 'forward' });
  });
});

describe('what is wrong', () => {
  it('is told all at once, in order, with the place and the nearest name', () => {
    const parsed = parse(
      `title: A case
wyh: To see.
tier: certifcation
mark: inferred
source: [api_principles]
steps:
  - client: initiatePaymnt
    with: {}
  - cleint: awaitPayment
  - client: awaitPayment
    with: { paymentId: $payment, patience: 3 }
    traffic:
      - expect: queryPaymnet
        anser: { status: 500 }
`,
    );
    if (parsed.ok) throw new Error('read');
    expect(
      parsed.problems.map(({ code, place, data }) => [code, place?.line, place?.column, data['nearest']]),
    ).toEqual([
      ['missing-member', 1, 1, undefined],
      ['unknown-member', 2, 1, 'why'],
      ['wrong-value', 3, 7, undefined],
      ['unknown-command', 7, 13, 'initiatePayment'],
      ['unknown-step', 9, 5, 'client'],
      ['unknown-member', 11, 34, undefined],
      ['unknown-operation', 13, 17, 'queryPayment'],
      ['unknown-member', 14, 9, 'answer'],
    ]);
    expect(parsed.problems[6]?.place).toEqual({
      file: 'payments/01-a-case.yaml',
      line: 13,
      column: 17,
      text: '      - expect: queryPaymnet',
      length: 12,
    });
    expect(parsed.problems[2]?.data).toMatchObject({
      expected: 'certification, hardening',
      got: 'certifcation',
    });
  });

  const inTraffic = (text: string): string => `${QUERY}    - ${text}`;
  const withParams = (text: string): string => `- client: capturePayment\n  with: ${text}`;

  it.each([
    [inTraffic('{ expect: queryPayment, times: 3..1 }'), 'times-empty'],
    [inTraffic('{ expect: queryPayment, times: 0 }'), 'wrong-value'],
    [inTraffic('{ expect: queryPayment, times: often }'), 'wrong-value'],
    [inTraffic('{ expect: initiatePayment, answer: { fault: hold } }'), 'processed-missing'],
    [
      inTraffic('{ expect: [initiatePayment, capturePayment], answer: { fault: timeout } }'),
      'processed-missing',
    ],
    [inTraffic('{ expect: queryPayment, answer: { fault: lost } }'), 'wrong-value'],
    [inTraffic('{ expect: queryPayment, answer: { statsu: 500 } }'), 'unknown-member'],
    [inTraffic('{ expect: queryPayment, answer: lost }'), 'wrong-value'],
    [inTraffic('{ expect: queryPayment, answer: { fault: slow, delay: soon } }'), 'wrong-value'],
    [inTraffic('{ expect: queryPayment, path: { paymntId: x } }'), 'unknown-path-member'],
    [inTraffic('{ expect: queryPayment, retryOf: last }'), 'wrong-value'],
    [inTraffic('{ client: awaitPayment }'), 'command-in-traffic'],
    [inTraffic('{ check: [] }'), 'unknown-step'],
    [inTraffic('{ customer: chekIn }'), 'unknown-act'],
    [inTraffic('{ customer: checkIn, with: { card: gold } }'), 'wrong-value'],
    [inTraffic('{ customer: checkIn, with: { crad: debit } }'), 'unknown-member'],
    ['- world: { storeBalnce: 0 }', 'unknown-act'],
    ['- world: { storeBalance: much }', 'wrong-value'],
    ['- world: { activePaymentFromBefore: { save: 1 } }', 'text-wanted'],
    ['- world: { activePaymentFromBefore: { save: $old } }', 'save-malformed'],
    ['- world: {}', 'wrong-value'],
    ['- mobilepay: reject', 'unknown-act'],
    ['- callback: checkIn\n  with: { times: 0 }', 'wrong-value'],
    ['- clock: 8d', 'wrong-value'],
    ['- clock: +soon', 'wrong-value'],
    ['- client: kill', 'kill-outside-traffic'],
    ['- client: shutdown', 'unknown-command'],
    ['- client: restart\n  with: { a: 1 }', 'restart-takes-nothing'],
    ['- client: capturePayment', 'parameters-missing'],
    [withParams('{ paymentId: $payment }'), 'missing-member'],
    [withParams('{ paymentId: 17, amount: 1 }'), 'text-wanted'],
    [withParams('{ paymentId: $payment, amount: "1" }'), 'wrong-value'],
    [withParams('{ paymentId: $payment, amount: 1.005 }'), 'wrong-value'],
    [withParams('{ paymentId: { save: payment }, amount: 1 }'), 'save-misplaced'],
    [withParams('{ paymentId: $pay-ment, amount: 1 }'), 'name-malformed'],
    [withParams('{ paymentId: x$payment, amount: 1 }'), 'name-in-text'],
    ['- client: initiateRefund\n  with: { amount: 1, currencyCode: DKK }', 'wrong-value'],
    ['- client: settle\n  ends: refusd', 'unknown-ending'],
    ['- client: settle\n  ends: { payment: [] }', 'unknown-result-member'],
    [`${withParams('{ paymentId: $payment, amount: 1 }')}\n  ends: { state: Canceled }`, 'unknown-state'],
    [`${withParams('{ paymentId: $payment, amount: 1 }')}\n  ends: []`, 'wrong-value'],
    [
      `${withParams('{ paymentId: $payment, amount: 1 }')}\n  ends: { state: { save: $x } }`,
      'save-malformed',
    ],
    ['- client: settle\n  allow: [captur]', 'unknown-operation'],
    ['- check:\n    - paymnet: { id: $payment }', 'unknown-truth'],
    ['- check:\n    - payment: { id: $payment, stat: Captured }', 'unknown-truth-member'],
    ['- check:\n    - payment: { state: Captured }', 'truth-of-what'],
    ['- check:\n    - activePayment: { posId: $posId, count: 0 }', 'unknown-truth-member'],
    ['- check:\n    - payment: { id: $p }\n      refund: { id: $r }', 'wrong-value'],
    ['- check: []', 'wrong-value'],
    ['- {}', 'wrong-value'],
    ['- 5', 'wrong-value'],
  ])('%s', (steps, code) => {
    expect(problemsOf(steps).map((problem) => problem.code)).toEqual([code]);
  });

  it.each([
    ['needs: { pointOfSail: true }\n', 'unknown-need'],
    ['needs: { pointOfSale: yes }\n', 'wrong-value'],
    ['needs: { pointOfSale: { supportedBeaconTypes: [Wifi] } }\n', 'wrong-value'],
    ['needs: { reservedPayment: {} }\n', 'missing-member'],
    ['needs: { reservedPayment: { amount: 5 }, capturedPayment: { amount: 5 } }\n', 'needs-clash'],
    ['unless: { behaviour: capturesWhenReservd }\n', 'unknown-behaviour'],
    ['evidence: [{ pols: 3 }]\n', 'unknown-member'],
    ['leaves: [everything]\n', 'wrong-value'],
  ])('%s', (head, code) => {
    expect(problemsOf('- client: settle', head).map((problem) => problem.code)).toContain(code);
  });

  it('is a name that says no feature and slug', () => {
    const parsed = parse(caseText('- client: settle'), 'a-case.yaml');
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.code)).toEqual(['case-file-name']);
  });

  it('says why a number is no text', () => {
    const [problem] = problemsOf(withParams('{ paymentId: 3.10, amount: 1 }'));
    expect(problem).toMatchObject({
      code: 'text-wanted',
      data: { source: '3.10', value: '3.1', kind: 'number' },
    });
  });

  it('is no text that $$ begins, and no dollar sign alone', () => {
    expect(problemsOf(withParams('{ paymentId: $$payment, amount: 1 }'))).toEqual([]);
    expect(problemsOf(inTraffic('{ expect: queryPayment, answered: { orderId: "5 $" } }'))).toEqual([]);
  });
});

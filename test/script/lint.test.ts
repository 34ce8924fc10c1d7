import { describe, expect, it } from 'vitest';
import { lint } from '../../src/script/lint/lint.ts';
import { caseOf, caseText, operations, vocabulary } from './texts.ts';

const NEEDS = 'needs: { pointOfSale: true, reservedPayment: { amount: 100 } }\n';

function found(steps: string, head = NEEDS): string[] {
  return lint(caseOf(steps, head), { vocabulary, operations }).map(
    (problem) => `${problem.code}:${problem.place?.line}`,
  );
}

const capture = (traffic: string, rest = ''): string =>
  `- client: capturePayment\n  with: { paymentId: $paymentId, amount: 100.00 }\n  traffic:\n${traffic
    .split('\n')
    .map((line) => `    - ${line}`)
    .join('\n')}${rest === '' ? '' : `\n  ${rest}`}`;

const initiate = (traffic: string, rest = ''): string =>
  `- client: initiatePayment\n  with: { posId: $posId, amount: 100.00, currencyCode: DKK }\n  traffic:\n${traffic
    .split('\n')
    .map((line) => `    - ${line}`)
    .join('\n')}${rest === '' ? '' : `\n  ${rest}`}`;

describe('every rule finds what it is for, and leaves the lawful neighbour alone', () => {
  it.each<[string, string, string[], string]>([
    [
      'name-never-set',
      '- client: cancelPayment\n  with: { paymentId: $paymntId }',
      ['name-never-set:8'],
      '- client: cancelPayment\n  with: { paymentId: $paymentId }',
    ],
    [
      'name-set-later',
      '- client: cancelPayment\n  with: { paymentId: $next }\n- client: initiatePayment\n  with: { posId: $posId, amount: 1, currencyCode: DKK }\n  ends: { paymentId: { save: next } }',
      ['name-set-later:8'],
      '- client: initiatePayment\n  with: { posId: $posId, amount: 1, currencyCode: DKK }\n  ends: { paymentId: { save: next } }\n- client: cancelPayment\n  with: { paymentId: $next }',
    ],
    [
      'retry-of-nothing',
      capture('{ expect: capturePayment, retryOf: previous }'),
      ['retry-of-nothing:11'],
      capture(
        '{ expect: capturePayment, answer: { status: 500 } }\n{ expect: capturePayment, retryOf: previous }',
      ),
    ],
    [
      'retry-of-another',
      capture('{ expect: cancelPayment }\n{ expect: capturePayment, retryOf: previous }'),
      ['retry-of-another:12'],
      capture('{ expect: cancelPayment }\n{ expect: capturePayment }'),
    ],
    [
      'timeouts-only',
      capture(
        '{ expect: capturePayment, answer: { fault: timeout } }\n{ expect: capturePayment, retryOf: previous, answer: { fault: timeout } }\n{ expect: capturePayment, retryOf: previous }',
      ),
      ['timeouts-only:12'],
      capture(
        '{ expect: capturePayment, answer: { fault: timeout } }\n{ expect: capturePayment, retryOf: previous, answer: { fault: reset } }\n{ expect: capturePayment, retryOf: previous }',
      ),
    ],
    [
      'timeouts-only, several at once',
      capture('{ expect: capturePayment, times: 1..2, answer: { fault: timeout } }'),
      ['timeouts-only:11'],
      capture('{ expect: capturePayment, times: 1..6, answer: { status: 500 } }'),
    ],
    [
      'too-many-retries',
      capture(
        '{ expect: capturePayment, times: 3, answer: { status: 500 } }\n{ expect: capturePayment, retryOf: previous }',
      ),
      ['too-many-retries:12'],
      capture(
        '{ expect: capturePayment, times: 2, answer: { status: 500 } }\n{ expect: capturePayment, retryOf: previous }',
      ),
    ],
    [
      'processed-timeout and repeat-demanded',
      capture(
        '{ expect: capturePayment, answer: { fault: timeout, processed: true } }\n{ expect: capturePayment, retryOf: previous }',
      ),
      ['processed-timeout:11', 'repeat-demanded:12'],
      capture(
        '{ expect: capturePayment, answer: { fault: timeout } }\n{ expect: capturePayment, retryOf: previous }',
      ),
    ],
    [
      'repeat-demanded of a deletion',
      '- client: deletePointOfSale\n  with: { posId: $posId }\n  traffic:\n    - { expect: deletePointOfSale, answer: { fault: timeout } }\n    - { expect: deletePointOfSale, retryOf: previous }',
      ['repeat-demanded:12'],
      '- client: deletePointOfSale\n  with: { posId: $posId }\n  traffic:\n    - { expect: deletePointOfSale, answer: { fault: timeout } }\n    - { expect: deletePointOfSale, retryOf: previous, times: 0..1 }',
    ],
    [
      'kill-without-restart',
      capture('{ expect: capturePayment, answer: { fault: hold, processed: true } }\nclient: kill'),
      ['kill-without-restart:12'],
      `${capture('{ expect: capturePayment, answer: { fault: hold, processed: true } }\nclient: kill')}\n- client: restart`,
    ],
    [
      'unreachable-after-kill',
      `${capture('{ expect: capturePayment, answer: { fault: hold, processed: true } }\nclient: kill\n{ expect: capturePayment }')}\n- client: restart`,
      ['unreachable-after-kill:13'],
      `${capture('{ expect: capturePayment, answer: { fault: hold, processed: true } }\nclient: kill')}\n- client: restart`,
    ],
    [
      'kill-after-nothing',
      `${capture('client: kill')}\n- client: restart`,
      ['kill-after-nothing:11'],
      `${capture('{ expect: capturePayment }\nclient: kill')}\n- client: restart`,
    ],
    [
      'hold-without-kill',
      capture('{ expect: capturePayment, answer: { fault: hold, processed: false } }'),
      ['hold-without-kill:11'],
      capture('{ expect: capturePayment, answer: { fault: timeout } }'),
    ],
    [
      'delay-without-slow',
      capture('{ expect: capturePayment, answer: { fault: reset, delay: 1s } }'),
      ['delay-without-slow:11'],
      capture('{ expect: capturePayment, answer: { fault: slow, delay: 1s } }'),
    ],
    [
      'answered-never-delivered',
      capture('{ expect: capturePayment, answer: { fault: reset }, answeredWith: 200 }'),
      ['answered-never-delivered:11'],
      capture('{ expect: capturePayment, answer: { fault: reset, processed: true }, answeredWith: 200 }'),
    ],
    [
      'unreachable-expectation',
      capture('{ expect: queryPayment, times: 1.. }\n{ expect: queryPayment }'),
      ['unreachable-expectation:12'],
      capture(
        '{ expect: queryPayment, path: { paymentId: $paymentId }, times: 1.. }\n{ expect: queryPayments, times: 0..1 }',
      ),
    ],
    [
      'repeat-forbidden',
      initiate('{ expect: initiatePayment, answeredWith: 409 }', 'ends: [refused, gaveUp]'),
      ['repeat-forbidden:11'],
      initiate('{ expect: initiatePayment, times: 1..2, answeredWith: 409 }', 'ends: [refused, gaveUp]'),
    ],
    [
      'refusal-not-lawful',
      initiate('{ expect: initiatePayment, times: 0..2, answer: { status: 403 } }'),
      ['refusal-not-lawful:8'],
      initiate('{ expect: initiatePayment, times: 0..2, answer: { status: 403 } }', 'ends: refused'),
    ],
    [
      'look-up-demanded after a conflict',
      initiate(
        '{ expect: initiatePayment, times: 0..2, answeredWith: 409 }\n{ expect: queryPayments }\n{ expect: initiatePayment }',
      ),
      ['look-up-demanded:12'],
      initiate(
        '{ expect: initiatePayment, times: 0..2, answeredWith: 409 }\n{ expect: queryPayments, times: 0..1 }\n{ expect: initiatePayment }',
      ),
    ],
    [
      'look-up-demanded at a restart',
      '- client: restart\n  traffic:\n    - expect: queryPointsOfSale',
      ['look-up-demanded:10'],
      '- client: restart',
    ],
    [
      'between-one-go',
      '- client: awaitPayment\n  with: { paymentId: $paymentId }\n- clock: +1d\n- client: capturePayment\n  with: { paymentId: $paymentId, amount: 1 }',
      ['between-one-go:10'],
      '- clock: +1d\n- client: awaitPayment\n  with: { paymentId: $paymentId }\n- client: capturePayment\n  with: { paymentId: $paymentId, amount: 1 }',
    ],
    [
      'check-not-last',
      '- check:\n    - payment: { id: $paymentId, state: Reserved }\n- client: settle',
      ['check-not-last:8'],
      '- client: settle\n- check:\n    - payment: { id: $paymentId, state: Reserved }\n- check:\n    - payment: { id: $paymentId }',
    ],
    [
      'list-not-counted',
      '- check:\n    - paymentsOfOrder: { orderId: $orderId, state: Captured }',
      ['list-not-counted:9'],
      '- check:\n    - paymentsOfOrder: { orderId: $orderId, count: 2, state: Captured }\n    - payment: { id: $paymentId, state: Captured }',
    ],
  ])('%s', (_, wrong, expected, right) => {
    expect(found(wrong)).toEqual(expected);
    expect(found(right)).toEqual([]);
  });
});

describe('what a case may do on its own account', () => {
  it('stands between commands where it is not for clients that do both in one go', () => {
    const steps =
      '- client: awaitPayment\n  with: { paymentId: $paymentId }\n- clock: +8d\n- client: capturePayment\n  with: { paymentId: $paymentId, amount: 1 }';
    expect(found(steps, `${NEEDS}unless: { behaviour: capturesWhenReserved }\n`)).toEqual([]);
    expect(found(steps, `${NEEDS}unless: { behaviour: cancelsOnRestart }\n`)).toEqual(['between-one-go:11']);
  });

  it('uses the names of the case that it continues, where that is known', () => {
    const before = { ...caseOf('- client: settle'), id: 'payments/before' };
    const saving = {
      ...caseOf(
        '- client: initiatePayment\n  with: { posId: $posId, amount: 1, currencyCode: DKK }\n  ends: { paymentId: { save: old } }',
        NEEDS,
      ),
      id: 'payments/before',
    };
    const one = caseOf('- client: cancelPayment\n  with: { paymentId: $old }', 'after: payments/before\n');
    expect(lint(one, { vocabulary, operations, cases: [saving] })).toEqual([]);
    expect(lint(one, { vocabulary, operations, cases: [before] }).map((problem) => problem.code)).toEqual([
      'name-never-set',
    ]);
  });

  it('names the one that was meant', () => {
    const [problem] = lint(caseOf('- client: cancelPayment\n  with: { paymentId: $paymntId }', NEEDS), {
      vocabulary,
      operations,
    });
    expect(problem?.data).toMatchObject({ name: 'paymntId', nearest: 'paymentId', case: 'payments/a-case' });
  });
});

describe('with the text at hand', () => {
  it('a place has the line itself, and the file as it was given', () => {
    const steps = '- client: cancelPayment\n  with: { paymentId: $paymntId }';
    const source = { file: './mine.yaml', text: caseText(steps, NEEDS) };
    const [problem] = lint(caseOf(steps, NEEDS), { vocabulary, operations }, source);
    expect(problem?.place).toEqual({
      file: './mine.yaml',
      line: 8,
      column: 5,
      text: '  - client: cancelPayment',
      length: 21,
    });
  });
});

describe('needs', () => {
  it('pass the writing rules themselves, and give what they say', () => {
    for (const [name, shape] of Object.entries(vocabulary.needs)) {
      const args = { pointOfSale: true, callbackAlias: true }[name] ?? { amount: 12.5 };
      expect(shape.args?.safeParse(args).success, name).toBe(true);
      const steps = shape.steps(args);
      const one = { ...caseOf('- client: settle', 'needs: { pointOfSale: true }\n'), steps };
      expect(lint(one, { vocabulary, operations }), name).toEqual([]);
      for (const step of steps) {
        if (step.kind !== 'client') continue;
        expect(step.need, name).toBe(name);
        expect(Object.keys(vocabulary.commands), name).toContain(step.command);
      }
      const texts = JSON.stringify(steps);
      for (const given of shape.gives)
        if (name !== 'callbackAlias') expect(texts).toContain(`{"save":"${given}"}`);
    }
  });
});

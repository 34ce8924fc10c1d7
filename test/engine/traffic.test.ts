import { describe, expect, it } from 'vitest';
import { play, type Play } from './play.ts';

const initiate = (traffic: string, more = ''): string =>
  `  - client: initiatePayment\n    with: { posId: $posId, orderId: $order, amount: 1.00, currencyCode: DKK }\n${more}    traffic:\n${traffic}`;
const NAMES = { names: { posId: 'p1' } };
const started = (traffic: string, more = ''): Play => play(initiate(traffic, more), NAMES);

describe('which expectation a request meets', () => {
  it('is the first open one that it fits by operation', () => {
    const till = started(
      `      - expect: initiatePayment\n        answer: { status: 500 }\n      - expect: initiatePayment\n`,
    );
    expect(till.call('initiatePayment')).toMatchObject({ kind: 'status', status: 500 });
    expect(till.call('initiatePayment')).toEqual({ kind: 'forward' });
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('is chosen by the path as well, ids without regard to case', () => {
    const id = 'ABCDEF00-0000-4000-8000-00000000000a';
    const till = play(
      `  - client: cancelPayment\n    with: { paymentId: $payment }\n    traffic:\n      - { expect: cancelPayment, path: { paymentId: $payment } }\n`,
      { names: { payment: id } },
    );
    till.call('cancelPayment', { params: { paymentId: id.toLowerCase() } });
    till.result({ state: 'Cancelled' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('is none where only the path differs: a write for something else is not expected', () => {
    const till = play(
      `  - client: cancelPayment\n    with: { paymentId: $payment }\n    traffic:\n      - { expect: cancelPayment, path: { paymentId: $payment } }\n`,
      { names: { payment: 'mine' } },
    );
    till.call('cancelPayment', { params: { paymentId: 'yours' } });
    till.result({ state: 'Cancelled' });
    expect(till.code()).toBe('unexpected-request');
    // What is wrong is the id alone, and it is shown.
    expect(till.outcome()).toMatchObject({
      finding: { data: { differences: [{ member: 'paymentId', expected: 'mine', got: 'yours' }] } },
    });
  });

  it('may be any of several operations', () => {
    const till = started(`      - expect: [preparePayment, initiatePayment]\n`);
    till.call('initiatePayment');
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it.each([
    ['member of the body', '        body: { amount: 2.00 }\n', { json: { amount: 1 } }, 'body'],
    [
      'header',
      '        headers: { X-Merchant: DK1 }\n',
      { headers: [['x-merchant', 'DK2']] as const },
      'headers',
    ],
    ['query', '        query: { posId: a }\n', { query: { posId: 'b' } }, 'query'],
  ])('fails on another %s: operation and path choose, the rest are assertions', (_, line, sent, where) => {
    const till = started(`      - expect: initiatePayment\n${line}        answer: { status: 500 }\n`);
    expect(till.call('initiatePayment', sent)).toEqual({ kind: 'forward' });
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toMatchObject({
      kind: 'failed',
      finding: { code: 'members-differ', data: { where } },
    });
  });

  it('takes header names in any case', () => {
    const till = started(`      - { expect: initiatePayment, headers: { X-Merchant: DK1 } }\n`);
    till.call('initiatePayment', { headers: [['x-merchant', 'DK1']] });
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });
});

describe('ranges', () => {
  const range = (times: string): Play =>
    started(
      `      - { expect: initiatePayment, times: ${times}, answer: { status: 500 } }\n      - { expect: cancelPayment }\n`,
    );
  const plansOf = (till: Play, count: number): string[] =>
    Array.from({ length: count }, () => till.call('initiatePayment').kind);

  it('may be left out from zero on', () => {
    const till = range('0..1');
    till.call('cancelPayment');
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('are closed at their upper bound', () => {
    const till = range('1..2');
    expect(plansOf(till, 2)).toEqual(['status', 'status']);
    till.call('initiatePayment');
    expect(till.code()).toBe('unexpected-request');
  });

  it('without an upper bound take any number', () => {
    const till = range('1..');
    expect(plansOf(till, 40).every((kind) => kind === 'status')).toBe(true);
    till.call('cancelPayment');
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('are not left before their lower bound', () => {
    const till = range('2..3');
    till.call('initiatePayment');
    till.call('cancelPayment');
    expect(till.code()).toBe('unexpected-request');
  });

  it('are closed by what fits a later one', () => {
    const till = range('1..3');
    till.call('initiatePayment');
    till.call('cancelPayment');
    till.call('initiatePayment');
    expect(till.code()).toBe('unexpected-request');
  });

  it('an exact number is missing when the command ends below it', () => {
    const till = range('3');
    plansOf(till, 2);
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toMatchObject({
      kind: 'failed',
      finding: { code: 'missing-request', data: { missing: ['initiatePayment', 'cancelPayment'] } },
    });
  });
});

describe('reads and what is allowed', () => {
  it('come at any time, known or not', () => {
    const till = started(`      - expect: initiatePayment\n`);
    for (const operation of ['getToken', 'queryStores', 'queryPayments', 'queryPointOfSale'] as const)
      till.call(operation);
    till.request(undefined, { method: 'GET', target: '/pos/v10/news' });
    till.call('initiatePayment');
    till.call('queryStores');
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('meet an expectation that names them next', () => {
    const till = started(
      `      - { expect: queryStores, answer: { status: 500 } }\n      - expect: initiatePayment\n`,
    );
    expect(till.call('queryStores').kind).toBe('status');
    expect(till.call('queryStores').kind).toBe('forward');
  });

  it('a write that fits nothing fails the step, one that nobody knows too', () => {
    for (const operation of ['cancelPayment', undefined] as const) {
      const till = started(`      - expect: initiatePayment\n`);
      till.request(operation, { method: 'POST' });
      expect(till.outcome()).toMatchObject({
        kind: 'failed',
        finding: { code: 'unexpected-request', exchanges: [1], data: { expected: ['initiatePayment'] } },
      });
    }
  });

  it('allow lets a write come any number of times, in its own step alone', () => {
    const till = play(
      initiate(`      - expect: initiatePayment\n`, '    allow: [cancelPayment]\n') +
        `  - client: settle\n    traffic:\n      - { expect: cancelPayment, path: { paymentId: mine } }\n`,
      NAMES,
    );
    till.call('cancelPayment');
    till.call('initiatePayment');
    till.call('cancelPayment', { params: { paymentId: 'another' } });
    till.result({ paymentId: 'x' });
    till.call('cancelPayment', { params: { paymentId: 'mine' } });
    expect(till.code()).toBeUndefined();
    till.call('cancelPayment');
    expect(till.code()).toBe('unexpected-request');
  });

  it('a write between commands is never expected', () => {
    const till = play(
      `  - client: settle\n    traffic:\n      - expect: cancelPayment\n  - check:\n      - payment: { id: $id, state: Captured }\n`,
      { names: { id: 'x' }, quietMs: 100 },
    );
    till.call('cancelPayment');
    till.result({});
    till.call('capturePayment', { between: true });
    expect(till.code()).toBe('unexpected-request');
  });
});

describe('retries', () => {
  const RETRY = `      - { expect: initiatePayment, answer: { status: 500 } }\n      - { expect: initiatePayment, retryOf: previous }\n`;
  const first = { key: 'k', json: { amount: 1, orderId: 'o' } };
  it.each([
    ['key', { ...first, key: 'other' }],
    ['body', { ...first, json: { amount: 2, orderId: 'o' } }],
  ])('differ by their %s', (what, second) => {
    const till = started(RETRY);
    till.call('initiatePayment', first);
    till.call('initiatePayment', second);
    expect(till.outcome()).toMatchObject({
      kind: 'failed',
      finding: { code: 'not-a-retry', exchanges: [1, 2], data: { what } },
    });
  });

  it('take members in any order and the key of whatever creates', () => {
    const till = started(RETRY);
    till.call('initiatePayment', first);
    till.call('initiatePayment', { key: 'k', json: { orderId: 'o', amount: 1 } });
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('need no key where nothing is created', () => {
    const till = play(
      `  - client: capturePayment\n    with: { paymentId: p, amount: 1.00 }\n    traffic:\n      - { expect: capturePayment, answer: { status: 500 } }\n      - { expect: capturePayment, retryOf: previous }\n`,
    );
    till.call('capturePayment', { key: 'a', params: { paymentId: 'p' }, json: { amount: 1 } });
    till.call('capturePayment', { key: 'b', params: { paymentId: 'p' }, json: { amount: 1 } });
    till.result({ state: 'Captured' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('differ by their path', () => {
    const till = play(
      `  - client: settle\n    traffic:\n      - { expect: capturePayment, answer: { status: 500 } }\n      - { expect: capturePayment, retryOf: previous }\n`,
    );
    till.call('capturePayment', { params: { paymentId: 'p' } });
    till.call('capturePayment', { params: { paymentId: 'q' } });
    expect(till.outcome()).toMatchObject({ finding: { code: 'not-a-retry', data: { what: 'path' } } });
  });

  it('are compared within a range too', () => {
    const till = started(
      `      - { expect: initiatePayment, retryOf: previous, times: 1..3, answer: { status: 500 } }\n`,
    );
    till.call('initiatePayment', first);
    till.call('initiatePayment', { ...first, key: 'z' });
    expect(till.code()).toBe('not-a-retry');
  });
});

describe('a request with a token that the sandbox refuses', () => {
  it('consumes nothing, once; the next one takes its place and is compared with the one before', () => {
    const till = started(
      `      - { expect: initiatePayment, answer: { status: 500 } }\n      - { expect: initiatePayment, retryOf: previous, answered: { paymentId: { save: id } } }\n`,
    );
    till.call('initiatePayment', { key: 'k' });
    till.call('initiatePayment', { key: 'k' }, {}, 401);
    till.call('getToken');
    till.call('initiatePayment', { key: 'k' }, { paymentId: 'x' });
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
    expect(till.state().bound['id']).toBe('x');
  });

  it('counts when it comes a second time', () => {
    const till = started(`      - expect: initiatePayment\n`);
    till.call('initiatePayment', {}, {}, 401);
    till.call('initiatePayment', {}, {}, 401);
    expect(till.outcome()).toMatchObject({ finding: { code: 'members-differ', data: { where: 'status' } } });
  });

  it('is no refusal where the case itself answers 401', () => {
    const till = started(
      `      - { expect: initiatePayment, answer: { status: 401 } }\n      - expect: initiatePayment\n`,
    );
    till.call('initiatePayment');
    till.call('initiatePayment');
    till.result({ paymentId: 'x' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });
});

describe('answers', () => {
  it.each([
    ['', 400, 'members-differ'],
    ['        answeredWith: 409\n', 409, undefined],
    ['        answeredWith: [403, 409]\n', 200, 'members-differ'],
    ['        answered: { state: Captured }\n', 200, 'members-differ'],
  ])('with %j and status %i: %s', (line, status, code) => {
    const till = started(`      - expect: initiatePayment\n${line}`);
    till.call('initiatePayment', {}, { state: 'Reserved' }, status);
    expect(till.code()).toBe(code);
  });

  it('are not judged where we made them', () => {
    const till = started(`      - { expect: initiatePayment, answer: { status: 500 } }\n`);
    till.call('initiatePayment');
    expect(till.code()).toBeUndefined();
  });

  it('of an exchange that nobody knows say nothing', () => {
    const till = started(`      - expect: initiatePayment\n`);
    till.answered(77);
    till.begun(77);
    till.delivered(77);
    expect(till.code()).toBeUndefined();
  });
});

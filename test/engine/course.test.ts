import { describe, expect, it } from 'vitest';
import { play, type Play } from './play.ts';

const kinds = (till: Play): string[] => till.effects.map((effect) => effect.kind);
const step = (command: string, traffic = '', more = ''): string =>
  `  - client: ${command}\n${more}${traffic === '' ? '' : `    traffic:\n${traffic}`}`;
const POLL = `      - { expect: queryPayment, path: { paymentId: p } }\n`;
const polled = { params: { paymentId: 'p' } };
const AWAIT = `    with: { paymentId: p }\n`;
const CAPTURE = `    with: { paymentId: p, amount: 1.00 }\n`;

describe('acts in traffic', () => {
  it('are done when the answer has been worked out, before it is delivered', () => {
    const till = play(step('awaitPayment', `${POLL}      - customer: checkIn\n${POLL}`, AWAIT));
    const { exchange } = till.request('queryPayment', polled);
    expect(till.acts).toEqual([]);
    till.answered(exchange);
    expect(kinds(till)).toEqual(['act']);
    expect(till.effects[0]).toMatchObject({ name: 'checkIn', exchange });
    till.delivered(exchange);
    till.call('queryPayment', polled);
    expect(till.acts).toEqual(['customer: checkIn']);
  });

  it('in front of the first expectation are done before the command', () => {
    const till = play(step('awaitPayment', `      - world: { pollDelayInMs: 100 }\n${POLL}`, AWAIT));
    expect(till.acts).toEqual(['world: pollDelayInMs']);
    expect(till.commands).toHaveLength(1);
  });

  it('wait for the lower bound of a range, and come once', () => {
    const till = play(
      step(
        'awaitPayment',
        `      - { expect: queryPayment, times: 2.. }\n      - customer: checkIn\n`,
        AWAIT,
      ),
    );
    till.call('queryPayment', polled);
    expect(till.acts).toEqual([]);
    till.call('queryPayment', polled);
    till.call('queryPayment', polled);
    expect(till.acts).toEqual(['customer: checkIn']);
  });

  it('behind requests that were left out are done when a later one comes', () => {
    const till = play(
      step(
        'awaitPayment',
        `      - { expect: queryCheckIn, times: 0..1 }\n      - customer: checkIn\n      - { expect: queryPayment }\n`,
        AWAIT,
      ),
    );
    till.request('queryPayment', polled);
    expect(kinds(till)).toEqual(['act', 'plan']);
  });

  it('behind requests that were left out to the end are not done: they belong to an exchange that never was', () => {
    const till = play(
      `${step('settle', `      - { expect: queryCheckIn, times: 0..1 }\n      - world: { storeBalance: 0 }\n`)}  - clock: +1d\n`,
    );
    till.call('queryStores');
    till.result({});
    expect(till.acts).toEqual(['clock: advance']);
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('that come to an end late do not end the act that is a step', () => {
    const till = play(
      `${step('awaitPayment', `${POLL}      - callback: checkIn\n`, AWAIT)}  - clock: +1d\n`,
      {
        slow: ['act'],
      },
    );
    till.call('queryPayment', polled);
    till.result({ state: 'Reserved' });
    const done = { kind: 'done', result: {} } as const;
    till.feed({ kind: 'act', group: 'callback', name: 'checkIn', args: {}, exchange: 1, outcome: done });
    expect(till.outcome()).toBeUndefined();
    till.feed({ kind: 'act', group: 'clock', name: 'advance', args: {}, outcome: done });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('that are impossible fail the step, unless it has failed already', () => {
    const till = play(step('awaitPayment', `${POLL}      - customer: approve\n`, AWAIT), {
      act: () => ({ kind: 'impossible', code: '1', message: 'nothing to approve' }),
    });
    till.call('queryPayment', polled);
    expect(till.code()).toBe('act-impossible');
  });

  it('that the target cannot do make the case unsupported, but never one that has failed', () => {
    const unsupported = { kind: 'unsupported', message: 'a remote clock stands still' } as const;
    const till = play(`  - clock: +1d\n`, { act: () => unsupported });
    expect(till.outcome()).toMatchObject({ kind: 'unsupported', reason: { code: 'unsupported-remote' } });

    const failing = play(step('awaitPayment', `${POLL}      - customer: approve\n`, AWAIT));
    failing.request('capturePayment');
    failing.feed({ kind: 'act', group: 'customer', name: 'approve', args: {}, outcome: unsupported });
    failing.result({ state: 'Reserved' });
    expect(failing.outcome()?.kind).toBe('failed');
  });

  it('save what they made', () => {
    const till = play(
      `  - world: { activePaymentFromBefore: { orderId: o, amount: 1.00, save: old } }\n${step('settle', `      - { expect: cancelPayment, path: { paymentId: $old } }\n`)}`,
      { act: () => ({ kind: 'done', result: { paymentId: 'q' } }) },
    );
    till.call('cancelPayment', { params: { paymentId: 'q' } });
    till.result({});
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });
});

describe('running ahead', () => {
  const CASE =
    step(
      'awaitPayment',
      `      - { expect: queryPayment, times: 1.. }\n`,
      `${AWAIT}    ends: [{ state: Reserved }, { state: Captured }]\n`,
    ) + step('capturePayment', `      - { expect: capturePayment, path: { paymentId: p } }\n`, CAPTURE);

  it('a client that captures by itself meets the expectation of the command to come', () => {
    const till = play(CASE);
    till.call('queryPayment', polled);
    till.call('capturePayment', polled);
    till.result({ state: 'Captured' });
    till.result({ state: 'Captured' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('does so once', () => {
    const till = play(CASE);
    till.call('queryPayment', polled);
    till.call('capturePayment', polled);
    till.result({ state: 'Captured' });
    till.call('capturePayment', polled);
    expect(till.code()).toBe('unexpected-request');
  });

  it('never past an expectation that is not met', () => {
    const till = play(CASE);
    till.call('capturePayment', polled);
    expect(till.code()).toBe('unexpected-request');
  });

  it.each([
    ['an act', '  - clock: +1d\n'],
    ['a check', '  - check:\n      - payment: { id: p, state: Reserved }\n'],
  ])('never across %s', (_, between) => {
    const [first = '', second = ''] = CASE.split('  - client: capturePayment');
    const till = play(`${first}${between}  - client: capturePayment${second}`);
    till.call('queryPayment', polled);
    till.call('capturePayment', polled);
    expect(till.code()).toBe('unexpected-request');
  });

  it('never across an act within the traffic of the command to come, nor a restart', () => {
    for (const between of [step('settle', '      - clock: +1d\n'), step('restart')]) {
      const till = play(
        step('awaitPayment', POLL, AWAIT) +
          between +
          step('capturePayment', '      - expect: capturePayment\n', CAPTURE),
      );
      till.call('queryPayment', polled);
      till.call('capturePayment', polled);
      expect(till.code()).toBe('unexpected-request');
    }
  });

  it('a read does not, as long as the command itself may take more', () => {
    const till = play(
      step('settle', '      - { expect: capturePayment, times: 0..1 }\n') +
        step('awaitPayment', `      - { expect: queryPayment, answer: { status: 500 } }\n`, AWAIT),
    );
    expect(till.call('queryPayment', polled)).toEqual({ kind: 'forward' });
    expect(till.call('capturePayment', polled)).toEqual({ kind: 'forward' });
    expect(till.code()).toBeUndefined();
  });

  it('takes the faults of the command to come', () => {
    const till = play(
      CASE.replace('path: { paymentId: p } }\n', 'path: { paymentId: p }, answer: { status: 500 } }\n'),
    );
    till.call('queryPayment', polled);
    expect(till.call('capturePayment', polled).kind).toBe('status');
  });
});

describe('faults', () => {
  const TIMEOUT = `      - { expect: capturePayment, answer: { fault: timeout } }\n      - { expect: capturePayment, retryOf: previous }\n`;

  it('are disarmed when a step has failed, and requests are forwarded from then on', () => {
    const till = play(
      step('settle', `      - { expect: capturePayment, times: 1..9, answer: { status: 500 } }\n`),
    );
    till.call('capturePayment', polled);
    till.request('initiatePayment');
    expect(kinds(till)).toEqual(['plan', 'disarm']);
    expect(till.request('capturePayment', polled).plan).toEqual({ kind: 'forward' });
    till.request('initiatePayment');
    till.result({});
    expect(till.effects.map((effect) => effect.kind)).toEqual(['disarm', 'end']);
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { exchanges: [2] } });
  });

  it('a withheld answer is released by a later request of the same command', () => {
    const till = play(step('settle', TIMEOUT));
    const first = till.request('capturePayment', polled);
    till.answered(first.exchange);
    till.begun(first.exchange);
    till.request('capturePayment', polled);
    expect(till.effects[0]).toEqual({ kind: 'release', exchange: first.exchange });
  });

  it('but not once it was delivered, nor before the fault has begun', () => {
    const till = play(step('settle', TIMEOUT));
    const first = till.request('capturePayment', polled);
    till.answered(first.exchange);
    till.request('getToken');
    expect(kinds(till)).toEqual(['plan']);
    till.begun(first.exchange);
    till.delivered(first.exchange, 'withheld');
    till.request('getToken');
    expect(kinds(till)).toEqual(['plan']);
  });

  it('what is still withheld ends with the command', () => {
    const till = play(step('settle', `      - { expect: capturePayment, answer: { fault: timeout } }\n`));
    const { exchange } = till.request('capturePayment', polled);
    till.answered(exchange);
    till.begun(exchange);
    till.result({});
    expect(till.effects[0]).toEqual({ kind: 'release', exchange });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('that never fired leave the case unproven', () => {
    const till = play(step('settle', `      - { expect: capturePayment, answer: { fault: timeout } }\n`));
    const { exchange } = till.request('capturePayment', polled);
    till.answered(exchange);
    till.result({});
    expect(till.outcome()).toMatchObject({
      kind: 'unproven',
      reason: { code: 'fault-not-fired', data: { fault: 'timeout' } },
    });
  });

  it('on what may be left out need not fire', () => {
    const till = play(
      step(
        'settle',
        `      - { expect: capturePayment, times: 0..1, answer: { fault: timeout } }\n      - expect: cancelPayment\n`,
      ),
    );
    till.call('cancelPayment', polled);
    till.result({});
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('are not caused by a request that is not as it should be', () => {
    const till = play(
      step(
        'settle',
        `      - { expect: capturePayment, body: { amount: 5.00 }, answer: { fault: timeout } }\n`,
      ),
    );
    expect(till.request('capturePayment', { json: { amount: 6 } }).plan).toEqual({ kind: 'forward' });
  });
});

describe('the power cut', () => {
  const CASE =
    step(
      'settle',
      `      - { expect: capturePayment, answer: { fault: hold, processed: true } }\n      - client: kill\n`,
    ) + step('restart', `      - { expect: capturePayment, times: 0..1 }\n`);

  it('comes when the fault has begun, and a restart follows', () => {
    const till = play(CASE);
    const { exchange } = till.request('capturePayment', polled);
    till.answered(exchange);
    expect(kinds(till)).toEqual([]);
    till.begun(exchange);
    expect(kinds(till)[0]).toBe('kill');
    expect(till.commands.map((one) => one.method)).toEqual(['settle', 'restart']);
    till.result({});
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('comes with the answer where nothing is withheld', () => {
    const till = play(CASE.replace(', answer: { fault: hold, processed: true }', ''));
    const { exchange } = till.request('capturePayment', polled);
    till.answered(exchange);
    expect(kinds(till)[0]).toBe('kill');
  });

  const dying = (): Play => {
    const till = play(CASE, { slow: ['kill'] });
    const { exchange } = till.request('capturePayment', polled);
    till.answered(exchange);
    till.begun(exchange);
    return till;
  };

  it('does not undo that the step failed while the client was dying', () => {
    const till = dying();
    till.request('initiatePayment');
    till.feed({ kind: 'killed' });
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'unexpected-request' } });
    expect(till.commands).toHaveLength(1);
  });

  it('that nobody ordered changes nothing', () => {
    const till = play(CASE);
    till.feed({ kind: 'killed' });
    expect(till.commands).toHaveLength(1);
  });

  it('is an exit that was ordered, and no fault of the client; any other exit is', () => {
    const exited = { kind: 'exited', fault: { code: 'client-exited', data: {}, stderr: [] } } as const;
    const till = dying();
    till.feed(exited);
    expect(till.outcome()).toBeUndefined();
    const other = play(CASE);
    other.feed(exited);
    expect(other.outcome()).toMatchObject({ kind: 'error', origin: 'client' });
  });
});

describe('a restart', () => {
  it('replaces the names of the lane that its result has', () => {
    const till = play(
      `${step('restart')}${step('deletePointOfSale', '      - { expect: deletePointOfSale, path: { posId: new } }\n', '    with: { posId: $posId }\n')}`,
      {
        names: { posId: 'old', beaconId: 'b' },
        laneNames: ['posId', 'beaconId'],
      },
    );
    till.call('queryStores');
    till.result({ posId: 'new', beaconId: null });
    expect(till.commands[1]?.params).toEqual({ posId: 'new' });
    expect(till.state().bound).toMatchObject({ posId: 'new', beaconId: 'b' });
  });
});

describe('endings', () => {
  const ending = (ends: string): Play => {
    const till = play(
      step(
        'capturePayment',
        '      - { expect: capturePayment, times: 0..1 }\n',
        `${CAPTURE}    ends: ${ends}\n`,
      ),
    );
    till.call('queryStores');
    return till;
  };
  it.each([
    ['{ state: Captured }', { kind: 'result', result: { state: 'Captured' } }, undefined],
    ['{ state: Captured }', { kind: 'result', result: { state: 'Reserved' } }, 'wrong-ending'],
    ['[refused, { state: CancelledByClient }]', { kind: 'refused', message: 'no' }, undefined],
    [
      '[refused, { state: CancelledByClient }]',
      { kind: 'result', result: { state: 'CancelledByClient' } },
      undefined,
    ],
    ['refused', { kind: 'gaveUp', message: 'enough' }, 'wrong-ending'],
    ['gaveUp', { kind: 'gaveUp', message: 'enough' }, undefined],
    ['gaveUp', { kind: 'result', result: { state: 'Captured' } }, 'wrong-ending'],
    ['[refused, gaveUp]', { kind: 'failed', code: -32603, message: 'internal' }, 'command-failed'],
    ['[refused, gaveUp]', { kind: 'notSupported', message: 'unknown' }, 'unsupported-command'],
  ] as const)('%s: %j is %s', (ends, reply, code) => {
    const till = ending(ends);
    till.reply(reply);
    expect(till.code()).toBe(code);
  });

  it('without ends any result is right, and no error is', () => {
    for (const [reply, code] of [
      [{ kind: 'result', result: {} }, undefined],
      [{ kind: 'refused', message: '' }, 'wrong-ending'],
      [{ kind: 'gaveUp', message: '' }, 'wrong-ending'],
    ] as const) {
      const till = play(step('settle'));
      till.call('queryStores');
      till.reply(reply);
      expect(till.code()).toBe(code);
    }
  });

  it('say in what the nearest one differs', () => {
    const till = ending('[{ state: Captured }, refused]');
    till.result({ state: 'Reserved' });
    expect(till.outcome()).toMatchObject({
      finding: { data: { differences: [{ member: 'state', expected: 'Captured', got: 'Reserved' }] } },
    });
  });

  it('of another command than the one in force say nothing', () => {
    const till = ending('{ state: Captured }');
    till.feed({ kind: 'result', command: 99, reply: { kind: 'result', result: {} }, truth: {} });
    expect(till.code()).toBeUndefined();
  });
});

describe('names', () => {
  const REFUSABLE =
    step(
      'initiatePayment',
      `      - { expect: initiatePayment, times: 0..1, answered: { paymentId: { save: payment } } }\n`,
      `    with: { posId: x, orderId: $order, amount: 1.00, currencyCode: DKK }\n    ends: [refused, { paymentId: $payment }]\n`,
    ) +
    step(
      'cancelPayment',
      `      - { expect: cancelPayment, answer: { status: 500 } }\n      - { expect: cancelPayment, retryOf: previous }\n`,
      `    with: { paymentId: $payment }\n`,
    );

  it('that a lawful ending left unset skip the steps that use them, with faults and evidence', () => {
    const till = play(REFUSABLE, { head: 'evidence: [{ polls: 3 }]' });
    till.call('queryStores');
    till.reply({ kind: 'refused', message: 'no' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
    expect(till.state().stepStates).toEqual(['done', 'skipped']);
    expect(till.commands).toHaveLength(1);
  });

  it('that are set keep them', () => {
    const till = play(REFUSABLE);
    till.call('initiatePayment', {}, { paymentId: 'p' });
    till.result({ paymentId: 'p' });
    expect(till.commands[1]?.params).toEqual({ paymentId: 'p' });
    till.call('cancelPayment', polled);
    till.call('cancelPayment', polled);
    till.result({ state: 'Cancelled' });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('a result that names another than was seen differs', () => {
    const till = play(REFUSABLE);
    till.call('initiatePayment', {}, { paymentId: 'p' });
    till.result({ paymentId: 'q' });
    expect(till.code()).toBe('wrong-ending');
  });

  it('that nothing could have set are a fault of ours, never a reason to skip', () => {
    const till = play(
      `  - world: { activePaymentFromBefore: { orderId: o, amount: 1.00, save: old } }\n${step('cancelPayment', '', '    with: { paymentId: $old }\n')}`,
    );
    expect(till.outcome()).toMatchObject({
      kind: 'error',
      origin: 'harness',
      finding: { code: 'name-never-set', data: { name: 'old' } },
    });
  });

  it('that nobody saves are texts made for the case', () => {
    const till = play(
      step(
        'initiatePayment',
        '',
        '    with: { posId: $posId, orderId: $order, amount: 1.00, currencyCode: DKK, merchantPaymentLabel: $$x }\n',
      ),
      { names: { posId: 'p' } },
    );
    expect(till.commands[0]?.params).toMatchObject({
      posId: 'p',
      orderId: 'order-abc',
      merchantPaymentLabel: '$x',
    });
  });
});

describe('checks', () => {
  const CHECK = `  - check:\n      - payment: { id: p, state: Captured, capturedAmount: 1.00 }\n      - paymentsOfOrder: { orderId: o, count: 1 }\n`;
  it('compare the truth member by member, lists by their count', () => {
    const till = play(CHECK, {
      truth: ({ truth }) => (truth === 'payment' ? { id: 'p', state: 'Captured', capturedAmount: 1 } : [{}]),
    });
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });
  it.each([
    ['another state', { state: 'Reserved', capturedAmount: 1 }, [{}]],
    ['nothing', null, [{}]],
    ['two', { state: 'Captured', capturedAmount: 1 }, [{}, {}]],
    ['none', { state: 'Captured', capturedAmount: 1 }, []],
  ])('%s differs', (_, payment, list) => {
    const till = play(CHECK, { truth: ({ truth }) => (truth === 'payment' ? payment : list) });
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'truth-differs' } });
  });
});

describe('silence', () => {
  const LATE = step('settle', '      - expect: capturePayment\n') + '  - clock: +1d\n';

  it('a request that comes after the result, within quietMs, still counts', () => {
    const till = play(LATE, { quietMs: 500 });
    till.result({});
    expect(till.effects).toEqual([{ kind: 'quiet', ms: 500 }]);
    till.request('capturePayment', polled);
    expect(till.effects[0]).toEqual({ kind: 'quiet', ms: 500 });
    till.answered(1);
    till.timer('quiet');
    expect(till.outcome()).toEqual({ kind: 'passed' });
  });

  it('is missing when quietMs is over, and at once from a client that is never late', () => {
    const late = play(LATE, { quietMs: 500 });
    late.result({});
    late.timer('quiet');
    expect(late.code()).toBe('missing-request');
    const prompt = play(LATE);
    prompt.result({});
    expect(prompt.code()).toBe('missing-request');
  });

  it('absence is judged when quietMs is over', () => {
    const till = play(step('settle', '      - expect: capturePayment\n'), { quietMs: 500 });
    till.call('capturePayment', polled);
    till.result({});
    expect(till.outcome()).toBeUndefined();
    till.request('capturePayment', polled);
    expect(till.code()).toBe('unexpected-request');
  });

  it('is not waited for between two commands', () => {
    const till = play(step('settle') + step('settle'), { quietMs: 500 });
    till.call('queryStores');
    till.result({});
    expect(till.commands).toHaveLength(2);
  });

  it.each([
    ['patience', 'silent'],
    ['command', 'ran-too-long'],
  ] as const)('%s that is over is an error of the client: %s', (timer, code) => {
    const till = play(LATE);
    till.timer(timer);
    expect(till.outcome()).toMatchObject({
      kind: 'error',
      origin: 'client',
      finding: { code, data: { command: 'settle' } },
    });
  });

  it('after a failed step ends the case as failed', () => {
    const till = play(LATE);
    till.request('initiatePayment');
    till.timer('patience');
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'unexpected-request' } });
    expect(kinds(till)).toContain('end');
  });
});

describe('evidence', () => {
  it('nothing seen at all proves nothing', () => {
    const till = play(step('settle'));
    till.result({});
    expect(till.code()).toBe('nothing-examined');
  });

  it('polls are counted, those after a failure are not', () => {
    const polls = (count: number): string | undefined => {
      const till = play(step('awaitPayment', '', AWAIT), { head: 'evidence: [{ polls: 3 }]' });
      for (let index = 0; index < count; index += 1) till.call('queryPayment', polled);
      till.result({ state: 'Reserved' });
      return till.code();
    };
    expect([polls(2), polls(3)]).toEqual(['evidence-missing', undefined]);
  });
});

describe('errors', () => {
  it('of the client name its fault and its log', () => {
    const till = play(step('settle'));
    till.feed({
      kind: 'client-fault',
      command: 1,
      fault: { code: 'client-exited', data: { code: 1 }, stderr: ['boom'] },
    });
    expect(till.outcome()).toMatchObject({
      kind: 'error',
      origin: 'client',
      finding: { code: 'client-exited', data: { code: 1, stderr: ['boom'] } },
    });
  });

  it('while a need is made are the need’s', () => {
    const till = play(step('settle', '      - expect: capturePayment\n'), {
      change: (one) => ({
        ...one,
        steps: one.steps.map((each) => (each.kind === 'client' ? { ...each, need: 'pointOfSale' } : each)),
      }),
    });
    till.result({});
    expect(till.outcome()).toMatchObject({
      kind: 'error',
      origin: 'client',
      need: 'pointOfSale',
      finding: { code: 'missing-request' },
    });
  });

  it('of ours are ours', () => {
    const till = play(step('settle'));
    till.feed({ kind: 'harness', code: 'harness-failed', data: { message: 'oh' } });
    expect(till.outcome()).toMatchObject({ kind: 'error', origin: 'harness' });
  });
});

describe('our own slowness', () => {
  const CASE = step('settle', '      - expect: capturePayment\n');
  const twice = (lagMs: number, afterMs = 100): Play => {
    const till = play(CASE);
    till.call('capturePayment', { ...polled, lagMs, arrivedAt: 0 });
    till.call('capturePayment', { ...polled, arrivedAt: afterMs });
    return till;
  };
  it('is never held against a client that repeated itself because of it', () => {
    expect(twice(199).outcome()).toMatchObject({
      kind: 'inconclusive',
      reason: { code: 'timing-too-poor', data: { lagMs: 199 } },
    });
  });
  it('excuses nobody who did so at once', () => {
    expect(twice(199, 99).outcome()?.kind).toBe('failed');
  });
  it('excuses nobody who did so without it', () => {
    expect(twice(3).outcome()?.kind).toBe('failed');
  });
  it('excuses nothing else', () => {
    const till = play(CASE);
    till.call('capturePayment', { ...polled, lagMs: 199 });
    till.call('initiatePayment');
    expect(till.outcome()?.kind).toBe('failed');
  });
  it('decides nothing at all while the machine stands still', () => {
    for (const slow of [{ lagMs: 200 }, { load: 4 }]) {
      const till = play(CASE);
      till.call('capturePayment', { ...polled, ...slow });
      till.call('cancelPayment');
      expect(till.outcome()?.kind).toBe('inconclusive');
    }
  });
  it('but what nobody sends for having lost an answer', () => {
    for (const operation of ['initiatePayment', 'simulateAcceptPayment']) {
      const till = play(CASE);
      till.call('capturePayment', { ...polled, lagMs: 200, load: 4 });
      till.call(operation);
      expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'unexpected-request' } });
    }
  });
});

describe('a request that is wrong from the first', () => {
  const CASE = step('settle', '      - { expect: capturePayment, body: { amount: 100.00 } }\n');
  const wrong = { json: { amount: 101 }, load: 9 };
  it('is wrong on any machine', () => {
    const till = play(CASE);
    till.call('capturePayment', wrong);
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'members-differ' } });
  });
  it('is refused on any machine', () => {
    const till = play(step('settle', '      - expect: capturePayment\n'));
    till.call('capturePayment', { load: 9 }, {}, 409);
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'members-differ' } });
  });
  it('is as wrong after a disturbance that the case asked for', () => {
    const till = play(
      step(
        'settle',
        '      - { expect: capturePayment, answer: { status: 500 } }\n      - { expect: capturePayment, body: { amount: 100.00 } }\n',
      ),
    );
    till.call('capturePayment', { json: { amount: 100 }, load: 9 });
    till.call('capturePayment', wrong);
    expect(till.outcome()).toMatchObject({ kind: 'failed', finding: { code: 'members-differ' } });
  });
  it('may be otherwise for our slowness where it is the second of its kind', () => {
    const till = play(
      step('settle', '      - { expect: capturePayment, times: 2, body: { amount: 100.00 } }\n'),
    );
    till.call('capturePayment', { json: { amount: 100 }, load: 9 });
    till.call('capturePayment', wrong);
    expect(till.outcome()?.kind).toBe('inconclusive');
  });
});

describe('a client that gives up with nothing done to it', () => {
  const gaveUp = (load: number): Play => {
    const till = play(step('settle'));
    till.call('queryStores');
    till.feed({
      kind: 'result',
      command: till.state().command,
      reply: { kind: 'gaveUp', message: 'time-out' },
      truth: null,
      load,
    });
    return till;
  };
  it('may have timed out before its request got through, where the machine was busy', () => {
    expect(gaveUp(2).outcome()).toMatchObject({
      kind: 'inconclusive',
      reason: { code: 'timing-too-poor' },
    });
  });
  it('has given up too early anywhere else', () => {
    expect(gaveUp(1.9).outcome()).toMatchObject({ kind: 'failed', finding: { code: 'wrong-ending' } });
  });
});

describe('once it is over', () => {
  it('requests are forwarded and nothing changes the outcome', () => {
    const till = play(step('settle'));
    till.call('queryStores');
    till.result({});
    const end = till.state();
    expect(till.request('initiatePayment').plan).toEqual({ kind: 'forward' });
    till.feed({ kind: 'harness', code: 'x', data: {} });
    expect(till.state()).toEqual(end);
  });
});

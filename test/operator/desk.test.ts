import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../../src/cli/operator.ts';
import type { Io } from '../../src/cli/io.ts';
import { readAnswers } from '../../src/config/answers.ts';
import type { Config } from '../../src/model/config.ts';
import type { Answer, Ask, Said } from '../../src/model/operator.ts';

const config = {
  client: { name: 'Acme POS' },
  gateway: { host: '127.0.0.1', port: 0 },
} as unknown as Config;

const pay: Ask = {
  lane: 'payments',
  kind: 'do',
  sentence: { code: 'operator-initiatePayment', data: { amount: 100, currencyCode: 'DKK', orderId: 'A-17' } },
  options: [],
  shownByTraffic: true,
};
const look: Ask = {
  lane: 'payments',
  kind: 'choose',
  sentence: {
    code: 'operator-does-it-show',
    data: { command: 'awaitPayment', members: { state: 'Reserved' } },
  },
  options: [{ code: 'operator-ending', data: { command: 'awaitPayment', members: { state: 'Reserved' } } }],
  shownByTraffic: false,
};
const which: Ask = {
  ...look,
  sentence: { code: 'operator-which-ending', data: { command: 'capturePayment' } },
  options: [
    { code: 'operator-ending', data: { command: 'capturePayment', ending: 'gaveUp' } },
    { code: 'operator-ending', data: { command: 'capturePayment', members: { state: 'Reserved' } } },
  ],
};

interface Opened {
  readonly desk: Desk;
  readonly input: PassThrough;
  readonly screen: () => string;
  /** Resolves when `text` stands on the screen. */
  readonly shows: (text: string) => Promise<void>;
}

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.desk.close();
  opened = undefined;
});

async function open(answers?: readonly Answer[]): Promise<Opened> {
  const input = new PassThrough();
  let screen = '';
  const waiting: (() => void)[] = [];
  const io = {
    input,
    err: (text: string) => {
      screen += text;
      for (const wake of waiting.splice(0)) wake();
    },
    env: {},
    errIsTerminal: false,
  } as unknown as Io;
  const desk = await openDesk({ io, config, answers, ui: false, cases: 2 });
  opened = {
    desk,
    input,
    screen: () => screen,
    async shows(text) {
      while (!screen.includes(text)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
  return opened;
}

const never = new AbortController().signal;

describe('the operator at a terminal, or lines piped in', () => {
  it('is told one sentence and says done', async () => {
    const { desk, input, shows, screen } = await open();
    const said = desk.operator.ask(pay, never);
    await shows('s stop');
    expect(screen()).toContain('Your turn: Start a payment of 100.00 DKK, order A-17\n');
    input.write('\n');
    expect(await said).toEqual({ kind: 'done' });
  });

  it.each<[string, Ask, string, Said]>([
    ['c', pay, 'cannot', { kind: 'cannot' }],
    ['cannot', pay, 'cannot', { kind: 'cannot' }],
    ['y', look, 'yes', { kind: 'chose', option: 0 }],
    ['no', look, 'no', { kind: 'chose' }],
    ['2', which, 'the second', { kind: 'chose', option: 1 }],
    ['0', which, 'none', { kind: 'chose' }],
  ])('takes %s', async (typed, ask, _, expected) => {
    const { desk, input } = await open();
    input.write(`${typed}\n`);
    expect(await desk.operator.ask(ask, never)).toEqual(expected);
  });

  it('asks what the till shows in words of a cashier', async () => {
    const { desk, input, screen } = await open();
    input.write('y\n1\n');
    await desk.operator.ask(look, never);
    await desk.operator.ask(which, never);
    expect(screen()).toContain('Does the till show it as approved?');
    expect(screen()).toContain(
      '  1 The till shows that it could not get through\n  2 The till shows it as approved\n',
    );
  });

  it('repeats the sentence, and says what may be typed', async () => {
    const { desk, input, screen } = await open();
    input.write('repeat\nwhat?\n\n');
    await desk.operator.ask(pay, never);
    expect(screen().split('Your turn: Start a payment')).toHaveLength(3);
    expect(screen().split('[Enter] done')).toHaveLength(3);
  });

  it('stops the run', async () => {
    const { desk, input } = await open();
    input.write('s\n');
    expect(await desk.operator.ask(pay, never)).toEqual({ kind: 'stop' });
    expect(desk.stopped.aborted).toBe(true);
  });

  it('need not be answered when the traffic has shown it', async () => {
    const { desk, shows } = await open();
    const seen = new AbortController();
    const said = desk.operator.ask(pay, seen.signal);
    await shows('Your turn');
    seen.abort();
    expect(await said).toEqual({ kind: 'done' });
    expect(desk.stopped.aborted).toBe(false);
  });

  it('says where nobody is there to answer', async () => {
    const { desk, input } = await open();
    input.end();
    await expect(desk.operator.ask(look, never)).rejects.toMatchObject({
      fault: { code: 'operator-unanswered', data: { sentence: 'Does the till show it as approved?' } },
    });
  });

  it('asks one thing at a time, also where two lanes ask', async () => {
    const { desk, input, shows, screen } = await open();
    const first = desk.operator.ask(pay, never);
    const second = desk.operator.ask(look, never);
    await shows('s stop');
    expect(screen()).not.toContain('Does the till show');
    input.write('c\n');
    await first;
    await shows('Does the till show');
    input.write('y\n');
    expect(await second).toEqual({ kind: 'chose', option: 0 });
  });

  it('takes no control character to the screen', async () => {
    const { desk, input, screen } = await open();
    input.write('\n');
    const data = { ...pay.sentence.data, orderId: 'A\u001b[31m\u0007-17' };
    await desk.operator.ask({ ...pay, sentence: { ...pay.sentence, data } }, never);
    // eslint-disable-next-line no-control-regex
    expect(screen()).not.toMatch(/[\u0007\u001b]/);
  });

  it('sees a step done as soon as the traffic has shown it', async () => {
    const { desk, screen } = await open();
    const base = {
      step: 0,
      failed: false,
      demands: true,
      complete: false,
      free: [],
      missing: [],
      shown: {},
      endings: [],
    };
    desk.operator.observed({ ...base, lines: [{ title: 'Initiate a payment', state: 'current' }] });
    expect(screen()).toBe('');
    desk.operator.observed({ ...base, lines: [{ title: 'Initiate a payment', state: 'done' }] });
    expect(screen()).toBe('  ✓ Initiate a payment\n');
  });
});

describe('a file of answers', () => {
  const answers: readonly Answer[] = [
    { case: 'refunds/*', prompt: 'awaitPayment?', say: 'no' },
    { prompt: 'awaitPayment?', say: 'Reserved' },
    { prompt: 'capturePayment?', say: 'gaveUp' },
    { prompt: 'cancelPayment', say: 'cannot' },
  ];

  it('gives the same answers, the first that fits', async () => {
    const { desk, screen } = await open(answers);
    expect(await desk.operator.ask(look, never)).toEqual({ kind: 'chose', option: 0 });
    expect(await desk.operator.ask(which, never)).toEqual({ kind: 'chose', option: 0 });
    const cancel = { ...pay, sentence: { code: 'operator-cancelPayment', data: {} } };
    expect(await desk.operator.ask(cancel, never)).toEqual({ kind: 'cannot' });
    expect(screen()).toContain('answered from the file: The till shows it as approved');
    desk.progress({
      kind: 'case-started',
      lane: 'refunds',
      case: { id: 'refunds/complete-a-refund', title: 'x' } as never,
    });
    expect(await desk.operator.ask(look, never)).toEqual({ kind: 'chose' });
  });

  it('waits for the traffic where it says nothing and the traffic will show it', async () => {
    const { desk, shows } = await open(answers);
    const seen = new AbortController();
    const said = desk.operator.ask(pay, seen.signal);
    await shows('Your turn');
    let settled = false;
    void said.then(() => (settled = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    seen.abort();
    expect(await said).toEqual({ kind: 'done' });
  });

  it('leaves no question unanswered in silence', async () => {
    const { desk } = await open([]);
    await expect(desk.operator.ask(which, never)).rejects.toMatchObject({
      fault: { code: 'operator-unanswered' },
    });
  });

  it('is read with its faults in their place', () => {
    const read = (text: string | undefined): ReturnType<typeof readAnswers> =>
      readAnswers('/a.yaml', () => text);
    expect(read('- { prompt: awaitPayment?, say: yes }\n- { case: payments/x, say: 2 }\n')).toMatchObject({
      ok: true,
      value: [
        { prompt: 'awaitPayment?', say: 'yes' },
        { case: 'payments/x', say: 2 },
      ],
    });
    expect(read('- { promt: awaitPayment?, say: done }\n')).toMatchObject({
      ok: false,
      problems: [{ place: { line: 1 } }],
    });
    expect(read(undefined)).toMatchObject({ ok: false, problems: [{ code: 'answers-wrong' }] });
  });
});

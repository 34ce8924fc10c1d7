import fc from 'fast-check';
import { expect, test } from 'vitest';
import { member, textMember } from '../../../src/model/json.ts';
import { Bench, DAY, HOUR, MINUTE, payment, STORE, type TestClient } from './bench.ts';

/*
 * Payments and refunds against a table written from pos-v10.md 2.1 and 2.2, not from the code: random calls, customers and clocks on one
 * point of sale. Money is counted apart: what was captured and given back, and what the store still has.
 */

type Move =
  'ready' | 'checkIn' | 'approve' | 'reject' | 'cancel' | 'capture' | 'giveUp' | 'inactive' | 'week';

/** From state and move to the next state; a move that has no entry is refused. */
const TABLE: Readonly<Record<string, Partial<Record<Move, string>>>> = {
  Prepared: {
    ready: 'Initiated',
    checkIn: 'Paired',
    cancel: 'CancelledByClient',
    giveUp: 'CancelledByMobilePay',
    inactive: 'CancelledByMobilePay',
    week: 'CancelledByMobilePay',
  },
  Initiated: {
    checkIn: 'IssuedToUser',
    cancel: 'CancelledByClient',
    giveUp: 'CancelledByMobilePay',
    inactive: 'CancelledByMobilePay',
    week: 'CancelledByMobilePay',
  },
  Paired: {
    ready: 'IssuedToUser',
    reject: 'CancelledByUser',
    cancel: 'CancelledByClient',
    giveUp: 'CancelledByMobilePay',
    inactive: 'CancelledByMobilePay',
    week: 'CancelledByMobilePay',
  },
  IssuedToUser: {
    approve: 'Reserved',
    reject: 'CancelledByUser',
    cancel: 'CancelledByClient',
    giveUp: 'CancelledByMobilePay',
    inactive: 'CancelledByMobilePay',
    week: 'CancelledByMobilePay',
  },
  Reserved: {
    cancel: 'CancelledByClient',
    capture: 'Captured',
    inactive: 'Reserved',
    week: 'ExpiredAndCancelled',
  },
};
const ACTIVE = ['Prepared', 'Initiated', 'Paired', 'IssuedToUser'];

interface ModelPayment {
  readonly id: string;
  state: string;
  readonly prepared: boolean;
  readied: boolean;
  captured: number;
}

interface ModelRefund {
  readonly id: string;
  readonly of: ModelPayment;
  readonly amount: number;
  state: string;
  queries: number;
}

interface Model {
  payments: ModelPayment[];
  refunds: ModelRefund[];
  visitor: boolean;
  balance: number;
}

interface Real {
  readonly bench: Bench;
  readonly till: TestClient;
  readonly posId: string;
}

type Step = fc.Command<Model, Real>;

const AMOUNT = 100;
const terms = { amount: AMOUNT, currencyCode: 'DKK', plannedCaptureDelay: 'None' };

function step(name: string, run: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      compare(model, real);
    },
    toString: () => name,
  };
}

const reached = new Set<string>();

/** The answers, the truth and the money must all say what the model says. */
function compare(model: Model, { bench, till, posId }: Real): void {
  for (const { id, state, captured } of model.payments) {
    reached.add(`payment ${state}`);
    expect(till.status(id)).toBe(state);
    const held = model.refunds.filter((refund) => refund.of.id === id);
    const back = held.filter(({ state: s }) => s === 'Captured' || s === 'ExpiredAndCaptured');
    expect(bench.ask('payment', { id })).toMatchObject({
      state,
      capturedAmount: captured,
      refundedAmount: back.reduce((sum, { amount }) => sum + amount, 0),
    });
  }
  for (const { id, state } of model.refunds) {
    reached.add(`refund ${state}`);
    expect(bench.ask('refund', { id })).toMatchObject({ state });
  }
  const ids = (wanted: readonly string[]) =>
    model.payments.filter(({ state }) => wanted.includes(state)).map(({ id }) => id);
  expect(till.get(`/payments?posId=${posId}`).body).toEqual({ paymentIds: ids([...ACTIVE, 'Reserved']) });
  expect(till.get(`/payments?posId=${posId}&state=Captured`).body).toEqual({ paymentIds: ids(['Captured']) });
  const checkIn = till.get(`/pointofsales/${posId}/checkin`).body;
  expect(member(checkIn, 'isUserCheckedIn')).toBe(model.visitor);
  const out = model.refunds
    .filter(({ state }) => !state.startsWith('Cancelled'))
    .reduce((sum, { amount }) => sum + amount, 0);
  expect(model.balance).toBe(1_000_000 - out);
  expect(bench.ask('store', { id: STORE })).toMatchObject({ balance: model.balance });
}

function active(model: Model): ModelPayment | undefined {
  return model.payments.find(({ state }) => ACTIVE.includes(state));
}

function move(model: Model, target: ModelPayment, how: Move): boolean {
  const next = TABLE[target.state]?.[how];
  if (next === undefined) return false;
  if (ACTIVE.includes(target.state) && !ACTIVE.includes(next)) model.visitor = false;
  target.state = next;
  return true;
}

/** Counts from the newest, which is meant most of the time: old ones are mostly over. */
const pick = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat({ max: 30 }) },
);

const begin = (prepared: boolean): Step =>
  step(prepared ? 'prepare' : 'initiate', (model, { till, posId }) => {
    const body = prepared ? { posId, orderId: 'o' } : payment(posId);
    const answered = till.post(prepared ? '/payments/prepare' : '/payments', body);
    if (active(model) !== undefined) {
      expect(answered.code).toBe('1301');
      return;
    }
    const id = textMember(answered.body, 'paymentId') ?? '';
    const states = prepared ? ['Prepared', 'Paired'] : ['Initiated', 'IssuedToUser'];
    const state = states[model.visitor ? 1 : 0] ?? '';
    model.payments.push({ id, state, prepared, readied: !prepared, captured: 0 });
  });

const onOne = (
  name: string,
  index: number,
  run: (target: ModelPayment, model: Model, real: Real) => void,
): Step =>
  step(`${name}(${String(index)})`, (model, real) => {
    const target = model.payments.at(-1 - (index % Math.max(1, model.payments.length)));
    if (target !== undefined) run(target, model, real);
  });

const ready = (index: number): Step =>
  onOne('ready', index, (target, model, { till }) => {
    const answered = till.post(`/payments/${target.id}/ready`, terms);
    const repeated = target.prepared && target.readied;
    if (!repeated && move(model, target, 'ready')) target.readied = true;
    else if (!repeated) {
      expect(answered.code).toBe('1303');
      return;
    }
    expect(answered.status).toBe(200);
  });

const cancel = (index: number): Step =>
  onOne('cancel', index, (target, model, { till }) => {
    const answered = till.post(`/payments/${target.id}/cancel`);
    if (target.state === 'CancelledByClient' || move(model, target, 'cancel'))
      expect(answered.status).toBe(200);
    else expect(answered.code).toBe('1300');
  });

const capture = (index: number, amount: number): Step =>
  onOne(`capture ${String(amount)}`, index, (target, model, { till }) => {
    const answered = till.post(`/payments/${target.id}/capture`, { amount });
    const expected =
      target.state === 'Captured'
        ? amount === target.captured
          ? undefined
          : '1307'
        : target.state !== 'Reserved'
          ? '1304'
          : amount > AMOUNT
            ? '1305'
            : amount < AMOUNT
              ? '1308'
              : undefined;
    expect(answered.code).toBe(expected);
    if (expected === undefined && target.state === 'Reserved' && move(model, target, 'capture'))
      target.captured = amount;
  });

const customer = (name: 'approve' | 'reject' | 'giveUp', index: number): Step =>
  onOne(name, index, (target, model, { bench }) => {
    const args = { payment: target.id };
    const outcome =
      name === 'giveUp' ? bench.act('mobilepay', 'cancelPayment', args) : bench.act('customer', name, args);
    expect(outcome.kind).toBe(move(model, target, name) ? 'done' : 'impossible');
  });

const checkIn: Step = step('checkIn', (model, { bench }) => {
  const target = active(model);
  const outcome = bench.act('customer', 'checkIn');
  const taken = model.visitor && target !== undefined;
  expect(outcome.kind).toBe(taken ? 'impossible' : 'done');
  if (taken) return;
  if (target !== undefined && !move(model, target, 'checkIn'))
    expect(['Paired', 'IssuedToUser']).toContain(target.state);
  model.visitor = true;
});

const leave: Step = step('leave', (model, { bench }) => {
  expect(bench.act('customer', 'leave').kind).toBe(model.visitor ? 'done' : 'impossible');
  model.visitor = false;
});

const wait = (how: 'inactive' | 'week'): Step =>
  step(how, (model, { bench }) => {
    bench.now += how === 'week' ? 8 * DAY : 10 * MINUTE;
    for (const target of model.payments) move(model, target, how);
    if (how === 'week')
      for (const refund of model.refunds)
        if (refund.state === 'Reserved') refund.state = 'ExpiredAndCaptured';
    model.visitor = false;
  });

const refund = (index: number, amount: number): Step =>
  onOne(`refund ${String(amount)}`, index, (target, model, { till }) => {
    const answered = till.refund(target.id, { amount });
    const held = model.refunds
      .filter(({ of, state }) => of === target && !state.startsWith('Cancelled'))
      .reduce((sum, one) => sum + one.amount, 0);
    const tooOld = answered.code === '1366' && target.state === 'Captured';
    if (tooOld) return;
    const expected =
      target.state !== 'Captured' ? '1354' : held + amount > target.captured ? '1367' : undefined;
    expect(answered.code).toBe(expected);
    if (expected !== undefined) return;
    const id = textMember(answered.body, 'refundId') ?? '';
    model.refunds.push({ id, of: target, amount, state: 'Initiated', queries: 0 });
    model.balance -= amount;
  });

type RefundMove = 'query' | 'reserveRefund' | 'cancelRefund' | 'capture' | 'cancel';

const onRefund = (name: RefundMove, index: number): Step =>
  step(`refund ${name}(${String(index)})`, (model, { bench, till }) => {
    const target = model.refunds.at(-1 - (index % Math.max(1, model.refunds.length)));
    if (target === undefined) return;
    const fails = (code: string | undefined, allowed: boolean, otherwise: string) => {
      expect(code).toBe(allowed ? undefined : otherwise);
    };
    const initiated = target.state === 'Initiated';
    if (name === 'query') {
      target.queries += 1;
      if (initiated && target.queries >= 2) target.state = 'Reserved';
      expect(member(till.get(`/refunds/${target.id}`).body, 'status')).toBe(target.state);
    } else if (name === 'capture') {
      const allowed = target.state === 'Reserved' || target.state === 'Captured';
      fails(till.post(`/refunds/${target.id}/capture`).code, allowed, '1351');
      if (allowed) target.state = 'Captured';
    } else if (name === 'cancel') {
      const fresh = initiated || target.state === 'Reserved';
      fails(
        till.post(`/refunds/${target.id}/cancel`).code,
        fresh || target.state === 'CancelledByClient',
        '1352',
      );
      if (fresh) {
        target.state = 'CancelledByClient';
        model.balance += target.amount;
      }
    } else {
      expect(bench.act('mobilepay', name, { refund: target.id }).kind).toBe(
        initiated ? 'done' : 'impossible',
      );
      if (!initiated) return;
      target.state = name === 'reserveRefund' ? 'Reserved' : 'CancelledByMobilePay';
      if (name === 'cancelRefund') model.balance += target.amount;
    }
  });

/** A whole payment in one go, so that refunds have something to refund. */
const pay: Step = step('pay', (model, real) => {
  for (const each of [begin(false), checkIn, customer('approve', 0), capture(0, AMOUNT)])
    each.run(model, real);
});

const steps: fc.Arbitrary<Step>[] = [
  fc.constant(pay),
  fc.constantFrom(begin(false), begin(true), begin(false), checkIn, checkIn, checkIn, leave),
  pick.map(ready),
  pick.map(cancel),
  fc
    .tuple(pick, fc.constantFrom(AMOUNT, AMOUNT, AMOUNT, 60, 101))
    .map(([index, amount]) => capture(index, amount)),
  fc
    .tuple(fc.constantFrom('approve', 'approve', 'approve', 'reject', 'giveUp'), pick)
    .map(([name, index]) => customer(name, index)),
  fc.constantFrom(wait('inactive'), wait('week')),
  fc.tuple(pick, fc.constantFrom(100, 60, 40, 1)).map(([index, amount]) => refund(index, amount)),
  fc
    .tuple(fc.constantFrom<RefundMove[]>('query', 'reserveRefund', 'cancelRefund', 'capture', 'cancel'), pick)
    .map(([name, index]) => onRefund(name, index)),
];

test('payments and refunds follow the tables, and no money is lost', () => {
  reached.clear();
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
      const bench = new Bench({ tokensAge: false });
      const till = bench.client();
      const posId = till.createPos();
      const model: Model = { payments: [], refunds: [], visitor: false, balance: 1_000_000 };
      fc.modelRun(() => ({ model, real: { bench, till, posId } }), commands);
    }),
    { numRuns: 250, seed: 10_2_6 },
  );
  // The property proves nothing about states that no run came to.
  expect([...reached].sort()).toEqual(
    [
      ...[
        ...ACTIVE,
        'Reserved',
        'Captured',
        'CancelledByUser',
        'CancelledByClient',
        'CancelledByMobilePay',
        'ExpiredAndCancelled',
      ].map((state) => `payment ${state}`),
      ...[
        'Initiated',
        'Reserved',
        'Captured',
        'CancelledByClient',
        'CancelledByMobilePay',
        'ExpiredAndCaptured',
      ].map((state) => `refund ${state}`),
    ].sort(),
  );
}, 30_000);

test('the clock alone never frees a Reserved payment before its week', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 * HOUR }), { maxLength: 30 }), (waits) => {
      const bench = new Bench({ tokensAge: false });
      const till = bench.client();
      const id = till.reserved(till.createPos());
      let passed = 0;
      for (const ms of waits) {
        bench.now += ms;
        passed += ms;
        expect(till.status(id)).toBe(passed < 7 * DAY ? 'Reserved' : 'ExpiredAndCancelled');
      }
    }),
    { numRuns: 50 },
  );
});

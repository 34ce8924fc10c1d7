import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CaseContext, CaseState, Effect } from '../../src/engine/state.ts';
import { beginCase, stepCase } from '../../src/engine/step.ts';
import type { Case } from '../../src/model/case.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import type { Happening } from '../../src/model/recording.ts';
import { parseCase } from '../../src/script/parse-case.ts';
import { contextOf, operations } from './play.ts';

const PACK = join(import.meta.dirname, '../../cases/pos-v10');
/** Every case that is shipped: what they hold is what the step has to take. */
const cases: Case[] = readdirSync(PACK, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[a-z0-9-]+[/\\]\d\d-.*\.yaml$/.test(file))
  .map((file) => {
    const parsed = parseCase(readFileSync(join(PACK, file), 'utf8'), file, posV10Vocabulary, operations);
    if (!parsed.ok) throw new Error(file);
    return parsed.value;
  });

const json = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.record({
    paymentId: fc.constantFrom('p', 'q'),
    status: fc.constantFrom('Initiated', 'Reserved', 'Captured'),
  }),
  fc.jsonValue({ maxDepth: 2 }),
);
const member = fc.jsonValue({ maxDepth: 1 });
const exchange = fc.integer({ min: 0, max: 12 });
const command = fc.integer({ min: 0, max: 6 });
const fault = fc.record({
  code: fc.constantFrom('client-exited', 'client-not-json'),
  data: fc.constant({}),
  stderr: fc.constant<string[]>([]),
});
const names = operations.map((operation) => operation.name);
const content = fc.record({
  status: fc.constantFrom(200, 201, 401, 404, 409, 500),
  headers: fc.constant([] as [string, string][]),
  json: json as fc.Arbitrary<never>,
});

const events: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      exchange,
      command: fc.option(command, { nil: undefined }) as fc.Arbitrary<never>,
      operation: fc.option(fc.constantFrom(...names), { nil: undefined }) as fc.Arbitrary<never>,
      params: fc.constantFrom({}, { paymentId: 'p' }, { posId: 'p' }, { refundId: 'r' }),
      method: fc.constantFrom('GET', 'POST', 'DELETE'),
      target: fc.constantFrom('/pos/v10/payments', '/'),
      query: fc.constant({}),
      headers: fc.constant([['a', 'b']] as [string, string][]),
      json: json as fc.Arbitrary<never>,
      connection: fc.constant(1),
      lagMs: fc.constantFrom(0, 80),
      plan: fc.constant({ kind: 'forward' as const }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answered' as const),
      exchange,
      processed: fc.boolean(),
      upstream: fc.option(content, { nil: undefined }) as fc.Arbitrary<never>,
      planned: fc.option(content, { nil: undefined }) as fc.Arbitrary<never>,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fault-begun' as const), exchange }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delivered' as const),
      exchange,
      outcome: fc.constantFrom('delivered' as const, 'withheld' as const, 'abandoned' as const),
      reachedClient: fc.boolean(),
      lagMs: fc.constantFrom(0, 80),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('result' as const),
      command,
      reply: fc.oneof(
        fc.record({
          kind: fc.constant('result' as const),
          result: fc.constantFrom({}, { state: 'Captured' }, { paymentId: 'p' }, { posId: 'x' }),
        }),
        fc.record({
          kind: fc.constantFrom('refused' as const, 'gaveUp' as const, 'notSupported' as const),
          message: fc.string(),
        }),
        fc.record({ kind: fc.constant('failed' as const), code: fc.integer(), message: fc.string() }),
      ),
      truth: member as fc.Arbitrary<never>,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      group: fc.constantFrom('customer', 'world'),
      name: fc.constantFrom('checkIn', 'storeBalance'),
      args: fc.constantFrom({}, { save: 'old' }),
      outcome: fc.oneof(
        fc.record({ kind: fc.constant('done' as const), result: member as fc.Arbitrary<never> }),
        fc.record({ kind: fc.constant('impossible' as const), code: fc.string(), message: fc.string() }),
        fc.record({ kind: fc.constant('unsupported' as const), message: fc.string() }),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('truth' as const),
      truth: fc.constantFrom('payment', 'refund'),
      query: fc.constant({}),
      found: member as fc.Arbitrary<never>,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('timer' as const),
      timer: fc.constantFrom('patience' as const, 'command' as const, 'quiet' as const, 'withheld' as const),
      ms: fc.constant(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command,
      step: fc.nat(9),
      method: fc.constant('settle'),
      params: fc.constant({}),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Happening>(
      { kind: 'killed' },
      { kind: 'lane-ended' },
      { kind: 'client-log', lines: ['x'] },
      { kind: 'harness', code: 'harness-failed', data: {} },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('client-fault' as const), command, fault }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exited' as const), fault }) },
);

/** Freezes a value all through, so that whoever changes it is found out. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const one of Object.values(value)) frozen(one);
  return value;
}

/** All states and effects from a case's beginning, each state frozen before the next event. */
function course(
  context: CaseContext,
  happenings: readonly Happening[],
): { states: CaseState[]; effects: Effect[][] } {
  const first = beginCase(context);
  const states = [frozen(first.state)];
  const effects = [[...first.effects]];
  for (const happening of happenings) {
    const stepped = stepCase(context, states.at(-1) ?? first.state, happening);
    states.push(frozen(stepped.state));
    effects.push([...stepped.effects]);
  }
  return { states, effects };
}

const anyCase = fc.constantFrom(...cases).map((one) => ({
  context: contextOf(one, {
    names: { posId: 'p', paymentId: 'p', orderId: 'o', refundId: 'r' },
    quietMs: one.id.length % 2 === 0 ? 0 : 50,
  }),
}));

describe('the step, whatever happens', () => {
  it('never throws, changes nothing that it is given, and comes to the same when it is done again', () => {
    fc.assert(
      fc.property(anyCase, fc.array(events, { maxLength: 40 }), ({ context }, happenings) => {
        frozen(context.case);
        const given = frozen(happenings);
        const once = course(context, given);
        expect(course(context, given)).toEqual(once);
      }),
      { numRuns: 250 },
    );
  });

  it('plans every request exactly once, ends once, and keeps the first outcome', () => {
    fc.assert(
      fc.property(anyCase, fc.array(events, { maxLength: 40 }), ({ context }, happenings) => {
        const { states, effects } = course(context, happenings);
        happenings.forEach((happening, index) => {
          const plans = (effects[index + 1] ?? []).filter((effect) => effect.kind === 'plan');
          expect(plans).toHaveLength(happening.kind === 'request' ? 1 : 0);
        });
        expect(effects.flat().filter((effect) => effect.kind === 'end').length).toBeLessThanOrEqual(1);
        const outcomes = states.flatMap((state) => (state.outcome === undefined ? [] : [state.outcome]));
        for (const outcome of outcomes) expect(outcome).toBe(outcomes[0]);
        for (const state of states) if (state.phase === 'done') expect(state.outcome).toBeDefined();
      }),
      { numRuns: 250 },
    );
  });

  it('never passes a case with a required expectation that nothing met', () => {
    fc.assert(
      fc.property(anyCase, fc.array(events, { maxLength: 40 }), ({ context }, happenings) => {
        const last = course(context, happenings).states.at(-1);
        if (last?.outcome?.kind !== 'passed') return;
        for (const slot of last.slots)
          if (slot.item.kind === 'expect' && last.stepStates[slot.step] === 'done')
            expect(slot.exchanges.length).toBeGreaterThanOrEqual(slot.item.times.min);
        expect(last.seen.length).toBeGreaterThan(0);
      }),
      { numRuns: 250 },
    );
  });
});

/** A client that mostly does what the case expects next, with some noise between: it gets further than chance alone. */
function guided(context: CaseContext, choices: readonly number[], noise: readonly Happening[]): Happening[] {
  const happenings: Happening[] = [];
  let { state } = beginCase(context);
  const pending = [...beginCase(context).effects];
  let exchange = 100;
  let number = 0;
  const feed = (happening: Happening): void => {
    happenings.push(happening);
    const stepped = stepCase(context, state, happening);
    state = stepped.state;
    pending.push(...stepped.effects);
  };
  for (const [index, choice] of choices.entries()) {
    for (const effect of pending.splice(0)) {
      if (effect.kind === 'command')
        feed({
          kind: 'command',
          command: (number += 1),
          step: effect.step,
          method: effect.method,
          params: effect.params,
        });
      else if (effect.kind === 'act')
        feed({
          kind: 'act',
          group: effect.group,
          name: effect.name,
          args: effect.args,
          outcome: { kind: 'done', result: { id: 'made' } },
        });
      else if (effect.kind === 'ask')
        feed({ kind: 'truth', truth: effect.truth, query: effect.query, found: effect.query });
      else if (effect.kind === 'kill') feed({ kind: 'killed' });
    }
    const step = context.steps[state.step];
    const open = state.slots.find(
      (slot) =>
        slot.step === state.step &&
        slot.item.kind === 'expect' &&
        !slot.closed &&
        slot.exchanges.length < slot.item.times.max,
    )?.item;
    const other = noise[index];
    if (choice === 0 && other !== undefined) feed(other);
    else if (choice < 7 && open?.kind === 'expect') {
      exchange += 1;
      const operation = operations.find((one) => one.name === open.operations[0]);
      const known = (value: unknown): string =>
        typeof value === 'string' ? ((state.bound[value.slice(1)] as string | undefined) ?? value) : 'p';
      feed({
        kind: 'request',
        exchange,
        command: number,
        operation: operation?.name ?? '',
        method: operation?.method ?? '',
        target: operation?.path ?? '',
        params: Object.fromEntries(
          Object.entries(open.path ?? {}).map(([name, value]) => [name, known(value)]),
        ),
        query: {},
        headers: [],
        json: { ...open.body },
        connection: 1,
        lagMs: 0,
        plan: { kind: 'forward' },
      });
      const status = open.answeredWith?.[0] ?? 200;
      const answer = {
        status,
        headers: [],
        json: { paymentId: 'p', posId: 'p', refundId: 'r', ...open.answered },
      };
      feed({ kind: 'answered', exchange, processed: true, upstream: answer, planned: answer });
      feed({ kind: 'fault-begun', exchange });
      feed({ kind: 'delivered', exchange, outcome: 'delivered', reachedClient: true, lagMs: 0 });
    } else if (step?.kind === 'client') {
      const ending = step.ends?.find((one) => typeof one !== 'string') ?? {};
      const result = Object.fromEntries(
        Object.entries(ending).map(([name, value]) => [
          name,
          typeof value === 'string' && value.startsWith('$') ? (state.bound[value.slice(1)] ?? 'p') : value,
        ]),
      );
      feed({ kind: 'result', command: number, reply: { kind: 'result', result }, truth: {} });
      if (state.phase === 'quiet') feed({ kind: 'timer', timer: 'quiet', ms: 1 });
    }
  }
  return happenings;
}

describe('the step, with a client that plays along', () => {
  it('keeps the first outcome, and passes only what was gone through', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(
        anyCase,
        fc.array(fc.nat(9), { minLength: 30, maxLength: 60 }),
        fc.array(events, { minLength: 60, maxLength: 60 }),
        ({ context }, choices, noise) => {
          const quiet = choices.map((choice, index) => (choice === 0 && index % 3 > 0 ? 1 : choice));
          const { states } = course(context, guided(context, quiet, noise));
          const last = states.at(-1);
          const kind = last?.outcome?.kind ?? 'none';
          seen[kind] = (seen[kind] ?? 0) + 1;
          const outcomes = states.flatMap((state) => (state.outcome === undefined ? [] : [state.outcome]));
          for (const outcome of outcomes) expect(outcome).toBe(outcomes[0]);
          if (last?.outcome?.kind !== 'passed') return;
          for (const [index, state] of last.stepStates.entries()) {
            expect(['done', 'skipped']).toContain(state);
            if (state !== 'done') continue;
            for (const slot of last.slots)
              if (slot.step === index && slot.item.kind === 'expect')
                expect(slot.exchanges.length).toBeGreaterThanOrEqual(slot.item.times.min);
          }
        },
      ),
      { numRuns: 400 },
    );
    // the property would hold of a step that never gets anywhere
    expect(seen['passed'] ?? 0).toBeGreaterThan(5);
    expect(seen['failed'] ?? 0).toBeGreaterThan(5);
  });
});

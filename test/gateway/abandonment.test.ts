import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { jsonAnswer, open, requestText, startBench } from './bench.ts';

const plan: fc.Arbitrary<Plan> = fc.oneof(
  fc.constant<Plan>({ kind: 'forward' }),
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.constantFrom(200, 401, 500),
    processed: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('fault' as const),
    fault: fc.constantFrom('timeout' as const, 'hold', 'reset', 'truncated', 'malformed', 'slow'),
    processed: fc.boolean(),
    delayMs: fc.constantFrom(0, 3),
  }),
);
const step = fc.record({
  plan,
  upstreamMs: fc.constantFrom(0, 0, 2),
  actMs: fc.constantFrom(0, 0, 2),
  /** What the client does after sending, and when. */
  end: fc.constantFrom('wait', 'destroy', 'reset', 'half-close', 'half-close, then destroy', 'garbage'),
  endMs: fc.constantFrom(0, 1, 3),
  pipelined: fc.boolean(),
});

const sleep = (ms: number): Promise<void> =>
  ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));

describe('whatever clients do', () => {
  it('each exchange is worked out before and delivered after its fault, once, and none stays open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const of = (path: string): (typeof steps)[number] | undefined => steps[Number(path.slice(1))];
        const bench = await startBench({
          limits: { withholdMs: 15, deliverMs: 500 },
          plan: (arrival) => of(arrival.request.path)?.plan ?? { kind: 'forward' },
          upstream: async (request) => {
            await sleep(of(request.path)?.upstreamMs ?? 0);
            return jsonAnswer('{"a":"bcdefghij"}');
          },
          workedOut: () => sleep(steps[0]?.actMs ?? 0),
        });
        const { gateway } = bench;
        await Promise.all(
          steps.map(async ({ end, endMs, pipelined }, index) => {
            const wire = await open(gateway.port);
            wire.socket.write(
              requestText(gateway.port, `POST /${String(index)}`, [], '{}').repeat(pipelined ? 2 : 1),
            );
            await sleep(endMs);
            if (end === 'garbage') wire.socket.write('\0\0');
            if (end.startsWith('half-close')) wire.socket.end();
            if (end === 'half-close, then destroy') await sleep(1);
            if (end.endsWith('destroy')) wire.socket.destroy();
            if (end === 'reset') wire.socket.resetAndDestroy();
            if (end === 'wait') await Promise.race([wire.closed, sleep(40)]);
            await sleep(1);
            wire.socket.destroy();
          }),
        );
        await gateway.stop();
        expect(gateway.openExchanges()).toBe(0);
        const ids = new Set(bench.events.map(({ id }) => id));
        for (const id of ids) {
          const kinds = bench.events.filter((event) => event.id === id).map(({ kind }) => kind);
          expect(['arrival,workedOut,delivered', 'arrival,workedOut,faultBegun,delivered']).toContain(
            kinds.join(),
          );
        }
        expect(bench.troubles.filter(({ kind }) => kind !== 'refused')).toEqual([]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});

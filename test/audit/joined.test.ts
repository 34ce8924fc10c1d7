import { describe, expect, it } from 'vitest';
import { joinRecordings } from '../../src/journal/join.ts';
import { shardOf } from '../../src/packs/shards.ts';
import { shippedPack } from '../../src/inspect.ts';
import { PACK_FOLDER } from '../../src/cli/tool.ts';
import type { RunRecord } from '../../src/model/recording.ts';
import { difference } from '../../src/verdict/difference.ts';
import { joinProblems } from '../../src/verdict/joined.ts';
import { examine } from '../../src/verdict/examination.ts';
import type { ObligationReport, RunReport } from '../../src/model/run.ts';
import { storedReport } from '../../src/verdict/stored-report.ts';
import { jsonReport } from '../../src/report/json.ts';
import { allPassed, oneFailed } from '../report/fixtures.ts';

const pack = shippedPack(PACK_FOLDER);
if (!pack.ok) throw new Error('the pack is faulty');
const { cases } = pack.value;

describe('shards', () => {
  it.each([1, 2, 3, 5])('share all cases out among %i, each once, chains together', (count) => {
    const shards = Array.from({ length: count }, (_, index) => shardOf(cases, index + 1, count));
    const ids = shards.flatMap((shard) => shard.map((one) => one.id));
    expect([...ids].sort()).toEqual(cases.map((one) => one.id).sort());
    for (const shard of shards) {
      const own = new Set(shard.map((one) => one.id));
      expect(shard.filter((one) => one.after !== undefined && !own.has(one.after))).toEqual([]);
      expect(shard.map((one) => one.id)).toEqual(cases.map((one) => one.id).filter((id) => own.has(id)));
    }
    const sizes = shards.map((shard) => shard.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(Math.ceil(cases.length / count / 2));
  });

  it('are the same each time, and end with cases that go round in a circle', () => {
    expect(shardOf(cases, 2, 3)).toEqual(shardOf(cases, 2, 3));
    const [first, second] = cases;
    if (first === undefined || second === undefined) throw new Error('too few cases');
    const circle = [
      { ...first, after: second.id },
      { ...second, after: first.id },
    ];
    expect([...shardOf(circle, 1, 2), ...shardOf(circle, 2, 2)]).toHaveLength(2);
  });
});

describe('joined recordings', () => {
  const started = (at: string): RunRecord =>
    ({ seq: 0, at: 0, kind: 'run-started', startedAt: at }) as unknown as RunRecord;
  const fault = (exchange: number): RunRecord => ({
    seq: 1,
    at: 5,
    lane: 'payments',
    kind: 'fault-begun',
    exchange,
  });

  it('number exchanges and records on, keep lanes apart and count times from the earliest start', () => {
    const later = [started('2024-01-01T00:00:02Z'), fault(1)];
    const earlier = [started('2024-01-01T00:00:00Z'), fault(1), fault(4)];
    const { records, parts } = joinRecordings([later, earlier]);
    expect(records.map((one) => one.seq)).toEqual([0, 1, 2, 3, 4]);
    expect(records.filter((one) => one.kind === 'fault-begun')).toMatchObject([
      { exchange: 1, lane: '1:payments', at: 2005 },
      { exchange: 2, lane: '2:payments', at: 5 },
      { exchange: 5, lane: '2:payments', at: 5 },
    ]);
    expect(parts.flat()).toEqual(records);
  });

  it('stay as they are where there is one alone', () => {
    const one = [started('2024-01-01T00:00:00Z'), fault(3)];
    expect(joinRecordings([one]).records).toBe(one);
  });

  it('are refused for runs of other clients, packs or the same cases', () => {
    const one = { ...allPassed, run: 'a' };
    const codes = (other: RunReport): string[] => joinProblems([one, other]).map((problem) => problem.code);
    expect(codes(one)).toEqual(['merge-same-run']);
    expect(codes({ ...one, run: 'b' })).toEqual(['merge-overlap']);
    const apart = { ...one, run: 'b', cases: [] };
    expect(codes(apart)).toEqual([]);
    expect(codes({ ...apart, pack: { ...one.pack, digest: 'f'.repeat(64) } })).toEqual(['merge-different']);
    expect(codes({ ...apart, client: { ...one.client, configuredName: 'Other till' } })).toEqual([
      'merge-different',
    ]);
  });
});

describe('the difference of two runs', () => {
  it('is none between a run and itself', () => {
    const same = difference(oneFailed, oneFailed);
    expect(same.worse).toBe(false);
    expect([same.cases, same.obligations, same.appeared, same.gone, same.times, same.facts].flat()).toEqual(
      [],
    );
  });

  it('tells what got worse and what got better', () => {
    const [first] = allPassed.cases;
    if (first === undefined) throw new Error('no case');
    const must = { code: 'x', level: 'must', case: first.id, exchanges: [1], data: {} } as const;
    const broken = { ...first, verdict: 'failed', findings: [must], durationMs: 9000 } as const;
    const after: RunReport = {
      ...allPassed,
      cases: [broken, ...allPassed.cases.slice(1)],
      obligations: allPassed.obligations.map((one, index) =>
        index === 0 ? { ...one, state: 'broken' } : one,
      ),
    };
    const forth = difference(allPassed, after);
    expect(forth.worse).toBe(true);
    expect(forth.cases).toEqual([{ id: first.id, before: 'passed', after: 'failed', worse: true }]);
    expect(forth.obligations).toMatchObject([{ after: 'broken', worse: true }]);
    expect(forth.appeared).toEqual([must]);
    expect(forth.times).toEqual([{ id: first.id, beforeMs: first.durationMs, afterMs: 9000 }]);
    const back = difference(after, allPassed);
    expect(back.worse).toBe(false);
    expect(back.gone).toEqual([must]);
  });

  it('says that nothing was compared where no case is in both', () => {
    expect(difference({ ...allPassed, cases: [] }, oneFailed).compared).toBe(0);
  });
});

describe('a report that was stored', () => {
  it.each([
    ['passed', allPassed],
    ['failed', oneFailed],
  ])('reads back what it says (%s)', (_, report) => {
    const json = JSON.parse(jsonReport(report)) as Parameters<typeof storedReport>[0];
    expect(JSON.parse(jsonReport(storedReport(json) as RunReport))).toEqual(json);
  });

  it('is none where it is something else', () => {
    expect(storedReport(undefined)).toBeUndefined();
    expect(storedReport({ schemaVersion: 2 })).toBeUndefined();
    expect(storedReport({ schemaVersion: 1, cases: [null] })).toBeUndefined();
  });
});

describe('an examination', () => {
  const duty = (state: ObligationReport['state'], examined: number): ObligationReport => ({
    id: 'a-duty',
    title: '',
    level: 'must',
    state,
    applicable: false,
    examined,
    findings: 0,
  });
  const must = { code: 'x', level: 'must', exchanges: [], data: {} } as const;

  it('is evidence or nothing', () => {
    const code = (
      state: ObligationReport['state'],
      examined: number,
      findings: (typeof must)[] = [],
    ): number => examine({ obligations: [duty(state, examined)], findings }, []).exitCode;
    expect(code('kept', 3)).toBe(0);
    expect(code('unproven', 0)).toBe(3);
    expect(code('broken', 3, [must])).toBe(1);
    expect(code('inconclusive', 3)).toBe(3);
    expect(examine({ obligations: [], findings: [] }, []).exitCode).toBe(3);
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/sandbox/pos-v10/catalogue.ts';
import { pack } from '../runs/run-till.ts';

/*
 * What poscert covers only grows: covered.json holds every obligation, case, feature and error code that it ever covered. UPDATE=1 adds what is new and
 * takes nothing away; what goes needs a line in removed.yaml that says why. An obligation that turns from observed to unobservable has gone as well.
 */

const COVERED = join(import.meta.dirname, 'covered.json');
const REMOVED = join(import.meta.dirname, 'removed.yaml');

type Coverage = Readonly<
  Record<'features' | 'cases' | 'obligations' | 'observed' | 'codes', readonly string[]>
>;

const now: Coverage = {
  features: pack.features.map((one) => one.id),
  cases: pack.cases.map((one) => one.id),
  obligations: pack.obligations.map((one) => `${one.id} (${one.level})`),
  observed: pack.rules.map((one) => one.id),
  codes: Object.keys(CATALOGUE),
};
const kinds = Object.keys(now) as (keyof Coverage)[];

/** What stands in the lock and is there no more, without a reason. */
function missing(locked: Coverage, there: Coverage, reasons: Readonly<Record<string, unknown>>): string[] {
  return kinds.flatMap((kind) =>
    locked[kind]
      .filter((id) => !there[kind].includes(id))
      .map((id) => `${kind}: ${id}`)
      .filter((name) => !isReason(reasons[name])),
  );
}

/** A sentence, no mark. */
function isReason(text: unknown): boolean {
  return typeof text === 'string' && text.trim().length >= 20;
}

const read = (): Coverage => JSON.parse(readFileSync(COVERED, 'utf8')) as Coverage;

if (process.env['UPDATE'] === '1') {
  const before = existsSync(COVERED) ? read() : now;
  const grown = kinds.map((kind) => [kind, [...new Set([...before[kind], ...now[kind]])].sort()] as const);
  writeFileSync(COVERED, `${JSON.stringify(Object.fromEntries(grown), undefined, 2)}\n`);
}

const locked = read();
const reasons = (parse(readFileSync(REMOVED, 'utf8')) ?? {}) as Record<string, unknown>;

describe('what is covered', () => {
  it('only grows: what goes has a reason in removed.yaml', () => {
    expect(missing(locked, now, reasons)).toEqual([]);
  });

  it('is locked as soon as it is there (UPDATE=1)', () => {
    const fresh = kinds.flatMap((kind) => now[kind].filter((id) => !locked[kind].includes(id)));
    expect(fresh).toEqual([]);
  });

  it('has no reason for what is still there, or never was', () => {
    const gone = missing(locked, now, {});
    expect(Object.keys(reasons).filter((name) => !gone.includes(name))).toEqual([]);
  });

  it.each(kinds)('is missed where one of its %s goes, and a mark is no reason', (kind) => {
    const [first = '', ...rest] = now[kind];
    const name = `${kind}: ${first}`;
    const less = { ...now, [kind]: rest };
    expect(missing(locked, less, reasons)).toEqual([name]);
    expect(missing(locked, less, { [name]: 'obsolete' })).toEqual([name]);
    expect(missing(locked, less, { [name]: 'MobilePay withdrew it with V11 of the API.' })).toEqual([]);
  });
});

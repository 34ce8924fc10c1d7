import type { JsonValue } from '../../src/model/json.ts';
import type { RunRecord } from '../../src/model/recording.ts';

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/**
 * What a run's traffic came to, without what differs from run to run or from driver to driver: ids are numbered in the order in which they
 * appear, times, keys, tokens, ports and the commands themselves are left out. One line an event, so that a difference can be read.
 */
export function normalTraffic(records: readonly RunRecord[]): string[] {
  const ids = new Map<string, string>();
  const normal = (value: JsonValue | undefined): string =>
    JSON.stringify(value ?? null).replace(GUID, (id) => {
      const known = ids.get(id.toLowerCase()) ?? `id${ids.size + 1}`;
      ids.set(id.toLowerCase(), known);
      return known;
    });
  return records.flatMap((record): string[] => {
    const where = record.case ?? '';
    switch (record.kind) {
      case 'request':
        // A token is fetched anew by each process of a oneshot client that forgot it, and stores are looked up once a start.
        if (record.operation === 'getToken' || record.operation === 'queryStores') return [];
        return [
          `${where} ${record.operation ?? record.target} ${normal({ ...record.params })} ${normal(record.json)} ${normal(record.plan as unknown as JsonValue)}`,
        ];
      case 'act':
        return [`${where} ${record.group}: ${record.name} ${record.outcome.kind}`];
      case 'truth':
        return [`${where} ${record.truth} ${normal(withoutTimes(record.found))}`];
      case 'case-ended':
        return [`${where} ended ${record.complete ? 'complete' : 'cut short'}`];
      default:
        return [];
    }
  });
}

function withoutTimes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.endsWith('At'))
      .map(([name, member]) => [name, withoutTimes(member)]),
  );
}

import type { RunRecord } from '../model/recording.ts';

/** Several recordings as one: `records` all of them, `parts` the same records by recording. */
export interface Joined {
  readonly records: readonly RunRecord[];
  readonly parts: readonly (readonly RunRecord[])[];
}

/**
 * Joins recordings of several runs for judging them together. Exchanges are numbered on, lanes get the number of their recording before
 * their name (`2:payments`), times count from the earliest start. One recording alone stays as it is. Pure.
 */
export function joinRecordings(recordings: readonly (readonly RunRecord[])[]): Joined {
  if (recordings.length < 2) return { records: recordings[0] ?? [], parts: recordings };
  const starts = recordings.map(startOf);
  const first = Math.min(...starts);
  let seq = 0;
  let exchanges = 0;
  const parts = recordings.map((records, index) => {
    const shift = (starts[index] ?? first) - first;
    const offset = exchanges;
    return records.map((record): RunRecord => {
      const exchange = 'exchange' in record ? record.exchange : undefined;
      if (exchange !== undefined) exchanges = Math.max(exchanges, offset + exchange);
      return {
        ...record,
        ...(exchange === undefined ? {} : { exchange: exchange + offset }),
        ...(record.lane === undefined ? {} : { lane: `${String(index + 1)}:${record.lane}` }),
        seq: seq++,
        at: record.at + shift,
      };
    });
  });
  return { records: parts.flat(), parts };
}

/** Milliseconds since 1970; 0 where the recording doesn't say. */
function startOf(records: readonly RunRecord[]): number {
  const started = records.find((record) => record.kind === 'run-started');
  const at = Date.parse(started?.startedAt ?? '');
  return Number.isFinite(at) ? at : 0;
}

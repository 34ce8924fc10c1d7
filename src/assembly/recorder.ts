import type { JsonValue } from '../model/json.ts';
import type { Journal } from '../model/ports.ts';
import type { Happening, RunRecord, Stamp } from '../model/recording.ts';

/** The recording of a run: kept for the rules, written to the journal line by line. */
export interface Recorder {
  /** Stamps, masks and writes one event; what it returns is what the engine is fed. */
  record<T extends Happening>(happening: T, lane?: string, caseId?: string): T & Stamp;
  readonly records: readonly RunRecord[];
}

/** `now`: ms since the run began. `mask`: takes secrets out of any JSON value. */
export function createRecorder(
  journal: Journal,
  now: () => number,
  mask: (value: JsonValue) => JsonValue,
): Recorder {
  const records: RunRecord[] = [];
  return {
    records,
    record(happening, lane, caseId) {
      const masked = mask(happening as unknown as JsonValue) as unknown as typeof happening;
      const record = {
        ...masked,
        seq: records.length,
        at: Math.round(now() * 1000) / 1000,
        ...(lane === undefined ? {} : { lane }),
        ...(caseId === undefined ? {} : { case: caseId }),
      };
      records.push(record);
      journal.append(record);
      return record;
    },
  };
}

import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Header } from '../../src/model/http.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { AnswerContent } from '../../src/model/recording.ts';
import { ANSWERS } from './samples.ts';

/** A request, as far as it is not as usual, and what becomes of it. */
export interface Sending {
  /** The id in the path. */
  readonly id?: string;
  readonly query?: string;
  /** Members that take the place of those of the usual body; `null` takes the whole body away. */
  readonly body?: JsonObject | null;
  readonly text?: string;
  readonly key?: string;
  /** Headers by name in place of the usual ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Time that passes before it arrives, ms; 1000 if not said. */
  readonly after?: number;
  /** Our own lag when it arrived and when it was answered, ms. */
  readonly lagMs?: number;
  /** Processes that wait for each processor when it arrived. */
  readonly load?: number;
  /** How long the answer takes, ms. */
  readonly takes?: number;
  /** The client is killed so long before the answer, or the wait for it, ends, ms. */
  readonly killedBefore?: number;
  readonly answers?: JsonValue;
  readonly status?: number;
  readonly answerHeaders?: readonly Header[];
  /** The fault that it meets; `abandoned` is the client's own doing. */
  readonly lost?: 'timeout' | 'hold' | 'reset' | 'truncated' | 'malformed' | 'abandoned' | 'killed';
  /** Answered by us and not by the sandbox. */
  readonly planted?: boolean;
}

/** How it was meant to be answered. */
export function planOf(sending: Sending): Plan {
  const { lost } = sending;
  if (lost !== undefined && lost !== 'abandoned' && lost !== 'killed')
    return { kind: 'fault', fault: lost, processed: true };
  if (sending.planted === true) return { kind: 'status', status: sending.status ?? 500, processed: false };
  return { kind: 'forward' };
}

/** The answer to it, if nothing befalls it. */
export function answerTo(name: string, sending: Sending): AnswerContent {
  const status = sending.status ?? 200;
  const json = sending.answers ?? (status < 300 ? ANSWERS[name] : undefined);
  return { status, headers: sending.answerHeaders ?? [], ...(json === undefined ? {} : { json }) };
}

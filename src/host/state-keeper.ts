import type { JsonValue } from '../model/json.ts';
import { realTimer, type SetTimer } from '../std/timers.ts';
import { writeStateFile } from './state-file.ts';

/** Keeps a file in step with a state that changes. */
export interface StateKeeper {
  /** Something changed: it is written before long. */
  changed(): void;
  /** Writes what has not been written yet and ends. Rejects where the last writing failed. */
  stop(): Promise<void>;
}

const DELAY_MS = 200;
/** A pause is so many times as long as the writing before it: it goes on beside the requests, but not for nothing. */
const SHARE = 4;

/** Writes `value()` to `file` a little after each change, one writing at a time. `failed` hears of a writing that did not succeed. */
export function createStateKeeper(
  file: string,
  value: () => JsonValue,
  failed: (message: string) => void,
  setTimer: SetTimer = realTimer,
): StateKeeper {
  let dirty = false;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  let pause = DELAY_MS;
  const write = async (givenUp?: AbortSignal): Promise<void> => {
    dirty = false;
    const began = performance.now();
    try {
      await writeStateFile(file, value(), givenUp);
    } catch (thrown) {
      dirty = true;
      throw thrown;
    } finally {
      pause = Math.max(DELAY_MS, (performance.now() - began) * SHARE);
    }
  };
  const schedule = (): void => {
    cancel ??= setTimer(pause, () => {
      writing = write(ending.signal).then(undefined, (thrown: unknown) => {
        if (ending.signal.aborted) return;
        failed(thrown instanceof Error ? thrown.message : String(thrown));
      });
      void writing.then(() => {
        cancel = undefined;
        if (dirty) schedule();
      });
    });
  };
  return {
    changed() {
      dirty = true;
      schedule();
    },
    async stop() {
      cancel?.();
      // What is being written is not the last state: the last one is written in its place.
      ending.abort();
      await writing;
      // A writing that has just ended may have set the timer anew.
      cancel?.();
      if (dirty) await write();
    },
  };
}

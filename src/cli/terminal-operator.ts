import { createInterface } from 'node:readline';
import type { Ask, Said } from '../model/operator.ts';
import { saidBy } from './answers.ts';

/** A person at a terminal, or a program that writes lines into our input. */
export interface Terminal {
  /** Resolves with what was said; undefined where the input has ended. `again` shows the sentence once more. */
  answer(ask: Ask, again: () => void, signal: AbortSignal): Promise<Said | undefined>;
  close(): void;
}

const SHORT: Readonly<Record<string, string>> = {
  '': 'done',
  d: 'done',
  c: 'cannot',
  r: 'repeat',
  s: 'stop',
  y: 'yes',
  n: 'no',
};

/** Reads answers line by line. Lines that came before they were asked for count where the input is no terminal. */
export function openTerminal(
  input: NodeJS.ReadableStream,
  isTerminal: boolean,
  err: (text: string) => void,
): Terminal {
  const reader = createInterface({ input, terminal: false });
  const waiting: string[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  reader.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  reader.on('close', () => {
    ended = true;
    wake();
  });
  const next = async (signal: AbortSignal): Promise<string | undefined> => {
    for (;;) {
      if (signal.aborted) return undefined;
      const line = waiting.shift();
      if (line !== undefined || ended) return line;
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  };
  return {
    async answer(ask, again, signal) {
      if (isTerminal) waiting.length = 0;
      for (;;) {
        const line = await next(signal);
        if (line === undefined) return undefined;
        const typed = line.trim().toLowerCase();
        const word = ask.kind === 'choose' && typed === '' ? '' : (SHORT[typed] ?? typed);
        if (word === 'repeat') {
          again();
          continue;
        }
        const said = saidBy(word, ask);
        if (said !== undefined && said !== 'wait') return said;
        err(`  ${hint(ask)}\n`);
      }
    },
    close() {
      reader.close();
      // What is left of the input would keep the process alive.
      (input as { destroy?: () => void }).destroy?.();
    },
  };
}

/** What may be typed. */
export function hint(ask: Ask): string {
  if (ask.kind === 'do') return '[Enter] done   c cannot   r repeat   s stop';
  return ask.options.length === 1
    ? 'y yes   n no   r repeat   s stop'
    : `1 to ${ask.options.length}   0 none of these   r repeat   s stop`;
}

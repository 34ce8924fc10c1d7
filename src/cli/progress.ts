import type { LaneProgress } from '../certify.ts';
import { advanceProgress, beginProgress, endedLine, progressLines } from '../report/progress.ts';
import { wantsMotion, type Io } from './io.ts';

/** Shows how a run goes on. */
export interface Progress {
  readonly on: (event: LaneProgress) => void;
  readonly stop: () => void;
}

/** A line a feature on a terminal, a line a case elsewhere; nothing where the run is to be quiet. */
export async function createProgress(
  io: Io,
  features: readonly { readonly feature: string; readonly total: number }[],
  quiet: boolean,
): Promise<Progress> {
  if (quiet) return { on: () => undefined, stop: () => undefined };
  const total = features.reduce((sum, one) => sum + one.total, 0);
  const look = { color: io.color.err, width: io.width };
  let ended = 0;
  const lineOf = (event: Extract<LaneProgress, { kind: 'case-ended' }>): string => {
    ended += 1;
    return `${endedLine(event.run, Math.min(ended, total), total, look).trimEnd()}\n`;
  };
  if (!wantsMotion(io))
    return {
      on: (event) => {
        if (event.kind === 'case-ended') io.err(lineOf(event));
      },
      stop: () => undefined,
    };
  // Loaded here alone: it costs 50 ms that a pipeline need not pay.
  const { default: ora } = await import('ora');
  let state = beginProgress(features);
  const text = (): string =>
    `Certification\n${progressLines(state, '▸', { ...look, width: io.width - 4 }).join('\n')}`;
  const spinner = ora({ text: text(), stream: process.stderr, discardStdin: false }).start();
  return {
    on: (event) => {
      state = advanceProgress(state, event);
      if (event.kind === 'case-ended') {
        const line = lineOf(event);
        if (event.run.outcome.kind !== 'passed') {
          spinner.clear();
          io.err(line);
        }
      }
      spinner.text = text();
    },
    stop: () => spinner.stop(),
  };
}

import type { Ora } from 'ora';
import type { LaneProgress } from '../certify.ts';
import { wantsMotion, type Io } from './io.ts';

/** Shows how a run goes on. */
export interface Progress {
  on(event: LaneProgress): void;
  stop(): void;
}

const MARKS: Readonly<Record<string, string>> = {
  passed: 'ok',
  failed: 'FAILED',
  error: 'ERROR',
  unproven: 'UNPROVEN',
  unsupported: 'unsupported',
  inconclusive: 'INCONCLUSIVE',
  'not applicable': 'n/a',
  cancelled: 'not run',
};

function endLine(event: Extract<LaneProgress, { kind: 'case-ended' }>, ended: number, total: number): string {
  const { run } = event;
  const seconds = ((run.endedAt - run.startedAt) / 1000).toFixed(1);
  const mark = (MARKS[run.outcome.kind] ?? run.outcome.kind).padEnd(6);
  return `${String(ended).padStart(String(total).length)} of ${total}  ${mark}  ${run.case.id}  ${seconds} s`;
}

/** A line a feature on a terminal, a line a case elsewhere; nothing where the run is to be quiet. */
export async function createProgress(
  io: Io,
  features: readonly { readonly id: string; readonly title: string }[],
  total: number,
  quiet: boolean,
): Promise<Progress> {
  if (quiet) return { on: () => undefined, stop: () => undefined };
  return wantsMotion(io) ? lively(io, features, total) : plain(io, total);
}

function plain(io: Io, total: number): Progress {
  let ended = 0;
  return {
    on(event) {
      if (event.kind !== 'case-ended') return;
      ended += 1;
      io.err(`${endLine(event, ended, total)}\n`);
    },
    stop: () => undefined,
  };
}

async function lively(
  io: Io,
  features: readonly { readonly id: string; readonly title: string }[],
  total: number,
): Promise<Progress> {
  const { default: ora } = await import('ora');
  const now = new Map<string, string>();
  let ended = 0;
  const text = (): string =>
    [
      `Certification  ${ended} of ${total}`,
      ...features.map((feature) => `  ${feature.title.padEnd(22)} ${now.get(feature.id) ?? 'waiting'}`),
    ]
      .map((line) => line.slice(0, Math.max(20, io.width - 4)))
      .join('\n');
  const spinner: Ora = ora({ text: text(), stream: process.stderr, discardStdin: false }).start();
  return {
    on(event) {
      const feature = event.lane;
      if (event.kind === 'case-started') now.set(feature, event.case.title);
      else if (event.kind === 'command') now.set(feature, `${event.case.title} · ${event.command}`);
      else {
        ended += 1;
        now.set(
          feature,
          `${event.run.case.title} · ${MARKS[event.run.outcome.kind] ?? event.run.outcome.kind}`,
        );
        if (event.run.outcome.kind !== 'passed') {
          spinner.clear();
          io.err(`${endLine(event, ended, total)}\n`);
        }
      }
      spinner.text = text();
    },
    stop: () => {
      spinner.stop();
    },
  };
}

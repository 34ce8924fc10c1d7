import { randomBytes } from 'node:crypto';
import { isAbsolute, relative } from 'node:path';
import type { Case } from '../model/case.ts';
import type { Config } from '../model/config.ts';
import type { JsonObject } from '../model/json.ts';
import type { Operator } from '../model/operator.ts';
import type { CaseRun } from '../model/outcome.ts';
import type { Pack } from '../model/pack.ts';
import type { Ids } from '../model/ports.ts';
import type { RunRecord, RunStarted } from '../model/recording.ts';
import { createClock, createMeter } from '../std/clock.ts';
import { allowedEnvironment } from '../clients/child.ts';
import type { LaneProgress } from '../engine/stage.ts';
import { openJournal, type JournalSeal } from '../journal/journal.ts';
import { createRedactor } from '../journal/redact.ts';
import { runLanes } from './lanes.ts';
import { createRecorder } from './recorder.ts';
import { createRunMemory } from './run-memory.ts';
import { createRunFolder, rememberLast, type RunFolder } from './run-folder.ts';

/** Everything a run needs; what was wrong with it has been said before. */
export interface RunInput<State> {
  readonly config: Config;
  readonly pack: Pack<State>;
  /** Ids of the features selected, in reading order, onboarding first. */
  readonly features: readonly string[];
  readonly cases: readonly Case[];
  /** Only some cases were asked for: no certificate. */
  readonly partial: boolean;
  readonly tool: RunStarted['tool'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sdkCommand: readonly string[];
  readonly ids: Ids;
  readonly wallClock: () => Date;
  readonly progress: (event: LaneProgress) => void;
  readonly signal: AbortSignal;
  /** The secret that a remote sandbox knows the client by. */
  readonly clientSecret?: string;
  /** Whoever sits at the till, or acts as the customer against a remote sandbox. */
  readonly operator?: Operator;
  /** Whoever signs the certificate; asked once, when there is something to sign. Absent: the statement stays unsigned. */
  readonly signer?: () => Signer | undefined;
}

/** What signs bytes: the private key stays behind it. */
interface Signer {
  readonly keyId: string;
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/** A run whose journal is open. */
export interface OpenRun {
  readonly started: RunStarted;
  readonly folder: RunFolder;
  /** Everything recorded so far. */
  readonly records: readonly RunRecord[];
  /** Takes the client through cases; `alone`: one lane at a time. */
  take(cases: readonly Case[], alone?: boolean): Promise<CaseRun[]>;
  /** Writes the last record and closes the journal. */
  close(): Promise<{ readonly sealed: JournalSeal; readonly finishedAt: string }>;
}

/** A monotonic clock never goes back; a millisecond is left to rounding. */
const BACK_MS = 1;

/** Begins a run: its folder, its journal, its clocks. Throws what the file system throws. */
export async function openRun<State>(input: RunInput<State>): Promise<OpenRun> {
  const { config, pack, signal } = input;
  const began = input.wallClock();
  const folder = await createRunFolder(config.root, began, input.ids());
  const clock = createClock();
  const meter = createMeter(clock);
  const memory = createRunMemory(
    config.client.sandboxClientId ?? input.ids(),
    input.clientSecret ?? input.ids(),
  );
  const redactor = createRedactor({ secrets: [memory.clientSecret], key: randomBytes(32) });
  const journal = openJournal(folder.journal);
  // A run that can't be judged ends at once: where the journal can't be written, or the clock that measures it went back.
  const unjudgeable = new AbortController();
  const guarded = {
    append: (record: RunRecord): void => {
      try {
        journal.append(record);
      } catch {
        unjudgeable.abort();
      }
    },
  };
  let latest = 0;
  let backMs: number | undefined;
  const recorder = createRecorder(
    guarded,
    () => {
      const at = clock.now();
      latest = Math.max(latest, at);
      if (latest - at > BACK_MS) {
        backMs ??= latest - at;
        unjudgeable.abort();
      }
      return at;
    },
    (value) => redactor.json(value),
  );
  const seed = config.seed ?? folder.id;
  const started: RunStarted = {
    kind: 'run-started',
    startedAt: began.toISOString(),
    run: folder.id,
    tool: input.tool,
    pack: { id: pack.id, version: pack.version, digest: pack.digest },
    features: input.features,
    tier: config.tier,
    cases: input.cases.map((one) => one.id),
    partial: input.partial,
    config: withoutHome(config),
    seed,
    target: config.target.kind,
    nonce: randomBytes(16).toString('hex'),
  };
  recorder.record(started);
  let exchanges = 0;
  const ports = {
    ...input,
    recorder,
    memory,
    redaction: redactor,
    clock,
    meter,
    seed,
    environment: allowedEnvironment(input.environment),
    wallClock: () => input.wallClock().getTime(),
    nextExchange: () => (exchanges += 1),
    signal: AbortSignal.any([signal, unjudgeable.signal]),
  };
  return {
    started,
    folder,
    records: recorder.records,
    take: (cases, alone = false) => runLanes({ ...ports, cases, alone }),
    async close() {
      meter.stop();
      const finishedAt = input.wallClock().toISOString();
      recorder.record({ kind: 'run-finished', finishedAt, interrupted: signal.aborted });
      const sealed = await journal.close();
      // Every delay was measured by it: nothing of this run can be judged.
      if (backMs !== undefined) throw new Error(`this machine's monotonic clock went back by ${backMs} ms`);
      await rememberLast(config.root, folder.id);
      return { sealed, finishedAt };
    },
  };
}

/** A configuration as the recording tells it: places below the project are told from there, so that no recording says whose machine it was. */
function withoutHome(config: Config): JsonObject {
  const told = (key: string, value: unknown): unknown => {
    // A command line is kept as it was given: it is what runs the case again.
    if (typeof value !== 'string' || !isAbsolute(value) || /^\d+$/.test(key)) return value;
    return fromRoot(config.root, value);
  };
  return JSON.parse(JSON.stringify(config, told)) as JsonObject;
}

/** A place as it is told: from the folder of the project where it is inside of it, which is the same on every machine. */
export function fromRoot(root: string, place: string): string {
  const inside = relative(root, place);
  return inside.startsWith('..') ? place : inside === '' ? '.' : inside;
}

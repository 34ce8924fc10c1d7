import { randomBytes } from 'node:crypto';
import type { Case } from './model/case.ts';
import type { Config } from './model/config.ts';
import type { JsonObject } from './model/json.ts';
import type { Pack } from './model/pack.ts';
import type { Ids } from './model/ports.ts';
import type { RunStarted } from './model/recording.ts';
import type { RunReport } from './model/run.ts';
import { createClock, createMeter } from './std/clock.ts';
import { allowedEnvironment } from './clients/child.ts';
import { openJournal } from './journal/journal.ts';
import { createRedactor } from './journal/redact.ts';
import { runLanes } from './assembly/lanes.ts';
import { createRecorder } from './assembly/recorder.ts';
import { createRunFolder, rememberLast } from './assembly/run-folder.ts';
import type { LaneProgress } from './engine/lane.ts';
import { judge } from './verdict/judge.ts';
import { decide } from './verdict/decide.ts';
import { reportOf } from './verdict/report.ts';
import { writeCertificate } from './assembly/certificate-folder.ts';
import { issue } from './certificate/issue.ts';

export type { LaneProgress } from './engine/lane.ts';

/** Everything a run needs; what was wrong with it has been said before. */
export interface CertifyInput<State> {
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
  readonly allExchanges: boolean;
  readonly progress: (event: LaneProgress) => void;
  readonly signal: AbortSignal;
}

/** Spine 1: runs the cases, judges the recording, decides, reports, seals. Throws only what makes a run impossible (no room to write). */
export async function certify<State>(input: CertifyInput<State>): Promise<RunReport> {
  const { config, pack, features, cases, signal } = input;
  const began = input.wallClock();
  const folder = await createRunFolder(config.root, began, input.ids());
  const clock = createClock();
  const meter = createMeter(clock);
  const redactor = createRedactor({ secrets: [], key: randomBytes(32) });
  const journal = openJournal(folder.journal);
  const recorder = createRecorder(
    journal,
    () => clock.now(),
    (value) => redactor.json(value),
  );
  const seed = config.seed ?? folder.id;
  const started: RunStarted = {
    kind: 'run-started',
    startedAt: began.toISOString(),
    run: folder.id,
    tool: input.tool,
    pack: { id: pack.id, version: pack.version, digest: pack.digest },
    features,
    tier: config.tier,
    cases: cases.map((one) => one.id),
    partial: input.partial,
    config: JSON.parse(JSON.stringify(config)) as JsonObject,
    seed,
    target: config.target.kind,
    nonce: randomBytes(16).toString('hex'),
  };
  recorder.record(started);
  const environment = allowedEnvironment(input.environment);
  const wallClock = (): number => input.wallClock().getTime();
  const runs = await runLanes({
    ...input,
    recorder,
    redaction: redactor,
    clock,
    meter,
    wallClock,
    seed,
    environment,
  });
  meter.stop();
  const finishedAt = input.wallClock().toISOString();
  recorder.record({ kind: 'run-finished', finishedAt, interrupted: signal.aborted });
  const sealed = await journal.close();
  const { version } = config.client;
  const context = {
    operations: pack.operations,
    features,
    ...(version === undefined ? {} : { declaredVersion: version }),
  };
  const judgements = judge(pack.rules, context, recorder.records);
  const { obligations, mayLackRemote: mayLack } = pack;
  const decision = decide({
    runs,
    judgements,
    obligations,
    features,
    mayLack,
    partial: input.partial,
    interrupted: signal.aborted,
  });
  await rememberLast(config.root, folder.id);
  const report = reportOf({
    started,
    finishedAt,
    decision,
    records: recorder.records,
    config,
    warnings: [],
    journal: folder.journalName,
    allExchanges: input.allExchanges,
  });
  const issued = issue({
    report,
    config,
    serial: input.ids(),
    journal: sealed,
    nonce: started.nonce,
    node: input.tool.node,
  });
  if (issued.kind === 'none') return { ...report, noCertificate: { code: issued.code, data: issued.data } };
  const place = await writeCertificate(config.certificate.folder, issued, folder.journal);
  return { ...report, certificate: { folder: place, serial: issued.serial, signed: issued.signed } };
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Judge } from '../audit.ts';
import { certify } from '../certify.ts';
import { shippedPack } from '../inspect.ts';
import type { RunReport } from '../model/run.ts';
import { breakDown, refuse, warn } from './failure.ts';
import type { Io } from './io.ts';
import { openDesk } from './operator.ts';
import { attendance } from './attendance.ts';
import { createProgress } from './progress.ts';
import { wantedReports, writeReports } from './report-files.ts';
import { selection, type Selection } from './selection.ts';
import { settings, type Flags } from './settings.ts';
import { signerOfRun, type SigningSecrets } from './signing.ts';
import { PACK_FOLDER, sdkCommand, type Tool } from './tool.ts';

/** `poscert run`: everything wrong is said before the first case; the exit code comes from the verdict alone. */
export async function runCommand(
  flags: Flags,
  io: Io,
  tool: Tool,
  secrets: SigningSecrets = {},
): Promise<number> {
  const resolved = settings(flags, io);
  const pack = shippedPack(PACK_FOLDER);
  const wanted = wantedReports((flags['report'] as string[] | undefined) ?? [], io.cwd);
  if (!pack.ok) return refuse(pack.problems, io);
  if (!resolved.ok || !wanted.ok)
    return refuse([...(resolved.ok ? [] : resolved.problems), ...(wanted.ok ? [] : wanted.problems)], io);
  const judge = { pack: pack.value, version: tool.version };
  const chosen = await selection(flags, resolved.value.config, judge);
  if (!chosen.ok) return refuse(chosen.problems, io);
  const { features, cases, partial, tier } = chosen.value;
  const config = { ...resolved.value.config, tier };
  warn([...resolved.warnings, ...chosen.warnings], io);

  const certifies = config.certificate.wanted && config.file !== undefined && !partial;
  const signer = certifies ? await signerOfRun(secrets, io) : undefined;
  if (signer?.ok === false) return refuse(signer.problems, io);
  const signs = signer?.value;
  const totals = features
    .map((feature) => ({ feature, total: cases.filter((one) => one.feature === feature).length }))
    .filter((one) => one.total > 0);
  const people = attendance(config, flags, io, cases, pack.value.vocabulary.needs);
  if (!people.ok) return refuse(people.problems, io);
  const { clientSecret, attended, answers } = people.value;
  const desk =
    attended.length === 0
      ? undefined
      : await openDesk({
          io,
          config,
          answers,
          ui: flags['ui'] === true,
          cases: cases.length,
        });
  // A spinner would run over what a person is told.
  const still = desk === undefined ? io : { ...io, errIsTerminal: false };
  const progress = await createProgress(still, totals, flags['quiet'] === true);
  const verbose = flags['verbose'] === true;
  const allExchanges = verbose || wanted.value.some((one) => one.format === 'har' || one.format === 'html');
  let report: RunReport;
  try {
    report = await certify(
      {
        config,
        pack: pack.value,
        features,
        cases,
        partial,
        tool,
        environment: io.env,
        sdkCommand: sdkCommand(),
        ids: randomUUID,
        wallClock: () => new Date(),
        progress: (event) => {
          desk?.progress(event);
          progress.on(event);
        },
        signal: desk === undefined ? io.signal : AbortSignal.any([io.signal, desk.stopped]),
        ...(desk === undefined ? {} : { operator: desk.operator }),
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...(signs === undefined ? {} : { signer: () => signs }),
      },
      allExchanges,
    );
    report = await completed(report, chosen.value, config.root, judge, allExchanges);
  } catch (thrown) {
    progress.stop();
    await desk?.close();
    return breakDown(thrown, io);
  }
  progress.stop();
  await desk?.close();
  try {
    writeReports(report, wanted.value, io, verbose);
    writeReports(
      report,
      [{ format: 'json', file: join(config.root, '.poscert', 'runs', report.run, 'report.json') }],
      { ...io, env: {} },
      true,
    );
  } catch (thrown) {
    return breakDown(thrown, io);
  }
  return report.exitCode;
}

/** The report of a run that is a part of something: a shard says so, and a run that was resumed is told with the one before it. */
async function completed(
  report: RunReport,
  { before, shard }: Selection,
  root: string,
  judge: Judge,
  allExchanges: boolean,
): Promise<RunReport> {
  if (shard !== undefined) return { ...report, noCertificate: { code: 'shard-run', data: { shard } } };
  if (before === undefined) return report;
  const { rememberBefore, retell } = await import('../audit.ts');
  await rememberBefore(root, report.run, before);
  const whole = await retell(report.run, { root, cwd: root }, judge, allExchanges);
  if (!whole.ok) throw new Error(`the run before ${report.run} can't be read any more`);
  return whole.value.report;
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certify } from '../certify.ts';
import { resolveFeatures, selectCases, shippedPack } from '../inspect.ts';
import type { Problem } from '../model/problem.ts';
import type { RunReport } from '../model/run.ts';
import { breakDown, refuse, warn } from './failure.ts';
import type { Io } from './io.ts';
import { openDesk } from './operator.ts';
import { attendance } from './attendance.ts';
import { createProgress } from './progress.ts';
import { wantedReports, writeReports } from './report-files.ts';
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
  const { config } = resolved.value;
  const features = resolveFeatures(pack.value, config.features);
  if (!features.ok) return refuse(features.problems, io);
  const failed = flags['failed'] === true ? lastFailed(config.root) : undefined;
  if (failed !== undefined && !failed.ok) return refuse([failed.problem], io);
  const ids = failed === undefined ? config.cases : [...config.cases, ...failed.cases];
  const cases = selectCases(pack.value, features.value, config.tier, ids);
  if (!cases.ok) return refuse(cases.problems, io);
  warn([...resolved.warnings, ...cases.warnings], io);

  const partial = ids.length > 0;
  const certifies = config.certificate.wanted && config.file !== undefined && !partial;
  const signer = certifies ? await signerOfRun(secrets, io) : undefined;
  if (signer?.ok === false) return refuse(signer.problems, io);
  const signs = signer?.value;
  // Onboarding is part of every run: a need may call its operations.
  const exercised = partial
    ? pack.value.features
        .filter((one) => one.mandatory || cases.value.some(({ feature }) => feature === one.id))
        .map((one) => one.id)
    : features.value;
  const totals = exercised
    .map((feature) => ({
      feature,
      total: cases.value.filter((one) => one.feature === feature).length,
    }))
    .filter((one) => one.total > 0);
  const people = attendance(config, flags, io, cases.value, pack.value.vocabulary.needs);
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
          cases: cases.value.length,
        });
  // A spinner would run over what a person is told.
  const still = desk === undefined ? io : { ...io, errIsTerminal: false };
  const progress = await createProgress(still, totals, flags['quiet'] === true);
  const verbose = flags['verbose'] === true;
  let report: RunReport;
  try {
    report = await certify(
      {
        config,
        pack: pack.value,
        features: exercised,
        cases: cases.value,
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
      verbose || wanted.value.some((one) => one.format === 'har' || one.format === 'html'),
    );
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

type LastFailed =
  | { readonly ok: true; readonly cases: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** The cases of the last run that did not pass, from its report. */
function lastFailed(root: string): LastFailed {
  try {
    const run = readFileSync(join(root, '.poscert', 'last'), 'utf8').trim();
    const text = readFileSync(join(root, '.poscert', 'runs', run, 'report.json'), 'utf8');
    const report = JSON.parse(text) as Pick<RunReport, 'cases'>;
    const cases = report.cases
      .filter((one) => !['passed', 'not applicable'].includes(one.verdict))
      .map((one) => one.id);
    if (cases.length > 0) return { ok: true, cases };
    return { ok: false, problem: { code: 'nothing-failed', data: { run } } };
  } catch {
    return { ok: false, problem: { code: 'no-last-run', data: { root } } };
  }
}

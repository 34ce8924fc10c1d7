import type { CaseRun } from './model/outcome.ts';
import type { RunReport } from './model/run.ts';
import { seeStore, writeCertificate } from './assembly/certificate-folder.ts';
import { fromRoot, openRun, type RunInput } from './assembly/open-run.ts';
import { issue } from './certificate/issue.ts';
import { generatedId } from './certificate/statement.ts';
import { certificateHtml } from './report/certificate-html.ts';
import { inconclusiveCases, replaced } from './verdict/again.ts';
import type { Decision } from './verdict/decide.ts';
import { reportOf } from './verdict/report.ts';
import { weigh } from './verdict/weigh.ts';

export type { LaneProgress } from './engine/stage.ts';
export type { RunInput } from './assembly/open-run.ts';
export { operatorPlan, type OperatorPlan } from './assembly/operator-plan.ts';
export { startOperatorPage, type OperatorPage, type OperatorView } from './host/operator-page.ts';

/**
 * Spine 1: takes the client through its cases, judges the recording, decides, reports, seals. A failing client is a value in the report; what
 * is thrown is what makes a run impossible (no room to write, say). `allExchanges`: the report holds every exchange.
 */
export async function certify<State>(input: RunInput<State>, allExchanges: boolean): Promise<RunReport> {
  const { config, pack, features, partial, signal } = input;
  if (config.certificate.wanted && config.file !== undefined && !partial)
    await seeStore(config.certificate.folder);
  const run = await openRun(input);
  const about = {
    features,
    declaredVersion: config.client.version,
    target: config.target.kind,
    partial,
  };
  const weighed = (runs: readonly CaseRun[]): Decision =>
    weigh({ ...about, interrupted: signal.aborted }, pack, runs, run.records);

  const first = await run.take(input.cases);
  // Where our own timing had been too poor to say, the case runs again with nothing beside it; it is never failed for our slowness.
  const doubtful = inconclusiveCases(weighed(first), input.cases);
  const again = doubtful.length === 0 ? [] : await run.take(doubtful, true);
  const { sealed, finishedAt } = await run.close();

  const decision = weighed(replaced(first, again));
  const { started, records, folder } = run;
  const journal = folder.journalName;
  const report = reportOf({ started, finishedAt, decision, records, config, journal, allExchanges });
  const issued = issue({
    report,
    config,
    serial: input.ids(),
    journal: sealed,
    nonce: started.nonce,
    node: input.tool.node,
    packListing: pack.listing,
    mayLack: pack.mayLackRemote,
    page: certificateHtml,
    ...generatedId(records),
    ...(input.signer === undefined ? {} : { signer: input.signer }),
  });
  if (issued.kind === 'none') return { ...report, noCertificate: { code: issued.code, data: issued.data } };
  const written = await writeCertificate(config.certificate.folder, issued, folder.journal);
  const place = fromRoot(config.root, written);
  const certificate = { folder: place, serial: issued.serial, signed: issued.signed };
  const unsigned = issued.signed ? [] : [{ code: 'no-key', data: { folder: place } }];
  return { ...report, certificate, warnings: [...report.warnings, ...unsigned] };
}

import type { CaseRun } from './model/outcome.ts';
import type { RunReport } from './model/run.ts';
import { writeCertificate } from './assembly/certificate-folder.ts';
import { openRun, type RunInput } from './assembly/open-run.ts';
import { issue } from './certificate/issue.ts';
import { inconclusiveCases, replaced } from './verdict/again.ts';
import { decide, type Decision } from './verdict/decide.ts';
import { judge } from './verdict/judge.ts';
import { reportOf } from './verdict/report.ts';

export type { LaneProgress } from './engine/lane.ts';
export type { RunInput } from './assembly/open-run.ts';

/**
 * Spine 1: takes the client through its cases, judges the recording, decides, reports, seals. A failing client is a value in the report; what
 * is thrown is what makes a run impossible (no room to write, say). `allExchanges`: the report holds every exchange.
 */
export async function certify<State>(input: RunInput<State>, allExchanges: boolean): Promise<RunReport> {
  const { config, pack, features, partial, signal } = input;
  const run = await openRun(input);
  const { version: declaredVersion } = config.client;
  const context = {
    operations: pack.operations,
    features,
    ...(declaredVersion === undefined ? {} : { declaredVersion }),
  };
  const weigh = (runs: readonly CaseRun[]): Decision =>
    decide({
      runs,
      judgements: judge(pack.rules, context, run.records),
      obligations: pack.obligations,
      features,
      mayLack: config.target.kind === 'remote' ? pack.mayLackRemote : [],
      partial,
      interrupted: signal.aborted,
    });

  const first = await run.take(input.cases);
  // Where our own timing had been too poor to say, the case runs again with nothing beside it; it is never failed for our slowness.
  const doubtful = inconclusiveCases(weigh(first), input.cases);
  const again = doubtful.length === 0 ? [] : await run.take(doubtful, true);
  const { sealed, finishedAt } = await run.close();

  const decision = weigh(replaced(first, again));
  const { started, records, folder } = run;
  const journal = folder.journalName;
  const report = reportOf({ started, finishedAt, decision, records, config, journal, allExchanges });
  const { nonce } = started;
  const issued = issue({
    report,
    config,
    serial: input.ids(),
    journal: sealed,
    nonce,
    node: input.tool.node,
  });
  if (issued.kind === 'none') return { ...report, noCertificate: { code: issued.code, data: issued.data } };
  const place = await writeCertificate(config.certificate.folder, issued, folder.journal);
  return { ...report, certificate: { folder: place, serial: issued.serial, signed: issued.signed } };
}

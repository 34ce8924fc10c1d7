import type { Config } from '../model/config.ts';
import type { RunRecord, RunStarted } from '../model/recording.ts';
import type { RunReport } from '../model/run.ts';
import type { Decision } from './decide.ts';
import { exitCodeOf } from './precedence.ts';
import { exchangesOf, timeOf } from './traffic.ts';

/** What a report says beside the decision. */
export interface ReportParts {
  readonly started: RunStarted;
  readonly finishedAt: string;
  readonly decision: Decision;
  readonly records: readonly RunRecord[];
  readonly config: Pick<Config, 'client' | 'file'>;
  readonly journal?: string;
  /** All exchanges instead of only those that findings name. */
  readonly allExchanges: boolean;
}

/** A run as it is reported. */
export function reportOf(parts: ReportParts): RunReport {
  const { started, decision, records } = parts;
  const lanes = records.filter((record) => record.kind === 'lane-started');
  const said = lanes[0]?.client;
  const named = new Set(
    [...decision.findings, ...decision.cases.flatMap((one) => one.findings)].flatMap(
      (finding) => finding.exchanges,
    ),
  );
  const exchanges = [...exchangesOf(records).values()].filter(
    (exchange) => parts.allExchanges || named.has(exchange.exchange),
  );
  const counts: Record<string, number> = {};
  for (const one of decision.cases) counts[one.verdict] = (counts[one.verdict] ?? 0) + 1;
  const { client } = parts.config;
  const shutdowns = records.flatMap((record) =>
    record.kind === 'lane-ended' && record.warning !== undefined
      ? [{ code: record.warning, data: { lane: record.lane ?? '' } }]
      : [],
  );
  return {
    schemaVersion: 1,
    tool: { name: started.tool.name, version: started.tool.version },
    run: started.run,
    startedAt: started.startedAt,
    finishedAt: parts.finishedAt,
    durationMs: Math.round(records.at(-1)?.at ?? 0),
    client: {
      driver: client.driver,
      ...(client.name === undefined ? {} : { configuredName: client.name }),
      ...(said === undefined ? {} : { name: said.name, version: said.version }),
      ...(client.version === undefined ? {} : { declaredVersion: client.version }),
      ...flagsOf(parts.config),
      behaviours: [...new Set(lanes.flatMap((lane) => lane.client.behaviours))],
    },
    pack: started.pack,
    target: started.target,
    features: started.features,
    tier: started.tier,
    partial: started.partial,
    verdict: decision.verdict,
    exitCode: exitCodeOf(decision.verdict),
    cases: decision.cases,
    obligations: decision.obligations,
    findings: decision.findings,
    exchanges,
    counts,
    time: timeOf(records),
    warnings: shutdowns,
    ...(parts.journal === undefined ? {} : { journal: parts.journal }),
  };
}

/** The flags that choose the same client again where no file does. */
function flagsOf({ file, client }: Pick<Config, 'client' | 'file'>): { flags?: string[] } {
  if (file !== undefined || client.driver === 'sdk') return {};
  const driver = client.driver === 'process' || client.driver === 'http' ? [] : ['--driver', client.driver];
  const command = client.driver === 'http' ? client.url : client.command?.map(shellWord).join(' ');
  return { flags: [...driver, ...(command === undefined ? [] : ['--client', command])] };
}

/** A word that `--client` splits back into itself. */
function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `"${word.replace(/["\\$`]/g, '\\$&')}"`;
}

import type { Examination } from '../model/audit.ts';
import type { RunRecord } from '../model/recording.ts';
import type { RunVerdict } from '../model/verdict.ts';
import type { Decision } from './decide.ts';
import { exitCodeOf, heaviest } from './precedence.ts';
import { exchangesOf } from './traffic.ts';

/** What the judgements about a recording come to: *passed* where something was examined and no must was broken; evidence or nothing. */
export function examine(
  decision: Pick<Decision, 'obligations' | 'findings'>,
  records: readonly RunRecord[],
): Examination {
  const { obligations, findings } = decision;
  const musts = obligations.filter((one) => one.level === 'must');
  const verdicts: RunVerdict[] = [];
  if (obligations.some((one) => one.examined > 0)) verdicts.push('passed');
  if (findings.some((one) => one.level === 'must')) verdicts.push('failed');
  if (musts.some((one) => one.state === 'inconclusive')) verdicts.push('inconclusive');
  const verdict = heaviest(verdicts);
  const named = new Set(findings.flatMap((one) => one.exchanges));
  const all = [...exchangesOf(records).values()];
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    requests: all.length,
    obligations,
    findings,
    exchanges: all.filter((one) => named.has(one.exchange)),
  };
}

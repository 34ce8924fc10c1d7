import type { CaseRun } from '../model/outcome.ts';
import type { Pack } from '../model/pack.ts';
import type { RunRecord } from '../model/recording.ts';
import { decide, type Decision } from './decide.ts';
import { judge } from './judge.ts';

/** What a run was for, beside its recording. */
export interface WeighedRun {
  readonly features: readonly string[];
  /** The version that the configuration declares. */
  readonly declaredVersion: string | undefined;
  readonly target: 'embedded' | 'remote';
  readonly partial: boolean;
  readonly interrupted: boolean;
}

/** The decision about a recording: rules and verdict together, the same in a run and whenever it is judged again. */
export function weigh(
  run: WeighedRun,
  pack: Pick<Pack, 'rules' | 'operations' | 'obligations' | 'mayLackRemote'>,
  runs: readonly CaseRun[],
  records: readonly RunRecord[],
): Decision {
  const { features, declaredVersion, target, partial, interrupted } = run;
  const context = {
    operations: pack.operations,
    features,
    ...(declaredVersion === undefined ? {} : { declaredVersion }),
  };
  return decide({
    runs,
    judgements: judge(pack.rules, context, records),
    obligations: pack.obligations,
    features,
    mayLack: target === 'remote' ? pack.mayLackRemote : [],
    partial,
    interrupted,
  });
}

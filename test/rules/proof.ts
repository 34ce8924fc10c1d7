import type { Rule, RuleContext } from '../../src/model/obligation.ts';
import { codes, judge, type RecordingBuilder } from './recording-builder.ts';

/** A recording and what a rule has to say about it. */
export interface Scene {
  readonly what: string;
  readonly recording: RecordingBuilder;
  /** `must code` or `should code` of each finding, in order; none: lawful. */
  readonly finds?: readonly string[];
  /** Codes of the doubtful ones. */
  readonly doubts?: readonly string[];
  /** Exchanges of each finding, in order, where it matters which they are. */
  readonly shownBy?: readonly (readonly number[])[];
  /** false: the rule has nothing to examine here. */
  readonly examines?: boolean;
  readonly context?: Partial<RuleContext>;
}

/** The scenes by which a rule is known to be right. */
export type Proofs = Readonly<Record<string, readonly Scene[]>>;

/** Where a rule says something else than its scenes ask for. */
export function complaints(rule: Rule, scenes: readonly Scene[]): string[] {
  return scenes.flatMap((scene) => {
    const judgement = judge(rule, scene.recording, scene.context);
    const said = JSON.stringify(codes(judgement));
    const doubted = JSON.stringify(judgement.doubtful.map((finding) => finding.code));
    const shown = JSON.stringify(judgement.findings.map((finding) => finding.exchanges));
    const examined = judgement.examined.length > 0;
    return [
      ...(said === JSON.stringify(scene.finds ?? []) ? [] : [`${scene.what}: finds ${said}`]),
      ...(doubted === JSON.stringify(scene.doubts ?? []) ? [] : [`${scene.what}: doubts ${doubted}`]),
      ...(scene.shownBy === undefined || shown === JSON.stringify(scene.shownBy)
        ? []
        : [`${scene.what}: shown by ${shown}`]),
      ...(examined === (scene.examines ?? true)
        ? []
        : [`${scene.what}: examined ${judgement.examined.length}`]),
    ];
  });
}

/** A scene in which nothing is wrong. */
export function lawful(what: string, recording: RecordingBuilder, more: Partial<Scene> = {}): Scene {
  return { what, recording, ...more };
}

/** A scene with these findings. */
export function unlawful(
  what: string,
  recording: RecordingBuilder,
  finds: readonly string[],
  more: Partial<Scene> = {},
): Scene {
  return { what, recording, finds, ...more };
}

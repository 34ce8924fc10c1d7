import type { Act, Case, ClientStep, Ending } from '../model/case.ts';
import type { JsonObject } from '../model/json.ts';
import type { Sentence } from '../model/operator.ts';
import type { NeedShape } from '../model/pack.ts';
import type { Attended } from '../model/recording.ts';
import { needsOf } from '../engine/readiness.ts';

/** What a person will be told in one case, in order. */
export interface PlannedCase {
  readonly case: Case;
  readonly sentences: readonly Sentence[];
  /** How often they are asked what the till shows. */
  readonly questions: number;
}

export interface OperatorPlan {
  readonly cases: readonly PlannedCase[];
  /** How long all of it takes a person who has done it before, seconds. */
  readonly seconds: number;
}

/** A thing to do at a till takes about so long, and a look at it so long, seconds; measured on nobody, so that it is called an estimate. */
const DOING = 20;
const LOOKING = 5;

/** What a person will be told in a run, before it begins. Needs that are made once a lane are listed with the case that needs them first. */
export function operatorPlan(
  cases: readonly Case[],
  shapes: Readonly<Record<string, NeedShape>>,
  attended: readonly Attended[],
): OperatorPlan {
  const ready = new Set<string>();
  let feature = '';
  const planned = cases.map((one): PlannedCase => {
    if (one.feature !== feature) ready.clear();
    feature = one.feature;
    const needs = needsOf(one, shapes, ready);
    for (const key of needs.keys) ready.add(key);
    const parts = [...needs.onceALane, ...needs.eachCase, ...one.steps].map((step) => {
      if (step.kind === 'act') return { sentences: sentencesOfAct(step, attended), questions: 0 };
      return step.kind === 'client' ? partOfCommand(step, attended) : { sentences: [], questions: 0 };
    });
    return {
      case: one,
      sentences: parts.flatMap((part) => part.sentences),
      questions: parts.reduce((sum, part) => sum + part.questions, 0),
    };
  });
  const seconds = planned.reduce(
    (sum, one) => sum + one.sentences.length * DOING + one.questions * LOOKING,
    0,
  );
  return { cases: planned, seconds };
}

function partOfCommand(
  step: ClientStep,
  attended: readonly Attended[],
): Pick<PlannedCase, 'sentences' | 'questions'> {
  const commands = attended.includes('commands');
  const command = step.command === 'restart' ? 'recover' : step.command;
  const own = commands ? [{ code: `operator-${command}`, data: withoutNames(step.with) }] : [];
  const acts = step.traffic.flatMap((item) => (item.kind === 'act' ? sentencesOfAct(item, attended) : []));
  return { sentences: [...own, ...acts], questions: commands && asks(step.ends ?? []) ? 1 : 0 };
}

/** Whether the ending of a command is one that traffic does not show. */
function asks(endings: readonly Ending[]): boolean {
  const shown = (ending: Ending): boolean =>
    typeof ending !== 'string' && Object.keys(ending).every((name) => /Id$/.test(name));
  return endings.length > 0 && !endings.some(shown);
}

function sentencesOfAct(act: Act, attended: readonly Attended[]): Sentence[] {
  if (act.group === 'customer' && attended.includes('customer'))
    return [{ code: `operator-${act.name}`, data: withoutNames(act.args) }];
  if (act.group === 'callback' && attended.includes('commands'))
    return [{ code: 'operator-callback', data: {} }];
  return [];
}

/** Values that are only known when the case runs are left out. */
function withoutNames(args: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(args).filter(([, value]) => typeof value !== 'string' || !value.startsWith('$')),
  );
}

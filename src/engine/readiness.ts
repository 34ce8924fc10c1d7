import type { JsonValue } from '../model/json.ts';
import type { Case, Step } from '../model/case.ts';
import type { Client, InitializeResult } from '../model/client.ts';
import type { NeedShape } from '../model/pack.ts';
import type { CaseOutcome } from '../model/outcome.ts';

/** The needs of a case that are still to be made. */
export interface NeededSteps {
  readonly onceALane: readonly Step[];
  readonly eachCase: readonly Step[];
  /** Keys under which the lane remembers those that it has. */
  readonly keys: readonly string[];
  readonly names: readonly string[];
}

/** What must be made through the client before a case; what the lane has already is left out. */
export function needsOf(
  one: Case,
  shapes: Readonly<Record<string, NeedShape>>,
  ready: ReadonlySet<string>,
): NeededSteps {
  const onceALane: Step[] = [];
  const eachCase: Step[] = [];
  const keys: string[] = [];
  const names: string[] = [];
  for (const [name, args] of Object.entries(one.needs)) {
    const shape = shapes[name];
    if (shape === undefined) continue;
    const steps = shape.steps(args);
    if (shape.once === 'case') eachCase.push(...steps);
    else {
      const key = keyOf(name, args);
      if (ready.has(key)) continue;
      onceALane.push(...steps);
      keys.push(key);
      names.push(name);
    }
  }
  return { onceALane, eachCase, keys, names };
}

function keyOf(name: string, args: JsonValue): string {
  return `${name}:${JSON.stringify(args)}`;
}

/** Why a client can't be taken through a case at all, or undefined. */
export function unableFor(
  one: Case,
  initialized: InitializeResult,
  traits: Pick<Client['traits'], 'killable'>,
  shapes: Readonly<Record<string, NeedShape>>,
): CaseOutcome | undefined {
  const behaviour = one.unless?.behaviour;
  if (behaviour !== undefined && initialized.behaviours.includes(behaviour))
    return { kind: 'not applicable', reason: { code: 'behaviour-excludes', data: { behaviour } } };
  const needs = needsOf(one, shapes, new Set());
  const steps = [...needs.onceALane, ...needs.eachCase, ...one.steps];
  const known = new Set(initialized.commands);
  for (const step of steps) {
    if (step.kind !== 'client') continue;
    const command = step.command === 'restart' ? 'recover' : step.command;
    if (!known.has(command))
      return { kind: 'unsupported', reason: { code: 'unsupported-command', data: { command } } };
    if (!traits.killable && step.traffic.some((item) => item.kind === 'kill'))
      return { kind: 'unsupported', reason: { code: 'unsupported-kill', data: {} } };
  }
  return undefined;
}

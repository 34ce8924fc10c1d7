import type { Act, Case, Check, Step } from '../model/case.ts';
import type { JsonObject } from '../model/json.ts';
import type { CaseOutcome } from '../model/outcome.ts';
import type { NeedShape } from '../model/pack.ts';
import { needsOf } from './readiness.ts';

/** What can be done and asked where the sandbox is somebody else's. */
export interface Reach {
  /** Somebody (or the API's own user simulation) acts as the customer. */
  readonly customer: boolean;
  /** Truth to the members that can be had. */
  readonly members: Readonly<Record<string, readonly string[]>>;
}

/** Why a case can't be gone through against a remote sandbox, or undefined. Decided before it begins. (case-language.md, Where a step can't be done.) */
export function beyondReach(
  one: Case,
  shapes: Readonly<Record<string, NeedShape>>,
  reach: Reach,
): CaseOutcome | undefined {
  const needs = needsOf(one, shapes, new Set());
  for (const step of [...needs.onceALane, ...needs.eachCase, ...one.steps])
    for (const reason of reasonsIn(step, reach)) return { kind: 'unsupported', reason };
  return undefined;
}

interface Reason {
  readonly code: string;
  readonly data: JsonObject;
}

function reasonsIn(step: Step, reach: Reach): Reason[] {
  switch (step.kind) {
    case 'act':
      return reasonOfAct(step, reach);
    case 'client':
      return step.traffic.flatMap((item) => (item.kind === 'act' ? reasonOfAct(item, reach) : []));
    case 'check':
      return step.checks.flatMap((check) => reasonOfCheck(check, reach));
  }
}

function reasonOfAct(act: Act, reach: Reach): Reason[] {
  const data = { act: `${act.group}: ${act.name}` };
  if (act.group === 'callback') return [];
  if (act.group !== 'customer') return [{ code: 'unsupported-remote', data }];
  return reach.customer ? [] : [{ code: 'unsupported-customer', data }];
}

function reasonOfCheck(check: Check, reach: Reach): Reason[] {
  const known = reach.members[check.truth] ?? [];
  const by = Object.keys(check.members).filter((name) => !known.includes(name));
  // What identifies a list of things (the payment of refunds, say) is a member of theirs as well.
  return by.map((name) => ({ code: 'unsupported-check', data: { truth: check.truth, member: name } }));
}

import type { Act, Ending, Step, TrafficItem } from '../../model/case.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import type { Problem } from '../../model/problem.ts';
import { membersOf } from '../../model/schema-problems.ts';
import { nameRead, nameSaved, namesSaved } from '../values.ts';
import { finding, type Linted } from './rule.ts';

/** What a step reads and then sets, in the order in which it happens. */
interface Use {
  readonly line: number;
  readonly reads: readonly JsonObject[];
  readonly saves: readonly string[];
}

/**
 * A name that nobody sets is a unique text made for the case. That is no use where an id of the backend's has to stand, and a name
 * that is set only later is not set when it is read.
 */
export function namesAreSet(linted: Linted): Problem[] {
  const before = linted.pack.cases?.find((other) => other.id === linted.case.after);
  const gifts = Object.keys(linted.case.needs).flatMap(
    (need) => linted.pack.vocabulary.needs[need]?.gives ?? [],
  );
  const uses = linted.steps.flatMap(usesOf);
  const carried = before?.steps.flatMap(usesOf).flatMap((use) => use.saves) ?? [];
  const set = new Set<string>([...gifts, ...carried]);
  const ever = new Set([...set, ...uses.flatMap((use) => use.saves)]);
  const ids = idMembers(linted);
  const problems: Problem[] = [];
  for (const use of uses) {
    for (const { name, member } of use.reads.flatMap((one) => readsOf(one))) {
      if (set.has(name)) continue;
      if (ever.has(name)) problems.push(finding(linted, use.line, 'name-set-later', { name, member }));
      else if (ids.has(member) && (linted.case.after === undefined || before !== undefined)) {
        const near = nearest(name, ever);
        const data = { name, member, ...(near === undefined ? {} : { nearest: near }) };
        problems.push(finding(linted, use.line, 'name-never-set', data));
      }
    }
    for (const name of use.saves) set.add(name);
  }
  return problems;
}

function usesOf(step: Step): Use[] {
  switch (step.kind) {
    case 'act':
      return [useOfAct(step)];
    case 'check':
      return step.checks.map((check) => ({ line: check.line, reads: [check.members], saves: [] }));
    case 'client': {
      const ends = (step.ends ?? []).filter((ending: Ending) => typeof ending !== 'string');
      return [
        { line: step.line, reads: [step.with], saves: [] },
        ...step.traffic.map(useOfItem),
        { line: step.line, reads: ends, saves: ends.flatMap(namesSaved) },
      ];
    }
  }
}

function useOfAct(act: Act): Use {
  const { save } = act.args;
  return { line: act.line, reads: [act.args], saves: typeof save === 'string' ? [save] : [] };
}

function useOfItem(item: TrafficItem): Use {
  if (item.kind === 'act') return useOfAct(item);
  if (item.kind === 'kill') return { line: item.line, reads: [], saves: [] };
  const { path, query, headers, body, answered } = item;
  const reads = [path, query, headers, body, answered].filter((one) => one !== undefined);
  return { line: item.line, reads, saves: reads.flatMap(namesSaved) };
}

/** Every name read within, with the member that it stands for. */
function readsOf(value: JsonValue, member = ''): { readonly name: string; readonly member: string }[] {
  const name = nameRead(value);
  if (name !== undefined) return [{ name, member }];
  if (Array.isArray(value)) return value.flatMap((item) => readsOf(item, member));
  if (!isJsonObject(value) || nameSaved(value) !== undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => readsOf(item, key));
}

/** Members that hold ids of the backend's: those that commands answer with and that end so, and what acts and checks call them. */
function idMembers({ pack }: Linted): Set<string> {
  const answered = Object.values(pack.vocabulary.commands).flatMap((shape) =>
    Object.entries(membersOf(shape.result)).flatMap(([name, schema]) =>
      name.endsWith('Id') && schema._zod.optin !== 'optional' ? [name] : [],
    ),
  );
  return new Set([...answered, 'id', 'payment', 'refund']);
}

import type { Case, Step, TrafficItem } from '../model/case.ts';

/**
 * What a case demands of a client, as canonical text: two cases with the same text are the same to every client. Title, reason, sources, names of
 * expectations, lines and comments are for readers and don't count; the tier does, since it decides the certificate.
 */
export function demandText(one: Case): string {
  return canonical({
    id: one.id,
    tier: one.tier,
    needs: one.needs,
    evidence: one.evidence,
    leaves: one.leaves,
    ...(one.after === undefined ? {} : { after: one.after }),
    ...(one.unless === undefined ? {} : { unless: one.unless }),
    steps: one.steps.map(demandOfStep),
  });
}

function demandOfStep(step: Step): unknown {
  switch (step.kind) {
    case 'client':
      return { ...step, line: undefined, traffic: step.traffic.map(demandOfItem) };
    case 'act':
      return demandOfItem(step);
    case 'check':
      return { kind: step.kind, checks: step.checks.map(({ truth, members }) => ({ truth, members })) };
  }
}

function demandOfItem(item: TrafficItem): unknown {
  switch (item.kind) {
    case 'expect':
      return { ...item, line: undefined, name: undefined };
    case 'act':
      return { kind: item.kind, group: item.group, name: item.name, args: item.args };
    case 'kill':
      return { kind: item.kind };
  }
}

/** JSON with the members of every object in order and nothing between. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

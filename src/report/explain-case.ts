import type {
  Act,
  Case,
  ClientStep,
  Ending,
  Expectation,
  Members,
  Step,
  TrafficItem,
} from '../model/case.ts';
import type { JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { duration } from '../words/phrases.ts';
import { demandsOf, expectedMs, sourceAddress, type PackFacts } from './demands.ts';
import { copyable, EMPTY, fixed, flowing, labelled, span, type Line } from './lines.ts';
import { aloneCommand, MARKS } from './summary.ts';

/** A case as it would be told to the integrator who has just failed it. */
export function caseExplained(pack: PackFacts, one: Case): Line[] {
  const { commands, restart, kill } = demandsOf(pack, one);
  const duties = pack.obligations.filter((duty) => duty.provedBy.includes(one.id));
  const clientNeeds = [
    commands.join(', '),
    ...(kill ? ['it is killed'] : restart ? ['it is restarted'] : []),
  ];
  return [
    flowing(0, 2, span(one.id, 'accent'), '  ', span(one.title, 'strong')),
    EMPTY,
    flowing(2, 2, one.why),
    EMPTY,
    labelled(
      2,
      'tier',
      one.tier === 'certification' ? 'decides the certificate' : 'hardening: run with --tier all',
    ),
    ...sourceLines(pack, one.source),
    labelled(2, 'mark', MARKS[one.mark]),
    ...(duties.length === 0 ? [] : [labelled(2, 'proves', duties.map((duty) => duty.id).join(', '))]),
    labelled(2, 'needs', clientNeeds.join('; ')),
    ...(one.after === undefined ? [] : [labelled(2, 'after', one.after)]),
    ...(one.unless === undefined
      ? []
      : [labelled(2, 'not for', `clients that declare ${one.unless.behaviour}`)]),
    labelled(2, 'lasts', `about ${duration(expectedMs(pack, one))}`),
    labelled(2, 'script', `${pack.id}/${one.file}`),
    ...copyable(2, 'alone', [aloneCommand(one.id)]),
    EMPTY,
    flowing(0, 2, span('What happens', 'strong')),
    ...one.steps.flatMap((step, index) => stepLines(step, index + 1)),
  ];
}

/** Sources, each with its address where the pack knows the document. */
export function sourceLines(pack: PackFacts, sources: readonly string[]): Line[] {
  return sources.map((source, index) => {
    const address = sourceAddress(pack, source);
    return fixed(2, span((index === 0 ? 'source' : '').padEnd(12), 'dim'), address ?? source);
  });
}

function stepLines(step: Step, number: number): Line[] {
  const head = span(`${String(number).padStart(2)} `, 'dim');
  switch (step.kind) {
    case 'client':
      return [
        flowing(2, 7, head, span(step.command, 'strong'), ` ${membersPhrase(step.with)}`),
        ...clientLines(step),
      ];
    case 'act':
      return [flowing(2, 7, head, actPhrase(step))];
    case 'check':
      return step.checks.map((check, index) =>
        flowing(2, 7, index === 0 ? head : '   ', `check ${check.truth}: ${membersPhrase(check.members)}`),
      );
  }
}

function clientLines(step: ClientStep): Line[] {
  return [
    ...step.traffic.map(trafficLine),
    ...(step.allow.length === 0 ? [] : [flowing(7, 9, span(`at any time: ${step.allow.join(', ')}`, 'dim'))]),
    ...(step.ends === undefined
      ? []
      : [flowing(7, 9, span('ends with ', 'dim'), step.ends.map(endingPhrase).join(', or '))]),
  ];
}

function trafficLine(item: TrafficItem): Line {
  switch (item.kind) {
    case 'act':
      return flowing(7, 9, span('· ', 'dim'), actPhrase(item));
    case 'kill':
      return flowing(7, 9, span('· ', 'dim'), span('the client is killed', 'warn'));
    case 'expect':
      return flowing(7, 9, span('→ ', 'dim'), expectationPhrase(item), span(planPhrase(item.plan), 'warn'));
  }
}

function expectationPhrase(one: Expectation): string {
  const operations = one.operations.join(' or ');
  const name = one.name === undefined ? operations : `${one.name}: ${operations}`;
  const parts = [
    ...(one.retryOf === undefined ? [] : ['the same again']),
    ...(['path', 'query', 'headers', 'body'] as const).flatMap((part) => {
      const members = one[part];
      return members === undefined ? [] : [`${part} ${membersPhrase(members)}`];
    }),
    ...(one.answered === undefined ? [] : [`answered ${membersPhrase(one.answered)}`]),
    ...(one.answeredWith === undefined ? [] : [`answered ${one.answeredWith.join(' or ')}`]),
    ...timesPhrase(one.times),
  ];
  return parts.length === 0 ? name : `${name}; ${parts.join('; ')}`;
}

function timesPhrase({ min, max }: Expectation['times']): string[] {
  if (min === 1 && max === 1) return [];
  if (min === 0 && max === 1) return ['may be left out'];
  return [
    max >= Number.MAX_SAFE_INTEGER
      ? `${min} times or more`
      : min === max
        ? `${min} times`
        : `${min} to ${max} times`,
  ];
}

function planPhrase(plan: Plan): string {
  const carried = (processed: boolean): string => (processed ? 'carried out' : 'not carried out');
  switch (plan.kind) {
    case 'forward':
      return '';
    case 'patch':
      return `  (the answer is changed: ${membersPhrase(plan.patch)})`;
    case 'status':
      return `  (poscert answers ${plan.status}, ${carried(plan.processed)})`;
    case 'fault':
      return `  (${FAULTS[plan.fault]}, ${carried(plan.processed)})`;
  }
}

const FAULTS: Readonly<Record<Extract<Plan, { kind: 'fault' }>['fault'], string>> = {
  timeout: 'poscert withholds the answer',
  hold: 'poscert holds the answer back',
  reset: 'poscert resets the connection',
  truncated: 'poscert cuts the answer off',
  malformed: 'poscert answers with broken JSON',
  slow: 'poscert lets the answer drip',
};

function actPhrase(act: Act): string {
  const members = membersPhrase(act.args);
  return `${act.group}: ${act.name}${members === '' ? '' : ` ${members}`}`;
}

function endingPhrase(ending: Ending): string {
  if (ending === 'refused') return 'refused';
  return ending === 'gaveUp' ? 'gave up' : membersPhrase(ending);
}

function membersPhrase(members: Members): string {
  return Object.entries(members)
    .map(([name, value]) => `${name} ${valuePhrase(value)}`)
    .join(', ');
}

function valuePhrase(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && Object.keys(value).length === 1 && typeof value['save'] === 'string')
    return `(kept as $${value['save']})`;
  return JSON.stringify(value);
}

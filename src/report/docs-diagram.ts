import type { Case, ClientStep, Ending, Expectation, Members, Step, TrafficItem } from '../model/case.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';

/** A case as a sequence diagram in Mermaid's language: poscert operates the till, the till calls the API, poscert disturbs the answers. */
export function diagramOf(one: Case): string {
  return [
    'sequenceDiagram',
    '  participant P as poscert',
    '  participant T as Till',
    '  participant A as MobilePay API (sandbox behind poscert)',
    ...one.steps.flatMap(stepLines),
  ].join('\n');
}

function stepLines(step: Step): string[] {
  switch (step.kind) {
    case 'act':
      return [note('A', actText(step))];
    case 'check':
      return step.checks.map((check) =>
        note('A', `the truth, ${check.truth}: ${membersText(check.members)}`),
      );
    case 'client':
      return clientLines(step);
  }
}

function clientLines(step: ClientStep): string[] {
  const killed = step.traffic.some((item) => item.kind === 'kill');
  const ends = step.ends?.map(endingText).join(', or ') ?? 'any result';
  return [
    `  P->>T: ${shown(`${step.command} ${membersText(step.with)}`)}`,
    ...step.traffic.flatMap(itemLines),
    ...(step.allow.length === 0 ? [] : [note('T', `may come at any time: ${step.allow.join(', ')}`)]),
    ...(killed ? [] : [`  T-->>P: ${shown(ends)}`]),
  ];
}

function itemLines(item: TrafficItem): string[] {
  switch (item.kind) {
    case 'act':
      return [note('A', actText(item))];
    case 'kill':
      return [`  P-xT: ${shown('the power is cut')}`];
    case 'expect':
      return framed(item.times, [`  T->>A: ${shown(requestText(item))}`, `  ${answerLine(item)}`]);
  }
}

/** Requests that may be left out or come several times stand in a frame that says so. */
function framed({ min, max }: Expectation['times'], lines: readonly string[]): string[] {
  const inside = lines.map((line) => `  ${line}`);
  if (min === 1 && max === 1) return [...lines];
  if (min === 0 && max === 1) return ['  opt may be left out', ...inside, '  end'];
  const range =
    max >= Number.MAX_SAFE_INTEGER
      ? `${min} times or more`
      : min === max
        ? `${min} times`
        : `${min} to ${max} times`;
  return [`  loop ${range}`, ...inside, '  end'];
}

function requestText(one: Expectation): string {
  const parts = (['path', 'query', 'headers', 'body'] as const).flatMap((part) => {
    const members = one[part];
    return members === undefined ? [] : [membersText(members)];
  });
  const again = one.retryOf === undefined ? '' : ', the same again';
  return `${one.operations.join(' or ')} ${parts.join(', ')}`.trimEnd() + again;
}

function answerLine(one: Expectation): string {
  const answered = one.answered === undefined ? '' : ` ${membersText(one.answered)}`;
  const status = one.answeredWith?.join(' or ') ?? '2xx';
  return planLine(one.plan, `${status}${answered}`);
}

function planLine(plan: Plan, usual: string): string {
  const carried = (processed: boolean): string => (processed ? 'carried out' : 'not carried out');
  switch (plan.kind) {
    case 'forward':
      return `A-->>T: ${shown(usual)}`;
    case 'patch':
      return `A-->>T: ${shown(`${usual}, changed by poscert: ${membersText(plan.patch)}`)}`;
    case 'status':
      return `A-->>T: ${shown(`${plan.status} by poscert, ${carried(plan.processed)}`)}`;
    case 'fault': {
      const arrow = plan.fault === 'slow' || plan.fault === 'malformed' ? 'A-->>T' : 'A--xT';
      return `${arrow}: ${shown(`${FAULTS[plan.fault]}, ${carried(plan.processed)}`)}`;
    }
  }
}

const FAULTS: Readonly<Record<Extract<Plan, { kind: 'fault' }>['fault'], string>> = {
  timeout: 'no answer',
  hold: 'no answer yet',
  reset: 'the connection is reset',
  truncated: 'the answer is cut off',
  malformed: 'broken JSON',
  slow: 'the answer drips',
};

function note(over: 'A' | 'T', text: string): string {
  return `  Note over ${over}: ${shown(text)}`;
}

function actText(act: { readonly group: string; readonly name: string; readonly args: Members }): string {
  return `${act.group}: ${act.name} ${membersText(act.args)}`.trimEnd();
}

function endingText(ending: Ending): string {
  if (ending === 'refused') return 'refused';
  return ending === 'gaveUp' ? 'gave up' : membersText(ending);
}

function membersText(members: Members): string {
  return Object.entries(members)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ');
}

function valueText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && Object.keys(value).length === 1 && typeof value['save'] === 'string')
    return `(kept as $${value['save']})`;
  return JSON.stringify(value);
}

/** A text within a line of Mermaid: what ends a line or a diagram there is written as its code. */
function shown(text: string): string {
  const short = text.trim().replace(/\s+/g, ' ');
  return (short.length > 160 ? `${short.slice(0, 159)}…` : short).replace(/[#;<>]|\bend\b/g, (piece) =>
    piece === 'end' ? '#101;nd' : `#${String(piece.charCodeAt(0))};`,
  );
}

import { isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Happening } from '../model/recording.ts';

/** What a member must be; `?` after it: it may be missing. */
type Kind =
  'text' | 'number' | 'flag' | 'object' | 'list' | 'texts' | 'headers' | 'json' | 'content' | 'plan';
type Shape = Readonly<Record<string, Kind | `${Kind}?`>>;

/** The members of each kind of record that a reader relies on (src/model/recording.ts). Others may stand beside them. */
const SHAPES: Readonly<Record<Happening['kind'], Shape>> = {
  'run-started': {
    startedAt: 'text',
    run: 'text',
    tool: 'object',
    pack: 'object',
    features: 'texts',
    tier: 'text',
    cases: 'texts',
    partial: 'flag',
    config: 'object',
    seed: 'text',
    target: 'text',
    nonce: 'text',
  },
  'lane-started': {
    generation: 'number',
    feature: 'text',
    restarted: 'flag',
    client: 'object',
    driver: 'text',
    given: 'object',
  },
  'lane-failed': { generation: 'number', feature: 'text', origin: 'text', fault: 'object' },
  'case-started': { names: 'object', uniquePrefix: 'text', attended: 'texts?', needs: 'texts?' },
  'case-not-run': { outcome: 'object' },
  command: { command: 'number', step: 'number', method: 'text', params: 'object' },
  request: {
    exchange: 'number',
    command: 'number?',
    operation: 'text?',
    params: 'object',
    method: 'text',
    target: 'text',
    query: 'object',
    headers: 'headers',
    json: 'json?',
    text: 'text?',
    connection: 'number',
    lagMs: 'number',
    plan: 'plan',
  },
  answered: { exchange: 'number', processed: 'flag', upstream: 'content?', planned: 'content?' },
  'fault-begun': { exchange: 'number' },
  delivered: {
    exchange: 'number',
    outcome: 'text',
    reachedClient: 'flag',
    answer: 'content?',
    lagMs: 'number',
  },
  result: { command: 'number', reply: 'object', truth: 'json' },
  act: { group: 'text', name: 'text', args: 'object', exchange: 'number?', outcome: 'object' },
  truth: { truth: 'text', query: 'object', found: 'json' },
  timer: { timer: 'text' },
  exited: { fault: 'object' },
  'client-fault': { command: 'number', fault: 'object' },
  killed: {},
  'client-log': { lines: 'texts' },
  harness: { code: 'text', data: 'object' },
  'case-ended': { complete: 'flag', leaves: 'texts', stopped: 'object?', truth: 'json' },
  'lane-ended': { warning: 'text?' },
  'run-finished': { finishedAt: 'text', interrupted: 'flag' },
};

const STAMP: Shape = { seq: 'number', at: 'number', lane: 'text?', case: 'text?', kind: 'text' };
const PLANS = ['forward', 'patch', 'status', 'fault'];

/** What keeps a JSON object from being a record of the run, or undefined. */
export function shapeFault(record: JsonObject): string | undefined {
  const fault = misfit(record, STAMP);
  if (fault !== undefined) return fault;
  const kind = typeof record['kind'] === 'string' ? record['kind'] : '';
  if (!Object.hasOwn(SHAPES, kind)) return `there is no record of kind ${JSON.stringify(kind.slice(0, 40))}`;
  const found = misfit(record, SHAPES[kind as Happening['kind']]);
  return found === undefined ? undefined : `${kind}: ${found}`;
}

function misfit(value: JsonObject, shape: Shape): string | undefined {
  for (const [name, wanted] of Object.entries(shape)) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    const kind = wanted.replace('?', '') as Kind;
    if (found === undefined) {
      if (!wanted.endsWith('?')) return `the member ${name} is missing`;
    } else if (!IS[kind](found)) return `the member ${name} is not what it must be`;
  }
  return undefined;
}

const IS: Readonly<Record<Kind, (value: JsonValue) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  object: isJsonObject,
  list: Array.isArray,
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  headers: (value) =>
    Array.isArray(value) &&
    value.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'),
    ),
  json: () => true,
  content: (value) =>
    isJsonObject(value) &&
    misfit(value, { status: 'number', headers: 'headers', json: 'json?', text: 'text?' }) === undefined,
  plan: (value) => isJsonObject(value) && PLANS.some((kind) => kind === value['kind']),
};

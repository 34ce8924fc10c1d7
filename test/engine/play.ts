import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { beginCase, stepCase } from '../../src/engine/step.ts';
import type { CaseContext, CaseState, Effect, Stepped } from '../../src/engine/state.ts';
import type { Case } from '../../src/model/case.ts';
import type { Reply } from '../../src/model/client.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { packFileSchema } from '../../src/model/pack.ts';
import type { Plan } from '../../src/model/plan.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import type { ActOutcome, AnswerContent, Happening } from '../../src/model/recording.ts';
import { parseCase } from '../../src/script/parse-case.ts';

const PACK = join(import.meta.dirname, '../../cases/pos-v10/pack.yaml');
export const { operations, keyHeader } = packFileSchema.parse(parse(readFileSync(PACK, 'utf8')));

/** A case from its steps as YAML; `head` may add members such as `evidence`. */
export function caseOf(steps: string, head = ''): Case {
  const text = `title: A case\nwhy: To see.\ntier: certification\nmark: inferred\nsource: [api_principles]\n${head}\nsteps:\n${steps}`;
  const parsed = parseCase(text, 'payments/01-a-case.yaml', posV10Vocabulary, operations);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 1));
  return parsed.value;
}

export interface Setting {
  readonly head?: string;
  readonly names?: JsonObject;
  readonly quietMs?: number;
  readonly laneNames?: readonly string[];
  /** What comes of acts; done with nothing unless said otherwise. */
  readonly act?: (effect: Extract<Effect, { kind: 'act' }>) => ActOutcome;
  /** What is found by a check. */
  readonly truth?: (effect: Extract<Effect, { kind: 'ask' }>) => JsonValue;
  /** What does not come about by itself: its outcome is to be fed. */
  readonly slow?: readonly ('act' | 'kill')[];
  /** Replaces members of the case, such as `needs` of its first step. */
  readonly change?: (one: Case) => Case;
}

export function contextOf(one: Case, setting: Setting = {}): CaseContext {
  return {
    case: one,
    steps: one.steps,
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    keyHeader,
    identifying: Object.fromEntries(
      Object.entries(posV10Vocabulary.truths).map(([name, truth]) => [name, truth.by]),
    ),
    names: setting.names ?? {},
    uniquePrefix: 'abc',
    quietMs: setting.quietMs ?? 0,
    laneNames: setting.laneNames ?? [],
    attended: [],
  };
}

export interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  readonly json?: JsonValue;
  readonly text?: string;
  readonly key?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly query?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly target?: string;
  readonly lagMs?: number;
  readonly load?: number;
  readonly arrivedAt?: number;
  /** Came when no command was in force. */
  readonly between?: boolean;
}

/** Plays the part of everything around the step: the loop, the client and the gateway, one event at a time. */
export interface Play {
  state(): CaseState;
  readonly context: CaseContext;
  readonly events: Happening[];
  /** Effects of the last event and of what followed from it at once. */
  readonly effects: Effect[];
  feed(event: Happening): void;
  /** A request arrives; answers its number and what is to be done with it. */
  request(operation: string | undefined, sent?: Sent): { readonly exchange: number; readonly plan: Plan };
  /** Its answer has been worked out. */
  answered(exchange: number, json?: JsonValue, status?: number): void;
  begun(exchange: number): void;
  delivered(exchange: number, outcome?: 'delivered' | 'withheld' | 'abandoned', lagMs?: number): void;
  /** All of it: request, answer, fault, delivery. */
  call(operation: string, sent?: Sent, json?: JsonValue, status?: number): Plan;
  result(result?: JsonObject): void;
  reply(reply: Reply): void;
  timer(timer: 'patience' | 'command' | 'quiet'): void;
  outcome(): CaseState['outcome'];
  /** The code of the finding or of the reason. */
  code(): string | undefined;
  /** Commands handed over so far. */
  readonly commands: { readonly method: string; readonly params: JsonObject }[];
  readonly acts: string[];
}

/** Begins a case. Commands, acts and questions are answered by themselves as soon as the step asks for them. */
export function play(steps: string, setting: Setting = {}): Play {
  const parsed = caseOf(steps, setting.head);
  const context = contextOf(setting.change?.(parsed) ?? parsed, setting);
  let exchanges = 0;
  let command = 0;
  const events: Happening[] = [];
  const effects: Effect[] = [];
  const commands: { method: string; params: JsonObject }[] = [];
  const acts: string[] = [];
  const plans = new Map<number, Plan>();
  const first = beginCase(context);
  let state = first.state;

  const react = (stepped: Stepped): void => {
    state = stepped.state;
    effects.push(...stepped.effects);
    for (const effect of stepped.effects)
      if (setting.slow?.some((kind) => kind === effect.kind)) continue;
      else if (effect.kind === 'command') {
        command += 1;
        commands.push({ method: effect.method, params: effect.params });
        step({ kind: 'command', command, step: effect.step, method: effect.method, params: effect.params });
      } else if (effect.kind === 'act') {
        acts.push(`${effect.group}: ${effect.name}`);
        const { group, name, args, exchange } = effect;
        const outcome = setting.act?.(effect) ?? { kind: 'done', result: {} };
        step({ kind: 'act', group, name, args, ...(exchange === undefined ? {} : { exchange }), outcome });
      } else if (effect.kind === 'ask') {
        const found = setting.truth?.(effect) ?? null;
        step({ kind: 'truth', truth: effect.truth, query: effect.query, found });
      } else if (effect.kind === 'kill') step({ kind: 'killed' });
  };
  const step = (event: Happening): void => {
    events.push(event);
    react(stepCase(context, state, event));
  };
  const feed = (event: Happening): void => {
    effects.length = 0;
    step(event);
  };
  react(first);

  const self: Play = {
    state: () => state,
    context,
    events,
    effects,
    commands,
    acts,
    feed,
    request(operation, sent = {}) {
      exchanges += 1;
      const known = operations.find((one) => one.name === operation);
      const target = (known?.path ?? '/pos/v10/else').replace(
        /\{(\w+)\}/g,
        (_, name: string) => sent.params?.[name] ?? 'x',
      );
      feed({
        kind: 'request',
        exchange: exchanges,
        ...(sent.between === true ? {} : { command }),
        ...(operation === undefined ? {} : { operation }),
        params: sent.params ?? {},
        method: sent.method ?? known?.method ?? 'POST',
        target: sent.target ?? target,
        query: sent.query ?? {},
        headers: [
          ...(sent.headers ?? []),
          ...(sent.key === undefined ? [] : [[keyHeader, sent.key] as const]),
        ],
        ...(sent.json === undefined ? {} : { json: sent.json }),
        ...(sent.text === undefined ? {} : { text: sent.text }),
        connection: 1,
        lagMs: sent.lagMs ?? 0,
        ...(sent.arrivedAt === undefined ? {} : { arrivedAt: sent.arrivedAt }),
        ...(sent.load === undefined ? {} : { load: sent.load }),
        plan: { kind: 'forward' },
      });
      const plan = effects.find((effect) => effect.kind === 'plan')?.plan;
      if (plan === undefined) throw new Error('no plan for a request');
      plans.set(exchanges, plan);
      return { exchange: exchanges, plan };
    },
    answered(exchange, json = {}, status = 200) {
      const plan = plans.get(exchange);
      const upstream: AnswerContent = { status, headers: [], json };
      const processed = plan?.kind === 'forward' || plan?.kind === 'patch' || plan?.processed === true;
      const planned: AnswerContent | undefined =
        plan?.kind === 'status'
          ? { status: plan.status, headers: [] }
          : plan?.kind === 'fault' && ['timeout', 'hold', 'reset'].includes(plan.fault)
            ? undefined
            : upstream;
      feed({
        kind: 'answered',
        exchange,
        processed,
        ...(processed ? { upstream } : {}),
        ...(planned === undefined ? {} : { planned }),
      });
    },
    begun: (exchange) => feed({ kind: 'fault-begun', exchange }),
    delivered: (exchange, outcome = 'delivered', lagMs = 0) =>
      feed({ kind: 'delivered', exchange, outcome, reachedClient: outcome === 'delivered', lagMs }),
    call(operation, sent, json, status) {
      const { exchange, plan } = self.request(operation, sent);
      self.answered(exchange, json, status);
      const seen: Effect[] = [...effects];
      if (plan.kind === 'fault') self.begun(exchange);
      seen.push(...(plan.kind === 'fault' ? effects : []));
      const withheld = plan.kind === 'fault' && ['timeout', 'hold', 'reset'].includes(plan.fault);
      self.delivered(exchange, withheld ? 'withheld' : 'delivered');
      effects.unshift(...seen);
      return plan;
    },
    result: (result = {}) => self.reply({ kind: 'result', result }),
    reply: (reply) => feed({ kind: 'result', command, reply, truth: {} }),
    timer: (timer) => feed({ kind: 'timer', timer }),
    outcome: () => state.outcome,
    code() {
      const { outcome } = state;
      if (outcome === undefined) return undefined;
      return 'finding' in outcome
        ? outcome.finding.code
        : 'reason' in outcome
          ? outcome.reason.code
          : undefined;
    },
  };
  return self;
}

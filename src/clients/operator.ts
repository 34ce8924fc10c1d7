import type { Ending } from '../model/case.ts';
import {
  ClientFaultError,
  PROTOCOL,
  type Client,
  type ClientFault,
  type InitializeParams,
  type InitializeResult,
  type Reply,
} from '../model/client.ts';
import type { JsonObject } from '../model/json.ts';
import type { Ask, Observation, Operator, Said, Sentence } from '../model/operator.ts';

/** What a person's client is, as far as it can't say so itself: from the configuration. */
export interface OperatedTill {
  readonly name: string;
  readonly version: string;
  readonly commands: readonly string[];
  readonly callbackUrl?: string;
  /** How long after a person said that something is done one more request may come, ms. */
  readonly quietMs: number;
}

/** What a till is set up with: where any of it has changed a person has to set it up again. */
export interface SetUp {
  last?: string;
}

const NOTHING: Observation = {
  step: -1,
  failed: false,
  demands: false,
  complete: false,
  free: [],
  missing: [],
  shown: {},
  endings: [],
  lines: [],
};

/**
 * The operator driver: each command is a sentence to a person at the till, and the traffic shows when it is done (client-protocol.md, Transports).
 * What traffic can't show is asked in one question and comes back as attested. `setUp` outlives the lanes of a run.
 */
export function operatorClient(operator: Operator, till: OperatedTill, setUp: SetUp): Client {
  let lane = '';
  let latest = NOTHING;
  let changed: () => void = () => undefined;

  const ask = (kind: Ask['kind'], sentence: Sentence, more: Partial<Ask>, seen: AbortSignal): Promise<Said> =>
    operator.ask({ lane, kind, sentence, options: [], shownByTraffic: false, ...more }, seen);

  async function call(command: string, params: JsonObject, signal: AbortSignal): Promise<Reply> {
    if (command === 'shutdown') return { kind: 'result', result: {} };
    const rest = Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'lane'));
    const { free } = latest;
    let warned = false;
    for (;;) {
      const seen = new AbortController();
      changed = (): void => {
        if (finished(latest)) seen.abort();
      };
      changed();
      const sentence = warned
        ? { code: 'operator-not-seen', data: { command, missing: [...latest.missing] } }
        : { code: `operator-${command}`, data: { ...rest, free: [...free] } };
      const more = { shownByTraffic: latest.demands };
      const said = await ask('do', sentence, more, AbortSignal.any([seen.signal, signal]));
      changed = (): void => undefined;
      if (signal.aborted) throw abandoned(command);
      if (said.kind === 'cannot') return { kind: 'notSupported', message: 'the operator said so' };
      if (said.kind === 'stop') throw stopped(command);
      // Who says it too early is told once what is still to come; said again, it is taken for what it is.
      if (latest.failed || latest.missing.length === 0 || seen.signal.aborted || warned) break;
      warned = true;
    }
    return latest.failed ? { kind: 'result', result: {} } : ended(command, signal);
  }

  /** How the command ended: ids as the traffic showed them, the rest as the person sees it. */
  async function ended(command: string, signal: AbortSignal): Promise<Reply> {
    const { endings, shown } = latest;
    const plain = endings.find((ending) => typeof ending !== 'string' && believed(ending).length === 0);
    const open = endings.length > 0 && (plain === undefined || !idsShown(plain, shown));
    if (!open) return { kind: 'result', result: idsOf(shown) };
    const options = endings.map((ending) => ({ code: 'operator-ending', data: optionOf(command, ending) }));
    const only = endings.length === 1 ? endings[0] : undefined;
    const sentence =
      only === undefined
        ? { code: 'operator-which-ending', data: { command } }
        : { code: 'operator-does-it-show', data: optionOf(command, only) };
    const said = await ask('choose', sentence, { options }, signal);
    if (signal.aborted) throw abandoned(command);
    if (said.kind === 'stop') throw stopped(command);
    const chosen = said.kind === 'chose' && said.option !== undefined ? endings[said.option] : undefined;
    return replyOf(chosen, shown);
  }

  return {
    exited: new Promise<ClientFault>(() => undefined),
    traits: { killable: false, kind: 'operator' },
    onActivity: () => undefined,
    observed(observation) {
      latest = observation;
      operator.observed(observation);
      changed();
    },
    call,
    kill: () => Promise.resolve(),
    async start(params, signal): Promise<InitializeResult> {
      lane = params.lane;
      latest = NOTHING;
      if (!params.restarted) await settingUp(params, signal);
      return {
        protocol: PROTOCOL.max,
        name: till.name,
        version: till.version,
        commands: [...till.commands],
        behaviours: [],
        quietMs: till.quietMs,
        ...(till.callbackUrl === undefined ? {} : { callbackUrl: till.callbackUrl }),
      };
    },
    stop: () => Promise.resolve({}),
  };

  async function settingUp(params: InitializeParams, signal: AbortSignal): Promise<void> {
    const { api, store } = params;
    const facts = JSON.stringify({ api, store });
    const code = setUp.last === facts ? 'operator-begin-anew' : 'operator-set-up';
    setUp.last = facts;
    const said = await ask('do', { code, data: { ...api, ...store } }, {}, signal);
    if (signal.aborted) throw abandoned('initialize');
    if (said.kind === 'stop') throw stopped('initialize');
    if (said.kind === 'cannot')
      throw new ClientFaultError({ code: 'operator-cannot-set-up', data: {}, stderr: [] });
  }
}

function abandoned(command: string): ClientFaultError {
  return new ClientFaultError({ code: 'client-abandoned', data: { command }, stderr: [] });
}

function stopped(command: string): ClientFaultError {
  return new ClientFaultError({ code: 'operator-stopped', data: { command }, stderr: [] });
}

/** The traffic has shown all that can be shown: nothing is missing, and the ids that some ending names are known. */
function finished({ failed, complete, endings, shown }: Observation): boolean {
  if (failed) return true;
  return complete && (endings.length === 0 || endings.some((ending) => idsShown(ending, shown)));
}

/** Ids are what traffic shows; everything else in a result is what the client believes (client-protocol.md). */
const ID = /Id$/;

function idsShown(ending: Ending, shown: JsonObject): boolean {
  return (
    typeof ending === 'string' ||
    Object.keys(ending).every((name) => !ID.test(name) || Object.hasOwn(shown, name))
  );
}

function believed(ending: JsonObject): string[] {
  return Object.keys(ending).filter((name) => !ID.test(name));
}

function idsOf(shown: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(shown).filter(([name]) => ID.test(name)));
}

function optionOf(command: string, ending: Ending): JsonObject {
  if (typeof ending === 'string') return { command, ending };
  return {
    command,
    members: Object.fromEntries(believed(ending).map((name) => [name, ending[name] ?? null])),
  };
}

function replyOf(chosen: Ending | undefined, shown: JsonObject): Reply {
  if (chosen === undefined)
    return { kind: 'result', result: { ...idsOf(shown), state: 'Unknown' }, attested: ['state'] };
  if (typeof chosen === 'string')
    return { kind: chosen, message: 'the operator said so', attested: [chosen] };
  const names = believed(chosen);
  const told = Object.fromEntries(names.map((name) => [name, chosen[name] ?? null]));
  return { kind: 'result', result: { ...idsOf(shown), ...told }, attested: names };
}

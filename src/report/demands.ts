import type { Act, Case, ClientStep, Expectation } from '../model/case.ts';
import type { Pack } from '../model/pack.ts';

/** What is known of a pack without its code. */
export type PackFacts = Omit<Pack, 'simulation' | 'rules'>;

/** What a case asks of a client: the commands it has to offer, and whether it has to bear being killed. */
export interface Demands {
  readonly commands: readonly string[];
  readonly restart: boolean;
  readonly kill: boolean;
}

/** The steps of a case with those that its needs put in front of it. */
function allSteps(pack: PackFacts, one: Case): readonly ClientStep[] {
  const needed = Object.entries(one.needs).flatMap(([name, args]): readonly (ClientStep | Act)[] => {
    const shape = Object.hasOwn(pack.vocabulary.needs, name) ? pack.vocabulary.needs[name] : undefined;
    return shape === undefined ? [] : shape.steps(args);
  });
  return [...needed, ...one.steps].filter((step) => step.kind === 'client');
}

/** What a case asks of a client, its needs included. */
export function demandsOf(pack: PackFacts, one: Case): Demands {
  const steps = allSteps(pack, one);
  const commands = steps.map((step) => (step.command === 'restart' ? 'recover' : step.command));
  return {
    commands: [...new Set(commands)].sort(),
    restart: steps.some((step) => step.command === 'restart'),
    kill: steps.some((step) => step.traffic.some((item) => item.kind === 'kill')),
  };
}

/* Rough times of a client that waits as the ones known to have certified do: five seconds for an answer, a second between retries. */
const TIMEOUT_MS = 5000;
const RETRY_MS = 1000;
const POLL_MS = 400;
const CALL_MS = 100;

/** About how long a case lasts, in ms: what its faults cost a client that waits five seconds, its polls, its calls. */
export function expectedMs(pack: PackFacts, one: Case): number {
  const calls = allSteps(pack, one)
    .flatMap((step) => step.traffic)
    .filter((item) => item.kind === 'expect');
  return calls.reduce((sum, call) => sum + costOf(call), allSteps(pack, one).length * CALL_MS);
}

function costOf({ plan, times, operations }: Expectation): number {
  const count = Math.max(1, times.min);
  switch (plan.kind) {
    case 'forward':
    case 'patch':
      return count * (operations.some((name) => name.startsWith('query')) ? POLL_MS : CALL_MS);
    case 'status':
      return count * RETRY_MS;
    case 'fault':
      if (plan.fault === 'timeout' || plan.fault === 'hold') return count * (TIMEOUT_MS + RETRY_MS);
      return count * ((plan.delayMs ?? 0) + RETRY_MS);
  }
}

/** A source with where it is: `api_principles#idempotency-keys` becomes an address, where the pack knows the document. */
export function sourceAddress(pack: PackFacts, source: string): string | undefined {
  const [document = '', heading] = source.split('#');
  const address = Object.hasOwn(pack.sources, document) ? pack.sources[document] : undefined;
  return address === undefined ? undefined : heading === undefined ? address : `${address}#${heading}`;
}

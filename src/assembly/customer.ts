import type { JsonObject } from '../model/json.ts';
import type { Operator } from '../model/operator.ts';
import type { Acts } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';

/** An act of the customer as a sentence to a person; what they say is recorded as attested. */
export async function askCustomer(
  operator: Operator,
  lane: string,
  name: string,
  args: JsonObject,
  signal?: AbortSignal,
): Promise<ActOutcome> {
  const sentence = { code: `operator-${name}`, data: args };
  const ask = { lane, kind: 'do' as const, sentence, options: [], shownByTraffic: false };
  const said = await operator.ask(ask, signal ?? new AbortController().signal);
  return said.kind === 'done'
    ? { kind: 'done', result: { attested: true } }
    : { kind: 'unsupported', message: 'the operator said so' };
}

/** Acts with a person at the till: the notification waits until they say that the till is ready for it. */
export function withCallbackButton(acts: Acts, operator: Operator, lane: string): Acts {
  return {
    async act(group, name, args, signal) {
      if (group !== 'callback') return acts.act(group, name, args, signal);
      const said = await operator.ask(
        {
          lane,
          kind: 'do',
          sentence: { code: 'operator-callback', data: {} },
          options: [],
          shownByTraffic: false,
          button: 'invoke-callback',
        },
        signal ?? new AbortController().signal,
      );
      if (said.kind !== 'done') return { kind: 'unsupported', message: 'the operator said so' };
      return acts.act(group, name, args, signal);
    },
  };
}

import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ClientStep } from '../model/case.ts';
import type { Reply } from '../model/client.ts';
import { compareMembers, type Difference } from './members.ts';
import type { Names } from './values.ts';

/** Whether a reply is one of the lawful endings of its step. */
export type Ended =
  | { readonly kind: 'lawful'; readonly saves: JsonObject }
  | { readonly kind: 'not supported' }
  | { readonly kind: 'unlawful'; readonly code: string; readonly data: JsonObject };

function shown(reply: Reply): JsonValue {
  switch (reply.kind) {
    case 'result':
      return reply.result;
    case 'failed':
      return { error: reply.code, message: reply.message };
    case 'refused':
    case 'gaveUp':
    case 'notSupported':
      return { [reply.kind]: reply.message };
  }
}

/** Judges how a command ended: without `ends` any result that is not an error is right. */
export function judgeEnding(step: ClientStep, reply: Reply, names: Names): Ended {
  if (reply.kind === 'notSupported') return { kind: 'not supported' };
  if (reply.kind === 'failed')
    return {
      kind: 'unlawful',
      code: 'command-failed',
      data: { command: step.command, line: step.line, rpcCode: reply.code, message: reply.message },
    };
  const endings = step.ends;
  if (endings === undefined && reply.kind === 'result') return { kind: 'lawful', saves: {} };
  let nearest: readonly Difference[] | undefined;
  for (const ending of endings ?? []) {
    if (typeof ending === 'string') {
      if (reply.kind === ending) return { kind: 'lawful', saves: {} };
      continue;
    }
    if (reply.kind !== 'result') continue;
    const compared = compareMembers(ending, reply.result, names);
    if (compared.differences.length === 0) return { kind: 'lawful', saves: compared.saves };
    if (nearest === undefined || compared.differences.length < nearest.length) nearest = compared.differences;
  }
  return {
    kind: 'unlawful',
    code: 'wrong-ending',
    data: {
      command: step.command,
      line: step.line,
      expected: endings === undefined ? ['any result'] : [...endings],
      got: shown(reply),
      ...(nearest === undefined ? {} : { differences: nearest.map((difference) => ({ ...difference })) }),
    },
  };
}

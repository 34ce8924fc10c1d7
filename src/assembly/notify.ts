import type { JsonObject } from '../model/json.ts';
import type { CallbackOrder, Clock } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';

/** Delivers check-in notifications to the client's `callbackUrl`; replaced when the sender exists. */
export async function notify(
  _orders: readonly CallbackOrder[],
  _args: JsonObject,
  callbackUrl: string | undefined,
  _clock: Clock,
): Promise<ActOutcome> {
  if (callbackUrl === undefined) return { kind: 'unsupported', message: 'the client has no callbackUrl' };
  return { kind: 'unsupported', message: 'notifications are not sent yet' };
}

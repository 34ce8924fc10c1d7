import type { JsonObject } from './model/json.ts';
import type { Clock } from './model/ports.ts';
import { NOTIFICATION_SETTINGS, notificationUrlFault, notify } from './gateway/notification.ts';
import { startHost, type Host } from './host/host.ts';
import type { TlsTexts } from './host/server.ts';
import { loadState, saveState } from './sandbox/pos-v10/saved-state.ts';
import { posV10Sandbox } from './sandbox/pos-v10/simulation.ts';
import { createClock } from './std/clock.ts';
import { randomIds } from './std/ids.ts';

export { StateFileError } from './host/state-file.ts';
export type { Host } from './host/host.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly controlPort: number;
  readonly tls?: TlsTexts;
  /** Absolute. */
  readonly stateFile?: string;
  /** Settings of the simulation, such as `pollDelayInMs`. */
  readonly settings: JsonObject;
  /** The OpenAPI description that is served. */
  readonly description: string;
  /** Hears of what requests held that was ignored. */
  readonly warn: (warning: string) => void;
  /** Hears of what failed: a state that was not written, a notification that nobody took, a fault of ours. */
  readonly trouble: (message: string) => void;
}

/**
 * Spine 3: the sandbox alone. Its clock is real time plus what the control API moved it by, and it ages everything.
 * Rejects with the system's error where an address can't be bound or a certificate is none, or with StateFileError.
 */
export async function serve(options: ServeOptions): Promise<Host> {
  const stopping = new AbortController();
  const clock: Clock = createClock();
  const host = await startHost({
    ...options,
    simulation: posV10Sandbox,
    saved: { save: saveState, load: loadState },
    wallClock: () => Date.now(),
    ids: randomIds(),
    urlFault: notificationUrlFault,
    deliver: async ({ alias, headers, body }, url) => {
      const attempts = await notify(
        { url, headers, body: JSON.stringify(body) },
        NOTIFICATION_SETTINGS,
        clock,
        stopping.signal,
      );
      const last = attempts.at(-1);
      if (last !== undefined && last.status !== 200 && !stopping.signal.aborted)
        options.trouble(
          `the notification for ${JSON.stringify(alias)} at ${new URL(url).origin} was not answered 200 in ${attempts.length} tries (${last.failure?.message ?? String(last.status)})`,
        );
    },
  });
  return {
    ...host,
    stop: () => {
      stopping.abort();
      return host.stop();
    },
  };
}

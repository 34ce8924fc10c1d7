import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../model/json.ts';
import { realTimer, type SetTimer } from '../../std/timers.ts';

/** Pages that watch: each is sent what is to be shown, whenever that has changed, as server-sent events. */
export interface Watchers {
  /** Lets one more watch; false where there are too many. */
  add(message: IncomingMessage, response: ServerResponse): boolean;
  changed(): void;
  stop(): void;
}

const LEAST_MS = 80;
/** Time alone ends payments, so it is looked at without a change too; a proxy in between sees that the stream lives. */
const TICK_MS = 1000;
/** Of the time that passes, at most one part in this many is spent on working out what is to be shown. */
const SHARE = 12;
/** A page that does not read is let go: it connects again by itself. */
const MOST_WAITING = 4 * 1024 * 1024;

/** `view` is worked out only while somebody watches. */
export function createWatchers(
  most: number,
  view: () => JsonObject,
  trouble: (message: string) => void,
  setTimer: SetTimer = realTimer,
): Watchers {
  const open = new Set<ServerResponse>();
  let shown = '';
  let cancelPush: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  let pause = LEAST_MS;
  /** Undefined where it throws, which is a fault of ours: the page stays as it was, and the API is not for the page to end. */
  const viewed = (): JsonObject | undefined => {
    try {
      return view();
    } catch (thrown) {
      trouble(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      return undefined;
    }
  };
  const push = (): void => {
    const began = performance.now();
    const seen = viewed();
    if (seen === undefined) return;
    const { clock, ...rest } = seen;
    const text = JSON.stringify(rest);
    const event =
      text === shown
        ? `event: clock\ndata: ${JSON.stringify(clock)}\n\n`
        : `data: ${JSON.stringify({ clock, ...rest })}\n\n`;
    shown = text;
    for (const response of open) {
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(event);
    }
    pause = Math.max(LEAST_MS, (performance.now() - began) * SHARE);
  };
  const tick = (): void => {
    cancelTick = setTimer(TICK_MS, () => {
      push();
      tick();
    });
  };
  const drop = (response: ServerResponse): void => {
    open.delete(response);
    if (open.size > 0) return;
    cancelTick?.();
    cancelPush?.();
    cancelTick = cancelPush = undefined;
  };
  return {
    add(message, response) {
      const first = open.size < most ? viewed() : undefined;
      if (first === undefined) return false;
      // It stays open for as long as the page does.
      message.socket.setTimeout(0);
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      });
      response.write(`retry: 1000\ndata: ${JSON.stringify(first)}\n\n`);
      open.add(response);
      message.on('close', () => {
        drop(response);
      });
      response.on('error', () => {
        drop(response);
      });
      if (cancelTick === undefined) tick();
      return true;
    },
    changed() {
      if (open.size === 0) return;
      cancelPush ??= setTimer(pause, () => {
        cancelPush = undefined;
        push();
      });
    },
    stop() {
      for (const response of open) response.destroy();
      open.clear();
      cancelTick?.();
      cancelPush?.();
    },
  };
}

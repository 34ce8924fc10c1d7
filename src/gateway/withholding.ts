import type { Socket } from 'node:net';

/** The answers that are being withheld, by the number of their exchange. */
export interface Withholding {
  /** Resolves, the connection closed without a byte, when the client closes it, on release, or after `limitMs`. */
  hold(id: number, socket: Socket, limitMs: number): Promise<void>;
  /** Ends one; one that has not begun yet will end as soon as it begins. */
  release(id: number): void;
  /** Forgets what is known about a finished exchange. */
  forget(id: number): void;
}

/** Keeps the answers withheld by one gateway. */
export function createWithholding(): Withholding {
  const held = new Map<number, () => void>();
  const released = new Set<number>();
  return {
    hold: (id, socket, limitMs) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          socket.off('close', end);
          socket.off('end', end);
          held.delete(id);
          socket.destroy();
          resolve();
        };
        const timer = setTimeout(end, limitMs);
        if (released.has(id) || socket.destroyed) {
          end();
          return;
        }
        held.set(id, end);
        socket.once('close', end);
        // A client that gives up shows itself by closing its side; one that had closed it before the fault began only half-closes.
        socket.once('end', end);
      }),
    release: (id) => {
      released.add(id);
      held.get(id)?.();
    },
    forget: (id) => {
      released.delete(id);
    },
  };
}

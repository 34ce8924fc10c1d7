import type { JsonObject } from '../model/json.ts';
import type { CallbackOrder } from '../model/ports.ts';

/** Delivers one notification to a URL, with its retries. Never rejects for what the other side does. */
export type Deliver = (order: CallbackOrder, url: string) => Promise<void>;

/** Where notifications go: URLs by their alias, as they were once registered by e-mail (pos-v10.md 1.12). */
export interface Callbacks {
  registered(): JsonObject;
  /** What is wrong with the URL, if anything. */
  register(alias: string, url: string): string | undefined;
  remove(alias: string): void;
  clear(): void;
  /** Calls back when a URL was registered or removed. */
  onChange(listener: () => void): void;
  /** Sends what can be sent, and does not wait. */
  send(orders: readonly CallbackOrder[]): void;
}

const MOST_ALIASES = 100;
/** As long as a point of sale may name it (pos-v10.md 1.8). */
const MOST_ALIAS = 36;
const MOST_UNDER_WAY = 50;

/** The registered callbacks of one sandbox. `urlFault` says why a URL may not be posted to. */
export function createCallbacks(
  deliver: Deliver,
  urlFault: (url: string) => string | undefined,
  warn: (warning: string) => void,
): Callbacks {
  const urls = new Map<string, string>();
  let underWay = 0;
  let changed = (): void => undefined;
  return {
    registered: () => Object.fromEntries(urls),
    register(alias, url) {
      if (alias.length > MOST_ALIAS) return `no callbackAlias is longer than ${MOST_ALIAS} characters`;
      const fault = urlFault(url);
      if (fault !== undefined) return `url cannot be used: ${fault}`;
      if (!urls.has(alias) && urls.size >= MOST_ALIASES) return `there are ${MOST_ALIASES} aliases already`;
      urls.set(alias, url);
      changed();
      return undefined;
    },
    remove(alias) {
      if (urls.delete(alias)) changed();
    },
    clear() {
      urls.clear();
      changed();
    },
    onChange(listener) {
      changed = listener;
    },
    send(orders) {
      for (const order of orders) {
        const url = urls.get(order.alias);
        if (url === undefined)
          warn(`no URL is registered for the callback alias ${JSON.stringify(order.alias)}`);
        else if (underWay >= MOST_UNDER_WAY) warn('too many notifications are under way; one was dropped');
        else {
          underWay += 1;
          void deliver(order, url).finally(() => {
            underWay -= 1;
          });
        }
      }
    },
  };
}

import type { JsonObject } from '../model/json.ts';
import type { CallbackOrder, Clock } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';
import { NOTIFICATION_SETTINGS, notify, type NotificationSettings } from '../gateway/notification.ts';

export interface NotifyPorts {
  /** Where the client listens; absent: nowhere. */
  readonly callbackUrl: string | undefined;
  readonly clock: Clock;
  readonly settings?: NotificationSettings;
  readonly signal: AbortSignal;
}

/**
 * Delivers check-in notifications to the client's `callbackUrl`, one after another; every alias leads there (client-protocol.md). What was
 * answered is the result: the rule notification-answered judges it.
 */
export async function deliverNotifications(
  orders: readonly CallbackOrder[],
  ports: NotifyPorts,
): Promise<ActOutcome> {
  const { callbackUrl: url } = ports;
  if (url === undefined) return { kind: 'unsupported', message: 'the client has no callbackUrl' };
  const deliveries: JsonObject[] = [];
  for (const order of orders) {
    const notification = { url, headers: order.headers, body: JSON.stringify(order.body) };
    const attempts = await notify(
      notification,
      ports.settings ?? NOTIFICATION_SETTINGS,
      ports.clock,
      ports.signal,
    );
    deliveries.push({
      alias: order.alias,
      attempts: attempts.map(({ tookMs, status, failure }) => ({
        tookMs: Math.round(tookMs),
        status: status ?? null,
        ...(failure === undefined ? {} : { failure: failure.kind, message: failure.message }),
      })),
    });
  }
  return { kind: 'done', result: { deliveries } };
}

import { join } from 'node:path';
import { openCalls } from './calls.ts';
import type { CheckIn } from './check-ins.ts';
import { awaitCheckIn, checkInPath } from './check-ins.ts';
import type { Kit } from './kit.ts';
import { Ledger } from './ledger.ts';
import type { PaymentEntry, PointOfSaleEntry, RefundEntry } from './ledger.ts';
import type { Minor } from './money.ts';
import type { ListenOptions, NotificationListener } from './notifications.ts';
import { listenForNotifications } from './notifications.ts';
import { openPace } from './pace.ts';
import type { Pace } from './pace.ts';
import type { Charge, PaymentOrder, PaymentStanding } from './payments.ts';
import * as payments from './payments.ts';
import type { WantedPointOfSale } from './points-of-sale.ts';
import { createPointOfSale, deletePointOfSale } from './points-of-sale.ts';
import type { Recovered, Settled } from './recovery.ts';
import { recover, settle } from './recovery.ts';
import type { RefundOrder } from './refunds.ts';
import * as refunds from './refunds.ts';
import type { Settings } from './settings.ts';
import { resolveSettings } from './settings.ts';
import { hasEnded } from './states.ts';
import { openTokenSource } from './token.ts';
import { openTransport } from './transport.ts';
import { pathOf } from './undertakings.ts';

/** How long to wait, in milliseconds; the setting `patienceMs` if left out. */
export interface Waiting {
  readonly forMs?: number;
}

/**
 * A MobilePay PoS V10 client. Every method throws PosRefused (the user must be told no) or PosGaveUp (no answer, however often it was
 * tried). Amounts are whole minor units. Run `recover` first after every start, and `settle` every few minutes.
 */
export interface PosClient {
  createPointOfSale(wanted: WantedPointOfSale): Promise<PointOfSaleEntry>;
  deletePointOfSale(posId: string): Promise<void>;
  awaitCheckIn(posId: string, waiting?: Waiting): Promise<CheckIn>;
  initiatePayment(order: PaymentOrder & Charge): Promise<PaymentEntry>;
  preparePayment(order: PaymentOrder): Promise<PaymentEntry>;
  awaitPairing(
    paymentId: string,
    waiting?: Waiting & { readonly loyalty?: boolean },
  ): Promise<PaymentStanding>;
  readyPayment(paymentId: string, charge: Charge): Promise<void>;
  awaitPayment(paymentId: string, waiting?: Waiting): Promise<PaymentStanding>;
  capturePayment(
    paymentId: string,
    amount: Minor,
    options?: { readonly whenPartImpossible?: 'cancel' | 'refuse' },
  ): Promise<string>;
  cancelPayment(paymentId: string): Promise<string>;
  initiateRefund(order: RefundOrder): Promise<RefundEntry>;
  awaitRefund(refundId: string, waiting?: Waiting): Promise<string>;
  captureRefund(refundId: string): Promise<string>;
  cancelRefund(refundId: string): Promise<string>;
  recover(): Promise<Recovered>;
  settle(): Promise<Settled>;
  /** Starts listening for check-in notifications; each is followed by one question to the API. */
  listen(options?: ListenOptions): Promise<NotificationListener>;
  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void>;
}

/** Opens a client on its folder. Sends nothing yet. Throws RangeError for impossible settings and Error for a broken ledger. */
export function openPosClient(settings: Settings): PosClient {
  const resolved = resolveSettings(settings);
  const ledger = new Ledger(join(resolved.stateDir, 'ledger'), resolved.clock.today());
  const transport = openTransport(resolved.ca);
  const pace = openPace(resolved.clock, resolved.firstPollDelayMs);
  resumePace(ledger, pace);
  const calls = openCalls(resolved, transport, openTokenSource(resolved, transport), pace);
  const kit: Kit = { settings: resolved, calls, ledger };
  let listener: NotificationListener | undefined;
  const watched = new Set<string>();

  /** A notification says little: the API is asked who it is, unless somebody is asking anyway. */
  const onNotification = ({ posId }: { readonly posId: string }): void => {
    resolved.log(`notification: somebody is at ${posId}`);
    if (ledger.pointOfSale(posId) === undefined || watched.has(posId.toLowerCase())) return;
    calls.see(checkInPath(posId)).catch((error: unknown) => {
      resolved.log(`notification: ${String(error)}`);
    });
  };

  return {
    createPointOfSale: async (wanted) => await createPointOfSale(kit, wanted),
    deletePointOfSale: async (posId) => {
      await deletePointOfSale(kit, posId, async (isHere) => await settle(kit, isHere));
    },
    awaitCheckIn: async (posId, waiting) => {
      watched.add(posId.toLowerCase());
      try {
        return await awaitCheckIn(kit, posId, waiting);
      } finally {
        watched.delete(posId.toLowerCase());
      }
    },
    initiatePayment: async (order) => await payments.initiatePayment(kit, order),
    preparePayment: async (order) => await payments.preparePayment(kit, order),
    awaitPairing: async (paymentId, waiting) => await payments.awaitPairing(kit, paymentId, waiting),
    readyPayment: async (paymentId, charge) => {
      await payments.readyPayment(kit, paymentId, charge);
    },
    awaitPayment: async (paymentId, waiting) => await payments.awaitPayment(kit, paymentId, waiting),
    capturePayment: async (paymentId, amount, options) =>
      await payments.capturePayment(kit, paymentId, amount, options),
    cancelPayment: async (paymentId) => await payments.cancelPayment(kit, paymentId),
    initiateRefund: async (order) => await refunds.initiateRefund(kit, order),
    awaitRefund: async (refundId, waiting) => await refunds.awaitRefund(kit, refundId, waiting),
    captureRefund: async (refundId) => await refunds.captureRefund(kit, refundId),
    cancelRefund: async (refundId) => await refunds.cancelRefund(kit, refundId),
    recover: async () => await recover(kit),
    settle: async () => await settle(kit),
    listen: async (options) => {
      listener = await listenForNotifications(onNotification, options);
      return listener;
    },
    close: async () => {
      await listener?.close();
      await transport.close();
    },
  };
}

/** The poll delay holds over a restart: nobody knows when the last request left, so it counts from now. */
function resumePace(ledger: Ledger, pace: Pace): void {
  for (const entry of ledger.all()) {
    if (entry.pollDelayMs === undefined) continue;
    if (entry.kind === 'pointOfSale') {
      if (entry.posId !== undefined)
        pace.rest(checkInPath(entry.posId), { delayMs: entry.pollDelayMs, retryAfterMs: 0 });
    } else if (entry.creation === 'made' && !hasEnded(entry.state)) {
      pace.rest(pathOf(entry), { delayMs: entry.pollDelayMs, retryAfterMs: 0 });
    }
  }
}

/** The reference client of poscert, as `poscert/sdk`: MobilePay PoS V10 for a till. */
export { openPosClient } from './client.ts';
export type { PosClient, Waiting } from './client.ts';
export { PosGaveUp, PosRefused } from './errors.ts';
export type { Circumstances } from './errors.ts';
export type { Settings } from './settings.ts';
export type { Clock } from './clock.ts';
export type { Minor } from './money.ts';
export { majorOf, minorOf } from './money.ts';
export type { CheckIn } from './check-ins.ts';
export type { Decision, PaymentEntry, PointOfSaleEntry, RefundEntry } from './ledger.ts';
export type { ListenOptions, NotificationListener } from './notifications.ts';
export type { Charge, PaymentOrder, PaymentStanding, Restrictions } from './payments.ts';
export type { WantedPointOfSale } from './points-of-sale.ts';
export type { Recovered, Settled } from './recovery.ts';
export type { RefundOrder } from './refunds.ts';
export type { PaymentState, RefundState } from './states.ts';

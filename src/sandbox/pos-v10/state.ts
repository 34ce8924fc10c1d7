import type { Minor } from '../../model/amount.ts';
import type {
  BeaconType,
  CaptureDelay,
  Card,
  Currency,
  PaymentState,
  RefundState,
} from '../../model/pos-v10/truth.ts';
import type { PersistentMap } from '../../std/persistent-map.ts';
import type { Piles } from '../../std/piles.ts';
import type { Register } from '../../std/register.ts';
import type { RouteName } from './routes.ts';
import type { Settings } from './settings.ts';

/** Who calls: an integrator on behalf of a merchant. Everything but stores belongs to such a pair. */
export interface Owner {
  readonly integrator: string;
  readonly vat: string;
}

export interface Token {
  readonly integrator: string;
  /** The merchant_vat claim, as it was asked for. */
  readonly vat?: string;
  readonly issuedAt: number;
}

export interface Store {
  readonly id: string;
  readonly vat: string;
  readonly merchantId: string;
  readonly storeName: string;
  readonly storeStreet: string;
  readonly storeZipCode: string;
  readonly storeCity: string;
  readonly brandName: string;
  readonly merchantBrandId: string;
  readonly merchantLocationId: string;
  readonly activated: boolean;
  /** What refunds can still be paid from. */
  readonly balance: Minor;
}

export interface PointOfSale extends Owner {
  readonly id: string;
  readonly seq: number;
  readonly storeId: string;
  readonly merchantPosId: string;
  readonly name: string;
  readonly beaconId: string;
  readonly beaconGenerated: boolean;
  readonly supportedBeaconTypes: readonly BeaconType[];
  readonly callbackAlias?: string;
  readonly requirePaymentBeforeCheckin: boolean;
  readonly deleted: boolean;
  readonly createdBy: 'client' | 'stage';
  /** Who is checked in now. */
  readonly visitId: string | undefined;
}

/** A customer at a point of sale, from check-in on; payments keep pointing at it when it is over. */
export interface Visit {
  readonly id: string;
  readonly posId: string;
  readonly at: number;
  readonly phone?: string;
  readonly card: Card;
  readonly loyaltyIds: readonly string[];
  readonly customerToken: string;
  readonly customerReceiptToken: string;
  /** How many polls come before the look-up of the customer is done. */
  readonly lookedUpAfter: number;
  readonly polls: number;
  /** Absent: as the settings say. */
  readonly partialCapture?: boolean;
}

export interface Restrictions {
  readonly debitCardDisallowed?: boolean;
  readonly creditCardDisallowed?: boolean;
}

/** What is to be paid: given at once, or with `ready` where the payment was prepared. */
export interface Terms {
  readonly amount: Minor;
  readonly currencyCode: Currency;
  readonly plannedCaptureDelay: CaptureDelay;
  readonly merchantPaymentLabel?: string;
  readonly restrictions?: Restrictions;
}

export interface Payment extends Owner {
  readonly id: string;
  readonly seq: number;
  readonly posId: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly prepared: boolean;
  readonly state: PaymentState;
  /** When it came into that state, or its customer last did something. */
  readonly since: number;
  readonly terms: Terms | undefined;
  readonly visitId: string | undefined;
  readonly card?: Card;
  readonly createdAt: number;
  readonly reservedAt?: number;
  readonly capturedAt?: number;
  readonly capturedAmount: Minor;
  /** The sum of its refunds that were not cancelled, finished or not (1367). */
  readonly refundsHeld: Minor;
  readonly createdBy: 'client' | 'stage';
}

export interface Refund extends Owner {
  readonly id: string;
  readonly seq: number;
  readonly paymentId: string;
  readonly storeId: string;
  readonly refundOrderId: string;
  readonly amount: Minor;
  readonly currencyCode: Currency;
  readonly state: RefundState;
  readonly queries: number;
  readonly createdAt: number;
  readonly reservedAt?: number;
}

/** What a creating call with an idempotency key made. */
export interface Remembered extends Owner {
  readonly operation: RouteName;
  /** What was understood of the request. */
  readonly request: object;
  readonly id: string;
  readonly at: number;
}

/** Everything that was ever put there; what is still open; what of that is active, that is, blocks a point of sale; what was captured. */
export type Compartment = 'all' | 'open' | 'active' | 'captured';

/** Ids with their sequence numbers. What something never leaves again is a row; what it can leave is a map where there may be many. */
export interface Shelf {
  readonly all: Row | undefined;
  readonly captured: Row | undefined;
  readonly active: Row | undefined;
  /** What is open and not active. */
  readonly resting: PersistentMap<number>;
}

/** The newest first; adding to it costs the same however long it is. */
export interface Row {
  readonly id: string;
  readonly seq: number;
  readonly next: Row | undefined;
}

/** Indexes whose things move between compartments. There are as many shelves as tills and stores: few. */
export interface Shelves {
  readonly paymentsOn: Register<Shelf>;
  readonly inStore: Register<Shelf>;
}

/** Indexes that only grow, of ids: a step that changes a thing has nothing to do with them. */
export interface Indexes {
  readonly paymentsOfOrder: Piles<string>;
  readonly refundsOf: Piles<string>;
  readonly refundsOfOrder: Piles<string>;
  readonly named: Piles<string>;
}

/** The newest first. */
export interface Stack {
  readonly top: string;
  readonly below: Stack | undefined;
}

/** What acts have set up for calls to come. */
export interface Stage {
  /** So many calls of the API are answered 500 and not carried out. */
  readonly failNext: number;
  /** The beacon, or merchantPosId, of the next creation will turn out to be taken. */
  readonly beaconTaken: boolean;
  readonly merchantPosIdTaken: boolean;
}

export interface SandboxState {
  readonly settings: Settings;
  readonly stage: Stage;
  /** Client id to secret: trust on first use. */
  readonly integrators: PersistentMap<string>;
  readonly tokens: PersistentMap<Token>;
  readonly stores: Register<Store>;
  readonly pointsOfSale: Register<PointOfSale>;
  readonly visits: Register<Visit>;
  readonly payments: Register<Payment>;
  readonly refunds: Register<Refund>;
  /** By idempotency key: each operation, integrator and merchant has keys of its own. */
  readonly remembered: Piles<Remembered>;
  /** Active points of sale by merchantPosId within their owner, and by beacon. */
  readonly byMerchantPosId: PersistentMap<string>;
  readonly byBeacon: PersistentMap<string>;
  /** Indexes by name (records.ts). */
  readonly shelves: Shelves;
  readonly indexes: Indexes;
  /** Points of sale of the client that were not deleted when they were put here; the top one is not deleted. */
  readonly standing: Stack | undefined;
  /** The last whose call was let through. */
  readonly lastCaller: Owner | undefined;
}

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeDurably } from './durable-file.ts';
import type { JsonRecord } from './json.ts';
import { isRecord, parseRecord, textIn } from './json.ts';
import type { Minor } from './money.ts';
import { hasEnded } from './states.ts';

/** What the till wants of a reserved payment or refund, kept until the backend has done it (payment_flows#payment_management). */
export type Decision =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'capture'; readonly amount?: Minor; readonly whenPartImpossible?: 'cancel' | 'refuse' };

interface Kept {
  /** The idempotency key, which is also the name of the file. */
  readonly id: string;
  readonly createdAt: number;
  /** `sent`: nobody knows yet whether it came to be; `made`: it has an id of the API's; `failed`: it never came to be. */
  readonly creation: 'sent' | 'made' | 'failed';
  /** What was sent, for repeating it. */
  readonly body: JsonRecord;
  /** The delay that the backend named last. */
  readonly pollDelayMs?: number;
}

interface Undertaking extends Kept {
  readonly amount: Minor | undefined;
  readonly currencyCode: string | undefined;
  /** The last state seen. */
  readonly state: string | undefined;
  readonly decision?: Decision;
}

export interface PaymentEntry extends Undertaking {
  readonly kind: 'payment';
  readonly flow: 'initiate' | 'prepare';
  readonly posId: string;
  readonly orderId: string;
  readonly paymentId?: string;
  readonly partialCapturePossible?: boolean;
  readonly captured?: Minor;
}

export interface RefundEntry extends Undertaking {
  readonly kind: 'refund';
  readonly paymentId: string;
  readonly refundOrderId: string;
  readonly refundId?: string;
}

export interface PointOfSaleEntry extends Kept {
  readonly kind: 'pointOfSale';
  readonly merchantPosId: string;
  readonly posId?: string;
  readonly beaconId?: string;
  readonly deletion?: 'wanted';
}

export type Entry = PaymentEntry | RefundEntry | PointOfSaleEntry;

/** What has ended so long ago is forgotten: the backend keeps the bounds of refunds, and a till opens quickly. */
const memory = 14 * 24 * 3_600_000;

/**
 * What the till must not forget: one small file an entry, each written durably before the request it stands for is sent.
 * It belongs to one process at a time.
 */
export class Ledger {
  readonly #folder: string;
  readonly #entries = new Map<string, Entry>();

  constructor(folder: string, today: number) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.json')) continue;
      const entry = parseEntry(readIfThere(join(folder, name)) ?? '');
      if (entry === undefined)
        throw new Error(`${join(folder, name)} is not an entry of this ledger; move it away`);
      if (isForgettable(entry, today)) rmSync(join(folder, name));
      else this.#entries.set(entry.id, entry);
    }
  }

  /** Writes the entry to the disk; when it returns a power cut can't take it away. */
  put<T extends Entry>(entry: T): T {
    writeDurably(join(this.#folder, `${entry.id}.json`), JSON.stringify(entry));
    this.#entries.set(entry.id, entry);
    return entry;
  }

  /** Changes members of an entry as it stands now; writes nothing where nothing changes. */
  change<T extends Entry>(entry: T, change: Partial<T>): T {
    const current = (this.#entries.get(entry.id) ?? entry) as T;
    const next = { ...current, ...change };
    return JSON.stringify(next) === JSON.stringify(current) ? current : this.put(next);
  }

  forget(entry: Entry): void {
    rmSync(join(this.#folder, `${entry.id}.json`), { force: true });
    this.#entries.delete(entry.id);
  }

  /** All entries, the oldest first. */
  all(): readonly Entry[] {
    return [...this.#entries.values()].sort((one, other) => one.createdAt - other.createdAt);
  }

  payments(): readonly PaymentEntry[] {
    return this.all().filter((entry) => entry.kind === 'payment');
  }

  refunds(): readonly RefundEntry[] {
    return this.all().filter((entry) => entry.kind === 'refund');
  }

  pointsOfSale(): readonly PointOfSaleEntry[] {
    return this.all().filter((entry) => entry.kind === 'pointOfSale');
  }

  payment(paymentId: string): PaymentEntry | undefined {
    return this.payments().find((entry) => sameId(entry.paymentId, paymentId));
  }

  refund(refundId: string): RefundEntry | undefined {
    return this.refunds().find((entry) => sameId(entry.refundId, refundId));
  }

  pointOfSale(posId: string): PointOfSaleEntry | undefined {
    return this.pointsOfSale().find((entry) => sameId(entry.posId, posId));
  }
}

/** Ids of the API are GUIDs, compared without regard to case. */
export function sameId(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

function parseEntry(text: string): Entry | undefined {
  const record = parseRecord(text);
  if (record === undefined || textIn(record, 'id') === undefined || !isRecord(record['body']))
    return undefined;
  const kinds: readonly unknown[] = ['payment', 'refund', 'pointOfSale'];
  // Only this class writes these files, so their members are as it wrote them.
  return kinds.includes(record['kind']) ? (record as unknown as Entry) : undefined;
}

function isForgettable(entry: Entry, today: number): boolean {
  if (entry.kind === 'pointOfSale') return entry.creation === 'failed';
  const isOver = entry.creation === 'failed' || hasEnded(entry.state);
  return isOver && today - entry.createdAt > memory;
}

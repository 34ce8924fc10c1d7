import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import {
  BEACON_TYPES,
  CAPTURE_DELAYS,
  CARDS,
  CURRENCIES,
  PAYMENT_STATES,
  REFUND_STATES,
} from '../../model/pos-v10/truth.ts';

/*
 * What the records of a saved state look like: a file that somebody has changed by hand must not get as far as the step, which trusts
 * what it holds.
 */

/** A kind of value; a list of words is one of them; `?` at the end of a member's name: it may be missing. */
type Shape =
  | 'text'
  | 'flag'
  | 'count'
  | 'time'
  | 'money'
  | 'anything'
  | readonly string[]
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>> };

const owner = { integrator: 'text', vat: 'text' } as const;
const CREATED_BY = ['client', 'stage'];

/** The shape of each list of records, and of the other parts, by their names in a saved state. */
export const SHAPES = {
  stage: { members: { failNext: 'count', beaconTaken: 'flag', merchantPosIdTaken: 'flag' } },
  lastCaller: { members: owner },
  token: { members: { integrator: 'text', 'vat?': 'text', issuedAt: 'time' } },
  stores: {
    members: {
      id: 'text',
      vat: 'text',
      merchantId: 'text',
      storeName: 'text',
      storeStreet: 'text',
      storeZipCode: 'text',
      storeCity: 'text',
      brandName: 'text',
      merchantBrandId: 'text',
      merchantLocationId: 'text',
      activated: 'flag',
      balance: 'money',
    },
  },
  pointsOfSale: {
    members: {
      ...owner,
      id: 'text',
      seq: 'count',
      storeId: 'text',
      merchantPosId: 'text',
      name: 'text',
      beaconId: 'text',
      beaconGenerated: 'flag',
      supportedBeaconTypes: { list: BEACON_TYPES },
      'callbackAlias?': 'text',
      requirePaymentBeforeCheckin: 'flag',
      deleted: 'flag',
      createdBy: CREATED_BY,
      'visitId?': 'text',
    },
  },
  visits: {
    members: {
      id: 'text',
      posId: 'text',
      at: 'time',
      'phone?': 'text',
      card: CARDS,
      loyaltyIds: { list: 'text' },
      customerToken: 'text',
      customerReceiptToken: 'text',
      lookedUpAfter: 'count',
      polls: 'count',
      'partialCapture?': 'flag',
    },
  },
  payments: {
    members: {
      ...owner,
      id: 'text',
      seq: 'count',
      posId: 'text',
      storeId: 'text',
      orderId: 'text',
      prepared: 'flag',
      state: PAYMENT_STATES,
      since: 'time',
      'terms?': {
        members: {
          amount: 'money',
          currencyCode: CURRENCIES,
          plannedCaptureDelay: CAPTURE_DELAYS,
          'merchantPaymentLabel?': 'text',
          'restrictions?': { members: { 'debitCardDisallowed?': 'flag', 'creditCardDisallowed?': 'flag' } },
        },
      },
      'visitId?': 'text',
      'card?': CARDS,
      createdAt: 'time',
      'reservedAt?': 'time',
      'capturedAt?': 'time',
      capturedAmount: 'money',
      refundsHeld: 'money',
      createdBy: CREATED_BY,
    },
  },
  refunds: {
    members: {
      ...owner,
      id: 'text',
      seq: 'count',
      paymentId: 'text',
      storeId: 'text',
      refundOrderId: 'text',
      amount: 'money',
      currencyCode: CURRENCIES,
      state: REFUND_STATES,
      queries: 'count',
      createdAt: 'time',
      'reservedAt?': 'time',
    },
  },
  remembered: {
    members: { ...owner, key: 'text', operation: 'text', request: 'anything', id: 'text', at: 'time' },
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** The latest moment that a date can hold. */
const LAST = 8_640_000_000_000_000;

/** The path of the first thing in `value` that has not this shape, or undefined where everything has. */
export function misshapen(value: JsonValue | undefined, shape: Shape, path: string): string | undefined {
  if (typeof shape === 'string') return isOf(value, shape) ? undefined : path;
  if ('members' in shape) return isJsonObject(value) ? inMembers(value, shape.members, path) : path;
  if (!('list' in shape)) return typeof value === 'string' && shape.includes(value) ? undefined : path;
  if (!Array.isArray(value)) return path;
  for (const [at, item] of value.entries()) {
    const found = misshapen(item, shape.list, `${path}[${String(at)}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inMembers(
  value: JsonObject,
  members: Readonly<Record<string, Shape>>,
  path: string,
): string | undefined {
  const known = new Map(
    Object.entries(members).map(
      ([name, shape]) => [name.replace('?', ''), [name.endsWith('?'), shape]] as const,
    ),
  );
  for (const name of Object.keys(value)) if (!known.has(name)) return `${path}.${name}`;
  for (const [name, [optional, shape]] of known) {
    const there = Object.hasOwn(value, name);
    if (!there && optional) continue;
    const found = misshapen(there ? value[name] : undefined, shape, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOf(value: JsonValue | undefined, kind: Extract<Shape, string>): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'count':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    case 'money':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    case 'time':
      return typeof value === 'number' && value >= 0 && value <= LAST;
    case 'anything':
      return isJsonObject(value);
  }
}

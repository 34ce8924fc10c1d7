import { isJsonObject, textMember, type JsonObject, type JsonValue } from '../model/json.ts';

/** What the API's own answers in a lane have shown of one payment. Ids are lower-cased. */
export interface SeenPayment {
  readonly id: string;
  readonly orderId: string;
  readonly prepared: boolean;
  capturedAmount: number;
  everReserved: boolean;
}

export interface SeenPointOfSale {
  readonly id: string;
  readonly merchantPosId: string;
  /** What it was created with. */
  readonly sent: JsonObject;
  deleted: boolean;
}

/** The payments and points of sale of a lane, oldest first, as the requests that the API carried out have shown them. */
export interface Seen {
  readonly payments: Map<string, SeenPayment>;
  readonly pointsOfSale: Map<string, SeenPointOfSale>;
  /** Payment to the refunds made of it. */
  readonly refunds: Map<string, Set<string>>;
}

export function nothingSeen(): Seen {
  return { payments: new Map(), pointsOfSale: new Map(), refunds: new Map() };
}

/** Takes in one request that the API carried out. */
export function takeIn(
  seen: Seen,
  operation: string,
  params: Readonly<Record<string, string>>,
  sent: JsonValue | undefined,
  answer: JsonValue | undefined,
): void {
  const payment = seen.payments.get((params['paymentId'] ?? '').toLowerCase());
  switch (operation) {
    case 'initiatePayment':
    case 'preparePayment':
      made(seen.payments, textMember(answer, 'paymentId'), (id) => ({
        id,
        orderId: textMember(sent, 'orderId') ?? '',
        prepared: operation === 'preparePayment',
        capturedAmount: 0,
        everReserved: false,
      }));
      break;
    case 'queryPayment':
      if (payment !== undefined && textMember(answer, 'status') === 'Reserved') payment.everReserved = true;
      break;
    case 'capturePayment':
      if (payment === undefined) break;
      payment.everReserved = true;
      payment.capturedAmount = amountOf(sent) ?? payment.capturedAmount;
      break;
    case 'createPointOfSale':
      made(seen.pointsOfSale, textMember(answer, 'posId'), (id) => ({
        id,
        merchantPosId: textMember(sent, 'merchantPosId') ?? '',
        sent: isJsonObject(sent) ? sent : {},
        deleted: false,
      }));
      break;
    case 'deletePointOfSale': {
      const gone = seen.pointsOfSale.get((params['posId'] ?? '').toLowerCase());
      if (gone !== undefined) gone.deleted = true;
      break;
    }
    case 'initiateRefund': {
      const of = textMember(sent, 'paymentId')?.toLowerCase();
      const refund = textMember(answer, 'refundId')?.toLowerCase();
      if (of === undefined || refund === undefined) break;
      seen.refunds.set(of, (seen.refunds.get(of) ?? new Set()).add(refund));
      break;
    }
  }
}

/** Creating is repeated under the same key: what is known stays. */
function made<Thing>(into: Map<string, Thing>, id: string | undefined, thing: (id: string) => Thing): void {
  const key = id?.toLowerCase();
  if (key !== undefined && !into.has(key)) into.set(key, thing(key));
}

/** Some clients send the amount as a text. */
function amountOf(sent: JsonValue | undefined): number | undefined {
  const amount =
    typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? sent['amount'] : undefined;
  const value = typeof amount === 'string' ? Number(amount) : amount;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

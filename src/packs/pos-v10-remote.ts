import { isJsonObject, member, textMember, type JsonObject, type JsonValue } from '../model/json.ts';
import type { CallbackOrder, RemoteGet, RemoteKind, RemoteSimulation, RemoteView } from '../model/ports.ts';
import { nothingSeen, takeIn, type Seen } from './pos-v10-seen.ts';

/*
 * MobilePay's sandbox as the truth of a run against it: states and amounts are asked of the API (pos-v10.md 1.7 to 1.10); what no query
 * answers (how much was captured, what is no longer found) is what the API itself answered to the requests of the run.
 */

const PAYMENT = [
  'id',
  'posId',
  'orderId',
  'state',
  'amount',
  'currencyCode',
  'plannedCaptureDelay',
  'merchantPaymentLabel',
  'restrictions',
  'partialCapturePossible',
  'capturedAmount',
  'refundedAmount',
  'prepared',
  'everReserved',
];
const REFUND = ['id', 'paymentId', 'refundOrderId', 'state', 'amount', 'currencyCode'];
const POINT_OF_SALE = [
  'id',
  'merchantPosId',
  'storeId',
  'name',
  'beaconId',
  'supportedBeaconTypes',
  'callbackAlias',
  'requirePaymentBeforeCheckin',
  'deleted',
];

export const posV10Remote: RemoteKind = {
  members: {
    payment: PAYMENT,
    paymentsOfOrder: [...PAYMENT, 'count'],
    refund: REFUND,
    refundsOfPayment: [...REFUND, 'count'],
    pointsOfSale: [...POINT_OF_SALE, 'count'],
    activePayment: PAYMENT,
    store: ['id', 'name', 'merchantBrandId', 'merchantLocationId'],
  },
  headers: (merchantVat, version) => [
    ['X-MobilePay-Merchant-VAT-Number', merchantVat],
    ['X-MobilePay-Client-System-Version', version],
  ],
  view: (merchantVat) => {
    const seen = nothingSeen();
    return {
      see: (operation, params, sent, status, answer) => {
        if (status >= 200 && status < 300) takeIn(seen, operation, params, sent, answer);
      },
      ask: (truth, query, get) => ask(seen, truth, query, get),
      simulate: simulation(seen, merchantVat),
      notify: (args, get) => notifications(seen, args, get),
    };
  },
};

async function ask(seen: Seen, truth: string, query: JsonObject, get: RemoteGet): Promise<JsonValue> {
  const text = (name: string): string => textMember(query, name) ?? '';
  switch (truth) {
    case 'payment':
      return paymentBy(seen, text('id'), get);
    case 'refund':
      return refundBy(text('id'), get);
    case 'store':
      return storeBy(text('id'), get);
    case 'activePayment': {
      const ids = await idsFound(get, `/payments?posId=${encodeURIComponent(text('posId'))}`, 'paymentIds');
      const found = await Promise.all(ids.map((id) => paymentBy(seen, id, get)));
      return found.find((one) => ACTIVE.has(textMember(one, 'state') ?? '')) ?? null;
    }
    case 'paymentsOfOrder':
      return paymentsOfOrder(seen, text('orderId'), get);
    case 'refundsOfPayment': {
      const of = text('paymentId').toLowerCase();
      const found = await idsFound(get, `/refunds?paymentId=${encodeURIComponent(of)}`, 'refundIds');
      return each(union(found, seen.refunds.get(of) ?? []), (id) => refundBy(id, get));
    }
    case 'pointsOfSale':
      return pointsOfSale(seen, text('merchantPosId'), get);
    default:
      // The wide questions have no answer there: the rules go by the traffic then.
      return null;
  }
}

const ACTIVE = new Set(['Prepared', 'Paired', 'Initiated', 'IssuedToUser']);

/** Queries find active, Reserved and captured payments alone; the cancelled ones are known by their creation. */
async function paymentsOfOrder(seen: Seen, orderId: string, get: RemoteGet): Promise<JsonValue> {
  const query = `/payments?orderId=${encodeURIComponent(orderId)}`;
  const found = [
    ...(await idsFound(get, query, 'paymentIds')),
    ...(await idsFound(get, `${query}&state=Captured`, 'paymentIds')),
  ];
  const made = [...seen.payments.values()].filter((one) => one.orderId === orderId).map((one) => one.id);
  return each(union(made, found), (id) => paymentBy(seen, id, get));
}

async function pointsOfSale(seen: Seen, merchantPosId: string, get: RemoteGet): Promise<JsonValue> {
  const query = `/pointofsales?merchantPosId=${encodeURIComponent(merchantPosId)}`;
  const found = await idsFound(get, query, 'posIds');
  const made = [...seen.pointsOfSale.values()].filter((one) => one.merchantPosId === merchantPosId);
  const gone = made.filter((one) => one.deleted && !found.some((id) => id.toLowerCase() === one.id));
  const standing = await each(found, (id) => pointOfSaleBy(id, get));
  return [...gone.map(({ id, sent }) => ({ ...sent, id, merchantPosId, deleted: true })), ...standing];
}

async function paymentBy(seen: Seen, id: string, get: RemoteGet): Promise<JsonValue> {
  const { status, json } = await get(`/payments/${encodeURIComponent(id)}`);
  if (status !== 200 || !isJsonObject(json)) return null;
  const known = seen.payments.get(id.toLowerCase());
  const refunds = await each([...(seen.refunds.get(id.toLowerCase()) ?? [])], (refund) =>
    refundBy(refund, get),
  );
  const { paymentId = null, status: state = null, ...rest } = json;
  const shown = Object.fromEntries(Object.entries(rest).filter(([name]) => PAYMENT.includes(name)));
  const refunded = refunds.filter((one) =>
    /^(Captured|ExpiredAndCaptured)$/.test(textMember(one, 'state') ?? ''),
  );
  return {
    ...shown,
    id: paymentId,
    state,
    refundedAmount: sum(refunded.map((one) => member(one, 'amount'))),
    ...(known === undefined
      ? {}
      : {
          capturedAmount: state === 'Captured' ? known.capturedAmount : 0,
          prepared: known.prepared,
          everReserved: known.everReserved,
        }),
  };
}

/** In whole minor units, so that 0.1 and 0.2 make 0.3. */
function sum(amounts: readonly (JsonValue | undefined)[]): number {
  const minor = amounts.map((amount) => (typeof amount === 'number' ? Math.round(amount * 100) : 0));
  return minor.reduce((total, amount) => total + amount, 0) / 100;
}

async function refundBy(id: string, get: RemoteGet): Promise<JsonValue> {
  const { status, json } = await get(`/refunds/${encodeURIComponent(id)}`);
  if (status !== 200 || !isJsonObject(json)) return null;
  const { refundId = null, status: state = null, ...rest } = json;
  const shown = Object.fromEntries(Object.entries(rest).filter(([name]) => REFUND.includes(name)));
  return { ...shown, id: refundId, state };
}

async function pointOfSaleBy(id: string, get: RemoteGet): Promise<JsonValue> {
  const { status, json } = await get(`/pointofsales/${encodeURIComponent(id)}`);
  if (status !== 200 || !isJsonObject(json)) return null;
  const { posId = null, ...rest } = json;
  return { ...rest, id: posId, deleted: false };
}

async function storeBy(id: string, get: RemoteGet): Promise<JsonValue> {
  const { status, json } = await get(`/stores/${encodeURIComponent(id)}`);
  if (status !== 200 || !isJsonObject(json)) return null;
  const { storeId = null, storeName = null, merchantBrandId = null, merchantLocationId = null } = json;
  return { id: storeId, name: storeName, merchantBrandId, merchantLocationId };
}

async function idsFound(get: RemoteGet, path: string, name: string): Promise<string[]> {
  const { json } = await get(path);
  const ids = member(json, name);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

async function each(ids: readonly string[], by: (id: string) => Promise<JsonValue>): Promise<JsonValue[]> {
  return (await Promise.all(ids.map(by))).filter((one) => one !== null);
}

function union(one: Iterable<string>, other: Iterable<string>): string[] {
  const byKey = new Map<string, string>();
  for (const id of [...one, ...other]) byKey.set(id.toLowerCase(), id);
  return [...byKey.values()];
}

const ROOT = '/pos/app/usersimulation';

/** The documented test users (pos-v10.md 1.11), by what an act of the customer asks of them. */
function simulation(seen: Seen, merchantVat: string): RemoteView['simulate'] {
  const finnish = merchantVat.startsWith('FI');
  const guests = new Map<string, string>();
  return async (name, args, get): Promise<RemoteSimulation | undefined> => {
    const posId = thePointOfSale(seen, args);
    if (posId === undefined) return undefined;
    const beaconId = textMember(await pointOfSaleBy(posId, get), 'beaconId');
    if (beaconId === undefined) return undefined;
    if (name === 'reject') return { path: `${ROOT}/cancelpaymentbyuser`, body: { beaconId } };
    const user = name === 'checkIn' ? userFor(args) : guests.get(posId);
    const other = args['card'] === 'debit' ? user !== '2' : args['card'] === 'credit' && user === '2';
    if (user === undefined || other || (name !== 'checkIn' && name !== 'approve')) return undefined;
    guests.set(posId, user);
    const phoneNumber = finnish ? `+35820031800${user}` : `+452003180${user}`;
    const call = name === 'checkIn' ? 'checkin' : 'acceptpayment';
    return { path: `${ROOT}/${call}`, body: { beaconId, phoneNumber } };
  };
}

/** The last digit of the phone. Loyalty ids are static there, so that none that a case chooses can be had. */
function userFor(args: JsonObject): string | undefined {
  const ids = args['loyaltyIds'];
  if (args['loyaltyAfterPolls'] !== undefined || (Array.isArray(ids) && ids.length > 0)) return undefined;
  if (args['partialCapture'] === true) return args['card'] === 'debit' ? undefined : '5';
  return args['card'] === 'debit' ? '2' : '1';
}

/** The lane's newest point of sale, unless an act names one. */
function thePointOfSale(seen: Seen, args: JsonObject): string | undefined {
  const standing = [...seen.pointsOfSale.values()].filter((one) => !one.deleted);
  return textMember(args, 'posId') ?? standing.at(-1)?.id;
}

/** What MobilePay posts when a customer has checked in (pos-v10.md 1.12). The merchant's own id is in no query: ours stands for it. */
async function notifications(
  seen: Seen,
  args: JsonObject,
  get: RemoteGet,
): Promise<readonly CallbackOrder[] | undefined> {
  const posId = thePointOfSale(seen, args);
  if (posId === undefined) return undefined;
  const pos = await pointOfSaleBy(posId, get);
  const alias = textMember(pos, 'callbackAlias');
  if (alias === undefined) return undefined;
  const store = await storeBy(textMember(pos, 'storeId') ?? '', get);
  const order: CallbackOrder = {
    alias,
    headers: [['Content-Type', 'application/json; charset=utf-8']],
    body: {
      MerchantId: NOBODY,
      MerchantBrandId: textMember(store, 'merchantBrandId') ?? '',
      MerchantLocationId: textMember(store, 'merchantLocationId') ?? '',
      MerchantPosId: textMember(pos, 'merchantPosId') ?? '',
      PosId: posId,
    },
  };
  const times = args['times'];
  return Array.from({ length: typeof times === 'number' ? times : 1 }, () => order);
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

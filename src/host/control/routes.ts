import { isJsonObject, member, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ActCall } from '../living-sandbox.ts';

/** What a request to the control API asks for. */
export type Asked =
  | {
      readonly kind: 'acts';
      readonly calls: readonly ActCall[];
      /** The path names what they are done to. */
      readonly named: boolean;
      /** What is answered when they are done; without it the result of the last. */
      readonly thenShow?: { readonly truth: string; readonly query: JsonObject };
    }
  | { readonly kind: 'clock' | 'reset' | 'state' | 'settings' | 'callbacks' }
  | { readonly kind: 'callback'; readonly alias: string }
  | { readonly kind: 'bad'; readonly message: string };

interface Route {
  readonly method: string;
  /** `*` is an id. */
  readonly path: string;
  /** Members that the body may have; undefined: any. */
  readonly members?: readonly string[];
  readonly ask: (id: string, body: JsonObject) => Asked;
}

const CHECK_IN = ['card', 'loyaltyIds', 'loyaltyAfterPolls', 'partialCapture', 'phone'];
/** What `PATCH settings` may change besides the settings themselves. */
const STAGE = ['failNext', 'beaconTaken', 'merchantPosIdTaken'];

const one = (group: string, name: string, args: JsonObject): Asked => ({
  kind: 'acts',
  calls: [{ group, name, args }],
  named: true,
});

/** The calls of the control API (sandbox.md, and more that the page needs), as docs/sandbox.md lists them. */
export const CONTROL_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: 'pointofsales/*/check-in',
    members: CHECK_IN,
    ask: (posId, body) => one('customer', 'checkIn', { ...body, posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/leave',
    members: [],
    ask: (posId) => one('customer', 'leave', { posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/active-payment',
    members: ['orderId', 'amount'],
    ask: (posId, body) => one('world', 'activePaymentFromBefore', { ...body, posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/notify',
    members: ['times'],
    ask: (posId, body) => one('callback', 'checkIn', { ...body, posId }),
  },
  {
    method: 'DELETE',
    path: 'pointofsales/*',
    members: [],
    ask: (posId) => one('world', 'pointOfSaleGone', { value: true, posId }),
  },
  {
    method: 'POST',
    path: 'payments/*/approve',
    members: ['card'],
    ask: (payment, body) => one('customer', 'approve', { ...body, payment }),
  },
  {
    method: 'POST',
    path: 'payments/*/reject',
    members: [],
    ask: (payment) => one('customer', 'reject', { payment }),
  },
  {
    method: 'POST',
    path: 'payments/*/cancel-by-mobilepay',
    members: [],
    ask: (payment) => one('mobilepay', 'cancelPayment', { payment }),
  },
  {
    method: 'POST',
    path: 'refunds/*/reserve',
    members: [],
    ask: (refund) => one('mobilepay', 'reserveRefund', { refund }),
  },
  {
    method: 'POST',
    path: 'refunds/*/cancel-by-mobilepay',
    members: [],
    ask: (refund) => one('mobilepay', 'cancelRefund', { refund }),
  },
  { method: 'PATCH', path: 'stores/*', members: ['balance', 'activated'], ask: changeStore },
  {
    method: 'POST',
    path: 'tokens/revoke',
    members: [],
    ask: () => one('world', 'tokens', { value: 'revoked' }),
  },
  { method: 'GET', path: 'settings', ask: () => ({ kind: 'settings' }) },
  { method: 'PATCH', path: 'settings', ask: (_, body) => changeSettings(body) },
  { method: 'GET', path: 'clock', ask: () => ({ kind: 'clock' }) },
  { method: 'POST', path: 'clock', members: ['advance'], ask: () => ({ kind: 'clock' }) },
  { method: 'GET', path: 'state', ask: () => ({ kind: 'state' }) },
  { method: 'POST', path: 'reset', members: [], ask: () => ({ kind: 'reset' }) },
  { method: 'GET', path: 'callbacks', ask: () => ({ kind: 'callbacks' }) },
  { method: 'PUT', path: 'callbacks/*', members: ['url'], ask: (alias) => ({ kind: 'callback', alias }) },
  { method: 'DELETE', path: 'callbacks/*', members: [], ask: (alias) => ({ kind: 'callback', alias }) },
];

const TABLE = CONTROL_ROUTES.map((route) => ({ ...route, segments: route.path.split('/') }));

export type Found =
  | { readonly kind: 'route'; readonly ask: (body: JsonObject) => Asked }
  | { readonly kind: 'wrong method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

/** Which call of the control API a method and an undecoded path are. */
export function controlRoute(method: string, path: string): Found {
  const segments = path.slice(1).split('/');
  const fitting = TABLE.filter(
    (route) =>
      route.segments.length === segments.length &&
      route.segments.every((part, at) => (part === '*' ? segments[at] !== '' : part === segments[at])),
  );
  if (fitting.length === 0) return { kind: 'unknown' };
  const route = fitting.find((candidate) => candidate.method === method);
  if (route === undefined)
    return { kind: 'wrong method', allowed: fitting.map((candidate) => candidate.method) };
  const id = decoded(segments[route.segments.indexOf('*')] ?? '');
  return {
    kind: 'route',
    ask: (body) => {
      const strange =
        route.members && Object.keys(body).find((name) => route.members?.includes(name) !== true);
      if (strange === undefined) return route.ask(id, body);
      const known = route.members?.length === 0 ? 'none' : (route.members?.join(', ') ?? '');
      return { kind: 'bad', message: `There is no member ${JSON.stringify(strange)} here; known: ${known}.` };
    },
  };
}

function changeStore(storeId: string, body: JsonObject): Asked {
  const calls: ActCall[] = [];
  const change = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) calls.push({ group: 'world', name, args: { value, storeId } });
  };
  change('storeBalance', member(body, 'balance'));
  change('storeActivated', member(body, 'activated'));
  return calls.length === 0
    ? { kind: 'bad', message: 'Give balance, activated or both.' }
    : { kind: 'acts', calls, named: true, thenShow: { truth: 'store', query: { id: storeId } } };
}

function changeSettings(body: JsonObject): Asked {
  const calls = Object.entries(body).map(([name, value]) => ({ group: 'world', name, args: { value } }));
  const wrong = calls.find(({ name }) => WORLD_ONLY.has(name));
  if (wrong !== undefined) return { kind: 'bad', message: `${wrong.name} is no setting.` };
  return calls.length === 0
    ? { kind: 'bad', message: `Give at least one setting, or ${STAGE.join(', ')}.` }
    : { kind: 'acts', calls, named: false, thenShow: { truth: 'settings', query: {} } };
}

/** Members of `world` that belong to a store or a point of sale, and have calls of their own. */
const WORLD_ONLY = new Set([
  'storeBalance',
  'storeActivated',
  'tokens',
  'activePaymentFromBefore',
  'pointOfSaleGone',
]);

/** A body as an object; undefined where it is none. */
export function objectOf(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

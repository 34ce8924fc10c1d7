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
  | { readonly kind: 'clock' | 'reset' | 'state' | 'settings' | 'callbacks' | 'help' }
  | { readonly kind: 'callback'; readonly alias: string }
  | { readonly kind: 'bad'; readonly message: string };

interface Route {
  readonly method: string;
  /** `*` is an id. */
  readonly path: string;
  /** Members that the body may have; undefined: any. */
  readonly members?: readonly string[];
  /** What it does, for people. */
  readonly effect: string;
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
    effect: 'the customer checks in',
    members: CHECK_IN,
    ask: (posId, body) => one('customer', 'checkIn', { ...body, posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/leave',
    effect: 'the check-in ends; a payment that is with the customer stays',
    members: [],
    ask: (posId) => one('customer', 'leave', { posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/active-payment',
    effect: 'a payment from before, which the till never saw (1301)',
    members: ['orderId', 'amount'],
    ask: (posId, body) => one('world', 'activePaymentFromBefore', { ...body, posId }),
  },
  {
    method: 'POST',
    path: 'pointofsales/*/notify',
    effect: 'the check-in notification, again',
    members: ['times'],
    ask: (posId, body) => one('callback', 'checkIn', { ...body, posId }),
  },
  {
    method: 'DELETE',
    path: 'pointofsales/*',
    effect: 'somebody else deletes it',
    members: [],
    ask: (posId) => one('world', 'pointOfSaleGone', { value: true, posId }),
  },
  {
    method: 'POST',
    path: 'payments/*/approve',
    effect: 'the customer swipes',
    members: ['card'],
    ask: (payment, body) => one('customer', 'approve', { ...body, payment }),
  },
  {
    method: 'POST',
    path: 'payments/*/reject',
    effect: 'the customer says no',
    members: [],
    ask: (payment) => one('customer', 'reject', { payment }),
  },
  {
    method: 'POST',
    path: 'payments/*/cancel-by-mobilepay',
    effect: 'MobilePay gives an active payment up',
    members: [],
    ask: (payment) => one('mobilepay', 'cancelPayment', { payment }),
  },
  {
    method: 'POST',
    path: 'refunds/*/reserve',
    effect: 'the reservation is there before it is asked about',
    members: [],
    ask: (refund) => one('mobilepay', 'reserveRefund', { refund }),
  },
  {
    method: 'POST',
    path: 'refunds/*/cancel-by-mobilepay',
    effect: 'the reservation fails',
    members: [],
    ask: (refund) => one('mobilepay', 'cancelRefund', { refund }),
  },
  {
    method: 'PATCH',
    path: 'stores/*',
    effect: 'changes a store',
    members: ['balance', 'activated'],
    ask: changeStore,
  },
  {
    method: 'POST',
    path: 'tokens/revoke',
    effect: 'every token is refused from now on (401)',
    members: [],
    ask: () => one('world', 'tokens', { value: 'revoked' }),
  },
  { method: 'GET', path: 'settings', effect: 'all settings', ask: () => ({ kind: 'settings' }) },
  {
    method: 'PATCH',
    path: 'settings',
    effect: 'changes them, all or none',
    ask: (_, body) => changeSettings(body),
  },
  {
    method: 'GET',
    path: 'clock',
    effect: "the sandbox's time and how far it was moved",
    ask: () => ({ kind: 'clock' }),
  },
  {
    method: 'POST',
    path: 'clock',
    effect: 'moves it forward: P8D, PT90M, P1M, or +8d, 90s',
    members: ['advance'],
    ask: () => ({ kind: 'clock' }),
  },
  { method: 'GET', path: 'help', effect: 'these calls', ask: () => ({ kind: 'help' }) },
  { method: 'GET', path: 'state', effect: 'the whole truth', ask: () => ({ kind: 'state' }) },
  { method: 'POST', path: 'reset', effect: 'back to the start', members: [], ask: () => ({ kind: 'reset' }) },
  {
    method: 'GET',
    path: 'callbacks',
    effect: 'which alias leads to which URL',
    ask: () => ({ kind: 'callbacks' }),
  },
  {
    method: 'PUT',
    path: 'callbacks/*',
    effect: 'where notifications of that callbackAlias go: https, or http on this machine',
    members: ['url'],
    ask: (alias) => ({ kind: 'callback', alias }),
  },
  {
    method: 'DELETE',
    path: 'callbacks/*',
    effect: 'nowhere any longer',
    members: [],
    ask: (alias) => ({ kind: 'callback', alias }),
  },
];

const TABLE = CONTROL_ROUTES.map((route) => ({ ...route, segments: route.path.split('/') }));

/** The calls as a script or a person at curl can read them. */
export function controlHelp(): JsonObject {
  const calls = CONTROL_ROUTES.map(({ method, path, members, effect }) => ({
    call: `${method} /${path.replace('*', '{id}')}`,
    ...(members === undefined || members.length === 0 ? {} : { body: [...members] }),
    effect,
  }));
  return { calls };
}

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

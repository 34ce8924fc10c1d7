/** The operations of the API by name (case-language.md), token and user simulations included. */
export type RouteName =
  | 'getToken'
  | 'queryStore'
  | 'queryStores'
  | 'queryStoresDetailed'
  | 'createPointOfSale'
  | 'queryPointOfSale'
  | 'queryPointsOfSale'
  | 'deletePointOfSale'
  | 'queryCheckIn'
  | 'initiatePayment'
  | 'preparePayment'
  | 'readyPayment'
  | 'queryPayment'
  | 'queryPayments'
  | 'capturePayment'
  | 'cancelPayment'
  | 'initiateRefund'
  | 'queryRefund'
  | 'queryRefunds'
  | 'captureRefund'
  | 'cancelRefund'
  | 'simulateCheckIn'
  | 'simulateAccept'
  | 'simulateCancel';

/** Path after the base, segments separated; `*` is an id. Literal paths stand before those with an id. */
const PATHS: readonly { readonly path: string; readonly methods: Readonly<Record<string, RouteName>> }[] = [
  { path: 'integrator-authentication/connect/token', methods: { POST: 'getToken' } },
  { path: 'pos/v10/payments', methods: { GET: 'queryPayments', POST: 'initiatePayment' } },
  { path: 'pos/v10/payments/prepare', methods: { POST: 'preparePayment' } },
  { path: 'pos/v10/payments/*', methods: { GET: 'queryPayment' } },
  { path: 'pos/v10/payments/*/ready', methods: { POST: 'readyPayment' } },
  { path: 'pos/v10/payments/*/capture', methods: { POST: 'capturePayment' } },
  { path: 'pos/v10/payments/*/cancel', methods: { POST: 'cancelPayment' } },
  { path: 'pos/v10/pointofsales', methods: { GET: 'queryPointsOfSale', POST: 'createPointOfSale' } },
  { path: 'pos/v10/pointofsales/*', methods: { GET: 'queryPointOfSale', DELETE: 'deletePointOfSale' } },
  { path: 'pos/v10/pointofsales/*/checkin', methods: { GET: 'queryCheckIn' } },
  { path: 'pos/v10/stores', methods: { GET: 'queryStores' } },
  { path: 'pos/v10/stores/detailed', methods: { GET: 'queryStoresDetailed' } },
  { path: 'pos/v10/stores/*', methods: { GET: 'queryStore' } },
  { path: 'pos/v10/refunds', methods: { GET: 'queryRefunds', POST: 'initiateRefund' } },
  { path: 'pos/v10/refunds/*', methods: { GET: 'queryRefund' } },
  { path: 'pos/v10/refunds/*/capture', methods: { POST: 'captureRefund' } },
  { path: 'pos/v10/refunds/*/cancel', methods: { POST: 'cancelRefund' } },
  { path: 'pos/app/usersimulation/checkin', methods: { POST: 'simulateCheckIn' } },
  { path: 'pos/app/usersimulation/acceptpayment', methods: { POST: 'simulateAccept' } },
  { path: 'pos/app/usersimulation/cancelpaymentbyuser', methods: { POST: 'simulateCancel' } },
  { path: 'app/usersimulation/checkin', methods: { POST: 'simulateCheckIn' } },
  { path: 'app/usersimulation/acceptpayment', methods: { POST: 'simulateAccept' } },
  { path: 'app/usersimulation/cancelpaymentbyuser', methods: { POST: 'simulateCancel' } },
];

const TABLE = PATHS.map(({ path, methods }) => {
  const segments = path.split('/');
  return { segments, methods, idAt: segments.indexOf('*') };
});
/** By the number of their segments, so that few have to be compared. */
const BY_LENGTH = Array.from({ length: 7 }, (_, length) =>
  TABLE.filter(({ segments }) => segments.length === length),
);
const CERTIFICATION = '/pos-self-certification-api/';

export type Routed =
  | { readonly kind: 'route'; readonly name: RouteName; readonly id: string }
  | { readonly kind: 'wrong method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

/** Which operation a method and an undecoded path are; `id` is the path parameter, decoded and in lower case, or ''. Paths are read without regard to case. */
export function route(method: string, path: string): Routed {
  if (!path.startsWith('/')) return { kind: 'unknown' };
  const lower = path.toLowerCase();
  const certification = lower.startsWith(CERTIFICATION);
  const segments = lower.slice(certification ? CERTIFICATION.length : 1).split('/');
  // The certification prefix has no token endpoint of its own (pos-v10.md 1.1).
  if (certification && segments[0] === 'integrator-authentication') return { kind: 'unknown' };
  const found = BY_LENGTH[segments.length]?.find(({ segments: wanted }) => matches(wanted, segments));
  if (found === undefined) return { kind: 'unknown' };
  const name = Object.hasOwn(found.methods, method) ? found.methods[method] : undefined;
  if (name === undefined) return { kind: 'wrong method', allowed: Object.keys(found.methods) };
  const { idAt } = found;
  return { kind: 'route', name, id: idAt < 0 ? '' : decoded(segments[idAt] ?? '') };
}

function matches(wanted: readonly string[], segments: readonly string[]): boolean {
  if (wanted.length !== segments.length) return false;
  for (let at = wanted.length - 1; at >= 0; at -= 1) {
    if (wanted[at] === '*' ? segments[at] === '' : wanted[at] !== segments[at]) return false;
  }
  return true;
}

/** Percent decoding; text that is not rightly encoded stays as it is. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

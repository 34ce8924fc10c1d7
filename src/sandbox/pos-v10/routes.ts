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

/** Path after the base, segments separated; `*` is an id. */
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

/** A place in the tree of paths: what may come next, and what may be done where nothing does. */
interface Branch {
  readonly literals: Map<string, Branch>;
  id?: Branch;
  methods?: Readonly<Record<string, RouteName>>;
}

const TREE = treeOf();
const CERTIFICATION = '/pos-self-certification-api/';

function treeOf(): Branch {
  const root: Branch = { literals: new Map() };
  for (const { path, methods } of PATHS) {
    let branch = root;
    for (const segment of path.split('/')) {
      const next = (segment === '*' ? branch.id : branch.literals.get(segment)) ?? { literals: new Map() };
      if (segment === '*') branch.id = next;
      else branch.literals.set(segment, next);
      branch = next;
    }
    branch.methods = methods;
  }
  return root;
}

export type Routed =
  | { readonly kind: 'route'; readonly name: RouteName; readonly id: string }
  | { readonly kind: 'wrong method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

/** Which operation a method and an undecoded path are; `id` is the path parameter, decoded and in lower case, or ''. Paths are read without regard to case. */
export function route(method: string, path: string): Routed {
  if (!path.startsWith('/')) return UNKNOWN;
  const lower = path.toLowerCase();
  const certification = lower.startsWith(CERTIFICATION);
  const begin = certification ? CERTIFICATION.length : 1;
  // The certification prefix has no token endpoint of its own (pos-v10.md 1.1).
  if (certification && lower.startsWith('integrator-authentication/', begin)) return UNKNOWN;
  const found = walked(TREE, lower, begin, '');
  if (found?.methods === undefined) return UNKNOWN;
  const { methods, id } = found;
  const name = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return name === undefined
    ? { kind: 'wrong method', allowed: Object.keys(methods) }
    : { kind: 'route', name, id: decoded(id) };
}

const UNKNOWN: Routed = { kind: 'unknown' };

interface Walked {
  readonly methods: Branch['methods'];
  readonly id: string;
}

/** Where the rest of a path leads from a branch, a literal segment going before an id; `id` is the one that was passed already. */
function walked(branch: Branch, path: string, from: number, id: string): Walked | undefined {
  const slash = path.indexOf('/', from);
  const segment = slash < 0 ? path.slice(from) : path.slice(from, slash);
  const literal = branch.literals.get(segment);
  if (slash >= 0) {
    const found = literal && walked(literal, path, slash + 1, id);
    if (found !== undefined || branch.id === undefined || segment === '') return found;
    return walked(branch.id, path, slash + 1, segment);
  }
  if (literal?.methods !== undefined) return { methods: literal.methods, id };
  return branch.id?.methods !== undefined && segment !== ''
    ? { methods: branch.id.methods, id: segment }
    : undefined;
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

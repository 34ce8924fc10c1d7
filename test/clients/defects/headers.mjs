import { outgoing } from '../lib/changes.mjs';

const VERSION = 'X-MobilePay-Client-System-Version';
const VAT = 'X-MobilePay-Merchant-VAT-Number';
const header = (policy, name, change, when = () => true) =>
  outgoing(policy, (wire, call, till) => {
    if (wire.headers[name] === undefined || !when(call)) return;
    const next = change(wire.headers[name], call, till);
    if (next === undefined) delete wire.headers[name];
    else wire.headers[name] = next;
  });
const reads = (call) => call.method === 'GET';

export const HEADERS = [
  {
    name: 'no-version-header',
    sentence: 'No call states the version of the till.',
    breaks: 'version-header',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VERSION, () => undefined),
  },
  {
    name: 'no-version-on-polls',
    sentence: 'Only writes state the version.',
    breaks: 'version-header',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => header(p, VERSION, () => undefined, reads),
  },
  {
    name: 'version-of-two-parts',
    sentence: 'The version is stated as Major.Minor.',
    breaks: 'version-header',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VERSION, (old) => old.split('.').slice(0, 2).join('.')),
  },
  {
    name: 'version-with-a-suffix',
    sentence: 'The version ends in -beta.',
    breaks: 'version-header',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VERSION, (old) => `${old}-beta`),
  },
  {
    name: 'version-twice',
    sentence: 'The version header stands twice in each call.',
    breaks: 'version-header',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VERSION, (old) => [old, old]),
  },
  {
    name: 'wrong-version',
    sentence: 'The version in the header is another than the one declared.',
    breaks: 'version-as-declared',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VERSION, () => '9.9.9'),
  },
  {
    name: 'other-version-in-initialize',
    sentence: 'The till says another version of itself than it is sending.',
    breaks: 'version-as-declared',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => {
      const before = p.hello;
      p.hello = (result) => ({ ...before(result), version: '9.9.9' });
    },
  },
  {
    name: 'version-changes-in-mid-run',
    sentence: 'After five calls the build number has grown.',
    breaks: 'version-as-declared',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      let calls = 0;
      header(p, VERSION, (old) => ((calls += 1) > 5 ? old.replace(/\d+$/, (n) => Number(n) + 1) : old));
    },
  },
  {
    name: 'line-changes-in-mid-run',
    sentence: 'After five calls the minor number has grown.',
    breaks: 'version-line',
    seenIn: 'payments/complete-a-payment',
    apply: (p) => {
      let calls = 0;
      header(p, VERSION, (old) =>
        (calls += 1) > 5 ? old.replace(/\.(\d+)\./, (all, n) => `.${Number(n) + 1}.`) : old,
      );
    },
  },
  {
    name: 'no-vat',
    sentence: 'The merchant is stated nowhere.',
    breaks: 'merchant-stated',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VAT, () => undefined),
  },
  {
    name: 'no-vat-on-reads',
    sentence: 'Reads do not state the merchant.',
    breaks: 'merchant-stated',
    seenIn: 'onboarding/find-the-store',
    apply: (p) => header(p, VAT, () => undefined, reads),
  },
  {
    name: 'vat-without-country',
    sentence: 'The VAT number lacks its country.',
    breaks: 'merchant-stated',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, VAT, (old) => old.replace(/^[A-Z]+/, '')),
  },
  {
    name: 'no-bearer',
    sentence: 'No call carries a token.',
    breaks: 'bearer-token',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, 'Authorization', () => undefined),
  },
  {
    name: 'no-bearer-on-deletes',
    sentence: 'Deleting a PoS is sent without a token.',
    breaks: 'bearer-token',
    seenIn: 'onboarding/offboard-a-pos',
    apply: (p) =>
      header(
        p,
        'Authorization',
        () => undefined,
        (call) => call.method === 'DELETE',
      ),
  },
  {
    name: 'token-without-bearer',
    sentence: 'The token stands in the header without the word Bearer.',
    breaks: 'bearer-token',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => header(p, 'Authorization', (old) => old.replace('Bearer ', '')),
  },
  {
    name: 'keeps-a-refused-token',
    sentence: 'After a 401 the till goes on with the token that was refused.',
    breaks: 'bearer-token',
    seenIn: 'onboarding/token-expires',
    apply: (p) => {
      p.renewsTokenAfter401 = false;
      const before = p.isTransient;
      p.isTransient = (result, call) => before(result, call) || result.status === 401;
    },
  },
  {
    name: 'token-for-every-call',
    sentence: 'Every call asks for a token of its own.',
    breaks: 'token-reused',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) => (p.reusesToken = false),
  },
  {
    name: 'token-in-the-url',
    sentence: 'Calls carry their token in the query as well.',
    breaks: 'token-stays-home',
    seenIn: 'onboarding/onboard-a-pos',
    apply: (p) =>
      outgoing(p, (wire, call, till) => (wire.query = { ...wire.query, access_token: till.token.value })),
  },
  {
    name: 'token-to-redirect-target',
    sentence: 'A redirect is followed, and the token goes with it to whatever origin it names.',
    breaks: 'token-stays-home',
    seenIn: 'payments/redirect-elsewhere',
    apply: (p) => (p.followsRedirects = true),
  },
];

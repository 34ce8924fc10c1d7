import { isJsonObject, member } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { brief, series, word } from './phrases.ts';
import type { WordTable } from './entry.ts';

/* What a person at the till is told, one sentence at a time, and why a person's part could not be done. The title is the sentence. */

const amount = (data: JsonObject): string => {
  const value = member(data, 'amount');
  const number = typeof value === 'number' ? value.toFixed(2) : word(data, 'amount', 'an amount');
  return `${number} ${word(data, 'currencyCode', '')}`.trimEnd();
};

/** The till may choose it by itself; what is named is for those that can be told. */
const own = (data: JsonObject, name: string): string => {
  const free = member(data, 'free');
  return Array.isArray(free) && free.includes(name) ? ", or the till's own" : '';
};

const order = (data: JsonObject, name = 'orderId'): string =>
  member(data, name) === undefined ? '' : `, order ${word(data, name, '')}${own(data, name)}`;

/** Details that a till may be able to set: those that a case gives. */
function details(data: JsonObject, names: Readonly<Record<string, string>>): string {
  const told = Object.entries(names).flatMap(([name, label]) =>
    member(data, name) === undefined
      ? []
      : [`${label} ${plain(member(data, name) ?? null)}${own(data, name)}`],
  );
  const forbidden = isJsonObject(data['restrictions'])
    ? Object.entries(data['restrictions']).flatMap(([name, on]) =>
        on === true ? [`no ${name === 'debitCardDisallowed' ? 'debit' : 'credit'} cards`] : [],
      )
    : [];
  const all = [...told, ...forbidden];
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

function plain(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'string' ? value : brief(value);
}

const TERMS = { plannedCaptureDelay: 'capture delay', merchantPaymentLabel: 'label' };
const POINT_OF_SALE = {
  name: 'name',
  merchantPosId: 'its own id',
  supportedBeaconTypes: 'beacon',
  beaconId: 'beacon id',
  callbackAlias: 'callback alias',
  requirePaymentBeforeCheckin: 'payment before check-in',
};

/** What a till shows of a state, as a cashier sees it. */
const STATES: Readonly<Record<string, string>> = {
  Paired: 'that the customer is there',
  Initiated: 'that it waits for the customer',
  IssuedToUser: 'that it waits for the customer to approve',
  Reserved: 'it as approved',
  Captured: 'it as paid',
  CancelledByUser: 'it as cancelled by the customer',
  CancelledByClient: 'it as cancelled',
  CancelledByMobilePay: 'it as cancelled by MobilePay',
  ExpiredAndCancelled: 'it as expired',
  ExpiredAndCaptured: 'it as expired and paid out',
  Unknown: 'that it does not know yet what became of it',
};
const REFUND_STATES: Readonly<Record<string, string>> = {
  Reserved: 'the refund as ready to be paid out',
  Captured: 'the refund as paid out',
  CancelledByClient: 'the refund as cancelled',
};

function shownBy(data: JsonObject): string {
  const ending = member(data, 'ending');
  if (ending === 'refused') return 'that it can not be done';
  if (ending === 'gaveUp') return 'that it could not get through';
  const members = member(data, 'members');
  if (!isJsonObject(members)) return 'that it is done';
  const refund = /Refund$/.test(word(data, 'command', ''));
  const told = Object.entries(members).map(([name, value]) => memberShown(name, value, refund));
  return told.length === 0 ? 'that it is done' : told.join(', and ');
}

function memberShown(name: string, value: JsonValue, refund: boolean): string {
  if (name === 'state' && typeof value === 'string')
    return (refund ? REFUND_STATES[value] : undefined) ?? STATES[value] ?? `the state ${value}`;
  if (name === 'isUserCheckedIn') return value === true ? 'that a customer is there' : 'that nobody is there';
  if (name === 'loyaltyIds')
    return Array.isArray(value) && value.length === 0
      ? 'no loyalty card'
      : `the loyalty card ${plain(value)}`;
  if (name === 'partialCapturePossible')
    return value === true ? 'that less may be taken' : 'that nothing less may be taken';
  return `${name} ${plain(value)}`;
}

export const operatorWords: WordTable = {
  'operator-set-up': (data) => ({
    title: `Set the till up: API ${word(data, 'baseUrl', '')}, tokens ${word(data, 'authBaseUrl', '')}, client id ${word(data, 'clientId', '')}, secret ${word(data, 'clientSecret', '')}, merchant ${word(data, 'merchantVat', '')}, brand ${word(data, 'merchantBrandId', '')}, location ${word(data, 'merchantLocationId', '')}${member(data, 'ca') === undefined ? '' : `, certificate to trust ${word(data, 'ca', '')}`}`,
  }),
  'operator-begin-anew': () => ({
    title: 'Let the till begin anew: without a point of sale, open payments or anything left from before',
  }),
  'operator-createPointOfSale': (data) => ({
    title: `Let the till create its point of sale${details(data, POINT_OF_SALE)}`,
  }),
  'operator-deletePointOfSale': () => ({ title: 'Let the till delete its point of sale' }),
  'operator-awaitCheckin': () => ({ title: 'Wait until the till shows that a customer is there' }),
  'operator-initiatePayment': (data) => ({
    title: `Start a payment of ${amount(data)}${order(data)}${details(data, TERMS)}`,
  }),
  'operator-preparePayment': (data) => ({
    title: `Prepare a payment, its amount not known yet${order(data)}`,
  }),
  'operator-awaitPairing': (data) => ({
    title: `Wait until the till shows that the customer is there${member(data, 'loyalty') === true ? ', with the loyalty card' : ''}`,
  }),
  'operator-readyPayment': (data) => ({
    title: `Enter the amount of the payment: ${amount(data)}${details(data, TERMS)}`,
  }),
  'operator-awaitPayment': () => ({ title: 'Wait until the till shows how the payment ended' }),
  'operator-capturePayment': (data) => ({
    title: `Complete the payment at the till: ${amount(data)} is taken`,
  }),
  'operator-cancelPayment': () => ({ title: 'Cancel the payment at the till' }),
  'operator-initiateRefund': (data) => ({
    title: `Start a refund of ${amount(data)}${order(data)}${order(data, 'refundOrderId').replace('order', 'refund number')}`,
  }),
  'operator-awaitRefund': () => ({ title: 'Wait until the till shows how the refund ended' }),
  'operator-captureRefund': () => ({ title: 'Complete the refund at the till' }),
  'operator-cancelRefund': () => ({ title: 'Cancel the refund at the till' }),
  'operator-recover': () => ({
    title: 'Pull the plug of the till, put it back, and wait until the till has started',
  }),
  'operator-settle': () => ({
    title: 'Run the job of the till that finishes what was left open (at the end of the day, say)',
  }),
  'operator-checkIn': (data) => ({
    title: `As the customer: check in at the till with the MobilePay app${customerDetails(data)}`,
  }),
  'operator-approve': (data) => ({
    title: `As the customer: approve the payment in the app${member(data, 'card') === undefined ? '' : ` with a ${word(data, 'card', '')} card`}`,
  }),
  'operator-reject': () => ({ title: 'As the customer: cancel the payment in the app' }),
  'operator-leave': () => ({ title: 'As the customer: leave, without doing anything more in the app' }),
  'operator-callback': () => ({
    title: 'Is the till ready for the notification? Invoke the callback',
  }),
  'operator-not-seen': (data) => ({
    title: `The traffic has not shown it yet; still to come: ${series(data, 'missing', 'a request')}. Go on, or say again that it is done`,
  }),
  'operator-which-ending': () => ({ title: 'What does the till show now?' }),
  'operator-ending': (data) => ({ title: `The till shows ${shownBy(data)}` }),
  'operator-does-it-show': (data) => ({ title: `Does the till show ${shownBy(data)}?` }),

  'operator-cannot-set-up': () => ({
    title: 'The operator could not set the till up',
    remedy:
      'See that the till can reach the gateway (gateway.host, --allow-remote) and trusts its certificate.',
  }),
  'operator-stopped': () => ({ title: 'The operator stopped the run' }),
  'operator-unanswered': (data) => ({
    title: `Nobody was there to answer: ${word(data, 'sentence', 'what the operator was asked')}`,
    cause: 'The input has ended, or the file of answers says nothing about it.',
    remedy: 'Run it in a terminal or with --ui, or add an answer to the file.',
  }),
  'operator-without-version': () => ({
    title: 'With the operator driver the configuration must say which client and version it is',
    cause: 'A person at the till answers no initialize.',
    remedy: 'Set client.name and client.version in poscert.yaml, or give --client-name and --client-version.',
  }),
  'customer-cannot': (data) => ({
    title: `Whoever acts as the customer could not do it: ${word(data, 'act', 'an act')}`,
    remedy: 'Run it against the embedded sandbox (target: embedded), which has customers of its own.',
  }),
  'unsupported-customer': (data) => ({
    title: `Nobody is there to act as the customer (${word(data, 'act', 'an act')})`,
    cause: 'Against a remote sandbox the customer is a person with the app, or one of its test users.',
    remedy: 'Run it in a terminal or with --ui, or set target.testUsers: true where the sandbox has them.',
  }),
  'unsupported-check': (data) => ({
    title: `A remote sandbox can not be asked for ${word(data, 'member', 'what is checked')} (${word(data, 'truth', 'a check')})`,
    remedy: 'Run it against the embedded sandbox (target: embedded).',
  }),
  'target-unreachable': (data) => ({
    title: `The target could not be reached: ${word(data, 'message', 'no answer')}`,
    cause: 'The address is wrong, its certificate is not trusted, or it did not answer in time.',
    remedy: 'poscert doctor tries it; target.ca names a certificate to trust.',
  }),
  'secret-unreadable': (data) => ({
    title: `The client secret can not be read from ${word(data, 'file', 'its file')}${member(data, 'message') === undefined ? '' : `: ${word(data, 'message', '')}`}`,
    remedy: 'Check target.clientSecret in poscert.yaml; the file holds the secret and nothing else.',
  }),
};

function customerDetails(data: JsonObject): string {
  const told: string[] = [];
  if (member(data, 'card') !== undefined) told.push(`with a ${word(data, 'card', '')} card`);
  const ids = member(data, 'loyaltyIds');
  if (Array.isArray(ids)) told.push(ids.length === 0 ? 'without a loyalty card' : 'with a loyalty card');
  if (member(data, 'partialCapture') === true) told.push('with a card that allows smaller captures');
  return told.length === 0 ? '' : `, ${told.join(', ')}`;
}

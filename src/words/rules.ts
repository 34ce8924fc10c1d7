import { member, type JsonObject } from '../model/json.ts';
import { brief, choice, plural, series, span, word } from './phrases.ts';
import type { WordTable } from './entry.ts';

/* What the rules find: a duty that the traffic shows broken. Each title names what came and what was due. */

const operation = (data: JsonObject): string => word(data, 'operation', 'the request');

const number = (data: JsonObject, name: string): number => {
  const value = member(data, name);
  return typeof value === 'number' ? value : 0;
};

const AFTER_CONFLICT: Readonly<Record<string, string>> = {
  claimed: 'told a state without asking for it',
  'sent again': 'sent it again without asking what is so',
  said: 'gave up without looking for what stands in the way',
};

export const ruleWords: WordTable = {
  'bearer-token-missing': (data) => ({
    title:
      number(data, 'headers') > 1
        ? `${plural(number(data, 'headers'), 'Authorization header')} where one was due`
        : 'A call came without a bearer token',
    cause:
      'The token is set for some requests only, or lost on the way (a proxy, a redirect, a client made anew for a retry).',
    remedy:
      'Send Authorization: Bearer <token> with every PoS call; only the token call itself goes without.',
  }),
  'refused-token-sent-again': (data) => ({
    title: `A token was sent again that the backend had refused ${plural(number(data, 'refusals'), 'time')}`,
    cause: 'A 401 is retried like a 5xx, or the old token stays in a cache.',
    remedy: 'After a 401 throw the token away, ask for a new one, and send the request once more with it.',
  }),
  'merchant-not-stated': (data) => ({
    title: `A call does not say for which merchant: no ${word(data, 'header', 'VAT header')}, and the token names none`,
    cause: 'The token was asked for without merchant_vat, and the header was left out on this call.',
    remedy: 'Send the VAT header with every call, or ask for the token with merchant_vat.',
  }),
  'merchant-malformed': (data) => ({
    title: `${word(data, 'header', 'The VAT header')} was ${series(data, 'got', 'empty')}; due is one value such as DK12345678`,
    cause:
      'The country is missing, there is a dash in it, or the header is set both for the client and for the request.',
    remedy: 'Send it once: two letters of the country and the number, without separators.',
  }),
  'merchant-differs': (data) => ({
    title: `The call was made for merchant ${word(data, 'got', '(none)')} instead of ${word(data, 'expected', 'the one given')}`,
    cause: 'The VAT number is built into the client instead of taken from api.merchantVat.',
    remedy: 'Take the merchant from what initialize hands over.',
  }),
  'version-missing': (data) => ({
    title: `A call came without ${word(data, 'header', 'the version header')}`,
    cause: 'The header is set on some requests only; polls, retries and look-ups are easily forgotten.',
    remedy: 'Send the version of the client with every PoS call.',
  }),
  'version-malformed': (data) => ({
    title: `The version was stated as ${series(data, 'got', '(empty)')}; due is one of three numbers, such as 2.1.0`,
    cause: 'A build tag, a fourth number or a "v" is part of it, or the header is there twice.',
    remedy: 'Send Major.Minor.Build once.',
  }),
  'version-differs': (data) => ({
    title: `The client calls itself ${word(data, 'got', '(nothing)')} in ${member(data, 'where') === 'initialize' ? 'its answer to initialize' : 'the version header'}; declared is ${word(data, 'expected', 'another version')}`,
    cause:
      'The version is a constant that was not changed with the release, or the configuration names another one.',
    remedy:
      'Certify the version that is shipped: take it from one place for the header, for initialize and for the configuration.',
  }),
  'version-line-changed': (data) => ({
    title: `The version changed from line ${word(data, 'expected', '(unknown)')} to ${word(data, 'got', '(unknown)')} within the run`,
    cause: 'Parts of the client state versions of their own, or an update came in between.',
    remedy: 'State one version everywhere; another major or minor version is certified by a run of its own.',
  }),
  'token-in-address': () => ({
    title: 'The token stands in the address of a request',
    cause: 'It was put into the query, from where it gets into logs and histories.',
    remedy: 'Send the token in the Authorization header only.',
  }),
  'secret-in-address': () => ({
    title: 'A secret stands in the address of a request',
    cause: 'It was put into the query, from where it gets into logs and histories.',
    remedy: 'Send the client secret in the Authorization header (Basic) only.',
  }),
  'token-sent-elsewhere': (data) => ({
    title: `The token was sent to ${word(data, 'host', 'another host')}, where a redirect led`,
    cause: 'The HTTP library follows redirects and takes the Authorization header along.',
    remedy: 'Do not follow redirects: no call of this API redirects.',
  }),
  'token-not-reused': () => ({
    title: 'A new token was asked for while the last one was still good',
    cause: 'Each call, or each command, gets a token of its own.',
    remedy: 'Keep the token until shortly before expires_in is over, or until a 401.',
  }),
  'captured-before-reserved': (data) => ({
    title: `A payment was captured before it was seen Reserved (last seen: ${word(data, 'lastSeen', 'nothing')})`,
    cause: 'The capture follows a timer, the check-in, or the answer to the initiation.',
    remedy: 'Poll the payment and capture when its status says Reserved.',
  }),
  'captured-after-the-end': (data) => ({
    title: `A payment was captured after it was seen ${word(data, 'lastSeen', 'ended')}`,
    cause: 'Only Reserved ends the polling, and whatever ends it leads to the capture.',
    remedy: 'Tell the cashier that the payment has ended; there is nothing to capture.',
  }),
  'other-sale': (data) => ({
    title: `${word(data, 'command', 'The command')} was to begin ${member(data, 'asked') === undefined ? 'one payment; it goes on with another' : `a payment with ${brief(member(data, 'asked'))}; the one that it goes on with has ${brief(member(data, 'got'))}`}`,
    cause: 'A payment from before was taken for the new one, or the values were not passed on as they came.',
    remedy:
      'Send what the command says; where an old payment blocks the point of sale cancel it and initiate anew.',
  }),
  'state-invented': (data) => ({
    title: `The client says ${word(data, 'got', 'a state')}; the backend had last told it ${word(data, 'lastSeen', 'nothing')}, and the truth is ${word(data, 'truth', 'not known')}`,
    cause: 'The state was derived from what the client did instead of from what the backend said.',
    remedy: 'Answer with the status read last, or ask again; what is not known is "Unknown".',
  }),
  'failure-ignored': (data) => ({
    title: `${operation(data)} got no good answer, and ${word(data, 'command', 'the command')} was answered as if it had${member(data, 'replied') === undefined ? '' : ` (${brief(member(data, 'replied'))})`}`,
    cause: 'The error of the HTTP call is swallowed, or the answer of the command does not wait for it.',
    remedy:
      'After a lost answer or a 5xx send the same request again, or look up what became of it; if it persists say "gave up".',
  }),
  'gave-up-at-once': (data) => ({
    title: `${operation(data)} failed, and ${word(data, 'command', 'the command')} gave up without trying again`,
    cause: 'Retries are missing for this call, or for this kind of failure.',
    remedy: 'Send it again about twice, with a pause in between, before giving up.',
  }),
  'sent-too-often': (data) => ({
    title: `${operation(data)} was sent ${plural(number(data, 'requests'), 'time')}; at most ${word(data, 'most', '6')} are allowed`,
    cause: 'Two layers retry (the HTTP library and the client), or the loop has no end.',
    remedy: 'Retry in one place, about twice and never more than five times.',
  }),
  'retried-at-once': (data) => ({
    title: `${operation(data)} was sent again without a pause`,
    cause: 'The retry stands directly behind the failure.',
    remedy: 'Wait between attempts: a constant time, or longer each time with some chance in it.',
  }),
  'refused-sent-again': (data) => ({
    title: `${operation(data)} was refused with ${word(data, 'status', '4xx')}${member(data, 'apiCode') ? ` (${word(data, 'apiCode', '')})` : ''} and sent again as it was`,
    cause: 'Every status but 200 is retried.',
    remedy: 'Do not repeat a 4xx: correct the request, or ask what is so after a 409, or tell the cashier.',
  }),
  'no-look-up-after-conflict': (data) => ({
    title: `${operation(data)} was answered 409 ${word(data, 'apiCode', '')}, and the client ${AFTER_CONFLICT[word(data, 'next', '')] ?? 'did not ask what is so'}`,
    cause: 'The conflict is handled by its code alone.',
    remedy: 'After a 409 query the payment, refund or point of sale, and go on from what it says.',
  }),
  'key-missing': (data) => ({
    title: `${operation(data)} came without an idempotency key`,
    cause: 'The key is set for some of the four creating calls only.',
    remedy:
      'Send X-MobilePay-Idempotency-Key with every POST that creates a payment, a refund or a point of sale.',
  }),
  'key-doubled': (data) => ({
    title: `${operation(data)} carried ${series(data, 'got', 'several')} as idempotency keys; one is due`,
    cause: 'The header is set for the client and for the request.',
    remedy: 'Set it once, for the request.',
  }),
  'key-used-again': (data) => ({
    title: `${operation(data)} carried the idempotency key of an earlier ${word(data, 'usedFor', 'call')}`,
    cause: 'The key is made once for the client, the order or the transaction instead of once for the call.',
    remedy: 'Make a new GUID for each creating call, and keep it for the retries of that call alone.',
  }),
  'key-changed': (data) => ({
    title: `${operation(data)} was repeated ${member(data, 'got') === null ? 'without its' : 'with another'} idempotency key`,
    cause: 'The key is made where the request is sent, so each attempt is a new order to the backend.',
    remedy: 'Make the key once, when the call is decided, and send it with every attempt.',
  }),
  'retry-differs': (data) => ({
    title: `${operation(data)} was repeated with another body${(member(data, 'expected') ?? member(data, 'got')) === undefined ? '' : `: ${brief(member(data, 'got'))} instead of ${brief(member(data, 'expected'))}`}`,
    cause: 'The body is built anew for each attempt.',
    remedy: 'Build the request once and send it again as it is.',
  }),
  'waited-too-long': (data) => ({
    title: `The client waited ${span(data, 'measuredMs', 'long')} for an answer; ${span(data, 'limitMs', 'less')} is documented`,
    cause: 'The time-out is that of the HTTP library.',
    remedy: 'Set 2 s for POST and DELETE and 0.5 s for GET, and retry.',
  }),
  'polled-too-early': (data) => ({
    title: `Polled again after ${span(data, 'measuredMs', 'too short a time')}; the last answer asked for ${span(data, 'delayMs', 'more')}`,
    cause:
      'The interval is fixed in the client, or counted from the end of the wait instead of taken from pollDelayInMs.',
    remedy:
      'Wait the pollDelayInMs of the last answer between two polls of the same address, also after a poll without an answer and over a restart.',
  }),
  'stopped-polling': (data) => ({
    title: `${word(data, 'command', 'The command')} stopped polling after ${plural(number(data, 'unanswered'), 'poll')} without an answer`,
    cause: 'A time-out of a poll ends the loop.',
    remedy: 'Go on polling with the last delay; the payment is still there.',
  }),
  'polled-slowly': (data) => ({
    title: `Polled after ${span(data, 'measuredMs', 'a long time')} where ${span(data, 'delayMs', 'less')} is allowed`,
    cause: 'The interval is fixed, or grows with each poll.',
    remedy: 'Poll as soon as pollDelayInMs is over: the customer is waiting.',
  }),
  'polled-past-the-end': (data) => ({
    title: `${plural(number(data, 'reads'), 'more read')} after the state ${word(data, 'state', 'had become final')}`,
    cause: 'The loop ends at Reserved only.',
    remedy: 'End at every final state and tell the cashier.',
  }),
  'left-reserved': (data) => ({
    title: `Payment ${word(data, 'paymentId', '')} was left Reserved`,
    cause: 'The client took Reserved for paid, or lost the payment on a failure.',
    remedy:
      'Capture or cancel every approved payment: nothing is captured by itself, and the reservation ends after seven days.',
  }),
  'decision-reversed': (data) => ({
    title: `${word(data, 'decided', 'One thing')} was decided${amount(data, 'expected')}, and then ${word(data, 'did', 'another')} was sent${amount(data, 'got')}`,
    cause: 'The job over open payments decides by itself instead of carrying out what was stored.',
    remedy: 'Store the decision with its amount before the first attempt, and finish exactly that.',
  }),
  'decision-forgotten': (data) => ({
    title: `${word(data, 'decided', 'A decision')} did not get through, and the job over open payments left it so`,
    cause: 'The decision was kept in memory only, or taken off the list after the last retry.',
    remedy: 'Keep it on the list until the backend has confirmed it.',
  }),
  'order-id-used-again': (data) => ({
    title: `Order id ${word(data, 'orderId', '')} was used for a second payment`,
    cause: 'The number starts again, or is taken from something that comes again.',
    remedy: 'Make one for each payment: an order is found by it, and only the latest payment then.',
  }),
  'capture-delay-invalid': (data) => ({
    title: `${operation(data)} said ${word(data, 'got', 'nothing')} as plannedCaptureDelay; due is None, LessThan24Hours or LessThan14Days`,
    cause: 'The member was left out or misspelt.',
    remedy: 'Say when the payment will be captured; None for a sale at the till.',
  }),
  'partial-capture-not-possible': (data) => ({
    title: `${word(data, 'got', 'Less')} was captured of ${word(data, 'reserved', 'more')} although partialCapturePossible was false`,
    cause: 'The flag is not read.',
    remedy: 'Capture the whole amount or cancel, before the goods are handed over.',
  }),
  'captured-too-much': (data) => ({
    title: `${word(data, 'got', 'More')} was captured where ${word(data, 'reserved', 'less')} is reserved`,
    cause: 'The amount is taken from the sale as it is now, not from the payment.',
    remedy: 'Never capture more than the customer approved; a higher sum is a new payment.',
  }),
  'captured-more-than-asked': (data) => ({
    title: `${word(data, 'got', 'More')} was captured where the till was asked for ${word(data, 'asked', 'less')}`,
    cause: 'The amount reserved is captured whatever the till asks.',
    remedy: 'Capture the amount that the command gives.',
  }),
  'ready-without-prepare': () => ({
    title: 'A payment was made ready that was never prepared',
    cause: 'The two flows are mixed: initiate already gives the amount.',
    remedy: 'Call ready only for payments that were begun by prepare.',
  }),
  'store-not-looked-up': (data) => ({
    title: `The point of sale was created in store ${word(data, 'got', '(none)')}, which the client never found through the API`,
    cause: 'The storeId is part of the configuration.',
    remedy: 'Look the store up by VAT number, or by brand and location, and use the id that comes back.',
  }),
  'merchant-pos-id-missing': () => ({
    title: 'A point of sale was created without merchantPosId',
    cause: 'It is thought to be optional.',
    remedy: 'Give each point of sale an id of the merchant, and keep it: it is found by it after a restart.',
  }),
  'beacon-types-invalid': (data) => ({
    title: `supportedBeaconTypes was ${brief(member(data, 'got'))}; due are some of ${choice(data, 'allowed', 'QR, NFC, Bluetooth')}, each once`,
    cause: 'It names a type of before 2020, or none.',
    remedy: 'Name what the point of sale shows: QR, NFC, Bluetooth.',
  }),
  'beacon-types-differ': (data) => ({
    title: `supportedBeaconTypes was ${brief(member(data, 'got'))} where the till was asked for ${brief(member(data, 'expected'))}`,
    cause: 'The types are fixed in the client.',
    remedy: 'State what the point of sale really supports.',
  }),
  'beacon-id-malformed': (data) => ({
    title: `beaconId was ${word(data, 'got', '(empty)')}; due is a GUID or fifteen digits`,
    cause: "The merchant's own id of the point of sale is used as beacon.",
    remedy: 'Leave beaconId out and read the one that is made, or give a GUID.',
  }),
  'pos-not-looked-up': (data) => ({
    title:
      member(data, 'createdAnew') === true
        ? 'After the restart a point of sale was created without asking for the one that stood'
        : 'After the restart the client did not ask whether its point of sale still stands',
    cause: 'The client starts as if for the first time, or trusts what it had stored.',
    remedy:
      'At each start query the point of sale by merchantPosId, and create one only where there is none.',
  }),
  'deleted-before-its-payments': (data) => ({
    title: `The point of sale was deleted with ${series(data, 'payments', 'payments')} still open`,
    cause: 'Deleting does not look at the payments.',
    remedy: 'Capture or cancel them first.',
  }),
  'notification-unanswered': (data) => ({
    title: `The check-in notification was answered ${series(data, 'got', 'not at all')}; due is 200`,
    cause: 'The endpoint answers 202 or 204, wants a header that is not sent, or is slow.',
    remedy: 'Answer 200 at once, and ask for the check-in afterwards.',
  }),
  'refunded-more-than-asked': (data) => ({
    title: `A refund of ${word(data, 'got', 'more')} was made where ${word(data, 'asked', 'less')} was asked for`,
    cause: 'The whole payment is refunded whatever the till asks.',
    remedy: 'Refund the amount that the command gives.',
  }),
  'refund-currency': (data) => ({
    title: `A refund was made in ${word(data, 'got', 'no currency')} where ${word(data, 'asked', 'another')} was asked for`,
    cause: 'The currency is fixed in the client.',
    remedy: 'Use the currency of the payment.',
  }),
  'refunded-too-much': (data) => ({
    title: `A refund of ${word(data, 'got', 'more')} was asked for where ${word(data, 'rest', 'less')} is left`,
    cause: 'Earlier parts are not counted.',
    remedy: 'Keep account of what was refunded of each payment.',
  }),
  'refused-refund-told-as-done': (data) => ({
    title: `The backend refused the refund (${word(data, 'apiCode', '409')}), and the client named one all the same`,
    cause: 'The 409 is not read.',
    remedy: 'Tell the cashier that the refund is not possible, and why.',
  }),
  'refund-left-open': (data) => ({
    title: `Refund ${word(data, 'refundId', '')} was left ${word(data, 'state', 'open')}`,
    cause: 'The client took the creation for the refund, or lost it on a failure.',
    remedy: 'Poll it until Reserved and capture or cancel it: after 24 hours it is paid out by itself.',
  }),
  'text-malformed': (data) => ({
    title: `${operation(data)}: ${word(data, 'member', 'a text')} is ${word(data, 'fault', 'not valid')}: ${word(data, 'got', '(empty)')}`,
    cause: 'A text of the till (a name, a number) is passed on as it is.',
    remedy: `Texts have 1 to ${word(data, 'longest', '36')} characters of Latin-1, without control characters, emoji and currency signs beyond it.`,
  }),
  'amount-malformed': (data) => ({
    title: `${operation(data)} gave ${brief(member(data, 'got'))} as amount; due is a number with at most two decimals`,
    cause: 'The amount is sent as a text, or computed in binary fractions.',
    remedy: 'Compute in whole øre or cents and send a JSON number such as 10.1.',
  }),
  'amount-missing': (data) => ({
    title: `${operation(data)} gave no amount`,
    cause: 'It was optional once.',
    remedy: 'Send the amount.',
  }),
  'amount-not-positive': (data) => ({
    title: `${operation(data)} gave ${word(data, 'got', '0')} as amount; due is more than nothing`,
    cause: 'A sale without an amount, or a refund as a negative payment.',
    remedy: 'Send positive amounts only; money goes back by a refund.',
  }),
  'feature-not-claimed': (data) => ({
    title: `${operation(data)} was called, which belongs to ${choice(data, 'features', 'another feature')}; selected are ${series(data, 'claimed', 'none')}`,
    cause: 'The client does more than what is to be certified.',
    remedy: 'Select the feature as well: only certified features may be used in production.',
  }),
};

function amount(data: JsonObject, name: string): string {
  return typeof member(data, name) === 'number' ? ` (${word(data, name, '')})` : '';
}

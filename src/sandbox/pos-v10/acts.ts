import { member, type JsonObject } from '../../model/json.ts';
import { CARDS } from '../../model/pos-v10/truth.ts';
import type { CallbackOrder, Simulation } from '../../model/ports.ts';
import { recordOf } from '../../std/register.ts';
import { closePayment, lookAtPayment, lookAtRefund } from './aging.ts';
import { approve, checkIn, leave, reject } from './customer.ts';
import { thePayment, thePointOfSale, theRefund } from './lane.ts';
import { impossible, type Acted, type Tried } from './outcome.ts';
import { isActive, putRefund } from './records.ts';
import { endRefund, reserved } from './refunds.ts';
import type { SandboxState } from './state.ts';
import { ANYBODY, testUser, type Guest } from './test-users.ts';
import { beginTurn, type Turn } from './turn.ts';
import { changeWorld } from './world.ts';

/** Carries out an act of the groups customer, mobilepay, world and callback (sandbox.md). One that is impossible changes nothing. */
export const act: Simulation<SandboxState>['act'] = (state, group, name, args, now, ids) => {
  const turn = beginTurn(state, now, ids);
  const acted = carryOut(turn, group, name, args);
  if (acted.kind !== 'done') return { state, outcome: acted };
  const outcome = { kind: 'done', result: acted.result } as const;
  return acted.callbacks === undefined
    ? { state: turn.state, outcome }
    : { state: turn.state, outcome, callbacks: acted.callbacks };
};

function carryOut(turn: Turn, group: string, name: string, args: JsonObject): Acted {
  switch (`${group}.${name}`) {
    case 'customer.checkIn':
      return customerChecksIn(turn, args);
    case 'customer.approve':
      return customerApproves(turn, args);
    case 'customer.reject':
      return onPayment(turn, args, (id) => reject(turn, id));
    case 'customer.leave': {
      const pos = thePointOfSale(turn, args);
      return 'kind' in pos ? pos : told(leave(turn, pos.id));
    }
    case 'mobilepay.cancelPayment':
      return onPayment(turn, args, (id) => cancelByMobilePay(turn, id));
    case 'mobilepay.reserveRefund':
      return onRefund(turn, args, 'reserveRefund');
    case 'mobilepay.cancelRefund':
      return onRefund(turn, args, 'cancelRefund');
    case 'callback.checkIn':
      return notify(turn, args);
    default:
      return group === 'world'
        ? changeWorld(turn, name, args)
        : { kind: 'unsupported', message: `The sandbox has no act ${group}: ${name}.` };
  }
}

function told(tried: Tried): Acted {
  if (tried.kind === 'impossible') return tried;
  const result: JsonObject = {};
  if (tried.payment !== undefined) {
    result['paymentId'] = tried.payment.id;
    result['state'] = tried.payment.state;
  }
  if (tried.note !== undefined) result['note'] = tried.note;
  return { kind: 'done', result };
}

function customerChecksIn(turn: Turn, args: JsonObject): Acted {
  const guest = guestOf(args);
  if (guest === undefined)
    return impossible(
      'badArguments',
      `checkIn takes card (${CARDS.join(' or ')}), loyaltyIds (up to 20 texts of up to 100 characters), loyaltyAfterPolls (a whole number), partialCapture (true or false) and phone (a test user's).`,
    );
  const pos = thePointOfSale(turn, args);
  return 'kind' in pos ? pos : told(checkIn(turn, pos.id, guest));
}

const MOST_LOYALTY_IDS = 20;
const MOST_LOYALTY_TEXT = 100;

function guestOf(args: JsonObject): Guest | undefined {
  const phone = member(args, 'phone');
  const known = phone === undefined ? ANYBODY : typeof phone === 'string' ? testUser(phone) : undefined;
  const card = member(args, 'card') ?? known?.card;
  const word = CARDS.find((candidate) => candidate === card);
  const loyalty = member(args, 'loyaltyIds') ?? [...(known?.loyaltyIds ?? [])];
  const after = member(args, 'loyaltyAfterPolls') ?? 0;
  const partial = member(args, 'partialCapture') ?? known?.partialCapture;
  if (known === undefined || word === undefined || !Array.isArray(loyalty)) return undefined;
  const loyaltyIds = loyalty.filter(
    (id): id is string => typeof id === 'string' && id.length <= MOST_LOYALTY_TEXT,
  );
  if (loyaltyIds.length !== loyalty.length || loyalty.length > MOST_LOYALTY_IDS) return undefined;
  if (typeof after !== 'number' || !Number.isInteger(after) || after < 0) return undefined;
  if (partial !== undefined && typeof partial !== 'boolean') return undefined;
  return {
    ...known,
    card: word,
    loyaltyIds,
    lookedUpAfter: after,
    ...(partial === undefined ? {} : { partialCapture: partial }),
  };
}

function customerApproves(turn: Turn, args: JsonObject): Acted {
  const card = member(args, 'card');
  const word = CARDS.find((candidate) => candidate === card);
  if (card !== undefined && word === undefined)
    return impossible('badArguments', `card must be ${CARDS.join(' or ')}.`);
  return onPayment(turn, args, (id) => approve(turn, id, word));
}

function onPayment(turn: Turn, args: JsonObject, move: (paymentId: string) => Tried): Acted {
  const found = thePayment(turn, args);
  return 'kind' in found ? found : told(move(found.id));
}

/** The backend gives a payment up by itself; a reservation only the client may cancel (pos-v10.md 2.1). */
function cancelByMobilePay(turn: Turn, paymentId: string): Tried {
  const payment = lookAtPayment(turn, paymentId);
  if (payment === undefined) return impossible('noPayment', 'There is no such payment.');
  if (!isActive(payment))
    return impossible(
      'notActive',
      `Only an active payment can be cancelled by MobilePay; it is ${payment.state}.`,
    );
  const cancelled = { ...payment, state: 'CancelledByMobilePay', since: turn.now } as const;
  closePayment(turn, cancelled);
  return { kind: 'done', payment: cancelled };
}

function onRefund(turn: Turn, args: JsonObject, name: 'reserveRefund' | 'cancelRefund'): Acted {
  const found = theRefund(turn, args);
  if ('kind' in found) return found;
  const refund = lookAtRefund(turn, found.id);
  if (refund?.state !== 'Initiated')
    return impossible(
      'notInitiated',
      `Only an Initiated refund can be; it is ${refund?.state ?? 'unknown'}.`,
    );
  if (name === 'reserveRefund') putRefund(turn, reserved(refund, turn.now));
  else endRefund(turn, refund, 'CancelledByMobilePay');
  const state = name === 'reserveRefund' ? 'Reserved' : 'CancelledByMobilePay';
  return { kind: 'done', result: { refundId: refund.id, state } };
}

/** The notification of a check-in (pos-v10.md 1.12), `times` times. */
function notify(turn: Turn, args: JsonObject): Acted {
  const pos = thePointOfSale(turn, args);
  if ('kind' in pos) return pos;
  const alias = pos.callbackAlias;
  if (alias === undefined)
    return impossible('noCallbackAlias', 'The point of sale was created without a callbackAlias.');
  const times = member(args, 'times') ?? 1;
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > 10)
    return impossible('badArguments', 'times must be 1 to 10.');
  const store = recordOf(turn.state.stores, pos.storeId);
  const order: CallbackOrder = {
    alias,
    headers: [['Content-Type', 'application/json; charset=utf-8']],
    body: {
      MerchantId: store?.merchantId ?? '',
      MerchantBrandId: store?.merchantBrandId ?? '',
      MerchantLocationId: store?.merchantLocationId ?? '',
      MerchantPosId: pos.merchantPosId,
      PosId: pos.id,
    },
  };
  return {
    kind: 'done',
    result: { alias, posId: pos.id },
    callbacks: Array.from({ length: times }, () => order),
  };
}

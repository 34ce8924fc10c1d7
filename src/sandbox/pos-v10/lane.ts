import { textMember, type JsonObject } from '../../model/json.ts';
import { recordOf, recordsOf } from '../../std/register.ts';
import { lookAtPayment, lookAtPointOfSale, lookAtRefund } from './aging.ts';
import { impossible, type Impossible } from './outcome.ts';
import { isActive, shelf } from './records.ts';
import type { Payment, PointOfSale, Refund, Store } from './state.ts';
import { idsOn, type IndexName, type Turn } from './turn.ts';

/** The point of sale that an act means: the one it names, else the newest that is not deleted. */
export function thePointOfSale(turn: Turn, args: JsonObject): PointOfSale | Impossible {
  const named = textMember(args, 'posId');
  const id = named?.toLowerCase() ?? turn.state.standing?.top;
  const pos = id === undefined ? undefined : lookAtPointOfSale(turn, id);
  if (pos === undefined || pos.deleted)
    return impossible('noPointOfSale', 'There is no such point of sale, or it was deleted.');
  return pos;
}

/** The payment that an act means: the one it names, else the active one of its point of sale, else the only active one there is. */
export function thePayment(turn: Turn, args: JsonObject): Payment | Impossible {
  const named = textMember(args, 'payment') ?? textMember(args, 'paymentId');
  if (named !== undefined) {
    const payment = lookAtPayment(turn, named.toLowerCase());
    return payment ?? impossible('noPayment', 'There is no such payment.');
  }
  const posId = textMember(args, 'posId')?.toLowerCase() ?? turn.state.standing?.top ?? '';
  const here = activeAmong(turn, shelf.paymentsOn(posId));
  const candidates =
    here.length > 0 || textMember(args, 'posId') !== undefined ? here : activeAmong(turn, shelf.allPayments);
  const [only, other] = candidates;
  if (only === undefined) return impossible('noPayment', 'There is no open payment.');
  return other === undefined ? only : impossible('severalPayments', 'Several payments are open: name one.');
}

function activeAmong(turn: Turn, name: IndexName): Payment[] {
  return idsOn(turn.state, name, 'active')
    .map((id) => lookAtPayment(turn, id))
    .filter((payment) => payment !== undefined)
    .filter(isActive);
}

/** The refund that an act means: the one it names, else the only open one. */
export function theRefund(turn: Turn, args: JsonObject): Refund | Impossible {
  const named = textMember(args, 'refund') ?? textMember(args, 'refundId');
  if (named !== undefined)
    return lookAtRefund(turn, named.toLowerCase()) ?? impossible('noRefund', 'There is no such refund.');
  const open = recordsOf(turn.state.refunds)
    .map(({ id }) => lookAtRefund(turn, id))
    .filter((refund) => refund !== undefined)
    .filter(({ state }) => state === 'Initiated' || state === 'Reserved');
  const initiated = open.filter(({ state }) => state === 'Initiated');
  const [only, other] = initiated.length > 0 ? initiated : open;
  if (only === undefined) return impossible('noRefund', 'There is no open refund.');
  return other === undefined ? only : impossible('severalRefunds', 'Several refunds are open: name one.');
}

/** The store that an act means: the one it names, else that of the point of sale, else the first of the merchant who called last. */
export function theStore(turn: Turn, args: JsonObject): Store | Impossible {
  const { state } = turn;
  const named = textMember(args, 'storeId') ?? textMember(args, 'store');
  if (named !== undefined)
    return recordOf(state.stores, named.toLowerCase()) ?? impossible('noStore', 'There is no such store.');
  const pos = thePointOfSale(turn, args);
  const store = 'kind' in pos ? undefined : recordOf(state.stores, pos.storeId);
  const vat = state.lastCaller?.vat ?? 'DK90000028';
  const first = recordsOf(state.stores).find(
    (candidate) => candidate.vat === vat && candidate.merchantLocationId !== '00002',
  );
  return store ?? first ?? impossible('noStore', 'There is no store.');
}

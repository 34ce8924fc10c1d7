import { member, textMember, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { PaymentTruth, PointOfSaleTruth, RefundTruth } from '../../model/pos-v10/truth.ts';
import { getIn } from '../../std/persistent-map.ts';
import { recordAt, recordOf, recordsOf, type Register } from '../../std/register.ts';
import { paymentAt, visitAt } from './aging.ts';
import { isActive, shelf } from './records.ts';
import type { Payment, PointOfSale, Refund, SandboxState } from './state.ts';
import { paymentTruth, pointOfSaleTruth, refundTruth, storeTruth, type View } from './truth-views.ts';
import { idsOn, type IndexName } from './turn.ts';

/** Answers a question about the truth; null where there is no such thing, or no such question. */
export function ask(state: SandboxState, truth: string, query: JsonObject, now: number): JsonValue {
  const view: View = { state, now };
  const text = (name: string): string => textMember(query, name) ?? '';
  const id = (name: string): string => text(name).toLowerCase();
  switch (truth) {
    case 'payment':
      return orNull(paymentTruth(view, recordOf(state.payments, id('id'))));
    case 'refund':
      return orNull(refundTruth(view, recordOf(state.refunds, id('id'))));
    case 'store':
      return orNull(storeTruth(recordOf(state.stores, id('id'))));
    case 'activePayment':
      return orNull(paymentTruth(view, activePaymentOn(view, id('posId'))));
    case 'paymentsOfOrder':
      return paymentsOn(view, shelf.paymentsOfOrder(text('orderId'))).filter(
        ({ orderId }) => orderId === text('orderId'),
      );
    case 'refundsOfPayment':
      return refundsOn(view, shelf.refundsOf(id('paymentId')));
    case 'pointsOfSale':
      return pointsOfSaleOn(view, shelf.named(text('merchantPosId'))).filter(
        ({ merchantPosId }) => merchantPosId === text('merchantPosId'),
      );
    case 'pointOfSaleOfBeacon':
      return orNull(
        pointOfSaleTruth(view, recordOf(state.pointsOfSale, getIn(state.byBeacon, id('beaconId')) ?? '')),
      );
    case 'stores':
      return recordsOf(state.stores).map((store) => orNull(storeTruth(store)));
    case 'about':
      return about(view, member(query, 'ids'));
    case 'everything':
      return {
        payments: recordsOf(state.payments).map((payment) => orNull(paymentTruth(view, payment))),
        refunds: recordsOf(state.refunds).map((refund) => orNull(refundTruth(view, refund))),
        pointsOfSale: recordsOf(state.pointsOfSale).map((pos) => orNull(pointOfSaleTruth(view, pos))),
      };
    case 'newest':
      return {
        payments: newest(state.payments, member(query, 'payments')).map((made) =>
          orNull(paymentTruth(view, made)),
        ),
        refunds: newest(state.refunds, member(query, 'refunds')).map((made) =>
          orNull(refundTruth(view, made)),
        ),
        pointsOfSale: newest(
          state.pointsOfSale,
          member(query, 'pointsOfSale'),
          ({ deleted }) => !deleted,
        ).map((made) => orNull(pointOfSaleTruth(view, made))),
      };
    case 'sizes':
      return {
        payments: state.payments.size,
        refunds: state.refunds.size,
        pointsOfSale: recordsOf(state.pointsOfSale).filter(({ deleted }) => !deleted).length,
      };
    case 'guest':
      return guest(view, id('posId'));
    case 'settings':
      return { ...state.settings, ...state.stage };
    case 'settingsInForce':
      return { pollDelayInMs: state.settings.pollDelayInMs };
    default:
      return null;
  }
}

/** Who is checked in at a point of sale, or has left it with a payment that is still with them; null where nobody is. */
function guest({ state, now }: View, posId: string): JsonValue {
  const pos = recordOf(state.pointsOfSale, posId);
  const active = activePaymentOn({ state, now }, posId);
  const present = pos === undefined ? undefined : visitAt(state, pos, now);
  const visit = present ?? recordOf(state.visits, active?.visitId ?? '');
  if (visit === undefined) return null;
  return { card: visit.card, loyaltyIds: [...visit.loyaltyIds] };
}

function orNull<Found extends object>(found: Found | undefined): (Found & JsonObject) | null {
  return found === undefined ? null : (found as Found & JsonObject);
}

/** The newest `count` that `wanted` lets through, the newest first: the register may be large and `count` is small. */
function newest<Made>(
  register: Register<Made>,
  count: JsonValue | undefined,
  wanted: (made: Made) => boolean = () => true,
): Made[] {
  const most = typeof count === 'number' ? count : 0;
  const found: Made[] = [];
  for (let place = register.size - 1; place >= 0 && found.length < most; place -= 1) {
    const made = recordAt(register, place);
    if (made !== undefined && wanted(made)) found.push(made);
  }
  return found;
}

/** Everything whose own id, order, payment or point of sale is among the texts, whatever their case. */
function about(view: View, ids: JsonValue | undefined): JsonObject {
  const texts = (Array.isArray(ids) ? ids : []).filter((text) => typeof text === 'string');
  const { state } = view;
  const payments = new Map<string, Payment>();
  const refunds = new Map<string, Refund>();
  const pointsOfSale = new Map<string, PointOfSale>();
  for (const text of new Set(texts.map((text) => text.toLowerCase()))) {
    const shelves = [shelf.paymentsOfOrder(text), shelf.paymentsOn(text)];
    for (const id of [text, ...shelves.flatMap((name) => idsOn(state, name, 'all'))])
      collect(payments, recordOf(state.payments, id));
    const refundShelves = [shelf.refundsOf(text), shelf.refundsOfOrder(text)];
    for (const id of [text, ...refundShelves.flatMap((name) => idsOn(state, name, 'all'))])
      collect(refunds, recordOf(state.refunds, id));
    for (const id of [text, ...idsOn(state, shelf.named(text), 'all')])
      collect(pointsOfSale, recordOf(state.pointsOfSale, id));
  }
  return {
    payments: sorted(payments).map((payment) => orNull(paymentTruth(view, payment))),
    refunds: sorted(refunds).map((refund) => orNull(refundTruth(view, refund))),
    pointsOfSale: sorted(pointsOfSale).map((pos) => orNull(pointOfSaleTruth(view, pos))),
  };
}

function collect<Made extends { readonly id: string }>(
  into: Map<string, Made>,
  found: Made | undefined,
): void {
  if (found !== undefined) into.set(found.id, found);
}

function sorted<Made extends { readonly seq: number }>(found: Map<string, Made>): Made[] {
  return [...found.values()].sort((one, two) => one.seq - two.seq);
}

function paymentsOn(view: View, name: IndexName): (PaymentTruth & JsonObject)[] {
  return idsOn(view.state, name, 'all')
    .map((id) => orNull(paymentTruth(view, recordOf(view.state.payments, id))))
    .filter((found) => found !== null);
}

function refundsOn(view: View, name: IndexName): (RefundTruth & JsonObject)[] {
  return idsOn(view.state, name, 'all')
    .map((id) => orNull(refundTruth(view, recordOf(view.state.refunds, id))))
    .filter((found) => found !== null);
}

function pointsOfSaleOn(view: View, name: IndexName): (PointOfSaleTruth & JsonObject)[] {
  return idsOn(view.state, name, 'all')
    .map((id) => orNull(pointOfSaleTruth(view, recordOf(view.state.pointsOfSale, id))))
    .filter((found) => found !== null);
}

function activePaymentOn({ state, now }: View, posId: string): Payment | undefined {
  for (const id of idsOn(state, shelf.paymentsOn(posId), 'active')) {
    const stored = recordOf(state.payments, id);
    if (stored !== undefined && isActive(paymentAt(stored, state.settings, now))) return stored;
  }
  return undefined;
}
